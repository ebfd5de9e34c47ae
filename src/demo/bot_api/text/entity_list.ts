/** Reads the `entities` parameter. */
import { badRequest } from "../api_error.ts";
import { JsonFields } from "../json_fields.ts";
import { compact, isJsonArray, isJsonObject, type Json, type JsonObject } from "../wire.ts";
import type { Entity } from "./entity.ts";

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
/** Found by the server itself; ignored when a bot names them. */
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
 * The entities that a bot may set.
 *
 * The real server ignores a list that is not a list; here it is refused, because a bot never
 * means that.
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

/** @returns the address as the server writes it */
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
