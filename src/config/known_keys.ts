/** Which keys the schema knows, for pointing a person at the one that was probably meant. */
import { z } from "zod";
import { slips } from "../core/text/near_names.ts";

/** Stands for a name that the user chooses, as in `profiles.NAME.model`. */
const ANY_NAME = "NAME";
/** A key that differs more than this is another word, not a slip. */
const MOST_SLIPS = 3;

/** Every key of the schema that holds a value, dotted, e.g. `profiles.NAME.sandbox`. */
export function knownKeys(schema: z.ZodType, path: readonly string[] = []): readonly string[] {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject) {
    return Object.entries<z.ZodType>(inner.shape)
      .flatMap(([key, value]) => knownKeys(value, [...path, key]));
  }
  if (inner instanceof z.ZodRecord && inner.valueType instanceof z.ZodType) {
    return knownKeys(inner.valueType, [...path, ANY_NAME]);
  }
  return [path.join(".")];
}

/** The known key that `path` was probably meant to be; undefined when nothing is near. */
export function nearestKey(schema: z.ZodType, path: readonly string[]): string | undefined {
  const written = path.at(-1) ?? "";
  const siblings = keysOfTable(schema, path.slice(0, -1));
  const sibling = nearestWord(written, siblings);
  if (sibling !== undefined) {
    return [...path.slice(0, -1), sibling].join(".");
  }
  // A key in the wrong table; a name that several tables know says nothing.
  const elsewhere = knownKeys(schema).filter((known) => known.split(".").at(-1) === written);
  return elsewhere.length === 1 ? elsewhere[0] : undefined;
}

/** The candidate that differs least from `word`; undefined when all differ too much. */
export function nearestWord(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, away: slips(word.toLowerCase(), candidate) }))
    .sort((one, other) => one.away - other.away);
  const best = ranked[0];
  const most = Math.min(MOST_SLIPS, Math.ceil(word.length / 3));
  return best !== undefined && best.away <= most ? best.candidate : undefined;
}

function keysOfTable(schema: z.ZodType, path: readonly string[]): readonly string[] {
  const inner = unwrapped(schema);
  const [first, ...rest] = path;
  if (inner instanceof z.ZodRecord && inner.valueType instanceof z.ZodType) {
    return first === undefined ? [] : keysOfTable(inner.valueType, rest);
  }
  if (!(inner instanceof z.ZodObject)) {
    return [];
  }
  const shape: Readonly<Record<string, z.ZodType>> = inner.shape;
  if (first === undefined) {
    return Object.keys(shape);
  }
  const next = shape[first];
  return next === undefined ? [] : keysOfTable(next, rest);
}

function unwrapped(schema: z.ZodType): z.ZodType {
  const wraps = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault;
  if (!wraps) {
    return schema;
  }
  const inner = schema.unwrap();
  return inner instanceof z.ZodType ? unwrapped(inner) : schema;
}
