/** The one door to Telegram: everything that is sent waits its turn here. */
import type { Redact } from "../../core/redaction/redact.ts";
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import {
  redactedDocument,
  redactedEdit,
  redactedMessage,
  redactedRich,
} from "./redact_outgoing.ts";
import { withDeadline } from "./deadline.ts";
import { classifyFailure } from "./failure.ts";
import { OutboxJournal } from "./outbox_journal.ts";
import { type Kept, keptText } from "./kept_message.ts";
import { Lanes } from "./lanes.ts";
import { isLossy, isUnfinished, type Operation, STOPPED } from "./operation.ts";
import {
  deleteOperation,
  documentOperation,
  editKey,
  editOperation,
  labelKey,
  messageOperation,
  reactionOperation,
  typingOperation,
} from "./operations.ts";
import type {
  Delivery,
  OutgoingDocument,
  OutgoingEdit,
  OutgoingMessage,
  OutgoingRich,
  Priority,
  ReactionEmoji,
} from "./outgoing.ts";
import type { KeptEntry, OutboxStore } from "./outbox_store.ts";
import type { TelegramPace } from "../pace.ts";
import { restoredOperation } from "./restored_operation.ts";
import { richOperation } from "./rich_operation.ts";
import { newTally, type OutboxStats, type Tally } from "./stats.ts";
import type { TelegramApi } from "./telegram_api.ts";

export interface OutboxDependencies {
  /** grammY's `Api` is one. */
  readonly api: TelegramApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: OutboxStore;
  /** Masks secrets, and keeps the length of the text. */
  readonly redact: Redact;
  readonly pace: TelegramPace;
}

const KNOWN: Delivery = { status: "known", reason: "It was handed over before" };
const CALLBACK_TIMEOUT_MS = 15_000;

/**
 * Sends in order of priority, one call at a time per chat and no faster than Telegram likes it;
 * waits out its pauses and tries again what may still arrive. No method throws or rejects.
 */
export class Outbox {
  /** Masks secrets; every message is, but half a secret is not recognised: do it before cutting. */
  readonly redact: Redact;
  readonly #api: TelegramApi;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #keeper: OutboxJournal;
  readonly #lanes: Lanes;
  readonly #tally: Tally = newTally();
  readonly #callbacks = new AbortController();
  #state: "open" | "closing" | "closed" = "open";

  constructor(dependencies: OutboxDependencies) {
    const { api, clock, log, store, redact, pace } = dependencies;
    const keeper = new OutboxJournal(store, clock, log);
    const moved = (from: number, to: number): void => keeper.moved(from, to);
    this.redact = redact;
    this.#api = api;
    this.#clock = clock;
    this.#log = log;
    this.#keeper = keeper;
    this.#lanes = new Lanes({ clock, log, tally: this.#tally, pace, moved });
  }

  /** Takes up what an earlier process did not get rid of. Call it once, before anything is sent. */
  restore(): void {
    this.#keeper.restore((entry) => this.#takeUp(entry));
  }

  /** Resolves when the message was delivered or given up on. */
  send(outgoing: OutgoingMessage, priority: Priority): Promise<Delivery> {
    const message = redactedMessage(outgoing, this.redact);
    const operation = messageOperation(this.#api, message, priority);
    return this.#keep({ kind: "message", message, priority }, message, operation);
  }

  /**
   * A newer edit of the same message replaces one that still waits; both then resolve with the
   * newer one's delivery, sent at the more urgent of their priorities.
   */
  edit(outgoing: OutgoingEdit, priority: Priority): Promise<Delivery> {
    const edit = redactedEdit(outgoing, this.redact);
    const operation = editOperation(this.#api, edit, priority);
    return this.#keep({ kind: "edit", edit, priority }, edit, operation);
  }

  sendDocument(outgoing: OutgoingDocument, priority: Priority): Promise<Delivery> {
    const { bytes, ...document } = redactedDocument(outgoing, this.redact);
    const operation = documentOperation(this.#api, { ...document, bytes }, priority);
    return this.#keep({ kind: "document", document, priority }, document, operation, bytes);
  }

  /** As ordinary messages where the server refuses the rich one, which the stats count. */
  sendRich(outgoing: OutgoingRich, priority: Priority): Promise<Delivery> {
    const rich = redactedRich(outgoing, this.redact);
    return this.#keep({ kind: "rich", rich, priority }, rich, this.#richOperation(rich, priority));
  }

  /**
   * Takes back a message with that label which still waits; its delivery has failed then.
   * @returns false when none waits: it was never sent, or is under way
   */
  withdraw(chatId: number, label: string): boolean {
    return this.#dropWaiting(chatId, labelKey(label), "It was withdrawn") > 0;
  }

  /** Edits of the message that still wait are dropped. */
  delete(chatId: number, messageId: number): Promise<Delivery> {
    this.#dropWaiting(chatId, editKey(messageId), "The message is deleted");
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
      ...(text === undefined ? {} : { text: this.redact(text) }),
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

  /** A message has come from the chat: it can be written to again, and gets what was kept for it. */
  reachable(chatId: number): void {
    this.#lanes.markReachable(chatId);
  }

  stats(): OutboxStats {
    return { ...this.#tally };
  }

  /** Resolves when every approval, final and reply so far was handed over or given up on. */
  async idle(): Promise<void> {
    await this.#lanes.idle();
  }

  /**
   * Drops progress and what only tells of waiting, gives the rest the grace to be sent, then stops;
   * what has a key and was not sent is left to the next process. Safe to call twice.
   */
  async close(graceMs: number): Promise<void> {
    this.#state = "closing";
    this.#lanes.dropMatching(isUnfinished, "The program is stopping");
    await this.#lanes.idleWithin(graceMs);
    this.#state = "closed";
    this.#callbacks.abort();
    this.#lanes.stop();
    await this.idle();
    this.#keeper.close();
    this.#log.info("outbox.closed", { ...this.stats() });
  }

  /** @returns how many there were */
  #dropWaiting(chatId: number, key: string, reason: string): number {
    return this.#lanes.dropMatching((operation) => operation.key === key, reason, chatId);
  }

  /** Puts what has a key on disk before it waits its turn. */
  #keep(
    kept: Kept,
    { key, chatId }: { readonly key?: string; readonly chatId: number },
    operation: Operation,
    file?: Uint8Array,
  ): Promise<Delivery> {
    if (key === undefined) return this.#add(chatId, operation);
    const content = file === undefined ? {} : { file };
    const journal = this.#keeper.keep({ key, chatId, message: keptText(kept), ...content });
    if (journal === undefined) return Promise.resolve(KNOWN);
    return this.#add(chatId, { ...operation, journal });
  }

  #takeUp(entry: KeptEntry): void {
    const operation = restoredOperation(entry, {
      api: this.#api,
      log: this.#log,
      now: this.#clock.now(),
      rich: (rich, priority) => this.#richOperation(rich, priority),
    });
    const journal = this.#keeper.journalOf(entry.key);
    if (operation === undefined) return journal.done();
    // void: who waited for it has ended with its process
    void this.#add(entry.chatId, { ...operation, journal });
  }

  #richOperation(rich: OutgoingRich, priority: Priority): Operation {
    return richOperation(this.#api, rich, priority, ({ code, description }) => {
      this.#log.warn("outbox.rich_refused", { code, description });
      this.#tally.richFallbacks += 1;
      const { rest, file } = rich.classic;
      // void: the delivery of the first message answers for all of them
      for (const message of rest) void this.send(message, priority);
      if (file === undefined) return;
      const { text, ...place } = file;
      void this.sendDocument({ ...place, bytes: new TextEncoder().encode(text) }, priority);
    });
  }

  #add(chatId: number, operation: Operation): Promise<Delivery> {
    if (this.#state === "closed" || (this.#state === "closing" && isLossy(operation))) {
      return Promise.resolve(STOPPED);
    }
    return this.#lanes.add(chatId, operation);
  }
}
