/** Sends everything to Telegram: the only door, behind which messages wait their turn. */
import type { Clock } from "../../core/clock.ts";
import { pause } from "../../core/deadline.ts";
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Redact } from "../../core/redaction/redact.ts";
import { callTelegram } from "../api.ts";
import { classifyFailure, type Failure } from "../api_failure.ts";
import type { TelegramPace } from "../pace.ts";
import { packedAlbum } from "./album.ts";
import { ChatSenders } from "./chat_senders.ts";
import { FollowUps } from "./follow_ups.ts";
import { NOTHING_READ, type PicturesRead, type ReadPictures, sendRead } from "./named_pictures.ts";
import {
  buttonsOperation,
  deleteOperation,
  editKey,
  labelKey,
  reactionOperation,
  richOperation,
  typingOperation,
} from "./operations.ts";
import {
  type DeliveryRecord,
  OutboxJournal,
  type OutboxStore,
  type StoredEntry,
} from "./outbox_journal.ts";
import {
  type Buttons,
  type Delivery,
  newCounters,
  type OutboxCounters,
  type OutboxStats,
  type OutgoingAlbum,
  type OutgoingDocument,
  type OutgoingEdit,
  type OutgoingMessage,
  type OutgoingNamedPictures,
  type OutgoingReaction,
  type OutgoingRich,
  type Priority,
  type ReactionEmoji,
} from "./outgoing.ts";
import {
  redactedAlbum,
  redactedDocument,
  redactedEdit,
  redactedMessage,
  redactedNamedPictures,
  redactedPicture,
  redactedRich,
} from "./redact_outgoing.ts";
import { isLossy, type Operation, STOPPED, type Substitute } from "./send_queue.ts";
import {
  firstChatOf,
  isTooUncertain,
  nextForm,
  operationOf,
  readStored,
  type StoredNames,
  type StoredOperation,
  storedText,
} from "./stored_message.ts";
import type { TelegramApi } from "./telegram_api.ts";

export interface OutboxDependencies {
  /** grammY's `Api` is one. */
  readonly api: TelegramApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: OutboxStore;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
  readonly pace: TelegramPace;
  /** Absent = no pictures are read. */
  readonly readPictures?: ReadPictures;
}

/** The delivery of a message whose key was used before. */
const KNOWN: Delivery = { status: "known", reason: "It was handed over before" };
const CALLBACK_TIMEOUT_MS = 15_000;
const MOST_CALLBACK_ATTEMPTS = 3;
const CALLBACK_PAUSE_MS = 1_000;

/**
 * Sends in order of priority, one call at a time per chat and no faster than Telegram allows; waits
 * out its pauses and retries what may still arrive. No method throws or rejects.
 */
export class Outbox {
  /** Masks secrets. For a text that is cut before it is sent: half a secret is not recognised. */
  readonly redact: Redact;
  readonly #api: TelegramApi;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #journal: OutboxJournal;
  readonly #followUps = new FollowUps();
  readonly #senders: ChatSenders;
  readonly #counters: OutboxCounters = newCounters();
  readonly #callbacks = new AbortController();
  readonly #readPictures: ReadPictures | undefined;
  #state: "open" | "closing" | "closed" = "open";

  constructor(dependencies: OutboxDependencies) {
    const { api, clock, log, store, redact, pace } = dependencies;
    this.redact = redact;
    this.#readPictures = dependencies.readPictures;
    this.#api = api;
    this.#clock = clock;
    this.#log = log;
    this.#journal = new OutboxJournal(store, clock, log);
    this.#senders = new ChatSenders({
      clock,
      log,
      pace,
      counters: this.#counters,
      onMoved: (from, to) => this.#journal.moved(from, to),
    });
  }

  /** Sends what an earlier process did not finish. Call it once, before anything is sent. */
  restore(): void {
    this.#journal.restore((entries) => {
      for (const { key } of entries) this.#followUps.opened(key);
      for (const entry of entries) this.#resend(entry);
    });
  }

  /** Resolves when the message was delivered or given up on. */
  send(outgoing: OutgoingMessage, priority: Priority): Promise<Delivery> {
    const message = redactedMessage(outgoing, this.redact);
    return this.#hand({ kind: "message", message, priority }, message);
  }

  /**
   * Replaces an edit of the same message that still waits. Both resolve with the delivery of the
   * newer one, which gets the more urgent of their priorities.
   */
  edit(outgoing: OutgoingEdit, priority: Priority): Promise<Delivery> {
    const edit = redactedEdit(outgoing, this.redact);
    return this.#hand({ kind: "edit", edit, priority }, edit);
  }

  sendDocument(outgoing: OutgoingDocument, priority: Priority): Promise<Delivery> {
    const { bytes, ...document } = redactedDocument(outgoing, this.redact);
    return this.#hand({ kind: "document", document, priority }, document, bytes);
  }

  /** Sends a picture as a photo, or as a file where Telegram does not take it as one. */
  sendPicture(outgoing: OutgoingDocument, priority: Priority): Promise<Delivery> {
    const { bytes, ...document } = redactedPicture(outgoing, this.redact);
    return this.#hand({ kind: "picture", document, priority }, document, bytes);
  }

  /** Sends photos together, or one by one where Telegram does not take them so. */
  sendAlbum(outgoing: OutgoingAlbum, priority: Priority): Promise<Delivery> {
    const { album, bytes } = packedAlbum(redactedAlbum(outgoing, this.redact));
    return this.#hand({ kind: "album", album, priority }, album, bytes);
  }

  /** Reads pictures and sends them. A later process does it if this one ends before. */
  async sendNamedPictures(outgoing: OutgoingNamedPictures, priority: Priority): Promise<Delivery> {
    const named = redactedNamedPictures(outgoing, this.redact);
    const stored: StoredNames = { kind: "named-pictures", priority, named };
    const { key, chatId } = named;
    const record = this.#journal.put({ key, chatId, message: storedText(stored) });
    return record === undefined ? KNOWN : await this.#readAndSend(stored);
  }

  /** Falls back to ordinary messages where the server refuses the rich one. */
  sendRich(outgoing: OutgoingRich, priority: Priority): Promise<Delivery> {
    const rich = redactedRich(outgoing, this.redact);
    return this.#hand({ kind: "rich", rich, priority }, rich);
  }

  /**
   * Drops a message with that label that still waits; its delivery has failed then.
   * @returns false when none waits: it was never handed over, or is under way
   */
  withdraw(chatId: number, label: string): boolean {
    return this.#dropWaiting(chatId, labelKey(label), "It was withdrawn") > 0;
  }

  /** Deletes a message, and drops the edits that wait for it. */
  delete(chatId: number, messageId: number): Promise<Delivery> {
    this.#dropWaiting(chatId, editKey(messageId), "The message is deleted");
    return this.#add(chatId, deleteOperation(this.#api, messageId));
  }

  /** Sets a reaction, unless Telegram refuses it. @param emoji undefined = removes it */
  react(
    chatId: number,
    messageId: number,
    emoji: ReactionEmoji | undefined,
  ): Promise<Delivery> {
    return this.#add(chatId, reactionOperation(this.#api, messageId, emoji));
  }

  /** Replaces the buttons of a message, unless Telegram refuses it: a stale one does no harm. */
  setButtons(chatId: number, messageId: number, buttons: Buttons): void {
    // void: nobody waits for it, and deliveries never reject.
    void this.#add(chatId, buttonsOperation(this.#api, messageId, buttons));
  }

  /** Sets a reaction, however long it takes; see {@link OutgoingReaction}. */
  mark(reaction: OutgoingReaction): Promise<Delivery> {
    return this.#hand({ kind: "reaction", reaction }, reaction);
  }

  /** Shows "typing…" for five seconds or until the next message. */
  typing(chatId: number, topicId?: number): void {
    // void: nobody waits for it, and deliveries never reject.
    void this.#add(chatId, typingOperation(this.#api, topicId));
  }

  /** Answers a press at once, without waiting for the chat's turn; ignores one that is too old. */
  async answerCallback(queryId: string, text?: string, alert = false): Promise<void> {
    const options = {
      ...(text === undefined ? {} : { text: this.redact(text) }),
      ...(alert ? { show_alert: true } : {}),
    };
    for (let attempt = 1; attempt <= MOST_CALLBACK_ATTEMPTS; attempt++) {
      try {
        await callTelegram(
          this.#clock,
          CALLBACK_TIMEOUT_MS,
          this.#callbacks.signal,
          (signal) => this.#api.answerCallbackQuery(queryId, options, signal),
        );
        return;
      } catch (error) {
        const { code, description, kind } = classifyFailure(error);
        this.#log.debug("outbox.failed", { method: "answerCallbackQuery", code, description });
        // A press waits for seconds only, and answering it twice does no harm.
        if (kind !== "uncertain" && kind !== "before-effect") return;
        if (!await pause(this.#clock, CALLBACK_PAUSE_MS, this.#callbacks.signal)) return;
      }
    }
  }

  /** Sends what is kept for an unreachable chat: a message came from there. */
  reachable(chatId: number): void {
    this.#senders.markReachable(chatId);
  }

  stats(): OutboxStats {
    return { ...this.#counters };
  }

  /** Resolves when everything that is not lossy was delivered or given up on. */
  async idle(): Promise<void> {
    await this.#senders.idle();
  }

  /**
   * Drops what only shows progress or waiting, sends the rest for as long as `graceMs`, then stops.
   * Leaves unsent messages with a key to the next process. Safe to call twice.
   */
  async close(graceMs: number): Promise<void> {
    this.#state = "closing";
    this.#senders.drop(isTransient, "The program is stopping");
    await this.#senders.idleWithin(graceMs);
    this.#state = "closed";
    this.#callbacks.abort();
    this.#senders.stop();
    this.#followUps.stop();
    await this.idle();
    this.#journal.close();
    this.#log.info("outbox.closed", { ...this.stats() });
  }

  /** @returns how many there were */
  #dropWaiting(chatId: number, key: string, reason: string): number {
    return this.#senders.drop((operation) => operation.key === key, reason, chatId);
  }

  /** Stores what has a key before it waits its turn, or for what it follows. */
  #hand(
    stored: StoredOperation,
    { key, chatId }: { readonly key?: string; readonly chatId: number },
    file?: Uint8Array,
  ): Promise<Delivery> {
    if (key === undefined) return this.#add(chatId, this.#operation(stored, file));
    const content = file === undefined ? {} : { file };
    const record = this.#journal.put({ key, chatId, message: storedText(stored), ...content });
    if (record === undefined) return Promise.resolve(KNOWN);
    this.#followUps.opened(key);
    return this.#addDurable(stored, { key, chatId }, (form) => this.#operation(form, file));
  }

  /** @param operationFor makes the operation of the message, or of what takes its place */
  #addDurable(
    stored: StoredOperation,
    { key, chatId }: { readonly key: string; readonly chatId: number },
    operationFor: (form: StoredOperation) => Operation,
  ): Promise<Delivery> {
    const record = this.#tracked(key);
    const add = (form: StoredOperation): Promise<Delivery> =>
      this.#add(chatId, { ...operationFor(form), record });
    const { after, otherwise } = followed(stored);
    if (after === undefined || !this.#followUps.isOpen(after)) return add(stored);
    const { promise, resolve } = Promise.withResolvers<Delivery>();
    this.#followUps.hold({
      after,
      start: (arrived) => resolve(add(arrived ? stored : otherwise)),
      onLost: () => this.#journal.replace(key, storedText(otherwise)),
      stop: () => resolve(STOPPED),
    });
    return promise;
  }

  /** Records on disk how the message fares, and lets go what waits for it. */
  #tracked(key: string): DeliveryRecord {
    const record = this.#journal.recordOf(key);
    return {
      uncertain: (calls) => record.uncertain(calls),
      done: (arrived, messageId) => {
        // First what follows, which has to know on disk that the message is lost.
        this.#followUps.closed(key, arrived);
        record.done(arrived, messageId);
      },
    };
  }

  #operation(stored: StoredOperation, file: Uint8Array | undefined): Operation {
    const operation = operationOf(
      { api: this.#api, rich: (rich, priority) => this.#richOperation(rich, priority) },
      stored,
      file,
    );
    return { ...operation, instead: (failure) => this.#instead(stored, failure) };
  }

  #instead(stored: StoredOperation, failure: Pick<Failure, "kind">): Substitute | undefined {
    const next = nextForm(stored, failure);
    if (next === undefined) return undefined;
    const { key, chatId, stored: form, file, delivers } = next;
    if (key === undefined) return { operation: this.#operation(form, file), delivers };
    const content = file === undefined ? {} : { file };
    const entry = { key, chatId, message: storedText(form), ...content };
    if (this.#journal.put(entry) === undefined) return undefined;
    this.#log.warn("outbox.instead", { key });
    this.#followUps.opened(key);
    const operation = { ...this.#operation(form, file), record: this.#tracked(key) };
    return { operation, delivers };
  }

  #resend(entry: StoredEntry): void {
    const { key, chatId, file, uncertain, createdAt } = entry;
    const stored = readStored(entry, this.#log);
    if (stored === undefined) return this.#tracked(key).done(false);
    // void: never rejects, and its caller ended with the earlier process.
    if (stored.kind === "named-pictures") return void this.#readAndSend(stored);
    const ageMs = Math.max(0, this.#clock.now().getTime() - createdAt.getTime());
    if (isTooUncertain(this.#operation(stored, file), uncertain)) {
      return this.#giveUp(entry, stored);
    }
    // void: its caller ended with the earlier process.
    void this.#addDurable(stored, { key, chatId }, (form) => ({
      ...this.#operation(form, file),
      uncertainCalls: uncertain,
      ageMs,
      ...(firstChatOf(stored) === chatId ? {} : { isMoved: true }),
    }));
  }

  /** Never rejects. Forgets the names when each picture is on disk under a key of its own. */
  async #readAndSend({ named, priority }: StoredNames): Promise<Delivery> {
    const { key } = named;
    let read: PicturesRead = NOTHING_READ;
    try {
      read = await this.#readPictures?.(named.pictures) ?? read;
    } catch (error) {
      this.#log.error("outbox.pictures.unread", { key, error: describeError(error) });
    }
    if (this.#state === "closed") return STOPPED;
    const delivery = sendRead(this, named, read, priority);
    this.#tracked(key).done(true);
    return await delivery;
  }

  #giveUp({ key, chatId, uncertain }: StoredEntry, stored: StoredOperation): void {
    const description = `${uncertain} calls may have had their effect`;
    this.#log.error("outbox.failed", { key, description });
    const substitute = this.#instead(stored, { kind: "uncertain" });
    this.#tracked(key).done(false);
    // void: its caller ended with the earlier process.
    if (substitute !== undefined) void this.#add(chatId, substitute.operation);
  }

  #richOperation(rich: OutgoingRich, priority: Priority): Operation {
    return richOperation(this.#api, rich, priority, ({ code, description }) => {
      this.#log.warn("outbox.rich_refused", { code, description });
      this.#counters.richFallbacks += 1;
      const { rest, file } = rich.classic;
      // void: the delivery of the first message stands for all of them.
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
    return this.#senders.add(chatId, operation);
  }
}

/** Tells whether an operation only shows what goes on, which ends with the program. */
function isTransient(operation: Operation): boolean {
  return isLossy(operation) || operation.urgency === "waiting";
}

/** What the message waits for, and what takes its place where that is lost. */
function followed(
  stored: StoredOperation,
): { readonly after: string | undefined; readonly otherwise: StoredOperation } {
  switch (stored.kind) {
    case "edit": {
      const { after, otherwise, ...edit } = stored.edit;
      const content = otherwise ?? edit.content;
      return { after, otherwise: { ...stored, edit: { ...edit, content } } };
    }
    case "reaction": {
      const { after, otherwise, ...reaction } = stored.reaction;
      const instead = otherwise === undefined ? reaction : { ...reaction, emoji: otherwise };
      return { after, otherwise: { kind: "reaction", reaction: instead } };
    }
    default:
      return { after: undefined, otherwise: stored };
  }
}
