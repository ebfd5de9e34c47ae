/** Methods about chats and files. */
import { badRequest } from "../api_error.ts";
import { chatToWire } from "../chat.ts";
import { DOWNLOAD_LIMIT } from "../files.ts";
import { changeBotStatus } from "../chat_events.ts";
import type { Json } from "../wire.ts";
import type { MethodCall, MethodTable } from "./method.ts";

export const CHAT_AND_FILE_METHODS: MethodTable = {
  getChat: { parameters: ["chat_id"], run: getChat },
  leaveChat: { parameters: ["chat_id"], run: leaveChat },
  getFile: { parameters: ["file_id"], run: getFile },
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

function getFile({ account, parameters }: MethodCall): Json {
  const id = parameters.text("file_id");
  if (id === "") throw badRequest("file_id not specified");
  if (!/^[A-Za-z0-9_-]{10,}$/.test(id)) throw badRequest("invalid file_id");
  const file = account.files.byId(id);
  if (file === undefined) {
    throw badRequest("wrong file_id or the file is temporarily unavailable");
  }
  if (file.size > DOWNLOAD_LIMIT) throw badRequest("file is too big");
  return {
    file_id: file.id,
    file_unique_id: file.uniqueId,
    file_size: file.size,
    file_path: file.path,
  };
}
