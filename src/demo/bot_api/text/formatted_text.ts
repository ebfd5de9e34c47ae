/** Turns the text of a call into the text that everybody sees: parsed, cleaned, entities found. */
import { badRequest, byteOffset } from "../api_error.ts";
import { type Entity, entityEnd, type FormattedText } from "./entities.ts";
import { parseHtml } from "./html_markup.ts";
import { parseMarkdown, parseMarkdownV2 } from "./markdown_markup.ts";
import { repairNesting } from "./nesting.ts";

const RAW_LIMIT_BYTES = 32_768;
const ENTITIES_LIMIT = 100;
/** Counts the kept entities; observed, not documented. */
const ENTITIES_LIMIT_BYTES = 9_500;
export const TEXT_LIMIT = 4096;
export const CAPTION_LIMIT = 1024;

export interface RawText {
  readonly text: string;
  readonly parseMode: string;
  readonly entities: readonly Entity[];
}

/** @throws {ApiError} with the server's reason, when the text cannot be sent */
export function formatMessageText(raw: RawText): FormattedText {
  if (raw.text === "") throw badRequest("message text is empty");
  const formatted = format(raw);
  if (looksEmpty(formatted.text)) throw badRequest("text must be non-empty");
  requireLength(formatted, TEXT_LIMIT, "message is too long");
  return formatted;
}

/** Like a message text, but it may be empty. */
export function formatCaption(raw: RawText): FormattedText {
  const formatted = format(raw);
  requireLength(formatted, CAPTION_LIMIT, "message caption is too long");
  return formatted;
}

/** Finds commands and links in what a person writes, which has no markup. */
export function formatPersonText(text: string, entities: readonly Entity[] = []): FormattedText {
  return withFound(cleanText(text, entities));
}

function format(raw: RawText): FormattedText {
  const bytes = new TextEncoder().encode(raw.text).length;
  if (bytes > RAW_LIMIT_BYTES) throw badRequest("text is too long");
  const parsed = raw.parseMode === "" ? raw : parseMarkup(raw.text, raw.parseMode);
  return withFound(cleanText(parsed.text, parsed.entities));
}

/** @throws {ApiError} when the text is not well-formed in this language, or there is no such one */
function parseMarkup(text: string, parseMode: string): FormattedText {
  switch (parseMode.toLowerCase()) {
    case "html":
      return parseHtml(text);
    case "markdownv2":
      return parseMarkdownV2(text);
    case "markdown":
      return parseMarkdown(text);
    default:
      throw badRequest("unsupported parse_mode");
  }
}

function withFound({ text, entities }: FormattedText): FormattedText {
  const all = repairNesting([...entities, ...findEntities(text, entities)]);
  const kept = all.slice(0, ENTITIES_LIMIT);
  requireEntitiesLength(kept);
  return { text, entities: kept };
}

/** Telegram counts code points here, though it counts UTF-16 units in offsets. */
function requireLength({ text }: FormattedText, limit: number, complaint: string): void {
  if ([...text].length > limit) throw badRequest(complaint);
}

function requireEntitiesLength(entities: readonly Entity[]): void {
  const bytes = entities.map((entity) => 12 + new TextEncoder().encode(detailsText(entity)).length);
  if (bytes.reduce((sum, next) => sum + next, 0) > ENTITIES_LIMIT_BYTES) {
    throw badRequest("ENTITIES_TOO_LONG");
  }
}

function detailsText(entity: Entity): string {
  return Object.values(entity.details).map((value) => JSON.stringify(value)).join("");
}

/** Carriage returns, direction marks and combining lines, which are removed. */
const REMOVED = /[\r\u2028-\u202e\u0333\u033f\u030a]/;
/** Control characters, TAB among them, which become a space; the line feed stays. */
// deno-lint-ignore no-control-regex -- it is about control characters
const BECOMES_SPACE = /[\u0000-\u0009\u000b\u000c\u000e-\u001f]/;
const INVISIBLE =
  /^[\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u206f\u2800\u3164\ufeff\uffa0]*$/;
const LARGEST_OFFSET = 1_000_000;

/**
 * Cleans and trims a text and moves its entities along.
 * @throws {ApiError} when an entity lies outside the text or cuts a character in two
 */
function cleanText(text: string, entities: readonly Entity[]): FormattedText {
  if (!text.isWellFormed()) throw badRequest("strings must be encoded in UTF-8");
  const sorted = entities.toSorted((one, other) => one.offset - other.offset);
  for (const entity of sorted) requireInside(entity, text);
  const { cleaned, moved } = removeCharacters(text);
  const fitted = sorted.map((entity) => {
    const offset = moved(entity.offset);
    return { ...entity, offset, length: moved(entityEnd(entity)) - offset };
  });
  return trim(cleaned, fitted.filter((entity) => hasVisibleText(cleaned, entity)));
}

/** True for a text that a person would see as empty. */
export function looksEmpty(text: string): boolean {
  return INVISIBLE.test(text);
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

function hasVisibleText(text: string, entity: Entity): boolean {
  return /[^ \n]/.test(text.slice(entity.offset, entityEnd(entity)));
}

/** Removes spaces at the end, and at the start as far as no entity covers them. */
function trim(text: string, entities: readonly Entity[]): FormattedText {
  const end = text.search(/[ \n]*$/);
  const visible = text.search(/[^ \n]/);
  const firstEntity = entities[0]?.offset ?? text.length;
  const start = Math.max(0, Math.min(visible === -1 ? end : visible, firstEntity));
  const trimmed = entities.map((entity) => ({
    ...entity,
    offset: entity.offset - start,
    length: Math.min(entityEnd(entity), end) - entity.offset,
  }));
  return { text: text.slice(start, end), entities: trimmed };
}

/** What Telegram marks up by itself; none begins right after a letter, a digit or an underscore. */
const PATTERNS: readonly { readonly type: string; readonly pattern: RegExp }[] = [
  {
    type: "bot_command",
    pattern:
      /(?<![\p{L}\p{N}_/<>])\/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\p{L}\p{N}_/<>])/gu,
  },
  {
    type: "email",
    pattern:
      /(?<![\p{L}\p{N}._+-])[a-zA-Z0-9._+-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*\.[a-zA-Z]{2,}/gu,
  },
  {
    type: "url",
    pattern: /(?<![\p{L}\p{N}_@])(?:https?:\/\/|www\.)[^\s<>"]+\.[^\s<>"]*[^\s<>".,;:!?')\]]/giu,
  },
  { type: "mention", pattern: /(?<![\p{L}\p{N}_])@[a-zA-Z0-9_]{3,32}(?![\p{L}\p{N}_])/gu },
  { type: "hashtag", pattern: /(?<![\p{L}\p{N}_&])#(?=[\p{L}\p{N}_]*\p{L})[\p{L}\p{N}_]{1,255}/gu },
];

/** Finds nothing inside or across the entities that somebody set. */
function findEntities(text: string, taken: readonly Entity[]): readonly Entity[] {
  const opaque = taken.filter((entity) => OPAQUE.has(entity.type));
  const found: Entity[] = [];
  for (const { type, pattern } of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const entity = { type, offset: match.index, length: match[0].length, details: {} };
      if (![...opaque, ...found].some((other) => overlaps(entity, other))) found.push(entity);
    }
  }
  return found;
}

const OPAQUE = new Set(["code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"]);

function overlaps(one: Entity, other: Entity): boolean {
  return one.offset < entityEnd(other) && other.offset < entityEnd(one);
}
