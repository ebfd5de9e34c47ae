/** What a chat showed over time, as plain values: every message with every look it had. */
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
  /** Points in time that are worth a picture, oldest first. */
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

/** @throws {z.ZodError} when it is not what {@link Recording} was written as */
export function readRecording(json: string): Recording {
  return RECORDING.parse(JSON.parse(json));
}

/** What the chat showed at that moment, in order, without what was deleted by then. */
export function chatAt({ messages }: Recording, at: number): readonly Shown[] {
  return messages.flatMap((message) => {
    const look = message.looks.findLast((each) => each.at <= at);
    return look === undefined || look.deleted ? [] : [{ message, look }];
  });
}
