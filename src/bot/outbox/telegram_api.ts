/** Declares the part of grammY's `Api` that the outbox calls; every call is given a deadline. */
import type { InlineKeyboardMarkup, MessageEntity, ReactionTypeEmoji } from "@grammyjs/types";
import type { InputFile } from "grammy";
import type { RichBlock } from "../render/rich_message.ts";
import type { CallSignal } from "../api.ts";

export interface ReplyOptions {
  message_thread_id?: number;
  disable_notification?: boolean;
  reply_parameters?: { message_id: number; allow_sending_without_reply?: boolean };
}

export interface TextOptions {
  entities?: MessageEntity[];
  link_preview_options?: { is_disabled: boolean };
  reply_markup?: InlineKeyboardMarkup;
}

export interface DocumentOptions extends ReplyOptions {
  caption?: string;
  caption_entities?: MessageEntity[];
}

export interface AlbumPhoto {
  type: "photo";
  media: InputFile;
  caption?: string;
  caption_entities?: MessageEntity[];
}

export interface RichOptions extends ReplyOptions {
  reply_markup?: InlineKeyboardMarkup;
}

export interface TelegramApi {
  sendMessage(
    chatId: number,
    text: string,
    options: ReplyOptions & TextOptions,
    signal: CallSignal,
  ): Promise<{ readonly message_id: number }>;
  editMessageText(
    chatId: number,
    messageId: number,
    text: string,
    options: TextOptions,
    signal: CallSignal,
  ): Promise<unknown>;
  editMessageReplyMarkup(
    chatId: number,
    messageId: number,
    options: { reply_markup: InlineKeyboardMarkup },
    signal: CallSignal,
  ): Promise<unknown>;
  sendDocument(
    chatId: number,
    document: InputFile,
    options: DocumentOptions,
    signal: CallSignal,
  ): Promise<{ readonly message_id: number }>;
  sendPhoto(
    chatId: number,
    photo: InputFile,
    options: DocumentOptions,
    signal: CallSignal,
  ): Promise<{ readonly message_id: number }>;
  sendMediaGroup(
    chatId: number,
    media: AlbumPhoto[],
    options: ReplyOptions,
    signal: CallSignal,
  ): Promise<readonly { readonly message_id: number }[]>;
  sendRichMessage(
    chatId: number,
    message: { blocks: RichBlock[]; skip_entity_detection: true },
    options: RichOptions,
    signal: CallSignal,
  ): Promise<{ readonly message_id: number }>;
  deleteMessage(chatId: number, messageId: number, signal: CallSignal): Promise<unknown>;
  setMessageReaction(
    chatId: number,
    messageId: number,
    reaction: ReactionTypeEmoji[],
    options: Record<never, never>,
    signal: CallSignal,
  ): Promise<unknown>;
  sendChatAction(
    chatId: number,
    action: "typing",
    options: { message_thread_id?: number },
    signal: CallSignal,
  ): Promise<unknown>;
  answerCallbackQuery(
    queryId: string,
    options: { text?: string; show_alert?: boolean },
    signal: CallSignal,
  ): Promise<unknown>;
}
