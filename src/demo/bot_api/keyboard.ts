/** Reply markup under a message, and the callback queries that its buttons send. */
import type { Clock } from "../../core/clock.ts";
import { badRequest } from "./api_error.ts";
import type { Parameters } from "./parameters.ts";
import { isJsonArray, isJsonObject, type Json, JsonFields, type JsonObject } from "./wire.ts";

export interface InlineButton {
  readonly text: string;
  /** Present on buttons that send a callback query. */
  readonly callbackData?: string;
  /** The whole button, as it was accepted. */
  readonly wire: JsonObject;
}

export type InlineKeyboard = readonly (readonly InlineButton[])[];

export type ReplyMarkup =
  | { readonly type: "inline"; readonly keyboard: InlineKeyboard }
  | { readonly type: "keyboard" | "remove" | "force-reply"; readonly wire: JsonObject };

const CALLBACK_DATA_LIMIT_BYTES = 64;
const COPY_TEXT_LIMIT = 256;
const BUTTONS_LIMIT = 100;
const STYLES = ["danger", "success", "primary"];

/** @returns undefined when there is none, or an inline keyboard without a button */
export function readReplyMarkup(parameters: Parameters): ReplyMarkup | undefined {
  const complaint = "can't parse reply keyboard markup JSON object";
  const value = parameters.json("reply_markup", complaint);
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) throw badRequest("object expected as reply markup");
  const fields = new JsonFields(value);
  const rows = fields.optionalArray("keyboard");
  const inlineRows = fields.optionalArray("inline_keyboard");
  if (rows !== undefined && rows.length > 0) return readKeyboard(rows, value);
  if (inlineRows !== undefined) return readInlineMarkup(inlineRows);
  if (fields.optionalBoolean("remove_keyboard")) return { type: "remove", wire: value };
  if (fields.optionalBoolean("force_reply")) return { type: "force-reply", wire: value };
  return undefined;
}

export function inlineKeyboardToWire(keyboard: InlineKeyboard): Json {
  return { inline_keyboard: keyboard.map((row) => row.map((button) => button.wire)) };
}

function readKeyboard(rows: readonly Json[], wire: JsonObject): ReplyMarkup {
  for (const row of rows) {
    if (!isJsonArray(row)) throw badRequest('field "keyboard" must be an Array of Arrays');
    for (const button of row) readKeyboardButton(button);
  }
  return { type: "keyboard", wire };
}

function readKeyboardButton(button: Json): void {
  const prefix = "can't parse keyboard button: ";
  if (typeof button === "string") return;
  if (!isJsonObject(button)) {
    throw badRequest(`${prefix}KeyboardButton must be a String or an Object`);
  }
  new JsonFields(button, prefix).string("text");
}

function readInlineMarkup(rows: readonly Json[]): ReplyMarkup | undefined {
  const keyboard = rows.map((row) => {
    if (!isJsonArray(row)) {
      throw badRequest(
        'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
      );
    }
    return row.map(readInlineButton);
  }).filter((row) => row.length > 0);
  if (keyboard.length === 0) return undefined;
  if (keyboard.flat().length > BUTTONS_LIMIT) throw badRequest("REPLY_MARKUP_TOO_LONG");
  return { type: "inline", keyboard };
}

function readInlineButton(button: Json): InlineButton {
  const prefix = "can't parse inline keyboard button: ";
  if (!isJsonObject(button)) throw badRequest(`${prefix}InlineKeyboardButton must be an Object`);
  const fields = new JsonFields(button, prefix);
  const text = fields.string("text");
  if (text.trim() === "") throw badRequest("BUTTON_TEXT_INVALID");
  readStyle(fields);
  const callbackData = readAction(fields);
  return { text, wire: button, ...(callbackData === undefined ? {} : { callbackData }) };
}

function readStyle(fields: JsonFields): void {
  const style = fields.optionalString("style");
  if (style !== undefined && !STYLES.includes(style)) fields.fail("Invalid button style specified");
}

/** @returns the callback data of a callback button */
function readAction(fields: JsonFields): string | undefined {
  const url = fields.optionalString("url");
  if (url !== undefined && url !== "") return requireButtonUrl(url);
  const data = fields.optionalString("callback_data");
  if (data !== undefined && data !== "") return requireCallbackData(data);
  if (fields.has("copy_text")) return requireCopyText(fields);
  const others = [
    "disabled",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
  ];
  if (others.some((name) => fields.has(name))) return undefined;
  return fields.fail("Text buttons are unallowed in the inline keyboard");
}

function requireCallbackData(data: string): string {
  if (new TextEncoder().encode(data).length > CALLBACK_DATA_LIMIT_BYTES) {
    throw badRequest("BUTTON_DATA_INVALID");
  }
  return data;
}

function requireCopyText(fields: JsonFields): undefined {
  const text = new JsonFields(fields.object("copy_text")).string("text");
  const length = [...text].length;
  if (length < 1 || length > COPY_TEXT_LIMIT) throw badRequest("BUTTON_COPY_TEXT_INVALID");
}

function requireButtonUrl(url: string): undefined {
  if (url.startsWith("tg://")) return;
  const complaint = `inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`;
  if (!URL.canParse(url)) throw badRequest(complaint);
  const { protocol, hostname } = new URL(url);
  if (!/^https?:$/.test(protocol) || !hostname.includes(".")) throw badRequest(complaint);
}

export interface CallbackAnswer {
  readonly text: string;
  readonly showAlert: boolean;
  readonly url: string;
  readonly at: Date;
}

interface Query {
  readonly askedAt: number;
  answer: CallbackAnswer | undefined;
}

export class CallbackQueries {
  readonly #clock: Clock;
  readonly #lifetimeMs: number;
  readonly #queries = new Map<string, Query>();
  #nextId = 4_000_000_000_000_001n;

  constructor(clock: Clock, lifetimeMs: number) {
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
  }

  /** @returns the new query's id */
  open(): string {
    const id = String(this.#nextId++);
    this.#queries.set(id, { askedAt: this.#clock.now().getTime(), answer: undefined });
    return id;
  }

  /** @throws {ApiError} when the query is unknown, too old or answered already */
  answer(id: string, answer: Omit<CallbackAnswer, "at">): void {
    const query = this.#queries.get(id);
    const at = this.#clock.now();
    const isOpen = query !== undefined && query.answer === undefined &&
      at.getTime() - query.askedAt <= this.#lifetimeMs;
    if (!isOpen) {
      throw badRequest(
        "query is too old and response timeout expired or query ID is invalid",
      );
    }
    query.answer = { ...answer, at };
  }

  answerOf(id: string): CallbackAnswer | undefined {
    return this.#queries.get(id)?.answer;
  }
}
