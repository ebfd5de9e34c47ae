/** Faults on purpose: what goes wrong between a bot and Telegram. */

export type FaultKind =
  /** Answer with this error instead of doing anything. */
  | {
    readonly kind: "status";
    readonly status: number;
    /** Default: Telegram's usual words for the status. */
    readonly description?: string;
    readonly retryAfterSeconds?: number;
  }
  /** A gateway's page instead of JSON; nothing is done. */
  | { readonly kind: "html502" }
  /** The connection breaks before anything is done. */
  | { readonly kind: "drop-before" }
  /** The call takes effect, then the connection breaks: the bot cannot know. */
  | { readonly kind: "drop-after" }
  /** Everything works, only this much later. */
  | { readonly kind: "delay"; readonly delayMs: number }
  /** Nothing is done and no answer comes until the client gives up or the server closes. */
  | { readonly kind: "blackhole" };

export type Fault = FaultKind & {
  /** Only calls of this method; every method when absent. */
  readonly method?: string;
  /** Only calls that name this chat. */
  readonly chatId?: number;
  /** How many calls are hit; 1 when absent, Infinity for all. */
  readonly times?: number;
};

export interface AddedFault {
  /** How many calls it hit so far. */
  readonly hits: number;
  remove(): void;
}

export class Faults {
  readonly #faults = new Set<{ readonly fault: Fault; hits: number }>();

  add(fault: Fault): AddedFault {
    const entry = { fault, hits: 0 };
    this.#faults.add(entry);
    return {
      get hits(): number {
        return entry.hits;
      },
      remove: () => void this.#faults.delete(entry),
    };
  }

  clear(): void {
    this.#faults.clear();
  }

  /** The oldest fault that this call falls to; counts it. */
  next(method: string, chatId: string): Fault | undefined {
    for (const entry of this.#faults) {
      const { fault } = entry;
      if (fault.method !== undefined && fault.method !== method) continue;
      if (fault.chatId !== undefined && String(fault.chatId) !== chatId) continue;
      entry.hits += 1;
      if (entry.hits >= (fault.times ?? 1)) this.#faults.delete(entry);
      return fault;
    }
    return undefined;
  }
}
