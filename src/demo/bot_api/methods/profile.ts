/** The bot's descriptions and menu button. */
import { badRequest } from "../api_error.ts";
import { JsonFields } from "../json_fields.ts";
import { isJsonObject, type Json, type JsonObject } from "../wire.ts";
import { readLanguage } from "./commands.ts";
import type { MethodCall, MethodTable } from "./method.ts";

const LONGEST_DESCRIPTION = 512;
const LONGEST_SHORT_DESCRIPTION = 120;

export const PROFILE_METHODS: MethodTable = {
  setMyDescription: {
    parameters: ["description", "language_code"],
    run: (call) =>
      setText(call, "description", LONGEST_DESCRIPTION, call.account.profile.descriptions),
  },
  getMyDescription: {
    parameters: ["language_code"],
    run: ({ account, parameters }) => ({
      description: textFor(account.profile.descriptions, readLanguage(parameters)),
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
      short_description: textFor(account.profile.shortDescriptions, readLanguage(parameters)),
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
};

function setText(
  { parameters }: MethodCall,
  name: string,
  longest: number,
  texts: Map<string, string>,
): Json {
  const text = parameters.text(name);
  if ([...text].length > longest) throw badRequest(`${name} is too long`);
  texts.set(readLanguage(parameters), text);
  return true;
}

function textFor(texts: ReadonlyMap<string, string>, language: string): string {
  return texts.get(language) || texts.get("") || "";
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
