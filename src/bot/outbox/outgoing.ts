/** What can be asked of the outbox and what comes of it. */
import type { ReactionTypeEmoji } from "@grammyjs/types";
import type { FormattedText } from "../render/formatted_text.ts";

/** Order of sending within a chat: an approval never waits behind progress. */
export type Priority = "approval" | "reply" | "final" | "progress";

export interface Button {
  readonly label: string;
  /** Comes back as `callback_query.data`; 1 to 64 bytes. */
  readonly data: string;
  readonly style?: "danger" | "success" | "primary";
}

/** Rows of buttons under a message. */
export type Buttons = readonly (readonly Button[])[];

/** Where something new goes. */
export interface Destination {
  readonly chatId: number;
  readonly topicId?: number;
  /** Sent without the reply when that message is gone. */
  readonly replyTo?: number;
  /** Makes no sound. */
  readonly silent?: boolean;
}

export interface OutgoingMessage extends Destination {
  /** At most 4,096 characters and 100 entities: `splitMessage` makes it so. */
  readonly content: FormattedText;
  readonly buttons?: Buttons;
}

export interface OutgoingEdit {
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

/** The fixed list of emoji that Telegram takes as reactions. */
export type ReactionEmoji = ReactionTypeEmoji["emoji"];

/** How a message fared. `chatId` is set when the group has become another chat in between. */
export type Delivery =
  | { readonly status: "sent"; readonly messageId: number; readonly chatId?: number }
  /** The chat no longer takes messages of the bot: blocked, removed, gone. */
  | { readonly status: "unreachable"; readonly reason: string }
  /** Given up on, replaced or dropped. */
  | { readonly status: "failed"; readonly reason: string };
