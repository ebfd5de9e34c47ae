/** What can be asked of the outbox and what comes of it. */
import type { ReactionTypeEmoji } from "@grammyjs/types";
import type { FormattedText } from "../render/formatted_text.ts";
import type { RichBlock } from "../render/rich_message.ts";

/**
 * Order of sending within a chat: an approval never waits behind progress. `waiting` tells of a
 * request whose turn has not come, which no answer has to wait for; it is not dropped, as progress is.
 */
export const PRIORITIES = ["approval", "reply", "final", "waiting", "progress"] as const;
export type Priority = typeof PRIORITIES[number];

export interface Button {
  readonly label: string;
  /** Comes back as `callback_query.data`; 1 to 64 bytes. */
  readonly data: string;
  readonly style?: "danger" | "success" | "primary";
}

/** Rows of buttons under a message. */
export type Buttons = readonly (readonly Button[])[];

/** What makes a message durable. */
interface Keepable {
  /**
   * Names the message for good: it is on disk before the call returns, is tried for days, and is
   * sent by a later process if this one does not come to it. A chat that refuses it gets it when it
   * is back, within a week. A key that was used before sends nothing. While the disk does not take it the message is sent all the same.
   */
  readonly key?: string;
}

/** Where something new goes. */
export interface Destination extends Keepable {
  readonly chatId: number;
  readonly topicId?: number;
  /** Sent without the reply when that message is gone. */
  readonly replyTo?: number;
  /** Makes no sound. */
  readonly silent?: boolean;
  /**
   * Stands before a repeat of what may have arrived already; begins with the sign of repeats.
   * @default the sign alone
   */
  readonly repeatNote?: string;
}

export interface OutgoingMessage extends Destination {
  /** By which it can be withdrawn while it waits. */
  readonly label?: string;
  /** At most 4,096 characters and 100 entities: `splitMessage` makes it so. */
  readonly content: FormattedText;
  readonly buttons?: Buttons;
}

export interface OutgoingEdit extends Keepable {
  readonly chatId: number;
  readonly messageId: number;
  readonly content: FormattedText;
  /** Absent = the message's buttons go away. */
  readonly buttons?: Buttons;
}

export interface OutgoingDocument extends Destination {
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** At most 1,024 characters. */
  readonly caption?: FormattedText;
}

/** A native rich message, which not every server and not every client knows. */
export interface OutgoingRich extends Destination {
  /** Within the limits of one message: `renderRich` makes them so. */
  readonly blocks: readonly RichBlock[];
  readonly buttons?: Buttons;
  /** The same as ordinary messages, sent once when the server refuses the rich one. */
  readonly classic: ClassicAnswer;
}

/** At least one message, and a file behind them where they would be too many. */
export interface ClassicAnswer {
  readonly first: OutgoingMessage;
  readonly rest: readonly OutgoingMessage[];
  readonly file?: Destination & { readonly fileName: string; readonly text: string };
}

/** The fixed list of emoji that Telegram takes as reactions. */
export type ReactionEmoji = ReactionTypeEmoji["emoji"];

/** How a message fared. `chatId` is set when the group has become another chat in between. */
export type Delivery =
  | { readonly status: "sent"; readonly messageId: number; readonly chatId?: number }
  /**
   * The chat takes no messages of the bot now: blocked, removed, gone. What has a key is kept for
   * when it does.
   */
  | { readonly status: "unreachable"; readonly reason: string }
  /**
   * The same key was handed over before, by this process or an earlier one: that message has
   * arrived, was given up on or is still on its way, and nothing is sent again.
   */
  | { readonly status: "known"; readonly reason: string }
  /** Given up on, replaced or dropped. `gone` = the message to edit is not there any more. */
  | { readonly status: "failed"; readonly reason: string; readonly gone?: true };
