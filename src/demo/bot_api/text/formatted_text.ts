/** From the parameters of a call to the text that everybody sees. */
import { badRequest } from "../api_error.ts";
import type { FormattedText } from "../message.ts";
import { cleanText, looksEmpty } from "./clean.ts";
import type { Entity } from "./entity.ts";
import { findEntities } from "./find.ts";
import { parseMarkup } from "./markup.ts";
import { repairNesting } from "./nesting.ts";

const RAW_LIMIT_BYTES = 32_768;
const ENTITIES_LIMIT = 100;
/** Counted over the entities that are kept; an observation, not a documented number. */
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

/** Like a text, but may be empty. */
export function formatCaption(raw: RawText): FormattedText {
  const formatted = format(raw);
  requireLength(formatted, CAPTION_LIMIT, "message caption is too long");
  return formatted;
}

/** What a person writes: no markup, commands and links found. */
export function formatPersonText(text: string, entities: readonly Entity[] = []): FormattedText {
  return withFound(cleanText(text, entities));
}

function format(raw: RawText): FormattedText {
  const bytes = new TextEncoder().encode(raw.text).length;
  if (bytes > RAW_LIMIT_BYTES) throw badRequest("text is too long");
  const parsed = raw.parseMode === "" ? raw : parseMarkup(raw.text, raw.parseMode);
  return withFound(cleanText(parsed.text, parsed.entities));
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
