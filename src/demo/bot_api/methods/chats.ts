/** getChat and leaveChat. */
import { badRequest } from "../api_error.ts";
import { chatToWire } from "../chats.ts";
import { changeBotStatus } from "../membership.ts";
import type { Json } from "../wire.ts";
import type { MethodCall, MethodTable } from "./method.ts";

export const CHAT_METHODS: MethodTable = {
  getChat: { parameters: ["chat_id"], run: getChat },
  leaveChat: { parameters: ["chat_id"], run: leaveChat },
};

function getChat({ account, parameters }: MethodCall): Json {
  const chat = account.findChat(parameters.text("chat_id"));
  return { ...chatToWire(chat), accent_color_id: 0, max_reaction_count: 11 };
}

function leaveChat({ account, parameters }: MethodCall): Json {
  const chat = account.findChat(parameters.text("chat_id"));
  if (chat.kind === "private") {
    throw badRequest("chat member status can't be changed in private chats");
  }
  if (chat.botStatus !== "left" && chat.botStatus !== "kicked") {
    changeBotStatus(account, chat, "left", account.bot);
  }
  return true;
}
