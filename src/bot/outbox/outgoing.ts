/** Declares what can be sent, and what the outbox reports about it. */
import type { ReactionTypeEmoji } from "@grammyjs/types";
import type { FormattedText } from "../render/formatted_text.ts";
import type { RichBlock } from "../render/rich_message.ts";

/**
 * The order of sending within a chat, the most urgent first. From `status` on it is decoration, which
 * nothing in front of it waits for: a status message and its end, which have to arrive; `waiting`,
 * which says that a request is queued; and `progress`, which may be dropped.
 */
export const PRIORITIES = [
  "approval",
  "reply",
  "final",
  "status",
  "waiting",
  "progress",
] as const;
export type Priority = typeof PRIORITIES[number];

export interface Button {
  readonly label: string;
  /** Comes back as `callback_query.data`; 1 to 64 bytes. Of no use where there is a `url`. */
  readonly data: string;
  /** Opened by the client: `https`, with a dot in its host. */
  readonly url?: string;
  readonly style?: "danger" | "success" | "primary";
}

/** The rows of buttons under a message. */
export type Buttons = readonly (readonly Button[])[];

/** Makes a message durable where it has a key. */
interface Durable {
  /**
   * Names the message for good. It is on disk before the call returns, is tried for days, and is
   * sent by a later process if this one ends before. A chat that refuses it gets it when it is
   * reachable again, within a week. A key that was used before sends nothing. While the disk is
   * full the message is sent anyway.
   */
  readonly key?: string;
}

/** Makes something wait for the messages before it. */
export interface FollowsUp<Content> {
  /**
   * Begins the keys of the messages that have to arrive first, see `FollowUps`. What follows goes at
   * once where none of them is on its way.
   */
  readonly after?: string;
  /** Takes its place where one of them cannot be delivered. */
  readonly otherwise?: Content;
}

/** Where a new message goes. */
export interface Destination extends Durable {
  readonly chatId: number;
  readonly topicId?: number;
  /** The message to reply to; when it is gone, the reply becomes a plain message. */
  readonly replyTo?: number;
  /** Sent without a notification sound. */
  readonly silent?: boolean;
  /**
   * Introduces a repeat of what may have arrived already; begins with 🔁.
   * @default 🔁 alone
   */
  readonly repeatNote?: string;
  /**
   * What becomes of a message that Telegram refuses for good, also as plain text: a file of that
   * name, and where that is refused too, the note, which says that it is not here.
   */
  readonly lost?: { readonly fileName: string; readonly note: string };
}

export interface OutgoingMessage extends Destination {
  /** Names the message so that it can be withdrawn while it waits. */
  readonly label?: string;
  /** Is not sent again while it may have arrived: a second one would be worse than none. */
  readonly once?: true;
  /** At most 4,096 characters and 100 entities: `splitMessage` makes it so. */
  readonly content: FormattedText;
  readonly buttons?: Buttons;
}

export interface OutgoingEdit extends Durable, FollowsUp<FormattedText> {
  readonly chatId: number;
  readonly messageId: number;
  readonly content: FormattedText;
  /** Absent = removes the buttons of the message. */
  readonly buttons?: Buttons;
}

/** Stays on disk until it is set. */
export interface OutgoingReaction extends FollowsUp<ReactionEmoji> {
  readonly key: string;
  readonly chatId: number;
  readonly messageId: number;
  /** Absent = removes the bot's reaction. */
  readonly emoji?: ReactionEmoji;
}

export interface OutgoingDocument extends Destination {
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** At most 1,024 characters. */
  readonly caption?: FormattedText;
}

export interface AlbumPicture extends Pick<OutgoingDocument, "fileName" | "caption"> {
  readonly bytes: Uint8Array;
}

/** Two to ten photos that are shown together, 50 MB in all. */
export interface OutgoingAlbum extends Destination {
  readonly pictures: readonly AlbumPicture[];
}

/** Names a picture that is read when it is sent. */
export interface NamedPicture {
  /** The machine on which Codex works, by its address; absent = this one. */
  readonly machine?: string;
  readonly folder: string;
  /** From the folder on. */
  readonly path: string;
  /** May be empty. */
  readonly caption: string;
  /** Codex made it: perhaps nothing else names it. */
  readonly made?: true;
}

/** Pictures that belong to an answer: they are on disk by their names as soon as the answer is. */
export interface OutgoingNamedPictures extends Destination {
  readonly key: string;
  readonly pictures: readonly NamedPicture[];
  /** Says what is left out; goes after the pictures. */
  readonly note?: FormattedText;
  /** Says what could not be read; absent = nothing is said of it. */
  readonly unread?: UnreadNotes;
}

/** What is said of pictures that are there, perhaps, and could not be read. */
export interface UnreadNotes {
  /** In which Codex works: what lies in it can be sent later. */
  readonly folder: string;
  /** Stands above what sends each of them. */
  readonly later: FormattedText;
  /** In place of it where this Codex reads no files: once for its key. */
  readonly never: FormattedText;
  readonly neverKey: string;
}

/** A native rich message, which not every server and not every client knows. */
export interface OutgoingRich extends Destination {
  /** Within the limits of one message, as `renderRich` makes them. */
  readonly blocks: readonly RichBlock[];
  readonly buttons?: Buttons;
  /** The same as ordinary messages, sent when the server refuses the rich one. */
  readonly classic: ClassicAnswer;
}

/** At least one message, and a file after them where they would be too many. */
export interface ClassicAnswer {
  readonly first: OutgoingMessage;
  readonly rest: readonly OutgoingMessage[];
  readonly file?: Destination & { readonly fileName: string; readonly text: string };
}

/** Telegram accepts these emoji only. */
export type ReactionEmoji = ReactionTypeEmoji["emoji"];

/** How a message fared. `chatId` is set when the group has become another chat meanwhile. */
export type Delivery =
  | { readonly status: "sent"; readonly messageId: number; readonly chatId?: number }
  /** The chat blocked or removed the bot. A message with a key is kept until it is back. */
  | { readonly status: "unreachable"; readonly reason: string }
  /** The key was used before, by this process or an earlier one; nothing is sent. */
  | { readonly status: "known"; readonly reason: string }
  /**
   * Given up on, replaced or dropped. `gone` = the message to edit no longer exists; `perhapsSent` =
   * it may have arrived, and nobody knows under which id.
   */
  | {
    readonly status: "failed";
    readonly reason: string;
    readonly gone?: true;
    readonly perhapsSent?: true;
  };

/** Counts what the outbox did since it was created. */
export interface OutboxStats {
  /** Calls that were made, repeated ones included. */
  readonly calls: number;
  readonly delivered: number;
  readonly failed: number;
  /** Progress, reactions and "typing…" that came too late. */
  readonly dropped: number;
  /** How often Telegram asked for a pause. */
  readonly floods: number;
  readonly retries: number;
  /** Messages whose formatting Telegram refused. */
  readonly plainTextResends: number;
  /** Rich messages that Telegram refused, and that were sent as ordinary ones. */
  readonly richFallbacks: number;
}

/** The counters behind the stats, shared by all chats. */
export type OutboxCounters = { -readonly [Name in keyof OutboxStats]: OutboxStats[Name] };

export function newCounters(): OutboxCounters {
  return {
    calls: 0,
    delivered: 0,
    failed: 0,
    dropped: 0,
    floods: 0,
    retries: 0,
    plainTextResends: 0,
    richFallbacks: 0,
  };
}
