/** Reads the `rich_message` parameter: its blocks, and their text as a person reads it. */

import { badRequest } from "../api_error.ts";
import { isJsonArray, isJsonObject, type Json, JsonFields, type JsonObject } from "../wire.ts";
import type { Parameters } from "../parameters.ts";
import { looksEmpty } from "./formatted_text.ts";
import { checkedLink } from "./entities.ts";

/** The Bot API's "Rich Message Limits". */
const MOST_CHARACTERS = 32_768;
const MOST_BLOCKS = 500;
const MOST_COLUMNS = 20;
/** Counts blocks and styles together. */
const MOST_LEVELS = 16;

const PREFIX = "can't parse rich message: ";
const TEXT_PREFIX = "can't parse rich text: ";

/**
 * Takes blocks only: Markdown and HTML would be markup that others may have written.
 * @throws {ApiError} when the message is refused
 */
export function readRichMessage(
  parameters: Parameters,
): { readonly blocks: readonly Json[]; readonly text: string } {
  const value = parameters.json("rich_message", "can't parse rich message JSON object");
  if (!isJsonObject(value)) throw badRequest("rich message must be non-empty");
  const forms = ["blocks", "html", "markdown"].filter((form) => value[form] !== undefined);
  if (forms.length !== 1) {
    throw badRequest(`${PREFIX}exactly one of the fields blocks, html and markdown must be used`);
  }
  if (forms[0] !== "blocks") throw badRequest(`${PREFIX}${forms[0]} is not available here`);
  const fields = new JsonFields(value, PREFIX);
  fields.optionalBoolean("skip_entity_detection");
  const blocks = fields.optionalArray("blocks") ?? [];
  const text = new BlockReader().read(blocks);
  if (looksEmpty(text)) throw badRequest("rich message must be non-empty");
  if ([...text].length > MOST_CHARACTERS) throw badRequest("rich message is too long");
  return { blocks, text };
}

class BlockReader {
  #blocks = 0;

  read(blocks: readonly Json[]): string {
    return this.#all(blocks, 1);
  }

  #all(blocks: readonly Json[], level: number): string {
    return blocks.map((block) => this.#block(block, level)).join("\n\n");
  }

  #block(value: Json, level: number): string {
    this.#count(level);
    const fields = new JsonFields(objectOf(value), PREFIX);
    const text = (): string => readRichText(objectOf(value).text, level + 1);
    switch (fields.string("type")) {
      case "paragraph":
      case "footer":
        return text();
      case "heading":
        if (![1, 2, 3, 4, 5, 6].includes(fields.integer("size"))) fields.fail("Wrong heading size");
        return text();
      case "pre":
        fields.optionalString("language");
        return text();
      case "divider":
        return "────";
      case "blockquote":
        return indented(this.#all(arrayOf(fields, "blocks"), level + 1), "> ", "> ");
      case "list":
        return arrayOf(fields, "items").map((item) => this.#item(item, level + 1)).join("\n");
      case "table":
        return this.#table(arrayOf(fields, "cells"), level + 1);
      default:
        return fields.fail("Unsupported block type specified");
    }
  }

  #item(value: Json, level: number): string {
    this.#count(level);
    const fields = new JsonFields(objectOf(value), PREFIX);
    const number = fields.optionalInteger("value");
    const isChecked = fields.optionalBoolean("is_checked");
    const hasBox = fields.optionalBoolean("has_checkbox");
    const mark = hasBox ? (isChecked ? "☑" : "☐") : number === undefined ? "•" : `${number}.`;
    return indented(this.#all(arrayOf(fields, "blocks"), level + 1), `${mark} `, "  ");
  }

  #table(rows: readonly Json[], level: number): string {
    return rows.map((row) => {
      this.#count(level);
      if (!isJsonArray(row)) throw badRequest(`${PREFIX}expected an Array of RichBlockTableCell`);
      if (row.length > MOST_COLUMNS) throw badRequest("rich message table has too many columns");
      return row.map((cell) => readCell(cell, level + 1)).join(" | ");
    }).join("\n");
  }

  #count(level: number): void {
    this.#blocks += 1;
    if (this.#blocks > MOST_BLOCKS) throw badRequest("rich message has too many blocks");
    if (level > MOST_LEVELS) throw badRequest("rich message is nested too deep");
  }
}

function readCell(value: Json, level: number): string {
  const cell = objectOf(value);
  const fields = new JsonFields(cell, PREFIX);
  if (!["left", "center", "right"].includes(fields.string("align"))) fields.fail("Wrong align");
  if (!["top", "middle", "bottom"].includes(fields.string("valign"))) fields.fail("Wrong valign");
  fields.optionalBoolean("is_header");
  return cell.text === undefined ? "" : readRichText(cell.text, level);
}

function indented(text: string, first: string, rest: string): string {
  return text.split("\n").map((line, index) => (index === 0 ? first : rest) + line).join("\n");
}

function arrayOf(fields: JsonFields, name: string): readonly Json[] {
  const array = fields.optionalArray(name) ?? [];
  if (array.length === 0) fields.fail(`Field "${name}" must be non-empty`);
  return array;
}

function objectOf(value: Json): JsonObject {
  if (!isJsonObject(value)) throw badRequest(`${PREFIX}expected an Object`);
  return value;
}

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
 * Reads a string, a list of texts, or a text in a style.
 * @returns the characters alone
 * @throws {ApiError} for buttons and media, which this bot never sends
 */
function readRichText(value: Json | undefined, level: number): string {
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw badRequest("strings must be encoded in UTF-8");
    return value;
  }
  if (isJsonArray(value)) return value.map((piece) => readRichText(piece, level)).join("");
  if (!isJsonObject(value)) throw badRequest(`${TEXT_PREFIX}expected a RichText`);
  if (level > MOST_LEVELS) throw badRequest("rich message is nested too deep");
  const fields = new JsonFields(value, TEXT_PREFIX);
  const type = fields.string("type");
  if (type === "url") {
    const url = fields.string("url");
    if (checkedLink(url) === undefined) fields.fail(`URL '${url}' is invalid: Wrong HTTP URL`);
  } else if (!STYLES.has(type)) {
    fields.fail("Unsupported type specified");
  }
  return readRichText(value.text, level + 1);
}
