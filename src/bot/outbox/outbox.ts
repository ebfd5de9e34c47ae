/** The one door to Telegram: everything that is sent waits its turn here. */
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import { withDeadline } from "./deadline.ts";
import { classifyFailure } from "./failure.ts";
import { Lane, STOPPED } from "./lane.ts";
import { isLossy, type Operation } from "./operation.ts";
import {
  deleteOperation,
  documentOperation,
  editKey,
  editOperation,
  messageOperation,
  reactionOperation,
  typingOperation,
} from "./operations.ts";
import type {
  Delivery,
  OutgoingDocument,
  OutgoingEdit,
  OutgoingMessage,
  Priority,
  ReactionEmoji,
} from "./outgoing.ts";
import { DEFAULT_PACINGS, type Pacings } from "./pacing.ts";
import { newTally, type OutboxStats, type Tally } from "./stats.ts";
import type { TelegramApi } from "./telegram_api.ts";

export interface OutboxDependencies {
  /** grammY's `Api` is one. */
  readonly api: TelegramApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly pacings?: Pacings;
}

const CALLBACK_TIMEOUT_MS = 15_000;

/**
 * Sends in order of priority, one call at a time per chat and no faster than Telegram likes it;
 * waits out its pauses and tries again what may still arrive. No method throws or rejects.
 */
export class Outbox {
  readonly #api: TelegramApi;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #pacings: Pacings;
  readonly #tally: Tally = newTally();
  readonly #lanes = new Map<number, Lane>();
  readonly #lasting = new Set<Promise<Delivery>>();
  readonly #callbacks = new AbortController();
  #state: "open" | "closing" | "closed" = "open";

  constructor({ api, clock, log, pacings = DEFAULT_PACINGS }: OutboxDependencies) {
    this.#api = api;
    this.#clock = clock;
    this.#log = log;
    this.#pacings = pacings;
  }

  /** Resolves when the message was delivered or given up on. */
  send(message: OutgoingMessage, priority: Priority): Promise<Delivery> {
    return this.#add(message.chatId, messageOperation(this.#api, message, priority));
  }

  /**
   * A newer edit of the same message replaces one that still waits; both then resolve with the
   * newer one's delivery, sent at the more urgent of their priorities.
   */
  edit(edit: OutgoingEdit, priority: Priority): Promise<Delivery> {
    return this.#add(edit.chatId, editOperation(this.#api, edit, priority));
  }

  sendDocument(document: OutgoingDocument, priority: Priority): Promise<Delivery> {
    return this.#add(document.chatId, documentOperation(this.#api, document, priority));
  }

  /** Edits of the message that still wait are dropped. */
  delete(chatId: number, messageId: number): Promise<Delivery> {
    const key = editKey(messageId);
    this.#lane(chatId).dropMatching((operation) => operation.key === key, "The message is deleted");
    return this.#add(chatId, deleteOperation(this.#api, messageId));
  }

  /** Lossy. @param emoji absent = takes the bot's reaction away */
  react(chatId: number, messageId: number, emoji: ReactionEmoji | undefined): void {
    // void: nobody waits for a reaction, and a delivery never rejects
    void this.#add(chatId, reactionOperation(this.#api, messageId, emoji));
  }

  /** Lossy; shows for five seconds or until the next message. */
  typing(chatId: number, topicId?: number): void {
    // void: nobody waits for it, and a delivery never rejects
    void this.#add(chatId, typingOperation(this.#api, topicId));
  }

  /** Answers a press at once, outside the lanes; a press that is too old is passed over. */
  async answerCallback(queryId: string, text?: string, alert = false): Promise<void> {
    const options = {
      ...(text === undefined ? {} : { text }),
      ...(alert ? { show_alert: true } : {}),
    };
    try {
      await withDeadline(
        this.#clock,
        CALLBACK_TIMEOUT_MS,
        this.#callbacks.signal,
        (signal) => this.#api.answerCallbackQuery(queryId, options, signal),
      );
    } catch (error) {
      const { code, description } = classifyFailure(error);
      this.#log.debug("outbox.failed", { method: "answerCallbackQuery", code, description });
    }
  }

  /** A message has come from the chat, so that it can be written to again. */
  reachable(chatId: number): void {
    this.#lanes.get(chatId)?.markReachable();
  }

  stats(): OutboxStats {
    return { ...this.#tally };
  }

  /** Resolves when every approval, final and reply so far was handed over or given up on. */
  async idle(): Promise<void> {
    while (this.#lasting.size > 0) await Promise.all(this.#lasting);
  }

  /** Drops progress, gives the rest the grace to be sent, then stops. Safe to call twice. */
  async close(graceMs: number): Promise<void> {
    this.#state = "closing";
    for (const lane of this.#lanes.values()) {
      lane.dropMatching(({ urgency }) => isLossy(urgency), STOPPED.reason);
    }
    await this.#idleWithin(graceMs);
    this.#state = "closed";
    this.#callbacks.abort();
    for (const lane of this.#lanes.values()) lane.stop();
    await this.idle();
  }

  async #idleWithin(graceMs: number): Promise<void> {
    const idle = new AbortController();
    const grace = this.#clock.sleep(graceMs, idle.signal).catch(() => {
      // idle came first, which is the hoped-for end of the sleep
    });
    await Promise.race([this.idle(), grace]);
    idle.abort();
    await grace;
  }

  #add(chatId: number, operation: Operation): Promise<Delivery> {
    const lossy = isLossy(operation.urgency);
    if (this.#state === "closed" || (this.#state === "closing" && lossy)) {
      return Promise.resolve(STOPPED);
    }
    const delivery = this.#lane(chatId).add(operation);
    if (!lossy) this.#keepUntilDone(delivery);
    return delivery;
  }

  #keepUntilDone(delivery: Promise<Delivery>): void {
    const kept = delivery.finally(() => this.#lasting.delete(kept));
    this.#lasting.add(kept);
  }

  #lane(chatId: number): Lane {
    const existing = this.#lanes.get(chatId);
    if (existing !== undefined) return existing;
    const pacing = chatId > 0 ? this.#pacings.private : this.#pacings.group;
    const lane: Lane = new Lane(chatId, pacing, {
      clock: this.#clock,
      log: this.#log,
      tally: this.#tally,
      migrated: (newChatId) => this.#lanes.set(newChatId, lane),
    });
    this.#lanes.set(chatId, lane);
    return lane;
  }
}
