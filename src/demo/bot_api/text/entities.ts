/** Message entities: what they are, and how the server reads the `entities` parameter. */
import { badRequest } from "../api_error.ts";
import {
  compact,
  isJsonArray,
  isJsonObject,
  type Json,
  JsonFields,
  type JsonObject,
} from "../wire.ts";

/** A formatted part of a text. Offset and length count UTF-16 units, as in JavaScript. */
export interface Entity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  /** The fields of this type alone (`url`, `language`, `user`, …), as on the wire. */
  readonly details: JsonObject;
}

export interface FormattedText {
  readonly text: string;
  readonly entities: readonly Entity[];
}

export function entityEnd(entity: Entity): number {
  return entity.offset + entity.length;
}

export function entityToWire(entity: Entity): Json {
  return {
    ...compact({ type: entity.type, offset: entity.offset, length: entity.length }),
    ...entity.details,
  };
}

const PREFIX = "can't parse MessageEntity: ";
const PLAIN_TYPES = new Set([
  "bold",
  "italic",
  "underline",
  "strikethrough",
  "spoiler",
  "code",
  "blockquote",
  "expandable_blockquote",
]);
/** The server finds these itself and ignores them from a bot. */
const FOUND_TYPES = new Set([
  "mention",
  "hashtag",
  "cashtag",
  "bot_command",
  "url",
  "email",
  "phone_number",
  "bank_card_number",
]);

/**
 * Reads the entities that a bot may set. A value that is no list is refused, though the real server
 * ignores it: a bot never means that.
 */
export function readEntities(value: Json | undefined): readonly Entity[] {
  if (value === undefined) return [];
  if (!isJsonArray(value)) throw badRequest("expected an Array of MessageEntity");
  return value.map(readEntity).filter((entity) => entity !== undefined);
}

function readEntity(value: Json): Entity | undefined {
  if (!isJsonObject(value)) throw badRequest(`${PREFIX}expected an Object`);
  const fields = new JsonFields(value, PREFIX);
  const type = fields.string("type");
  const offset = fields.integer("offset");
  const length = fields.integer("length");
  if (FOUND_TYPES.has(type)) return undefined;
  const details = readDetails(type, fields);
  return length === 0 ? undefined : { type, offset, length, details };
}

function readDetails(type: string, fields: JsonFields): JsonObject {
  if (PLAIN_TYPES.has(type)) return {};
  switch (type) {
    case "pre":
      return compact({ language: fields.optionalString("language") || undefined });
    case "text_link":
      return { url: requireLink(fields.string("url")) };
    case "text_mention":
      return { user: fields.object("user") };
    case "custom_emoji":
      return { custom_emoji_id: String(fields.integer("custom_emoji_id")) };
    case "date_time":
      return readDateTime(fields);
    default:
      return fields.fail("Unsupported type specified");
  }
}

function readDateTime(fields: JsonFields): JsonObject {
  const format = fields.optionalString("date_time_format") ?? "";
  if (!/^(?:r|w?[dD]?[tT]?)$/.test(format)) fields.fail("Invalid date_time_format specified");
  return { unix_time: fields.integer("unix_time"), date_time_format: format };
}

/** @returns the address as the server writes it, or undefined when it is no link */
export function checkedLink(url: string): string | undefined {
  if (/^tg:\/\//i.test(url)) return url;
  const full = /^[a-z][a-z0-9+.-]*:/i.test(url) && !/^[^/]+\.[^/]+:\d/.test(url)
    ? url
    : `http://${url}`;
  if (!URL.canParse(full)) return undefined;
  const parsed = new URL(full);
  const isWeb = /^(?:https?|ftp|tonsite):$/.test(parsed.protocol);
  return isWeb && parsed.hostname.includes(".") ? parsed.href : undefined;
}

function requireLink(url: string): string {
  return checkedLink(url) ?? refuseLink(url);
}

function refuseLink(url: string): never {
  throw badRequest(`entity URL '${url}' is invalid: Wrong HTTP URL`);
}
