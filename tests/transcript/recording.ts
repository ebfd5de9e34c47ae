/** Holds what a chat showed over time: every message with every look it had. */

import { z } from "zod";

const ENTITY = z.object({
  type: z.string(),
  offset: z.number(),
  length: z.number(),
  /** Of a `text_link`. */
  url: z.string().optional(),
  /** Of a `pre`. */
  language: z.string().optional(),
  /** Of a `date_time`: seconds since the beginning of the epoch, and how they are shown. */
  unixTime: z.number().optional(),
  format: z.string().optional(),
});

const BUTTON = z.object({ text: z.string(), style: z.string().optional() });

const LOOK = z.object({
  /** Milliseconds since the beginning of the epoch. */
  at: z.number(),
  text: z.string(),
  entities: z.array(ENTITY),
  /** Rows of buttons. */
  buttons: z.array(z.array(BUTTON)),
  reactions: z.array(z.string()),
  deleted: z.boolean(),
});

const MESSAGE = z.object({
  id: z.number(),
  byBot: z.boolean(),
  silent: z.boolean(),
  replyTo: z.number().optional(),
  document: z.object({ name: z.string(), size: z.number() }).optional(),
  /** At least one, oldest first. */
  looks: z.array(LOOK).min(1),
});

const MOMENT = z.object({ name: z.string(), at: z.number() });

const RECORDING = z.object({
  messages: z.array(MESSAGE),
  /** The moments of the pictures, oldest first. */
  moments: z.array(MOMENT),
});

export type SeenEntity = z.infer<typeof ENTITY>;
export type Look = z.infer<typeof LOOK>;
export type RecordedMessage = z.infer<typeof MESSAGE>;
export type Recording = z.infer<typeof RECORDING>;

/** A message as it looked at some moment. */
export interface Shown {
  readonly message: RecordedMessage;
  readonly look: Look;
}

/** @throws {z.ZodError} when it is not a {@link Recording} */
export function readRecording(json: string): Recording {
  return RECORDING.parse(JSON.parse(json));
}

/** What the chat showed at that moment, oldest first, without deleted messages. */
export function chatAt({ messages }: Recording, at: number): readonly Shown[] {
  return messages.flatMap((message) => {
    const look = message.looks.findLast((each) => each.at <= at);
    return look === undefined || look.deleted ? [] : [{ message, look }];
  });
}

/** Replaces one text by another everywhere, such as a path of the recording machine; formatting stays in place. */
export function renamed(recording: Recording, from: string, to: string): Recording {
  const messages = recording.messages.map((message) => ({
    ...message,
    looks: message.looks.map((look) => renamedLook(look, from, to)),
  }));
  return { ...recording, messages };
}

function renamedLook(look: Look, from: string, to: string): Look {
  const places = placesOf(look.text, from);
  const moved = (index: number): number => movedIndex(index, places, from.length, to.length);
  const entities = look.entities.map((entity): SeenEntity => {
    const offset = moved(entity.offset);
    return { ...entity, offset, length: moved(entity.offset + entity.length) - offset };
  });
  return { ...look, text: look.text.replaceAll(from, to), entities };
}

function placesOf(text: string, part: string): number[] {
  return [...text.matchAll(new RegExp(RegExp.escape(part), "g"))].map(({ index }) => index);
}

/** Maps an index of the old text to the new one; within a replaced part, to its end. */
function movedIndex(index: number, places: readonly number[], was: number, is: number): number {
  let shift = 0;
  for (const place of places) {
    if (place + was <= index) shift += is - was;
    else if (place < index) return place + shift + is;
  }
  return index + shift;
}
