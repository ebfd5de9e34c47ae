/** Makes operations of what can be sent: which call, and how its attempts may differ. */
import type { InlineKeyboardMarkup, MessageEntity } from "@grammyjs/types";
import { InputFile } from "grammy";
import type { FormattedText } from "../render/formatted_text.ts";
import { mapTexts, type RichBlock } from "../render/rich_message.ts";
import { splitMessage } from "../render/split.ts";
import { classifyFailure, type Failure } from "../api_failure.ts";
import type {
  Buttons,
  Destination,
  OutgoingDocument,
  OutgoingEdit,
  OutgoingMessage,
  OutgoingRich,
  Priority,
  ReactionEmoji,
} from "./outgoing.ts";
import { isPhoto } from "./picture_size.ts";
import type { Operation, Variant } from "./send_queue.ts";
import type { ReplyOptions, TelegramApi, TextOptions } from "./telegram_api.ts";

/** Begins every repeat, in any language. */
const REPEAT_SIGN = "🔁";

/** Telegram's limits for a text, in UTF-16 units. */
export const MESSAGE_LIMIT = 4096;
export const CAPTION_LIMIT = 1024;

const NOTHING: FormattedText = { text: "", entities: [] };
const CALL_TIMEOUT_MS = 30_000;
/** Shorter, as progress that hangs would keep an approval waiting; a newer edit follows anyway. */
const PROGRESS_TIMEOUT_MS = 5_000;
const UPLOAD_TIMEOUT_MS = 300_000;
/** How long clients show "typing…". */
const TYPING_LASTS_MS = 5000;

export function messageOperation(
  api: TelegramApi,
  message: OutgoingMessage,
  priority: Priority,
): Operation {
  const { content, buttons, label } = message;
  return {
    method: "sendMessage",
    ...replied(message),
    urgency: priority,
    ...(label === undefined ? {} : { key: labelKey(label) }),
    isFormatted: true,
    repeatable: false,
    ...(message.once === true ? { once: true as const } : {}),
    timeoutMs: CALL_TIMEOUT_MS,
    perform: async (chatId, variant, signal) => {
      const shown = variant.repeated
        ? markedRepeat(content, MESSAGE_LIMIT, message.repeatNote)
        : content;
      const options = {
        ...replyOptions(message, variant),
        ...textOptions(shown, buttons, variant),
      };
      return (await api.sendMessage(chatId, shown.text, options, signal)).message_id;
    },
  };
}

/**
 * Sends a rich message, or the first of its ordinary ones where the server refuses it.
 * @param onRefused called then, to send the other ordinary messages after it
 */
export function richOperation(
  api: TelegramApi,
  rich: OutgoingRich,
  priority: Priority,
  onRefused: (failure: Failure) => void,
): Operation {
  const classic = messageOperation(api, rich.classic.first, priority);
  let refused = false;
  return {
    method: "sendRichMessage",
    ...replied(rich),
    urgency: priority,
    isFormatted: true,
    repeatable: false,
    timeoutMs: CALL_TIMEOUT_MS,
    perform: async (chatId, variant, signal) => {
      if (refused) return await classic.perform(chatId, variant, signal);
      const { buttons, repeatNote } = rich;
      const blocks = variant.repeated ? withNote(rich.blocks, repeatNote) : rich.blocks;
      const options = {
        ...replyOptions(rich, variant),
        ...(buttons === undefined ? {} : { reply_markup: keyboard(buttons) }),
      };
      try {
        const message = { blocks: copyOfBlocks(blocks), skip_entity_detection: true as const };
        return (await api.sendRichMessage(chatId, message, options, signal)).message_id;
      } catch (error) {
        const failure = classifyFailure(error);
        if (failure.kind !== "refused" && failure.kind !== "entities") throw error;
        refused = true;
        onRefused(failure);
        return await classic.perform(chatId, variant, signal);
      }
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
    changes: messageId,
    urgency: priority,
    key: editKey(messageId),
    isFormatted: true,
    repeatable: true,
    timeoutMs: priority === "progress" ? PROGRESS_TIMEOUT_MS : CALL_TIMEOUT_MS,
    perform: async (chatId, variant, signal) => {
      const options = textOptions(content, buttons, variant);
      await unlessDone(api.editMessageText(chatId, messageId, content.text, options, signal));
      return messageId;
    },
  };
}

type DocumentCaller = TelegramApi["sendDocument"];

export function documentOperation(
  api: TelegramApi,
  document: OutgoingDocument,
  priority: Priority,
  call: DocumentCaller = (...args) => api.sendDocument(...args),
): Operation {
  const { bytes, fileName, caption } = document;
  return {
    method: "sendDocument",
    ...replied(document),
    urgency: priority,
    ...(caption === undefined ? {} : { isFormatted: true }),
    repeatable: false,
    timeoutMs: UPLOAD_TIMEOUT_MS,
    perform: async (chatId, variant, signal) => {
      const plain = caption ?? (variant.repeated ? NOTHING : undefined);
      const shown = plain !== undefined && variant.repeated
        ? markedRepeat(plain, CAPTION_LIMIT, document.repeatNote)
        : plain;
      const options = {
        ...replyOptions(document, variant),
        ...(shown === undefined ? {} : captionOptions(shown, variant)),
      };
      const file = new InputFile(bytes, fileName);
      return (await call(chatId, file, options, signal)).message_id;
    },
  };
}

/** Sends a picture as a photo, or as a file where it is no photo for Telegram. */
export function pictureOperation(
  api: TelegramApi,
  picture: OutgoingDocument,
  priority: Priority,
): Operation {
  const asFile = documentOperation(api, picture, priority);
  let photo = isPhoto(picture.bytes);
  const caller: DocumentCaller = (...call) => api.sendPhoto(...call);
  const asPhoto = documentOperation(api, picture, priority, caller);
  return {
    ...asFile,
    method: photo ? "sendPhoto" : "sendDocument",
    perform: async (chatId, variant, signal) => {
      if (!photo) return await asFile.perform(chatId, variant, signal);
      try {
        return await asPhoto.perform(chatId, variant, signal);
      } catch (error) {
        if (classifyFailure(error).kind !== "refused") throw error;
        photo = false;
        return await asFile.perform(chatId, variant, signal);
      }
    },
  };
}

export function deleteOperation(api: TelegramApi, messageId: number): Operation {
  return {
    method: "deleteMessage",
    changes: messageId,
    urgency: "reply",
    key: `delete:${messageId}`,
    repeatable: true,
    timeoutMs: CALL_TIMEOUT_MS,
    perform: async (chatId, _variant, signal) => {
      await unlessDone(api.deleteMessage(chatId, messageId, signal));
      return messageId;
    },
  };
}

/** @param emoji absent = removes the bot's reaction */
export function reactionOperation(
  api: TelegramApi,
  messageId: number,
  emoji: ReactionEmoji | undefined,
): Operation {
  return {
    method: "setMessageReaction",
    changes: messageId,
    urgency: "reaction",
    key: `reaction:${messageId}`,
    repeatable: true,
    timeoutMs: CALL_TIMEOUT_MS,
    perform: async (chatId, _variant, signal) => {
      const reactions = emoji === undefined ? [] : [{ type: "emoji" as const, emoji }];
      await api.setMessageReaction(chatId, messageId, reactions, {}, signal);
      return messageId;
    },
  };
}

export function buttonsOperation(
  api: TelegramApi,
  messageId: number,
  buttons: Buttons,
): Operation {
  return {
    method: "editMessageReplyMarkup",
    changes: messageId,
    urgency: "reply",
    key: `buttons:${messageId}`,
    repeatable: true,
    timeoutMs: CALL_TIMEOUT_MS,
    perform: async (chatId, _variant, signal) => {
      const options = { reply_markup: keyboard(buttons) };
      await unlessDone(api.editMessageReplyMarkup(chatId, messageId, options, signal));
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

export function replied({ replyTo }: Destination): Pick<Operation, "repliesTo"> {
  return replyTo === undefined ? {} : { repliesTo: replyTo };
}

export function replyOptions(
  { topicId, replyTo, silent }: Destination,
  { withoutReply, withoutTopic }: Variant,
): ReplyOptions {
  return {
    ...(topicId === undefined || withoutTopic ? {} : { message_thread_id: topicId }),
    ...(silent === true ? { disable_notification: true } : {}),
    ...(replyTo === undefined || withoutReply ? {} : {
      reply_parameters: { message_id: replyTo, allow_sending_without_reply: true },
    }),
  };
}

/** Turns link previews off: a link of the agent must not make Telegram fetch a page. */
function textOptions(
  content: FormattedText,
  buttons: Buttons | undefined,
  { plain }: Variant,
): TextOptions {
  return {
    ...(plain ? {} : { entities: [...content.entities] }),
    link_preview_options: { is_disabled: true },
    ...(buttons === undefined ? {} : { reply_markup: keyboard(buttons) }),
  };
}

function captionOptions(
  { text, entities }: FormattedText,
  { plain }: Variant,
): { caption: string; caption_entities?: MessageEntity[] } {
  return plain ? { caption: text } : { caption: text, caption_entities: [...entities] };
}

function keyboard(buttons: Buttons): InlineKeyboardMarkup {
  const rows = buttons.map((row) =>
    row.map(({ label, data, url, style }) => ({
      text: label,
      ...(url === undefined ? { callback_data: data } : { url }),
      ...(style === undefined ? {} : { style }),
    }))
  );
  return { inline_keyboard: rows };
}

/** Ignores the refusal which says that the wanted state is there already. */
async function unlessDone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (classifyFailure(error).kind !== "done-already") throw error;
  }
}

function withNote(blocks: readonly RichBlock[], note = REPEAT_SIGN): readonly RichBlock[] {
  return [{ type: "paragraph", text: note }, ...blocks];
}

/** Makes a copy, which the library may change. */
function copyOfBlocks(blocks: readonly RichBlock[]): RichBlock[] {
  return mapTexts(blocks, (text) => text);
}

/**
 * Marks a message that may have arrived before: by the note where there is room, else by the sign
 * alone. Cuts a text that leaves room for neither.
 *
 * @param note a sentence that begins with the sign
 */
export function markedRepeat(
  content: FormattedText,
  limit: number,
  note = REPEAT_SIGN,
): FormattedText {
  const long = `${note}\n`;
  const mark = long.length + content.text.length <= limit ? long : `${REPEAT_SIGN} `;
  const { text, entities } = beginningOf(content, limit - mark.length);
  return {
    text: mark + text,
    entities: entities.map((entity) => ({ ...entity, offset: entity.offset + mark.length })),
  };
}

function beginningOf(content: FormattedText, limit: number): FormattedText {
  if (content.text.length <= limit) return content;
  return splitMessage(content, { limit, most: 1 })[0] ?? { text: "", entities: [] };
}
