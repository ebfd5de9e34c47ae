/** Turns what is to be sent into calls of the Bot API. */
import type { InlineKeyboardMarkup, MessageEntity } from "@grammyjs/types";
import { InputFile } from "grammy";
import type { FormattedText } from "../render/formatted_text.ts";
import { classifyFailure } from "./failure.ts";
import type { Operation, Reductions } from "./operation.ts";
import type {
  Buttons,
  Destination,
  OutgoingDocument,
  OutgoingEdit,
  OutgoingMessage,
  Priority,
  ReactionEmoji,
} from "./outgoing.ts";
import { CAPTION_LIMIT, markedRepeat, MESSAGE_LIMIT } from "./repeat_mark.ts";
import type { ReplyOptions, TelegramApi, TextOptions } from "./telegram_api.ts";

const NOTHING: FormattedText = { text: "", entities: [] };
export const CALL_TIMEOUT_MS = 30_000;
/** Progress that hangs must not keep an approval waiting behind it; a newer edit follows anyway. */
const PROGRESS_TIMEOUT_MS = 5_000;
const UPLOAD_TIMEOUT_MS = 300_000;
/** The "typing…" of Telegram's clients goes away by itself after as long. */
const TYPING_LASTS_MS = 5000;

export function messageOperation(
  api: TelegramApi,
  message: OutgoingMessage,
  priority: Priority,
): Operation {
  const { content, buttons, label } = message;
  return {
    method: "sendMessage",
    urgency: priority,
    ...(label === undefined ? {} : { key: labelKey(label) }),
    repeatable: false,
    timeoutMs: CALL_TIMEOUT_MS,
    perform: async (chatId, reductions, signal) => {
      const shown = reductions.repeated
        ? markedRepeat(content, MESSAGE_LIMIT, message.repeatNote)
        : content;
      const options = {
        ...replyOptions(message, reductions),
        ...textOptions(shown, buttons, reductions),
      };
      return (await api.sendMessage(chatId, shown.text, options, signal)).message_id;
    },
  };
}

export function editOperation(
  api: TelegramApi,
  { messageId, content, buttons }: OutgoingEdit,
  priority: Priority,
): Operation {
  return {
    method: "editMessageText",
    urgency: priority,
    key: editKey(messageId),
    repeatable: true,
    timeoutMs: priority === "progress" ? PROGRESS_TIMEOUT_MS : CALL_TIMEOUT_MS,
    perform: async (chatId, reductions, signal) => {
      const options = textOptions(content, buttons, reductions);
      await unlessDone(api.editMessageText(chatId, messageId, content.text, options, signal));
      return messageId;
    },
  };
}

export function documentOperation(
  api: TelegramApi,
  document: OutgoingDocument,
  priority: Priority,
): Operation {
  const { bytes, fileName, caption } = document;
  return {
    method: "sendDocument",
    urgency: priority,
    repeatable: false,
    timeoutMs: UPLOAD_TIMEOUT_MS,
    perform: async (chatId, reductions, signal) => {
      const plain = caption ?? (reductions.repeated ? NOTHING : undefined);
      const shown = plain !== undefined && reductions.repeated
        ? markedRepeat(plain, CAPTION_LIMIT, document.repeatNote)
        : plain;
      const options = {
        ...replyOptions(document, reductions),
        ...(shown === undefined ? {} : captionOptions(shown, reductions)),
      };
      const file = new InputFile(bytes, fileName);
      return (await api.sendDocument(chatId, file, options, signal)).message_id;
    },
  };
}

export function deleteOperation(api: TelegramApi, messageId: number): Operation {
  return {
    method: "deleteMessage",
    urgency: "reply",
    key: `delete:${messageId}`,
    repeatable: true,
    timeoutMs: CALL_TIMEOUT_MS,
    perform: async (chatId, _reductions, signal) => {
      await unlessDone(api.deleteMessage(chatId, messageId, signal));
      return messageId;
    },
  };
}

/** @param emoji absent = the bot's reaction goes away */
export function reactionOperation(
  api: TelegramApi,
  messageId: number,
  emoji: ReactionEmoji | undefined,
): Operation {
  return {
    method: "setMessageReaction",
    urgency: "reaction",
    key: `reaction:${messageId}`,
    repeatable: true,
    timeoutMs: CALL_TIMEOUT_MS,
    perform: async (chatId, _reductions, signal) => {
      const reactions = emoji === undefined ? [] : [{ type: "emoji" as const, emoji }];
      await api.setMessageReaction(chatId, messageId, reactions, {}, signal);
      return messageId;
    },
  };
}

export function typingOperation(api: TelegramApi, topicId: number | undefined): Operation {
  return {
    method: "sendChatAction",
    urgency: "typing",
    key: `typing:${topicId ?? ""}`,
    repeatable: true,
    maxAgeMs: TYPING_LASTS_MS,
    timeoutMs: TYPING_LASTS_MS,
    perform: async (chatId, { withoutTopic }, signal) => {
      const options = topicId === undefined || withoutTopic ? {} : { message_thread_id: topicId };
      await api.sendChatAction(chatId, "typing", options, signal);
      return 0;
    },
  };
}

export function editKey(messageId: number): string {
  return `edit:${messageId}`;
}

export function labelKey(label: string): string {
  return `label:${label}`;
}

export function replyOptions(
  { topicId, replyTo, silent }: Destination,
  { withoutReply, withoutTopic }: Reductions,
): ReplyOptions {
  return {
    ...(topicId === undefined || withoutTopic ? {} : { message_thread_id: topicId }),
    ...(silent === true ? { disable_notification: true } : {}),
    ...(replyTo === undefined || withoutReply ? {} : {
      reply_parameters: { message_id: replyTo, allow_sending_without_reply: true },
    }),
  };
}

/** A link of the agent's must not make Telegram fetch and show a page. */
function textOptions(
  content: FormattedText,
  buttons: Buttons | undefined,
  { plain }: Reductions,
): TextOptions {
  return {
    ...(plain ? {} : { entities: copyOf(content.entities) }),
    link_preview_options: { is_disabled: true },
    ...(buttons === undefined ? {} : { reply_markup: keyboard(buttons) }),
  };
}

function captionOptions(
  { text, entities }: FormattedText,
  { plain }: Reductions,
): { caption: string; caption_entities?: MessageEntity[] } {
  return plain ? { caption: text } : { caption: text, caption_entities: copyOf(entities) };
}

function copyOf(entities: readonly MessageEntity[]): MessageEntity[] {
  return [...entities];
}

export function keyboard(buttons: Buttons): InlineKeyboardMarkup {
  const rows = buttons.map((row) =>
    row.map(({ label, data, style }) => ({
      text: label,
      callback_data: data,
      ...(style === undefined ? {} : { style }),
    }))
  );
  return { inline_keyboard: rows };
}

/** Passes over the refusal that says the wanted state is there already. */
async function unlessDone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (classifyFailure(error).kind !== "done-already") throw error;
  }
}
