/** Text within rich messages: strings, lists of texts, and texts in a style. */
import { badRequest } from "../api_error.ts";
import { JsonFields } from "../json_fields.ts";
import { isJsonArray, isJsonObject, type Json } from "../wire.ts";
import { checkedLink } from "./entity_list.ts";

/** Blocks and styles together. */
export const MOST_LEVELS = 16;

const PREFIX = "can't parse rich text: ";
const STYLES = new Set([
  "bold",
  "italic",
  "underline",
  "strikethrough",
  "spoiler",
  "code",
  "marked",
  "subscript",
  "superscript",
]);

/**
 * @returns the characters alone
 * @throws {ApiError} when it is not a text of the kinds that a bot of ours sends: no buttons, no media
 */
export function readRichText(value: Json | undefined, level: number): string {
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw badRequest("strings must be encoded in UTF-8");
    return value;
  }
  if (isJsonArray(value)) return value.map((piece) => readRichText(piece, level)).join("");
  if (!isJsonObject(value)) throw badRequest(`${PREFIX}expected a RichText`);
  if (level > MOST_LEVELS) throw badRequest("rich message is nested too deep");
  const fields = new JsonFields(value, PREFIX);
  const type = fields.string("type");
  if (type === "url") {
    const url = fields.string("url");
    if (checkedLink(url) === undefined) fields.fail(`URL '${url}' is invalid: Wrong HTTP URL`);
  } else if (!STYLES.has(type)) {
    fields.fail("Unsupported type specified");
  }
  return readRichText(value.text, level + 1);
}
