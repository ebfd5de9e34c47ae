/** The bot's command lists. */
import { badRequest } from "../api_error.ts";
import type { BotCommand, ScopeKey } from "../command_book.ts";
import { JsonFields } from "../json_fields.ts";
import type { Parameters } from "../parameters.ts";
import { isJsonArray, isJsonObject, type Json } from "../wire.ts";
import type { MethodCall, MethodTable } from "./method.ts";

const MOST_COMMANDS = 100;
const LONGEST_COMMAND = 32;
const LONGEST_DESCRIPTION = 256;

export const COMMAND_METHODS: MethodTable = {
  setMyCommands: { parameters: ["commands", "scope", "language_code"], run: setMyCommands },
  getMyCommands: { parameters: ["scope", "language_code"], run: getMyCommands },
  deleteMyCommands: { parameters: ["scope", "language_code"], run: deleteMyCommands },
};

/** @throws {ApiError} unless it is empty or a two-letter code */
export function readLanguage(parameters: Parameters): string {
  const language = parameters.text("language_code");
  if (!/^(?:[a-z]{2})?$/.test(language)) throw badRequest("invalid language code specified");
  return language;
}

function setMyCommands(call: MethodCall): Json {
  const commands = readCommands(call.parameters);
  const { scope, language } = readList(call);
  call.account.commands.set(scope, language, commands);
  return true;
}

function getMyCommands(call: MethodCall): Json {
  const { scope, language } = readList(call);
  return call.account.commands.get(scope, language).map((command) => ({ ...command }));
}

function deleteMyCommands(call: MethodCall): Json {
  const { scope, language } = readList(call);
  call.account.commands.delete(scope, language);
  return true;
}

function readList(call: MethodCall): { scope: ScopeKey; language: string } {
  return { scope: readScope(call), language: readLanguage(call.parameters) };
}

function readCommands(parameters: Parameters): readonly BotCommand[] {
  const value = parameters.json("commands", "can't parse commands JSON object");
  if (value === undefined) return [];
  if (!isJsonArray(value)) throw badRequest("expected an Array of BotCommand");
  if (value.length > MOST_COMMANDS) throw badRequest("BOT_COMMANDS_TOO_MUCH");
  return value.map(readCommand);
}

function readCommand(value: Json): BotCommand {
  const prefix = "can't parse BotCommand: ";
  if (!isJsonObject(value)) throw badRequest(`${prefix}expected an Object`);
  const fields = new JsonFields(value, prefix);
  const command = fields.string("command").trim().replace(/^\//, "");
  const description = fields.string("description").trim();
  requireLength("command", command, LONGEST_COMMAND);
  requireLength("command description", description, LONGEST_DESCRIPTION);
  if (!/^[a-z0-9_]+$/.test(command)) throw badRequest("BOT_COMMAND_INVALID");
  return { command, description };
}

function requireLength(what: string, text: string, longest: number): void {
  if (text === "") throw badRequest(`${what} must be non-empty`);
  if ([...text].length > longest) throw badRequest(`${what} length must not exceed ${longest}`);
}

const PLAIN_SCOPES = ["default", "all_private_chats", "all_group_chats", "all_chat_administrators"];

function readScope({ account, parameters }: MethodCall): ScopeKey {
  const value = parameters.json("scope", "can't parse BotCommandScope JSON object");
  if (value === undefined) return "default";
  const prefix = "can't parse BotCommandScope: ";
  if (!isJsonObject(value)) throw badRequest(`${prefix}BotCommandScope must be an Object`);
  const fields = new JsonFields(value, prefix);
  const type = fields.string("type");
  if (PLAIN_SCOPES.includes(type)) return type;
  if (!["chat", "chat_administrators", "chat_member"].includes(type)) {
    fields.fail("Unsupported type specified");
  }
  const chatId = fields.string("chat_id");
  if (chatId === "") fields.fail("Empty chat_id specified");
  const chat = account.findChat(chatId);
  if (type !== "chat_member") return `${type}:${chat.id}`;
  const userId = fields.integer("user_id");
  if (userId <= 0) fields.fail("Invalid user_id specified");
  return `chat_member:${chat.id}:${userId}`;
}
