/**
 * Reads the answers of selectors.
 *
 * Where the backend enforces the schema the text is plain JSON; elsewhere models wrap it in prose or
 * code fences, which is accepted: a wrong choice costs a review, and never claims one.
 */
import type { Undecided } from "../core/run/events.ts";
import { z } from "../core/schema.ts";
import type { Mode } from "../core/session/settings.ts";

export interface Selection {
  readonly mode: Mode;
  readonly reason: string;
  /** As in the event; it is not stored, as it is told once. */
  readonly undecided?: Undecided;
}

export function readSelection(text: string): Selection {
  const read = firstMatch(text, SELECTION);
  return read ??
    { mode: "single", reason: "the selector's answer could not be read", undecided: {} };
}

const SELECTION = z.object({
  mode: z.string().trim().toLowerCase().pipe(z.enum(["single", "plan"])),
  reason: z.string().catch(""),
});

/** Finds the object of that shape: the whole text, else the last one in it. */
export function firstMatch<Output>(text: string, schema: z.ZodType<Output>): Output | undefined {
  for (const candidate of jsonCandidates(text)) {
    const parsed = schema.safeParse(candidate);
    if (parsed.success) return parsed.data;
  }
  return undefined;
}

/** The whole text, then each object in it, the last one first. */
function* jsonCandidates(text: string): Generator<unknown> {
  const whole = parseJson(text);
  if (whole !== undefined) yield whole;
  for (const object of balancedObjects(text).reverse()) {
    const parsed = parseJson(object);
    if (parsed !== undefined) yield parsed;
  }
}

/** @returns undefined for what is no JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // text that is no JSON is expected here; the caller decides what it means
  }
}

/** Outermost `{…}` pieces of the text; braces inside JSON strings do not count. */
export function balancedObjects(text: string): string[] {
  const objects: string[] = [];
  let start = -1;
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (inString) {
      if (character === "\\") index++;
      else if (character === '"') inString = false;
    } else if (character === '"' && depth > 0) {
      inString = true;
    } else if (character === "{") {
      if (depth === 0) start = index;
      depth++;
    } else if (character === "}" && depth > 0) {
      depth--;
      if (depth === 0) objects.push(text.slice(start, index + 1));
    }
  }
  return objects;
}
