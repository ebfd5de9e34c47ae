/** What the server does to every text before it looks at it. */
import { badRequest } from "../api_error.ts";
import { type Entity, entityEnd } from "./entity.ts";

export interface CleanText {
  readonly text: string;
  readonly entities: readonly Entity[];
}

/** Carriage returns, direction marks and combining lines that are simply removed. */
const REMOVED = /[\r\u2028-\u202e\u0333\u033f\u030a]/;
/** Control characters, TAB among them, become a space; the line feed stays. */
// deno-lint-ignore no-control-regex -- control characters are what this is about
const BECOMES_SPACE = /[\u0000-\u0009\u000b\u000c\u000e-\u001f]/;
const INVISIBLE =
  /^[\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u206f\u2800\u3164\ufeff\uffa0]*$/;
const LARGEST_OFFSET = 1_000_000;

/**
 * Cleans and trims a text and moves its entities along.
 * @throws {ApiError} when an entity lies outside the text or cuts a character in two
 */
export function cleanText(text: string, entities: readonly Entity[]): CleanText {
  if (!text.isWellFormed()) throw badRequest("strings must be encoded in UTF-8");
  const sorted = entities.toSorted((one, other) => one.offset - other.offset);
  for (const entity of sorted) requireInside(entity, text);
  const { cleaned, moved } = removeCharacters(text);
  const fitted = sorted.map((entity) => {
    const offset = moved(entity.offset);
    return { ...entity, offset, length: moved(entityEnd(entity)) - offset };
  });
  return trim(cleaned, fitted.filter((entity) => hasInk(cleaned, entity)));
}

/** True for a text that a person would see as empty. */
export function looksEmpty(text: string): boolean {
  return INVISIBLE.test(text);
}

export function byteOffset(text: string, index: number): number {
  return new TextEncoder().encode(text.slice(0, index)).length;
}

function requireInside(entity: Entity, text: string): void {
  const { offset, length } = entity;
  if (offset < 0 || offset > LARGEST_OFFSET) {
    throw badRequest(`receive an entity with incorrect offset ${offset}`);
  }
  if (length < 0 || length > LARGEST_OFFSET) {
    throw badRequest(`receive an entity with incorrect length ${length}`);
  }
  if (offset > text.length) {
    throw badRequest(`entity begins after the end of the text at UTF-16 offset ${offset}`);
  }
  if (entityEnd(entity) > text.length) {
    throw badRequest(
      `entity beginning at UTF-16 offset ${offset} ends after the end of the text at UTF-16 ` +
        `offset ${entityEnd(entity)}`,
    );
  }
  requireWholeCharacter(text, offset, "begins");
  requireWholeCharacter(text, entityEnd(entity), "ends");
}

function requireWholeCharacter(text: string, index: number, verb: "begins" | "ends"): void {
  const unit = text.charCodeAt(index);
  const isSecondHalf = unit >= 0xdc00 && unit <= 0xdfff;
  if (!isSecondHalf) return;
  const offset = byteOffset(text, index + 1);
  throw badRequest(`entity ${verb} in a middle of a UTF-16 symbol at byte offset ${offset}`);
}

function removeCharacters(text: string): { cleaned: string; moved: (offset: number) => number } {
  const positions: number[] = [];
  let cleaned = "";
  for (const unit of text.split("")) {
    positions.push(cleaned.length);
    if (REMOVED.test(unit)) continue;
    cleaned += BECOMES_SPACE.test(unit) ? " " : unit;
  }
  const end = cleaned.length;
  return { cleaned, moved: (offset) => positions[offset] ?? end };
}

function hasInk(text: string, entity: Entity): boolean {
  return /[^ \n]/.test(text.slice(entity.offset, entityEnd(entity)));
}

/** Spaces at the end go; those at the start go as far as no entity covers them. */
function trim(text: string, entities: readonly Entity[]): CleanText {
  const end = text.search(/[ \n]*$/);
  const ink = text.search(/[^ \n]/);
  const firstEntity = entities[0]?.offset ?? text.length;
  const start = Math.max(0, Math.min(ink === -1 ? end : ink, firstEntity));
  const trimmed = entities.map((entity) => ({
    ...entity,
    offset: entity.offset - start,
    length: Math.min(entityEnd(entity), end) - entity.offset,
  }));
  return { text: text.slice(start, end), entities: trimmed };
}
