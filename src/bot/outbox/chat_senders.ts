/** Keeps a sender per chat, and knows what of all chats is still to be delivered. */
import { waitAtMost } from "../../core/deadline.ts";
import { paceOf, type TelegramPace } from "../pace.ts";
import { ChatSender, type ChatSenderDependencies } from "./chat_sender.ts";
import type { Delivery } from "./outgoing.ts";
import { OverallLimiter } from "./rate_limiter.ts";
import { isLossy, type Operation } from "./send_queue.ts";

export interface ChatSendersDependencies
  extends Pick<ChatSenderDependencies, "clock" | "log" | "counters"> {
  readonly pace: TelegramPace;
  /** A group became another chat. */
  readonly onMoved: (from: number, to: number) => void;
}

export class ChatSenders {
  readonly #dependencies: ChatSendersDependencies;
  readonly #senders = new Map<number, ChatSender>();
  readonly #overall: OverallLimiter;
  /** Deliveries that must not be lost. */
  readonly #pending = new Set<Promise<Delivery>>();

  constructor(dependencies: ChatSendersDependencies) {
    this.#dependencies = dependencies;
    this.#overall = new OverallLimiter(dependencies.pace.callsPerSecond);
  }

  add(chatId: number, operation: Operation): Promise<Delivery> {
    const delivery = this.#sender(chatId).add(operation, chatId);
    if (!isLossy(operation)) this.#await(delivery);
    return delivery;
  }

  markReachable(chatId: number): void {
    this.#senders.get(chatId)?.markReachable();
  }

  /**
   * @param chatId absent = in all chats
   * @returns how many operations were dropped
   */
  drop(picked: (operation: Operation) => boolean, reason: string, chatId?: number): number {
    const senders = chatId === undefined ? [...this.#all()] : [this.#sender(chatId)];
    return senders.reduce((dropped, sender) => dropped + sender.drop(picked, reason), 0);
  }

  /** Resolves when everything that is not lossy was made or given up on. */
  async idle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  /** Waits for {@link idle}, but no longer than `graceMs`. */
  async idleWithin(graceMs: number): Promise<void> {
    await waitAtMost(this.#dependencies.clock, graceMs, this.idle());
  }

  stop(): void {
    for (const sender of this.#all()) sender.stop();
  }

  #all(): Set<ChatSender> {
    return new Set(this.#senders.values());
  }

  #await(delivery: Promise<Delivery>): void {
    const pending = delivery.finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
  }

  #sender(chatId: number): ChatSender {
    const existing = this.#senders.get(chatId);
    if (existing !== undefined) return existing;
    const { pace, clock, log, counters } = this.#dependencies;
    const sender: ChatSender = new ChatSender(chatId, paceOf(pace, chatId), {
      clock,
      log,
      counters,
      retryMs: pace.retryMs,
      overall: this.#overall,
      onMigrated: (from, to) => this.#migrate(sender, from, to),
      onReleased: (delivery) => this.#await(delivery),
    });
    this.#senders.set(chatId, sender);
    return sender;
  }

  /** Leads every id of a chat to one sender, so that its order and its pace are kept. */
  #migrate(sender: ChatSender, from: number, to: number): ChatSender {
    const successor = this.#senders.get(to) ?? sender;
    this.#senders.set(to, successor);
    for (const [chatId, each] of this.#senders) {
      if (each === sender) this.#senders.set(chatId, successor);
    }
    this.#dependencies.onMoved(from, to);
    return successor;
  }
}
