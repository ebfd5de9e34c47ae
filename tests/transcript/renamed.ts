/** Replaces the names of places, so that a recording tells nothing of the machine it was made on. */
import type { Look, Recording, SeenEntity } from "./recording.ts";

/** The recording with the second text wherever the first one stood; formatting stays in place. */
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

/** Where an index of the old text lies in the new one; within a replaced part: at its end. */
function movedIndex(index: number, places: readonly number[], was: number, is: number): number {
  let shift = 0;
  for (const place of places) {
    if (place + was <= index) shift += is - was;
    else if (place < index) return place + shift + is;
  }
  return index + shift;
}
