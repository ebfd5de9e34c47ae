/** Methods about what the bot says of itself: descriptions, menu button and command lists. */
import { badRequest } from "../api_error.ts";
import type { BotCommand, LocalizedText, ScopeKey } from "../bot_profile.ts";
import type { Parameters } from "../parameters.ts";
import { isJsonArray, isJsonObject, type Json, JsonFields, type JsonObject } from "../wire.ts";
import type { MethodCall, MethodTable } from "./method.ts";

const LONGEST_DESCRIPTION = 512;
const LONGEST_SHORT_DESCRIPTION = 120;
const MOST_COMMANDS = 100;
const LONGEST_COMMAND = 32;
const LONGEST_COMMAND_DESCRIPTION = 256;

export const PROFILE_METHODS: MethodTable = {
  setMyDescription: {
    parameters: ["description", "language_code"],
    run: (call) =>
      setText(call, "description", LONGEST_DESCRIPTION, call.account.profile.descriptions),
  },
  getMyDescription: {
    parameters: ["language_code"],
    run: ({ account, parameters }) => ({
      description: account.profile.descriptions.for(readLanguage(parameters)),
    }),
  },
  setMyShortDescription: {
    parameters: ["short_description", "language_code"],
    run: (call) => {
      const texts = call.account.profile.shortDescriptions;
      return setText(call, "short_description", LONGEST_SHORT_DESCRIPTION, texts);
    },
  },
  getMyShortDescription: {
    parameters: ["language_code"],
    run: ({ account, parameters }) => ({
      short_description: account.profile.shortDescriptions.for(readLanguage(parameters)),
    }),
  },
  setChatMenuButton: { parameters: ["chat_id", "menu_button"], run: setChatMenuButton },
  getChatMenuButton: {
    parameters: ["chat_id"],
    run: (call) => {
      const { menuButtons } = call.account.profile;
      return menuButtons.get(readPrivateChat(call)) ?? menuButtons.get(0) ?? { type: "commands" };
    },
  },
  setMyCommands: { parameters: ["commands", "scope", "language_code"], run: setMyCommands },
  getMyCommands: { parameters: ["scope", "language_code"], run: getMyCommands },
  deleteMyCommands: { parameters: ["scope", "language_code"], run: deleteMyCommands },
};

function setText(
  { parameters }: MethodCall,
  name: string,
  longest: number,
  texts: LocalizedText,
): Json {
  const text = parameters.text(name);
  if ([...text].length > longest) throw badRequest(`${name} is too long`);
  texts.set(readLanguage(parameters), text);
  return true;
}

function setChatMenuButton(call: MethodCall): Json {
  const button = readMenuButton(call);
  call.account.profile.menuButtons.set(readPrivateChat(call), button);
  return true;
}

function readMenuButton({ parameters }: MethodCall): JsonObject {
  const value = parameters.json("menu_button", "can't parse menu button JSON object");
  if (value === undefined) return { type: "default" };
  const prefix = "can't parse menu button: ";
  if (!isJsonObject(value)) throw badRequest(`${prefix}MenuButton must be an Object`);
  const fields = new JsonFields(value, prefix);
  const type = fields.string("type");
  if (!["default", "commands", "web_app"].includes(type)) {
    fields.fail("MenuButton has unsupported type");
  }
  return value;
}

/** 0 when no chat is named. */
function readPrivateChat({ account, parameters }: MethodCall): number {
  if (!parameters.has("chat_id")) return 0;
  const chat = account.findChat(parameters.text("chat_id"));
  if (chat.kind !== "private") {
    throw badRequest("chat menu button can be set only in private chats");
  }
  return chat.id;
}

/** @throws {ApiError} unless it is empty or a two-letter code */
function readLanguage(parameters: Parameters): string {
  const language = parameters.text("language_code");
  if (!/^(?:[a-z]{2})?$/.test(language)) throw badRequest("invalid language code specified");
  return language;
}

function setMyCommands(call: MethodCall): Json {
  const commands = readCommands(call.parameters);
  const { scope, language } = readList(call);
  call.account.profile.commands.set(scope, language, commands);
  return true;
}

function getMyCommands(call: MethodCall): Json {
  const { scope, language } = readList(call);
  return call.account.profile.commands.get(scope, language).map((command) => ({ ...command }));
}

function deleteMyCommands(call: MethodCall): Json {
  const { scope, language } = readList(call);
  call.account.profile.commands.delete(scope, language);
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
  requireLength("command description", description, LONGEST_COMMAND_DESCRIPTION);
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
