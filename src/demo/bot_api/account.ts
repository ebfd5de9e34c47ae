/** Holds everything the server knows about its one bot. */
import type { Clock } from "../../core/clock.ts";
import { badRequest } from "./api_error.ts";
import { BotProfile } from "./bot_profile.ts";
import type { Chat, StoredMessage } from "./chat.ts";
import { FileStore } from "./files.ts";
import { Flood, type FloodLimits } from "./flood.ts";
import { CallbackQueries } from "./keyboard.ts";
import type { BotUser, Person } from "./people.ts";
import type { FormattedText } from "./text/entities.ts";
import { UpdateQueue } from "./updates.ts";

export interface Limits {
  /** Off when absent: every call goes through. */
  readonly flood?: FloodLimits;
  /** How long a pressed button may wait for its answer, in seconds. Default 60. */
  readonly callbackQuerySeconds?: number;
  /** Slows down clients that call getUpdates too often, as the real server does. Default false. */
  readonly pollPenalties?: boolean;
}

export class Account {
  readonly clock: Clock;
  readonly bot: BotUser;
  readonly people = new Map<number, Person>();
  readonly chats = new Map<number, Chat>();
  readonly files = new FileStore();
  readonly changes = new Changes();
  readonly updates: UpdateQueue;
  readonly queries: CallbackQueries;
  readonly flood: Flood | undefined;
  readonly webhook = { url: "" };
  readonly profile = new BotProfile();
  /** Private chats and basic groups share one count, as they do for a real bot. */
  #sharedMessageId = 0;

  constructor(clock: Clock, bot: BotUser, limits: Limits) {
    this.clock = clock;
    this.bot = bot;
    this.updates = new UpdateQueue(clock, limits.pollPenalties ?? false);
    this.queries = new CallbackQueries(clock, (limits.callbackQuerySeconds ?? 60) * 1000);
    this.flood = limits.flood === undefined ? undefined : new Flood(clock, limits.flood);
  }

  /**
   * Finds the chat that a `chat_id` parameter names.
   * @throws {ApiError} when the bot knows no such chat
   */
  findChat(chatId: string): Chat {
    if (chatId === "") throw badRequest("chat_id is empty");
    const chat = chatId.startsWith("@")
      ? [...this.chats.values()].find((each) => isNamed(each, chatId.slice(1)))
      : this.chats.get(Number(chatId));
    if (chat === undefined) throw badRequest("chat not found");
    return chat;
  }

  addChat(chat: Chat): Chat {
    this.chats.set(chat.id, chat);
    return chat;
  }

  /** Puts a message into its chat and announces it. */
  post(draft: MessageDraft): StoredMessage {
    const { chat, content, keyboard, ...rest } = draft;
    const at = this.clock.now();
    const message: StoredMessage = {
      senderChat: undefined,
      replyTo: undefined,
      document: undefined,
      photo: undefined,
      silent: false,
      replyMarkup: undefined,
      extra: {},
      ...rest,
      chat,
      id: this.#nextMessageId(chat),
      date: at,
      versions: [{ at, content, keyboard }],
      reactions: new Map(),
      editedAt: undefined,
      deleted: false,
    };
    chat.messages.set(message.id, message);
    this.changes.announce();
    return message;
  }

  #nextMessageId(chat: Chat): number {
    if (chat.kind === "private" || chat.kind === "group") return ++this.#sharedMessageId;
    return chat.messages.size + 1;
  }
}

export type MessageDraft =
  & Pick<StoredMessage, "chat" | "from" | "topicId" | "kind">
  & Partial<
    Pick<
      StoredMessage,
      "senderChat" | "replyTo" | "document" | "photo" | "silent" | "replyMarkup" | "extra"
    >
  >
  & {
    readonly content: FormattedText;
    readonly keyboard?: StoredMessage["versions"][0]["keyboard"];
  };

function isNamed(chat: Chat, username: string): boolean {
  return chat.kind !== "private" && chat.username?.toLowerCase() === username.toLowerCase();
}

/** Announces changes, so that nobody has to poll. */
class Changes {
  readonly #listeners = new Set<() => void>();

  /** @returns a function that stops watching */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  announce(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /**
   * Resolves with the first value of `probe` that is neither undefined, null nor false. Calls the
   * probe now and after every change.
   * @param describe the state instead, for the error
   * @throws {Error} when `timeoutMs` real milliseconds pass first, or the probe throws
   */
  until<T>(
    probe: () => T | undefined | null | false,
    { timeoutMs, describe }: { timeoutMs: number; describe: () => string },
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const finish = (act: () => void): void => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        act();
      };
      const look = (): void => {
        try {
          const value = probe();
          if (value === undefined || value === null || value === false) return;
          finish(() => resolve(value));
        } catch (error) {
          finish(() => reject(error));
        }
      };
      const timer = setTimeout(() => finish(() => reject(new Error(describe()))), timeoutMs);
      this.#listeners.add(look);
      look();
    });
  }
}
