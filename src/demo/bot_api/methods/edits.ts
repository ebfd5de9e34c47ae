/** Methods that act on a message: edit, delete, react, and answer a pressed button. */
import { badRequest } from "../api_error.ts";
import {
  type Chat,
  currentVersion,
  messageToWire,
  requireWritable,
  type StoredMessage,
} from "../chat.ts";
import { type InlineKeyboard, readReplyMarkup } from "../keyboard.ts";
import type { FormattedText } from "../text/entities.ts";
import { isJsonArray, isJsonObject, type Json, JsonFields } from "../wire.ts";
import type { MethodCall, MethodTable } from "./method.ts";
import { readText } from "./sends.ts";

const TARGET = ["business_connection_id", "chat_id", "message_id", "inline_message_id"];
const DELETE_LIMIT_MS = 48 * 3_600_000;
const ANSWER_TEXT_LIMIT = 200;

export const EDIT_METHODS: MethodTable = {
  editMessageText: {
    parameters: [
      ...TARGET,
      "text",
      "parse_mode",
      "entities",
      "link_preview_options",
      "disable_web_page_preview",
      "rich_message",
      "reply_markup",
    ],
    run: editMessageText,
  },
  editMessageReplyMarkup: { parameters: [...TARGET, "reply_markup"], run: editMessageReplyMarkup },
  deleteMessage: { parameters: ["chat_id", "message_id"], run: deleteMessage },
  answerCallbackQuery: {
    parameters: ["callback_query_id", "text", "show_alert", "url", "cache_time"],
    run: answerCallbackQuery,
  },
  setMessageReaction: {
    parameters: ["chat_id", "message_id", "reaction", "is_big"],
    run: setMessageReaction,
  },
};

function editMessageText(call: MethodCall): Json {
  const content = readText(call.parameters);
  const keyboard = readInlineKeyboard(call);
  const message = findOwnMessage(call);
  if (message.kind !== "text") throw badRequest("there is no text in the message to edit");
  return applyEdit(call, message, content, keyboard);
}

function editMessageReplyMarkup(call: MethodCall): Json {
  const keyboard = readInlineKeyboard(call);
  const message = findOwnMessage(call);
  return applyEdit(call, message, currentVersion(message).content, keyboard);
}

function deleteMessage(call: MethodCall): Json {
  const { chat, messageId } = readTarget(call);
  const message = chat.visibleMessage(messageId);
  if (message === undefined) throw badRequest("message to delete not found");
  const ageMs = call.account.clock.now().getTime() - message.date.getTime();
  const isOwn = message.from?.id === call.account.bot.id;
  const mayDelete = isOwn || chat.kind === "private" || chat.botStatus === "administrator";
  if (!mayDelete || (ageMs > DELETE_LIMIT_MS && chat.botStatus !== "administrator")) {
    throw badRequest("message can't be deleted");
  }
  message.deleted = true;
  return true;
}

function answerCallbackQuery({ account, parameters }: MethodCall): Json {
  const text = parameters.text("text");
  if ([...text].length > ANSWER_TEXT_LIMIT) throw badRequest("MESSAGE_TOO_LONG");
  account.queries.answer(parameters.text("callback_query_id"), {
    text,
    showAlert: parameters.boolean("show_alert"),
    url: parameters.text("url"),
  });
  return true;
}

function applyEdit(
  { account }: MethodCall,
  message: StoredMessage,
  content: FormattedText,
  keyboard: InlineKeyboard | undefined,
): Json {
  const at = account.clock.now();
  const before = currentVersion(message);
  if (isSame(before, { content, keyboard })) {
    throw badRequest(
      "message is not modified: specified new message content and reply markup are exactly the " +
        "same as a current content and reply markup of the message",
    );
  }
  message.versions.push({ at, content, keyboard });
  message.editedAt = at;
  return messageToWire(message);
}

interface Look {
  readonly content: FormattedText;
  readonly keyboard: InlineKeyboard | undefined;
}

function isSame(one: Look, other: Look): boolean {
  const canonical = ({ content, keyboard }: Look): string =>
    JSON.stringify([content.text, content.entities, keyboard ?? null]);
  return canonical(one) === canonical(other);
}

function readInlineKeyboard({ parameters }: MethodCall): InlineKeyboard | undefined {
  const markup = readReplyMarkup(parameters);
  if (markup === undefined) return undefined;
  if (markup.type !== "inline") throw badRequest("inline keyboard expected");
  return markup.keyboard;
}

function findOwnMessage(call: MethodCall): StoredMessage {
  const { chat, messageId } = readTarget(call);
  const message = chat.visibleMessage(messageId);
  if (message === undefined) throw badRequest("message to edit not found");
  const isOwn = message.from?.id === call.account.bot.id || message.senderChat === chat;
  if (!isOwn || message.kind === "service") throw badRequest("message can't be edited");
  return message;
}

function readTarget({ account, parameters }: MethodCall): { chat: Chat; messageId: number } {
  if (parameters.has("inline_message_id")) throw badRequest("MESSAGE_ID_INVALID");
  const chat = account.findChat(parameters.text("chat_id"));
  requireWritable(chat);
  const messageId = parameters.integer("message_id");
  if (messageId === undefined) throw badRequest("message identifier is not specified");
  return { chat, messageId };
}

/** The documented list of `ReactionTypeEmoji`. */
const REACTION_EMOJI: ReadonlySet<string> = new Set(
  ("👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 " +
    "🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡")
    .split(" "),
);

function setMessageReaction({ account, parameters }: MethodCall): Json {
  const chat = account.findChat(parameters.text("chat_id"));
  requireWritable(chat);
  const messageId = parameters.integer("message_id");
  if (messageId === undefined) throw badRequest("message identifier is not specified");
  const reactions = readReactions(
    parameters.json("reaction", "can't parse reaction types JSON object"),
  );
  const message = chat.visibleMessage(messageId);
  if (message === undefined) throw badRequest("message to react not found");
  if (message.kind === "service") throw badRequest("message can't be reacted");
  if (reactions.length > 1) throw badRequest("REACTIONS_TOO_MANY");
  if (reactions.length === 0) message.reactions.delete(account.bot.id);
  else message.reactions.set(account.bot.id, reactions);
  return true;
}

function readReactions(value: Json | undefined): readonly string[] {
  if (value === undefined) return [];
  if (!isJsonArray(value)) throw badRequest("expected an Array of ReactionType");
  return value.map(readReaction);
}

function readReaction(value: Json): string {
  const prefix = "can't parse ReactionType: ";
  if (!isJsonObject(value)) throw badRequest(`${prefix}expected an Object`);
  const fields = new JsonFields(value, prefix);
  switch (fields.string("type")) {
    case "emoji": {
      const emoji = fields.string("emoji");
      if (!REACTION_EMOJI.has(emoji)) throw badRequest("REACTION_INVALID");
      return emoji;
    }
    case "custom_emoji":
    case "paid":
      throw badRequest("REACTION_INVALID");
    default:
      return fields.fail("invalid reaction type specified");
  }
}
