/** Executes work serially by key: items of one key in order, those of different keys in parallel. */

interface Entries<Item> {
  waiting: Item[];
  running?: Item;
}

export class KeyedQueue<Key, Item extends object> {
  readonly #keys = new Map<Key, Entries<Item>>();
  readonly #workers = new Set<Promise<void>>();
  readonly #handle: (item: Item, key: Key) => Promise<void>;
  #closed = false;

  /** @param handle carries out one item; must not reject */
  constructor(handle: (item: Item, key: Key) => Promise<void>) {
    this.#handle = handle;
  }

  /** How many keys have an item, running or waiting. */
  get size(): number {
    return this.#keys.size;
  }

  /**
   * Appends an item. The first of its key starts before this returns, unless the queue was closed.
   * @returns its place behind the running one; 0 = it runs
   */
  add(key: Key, item: Item): number {
    const existing = this.#keys.get(key);
    if (existing !== undefined) return existing.waiting.push(item);
    const entries: Entries<Item> = { waiting: [item] };
    this.#keys.set(key, entries);
    if (this.#closed) return 1;
    const worker = this.#work(key, entries).finally(() => this.#workers.delete(worker));
    this.#workers.add(worker);
    return 0;
  }

  /** Puts an item that is being handled in front of those that wait, once the queue was closed. */
  leave(key: Key, item: Item): void {
    if (this.#closed) this.#keys.get(key)?.waiting.unshift(item);
  }

  /** The item of this key that is being handled. */
  running(key: Key): Item | undefined {
    return this.#keys.get(key)?.running;
  }

  /** The item of this key that is being handled, and those behind it. */
  all(key: Key): readonly Item[] {
    const running = this.running(key);
    return running === undefined ? this.waiting(key) : [running, ...this.waiting(key)];
  }

  /** The items of all keys that are being handled. */
  allRunning(): Item[] {
    return [...this.#keys.values()].flatMap(({ running }) =>
      running === undefined ? [] : [running]
    );
  }

  /** In the order in which they will run. */
  waiting(key: Key): readonly Item[] {
    return this.#keys.get(key)?.waiting ?? [];
  }

  /**
   * Removes waiting items, not the running one.
   * @returns the removed items, in order
   */
  drop(key: Key, picked: (item: Item) => boolean): Item[] {
    const entries = this.#keys.get(key);
    if (entries === undefined) return [];
    const dropped = entries.waiting.filter(picked);
    entries.waiting = entries.waiting.filter((item) => !dropped.includes(item));
    if (this.#closed) this.#forget(key, entries);
    return dropped;
  }

  /** Starts nothing from now on; what waits stays, and can still be dropped. */
  close(): void {
    this.#closed = true;
  }

  /** Resolves once nothing runs, and nothing waits unless the queue was closed. */
  async drained(): Promise<void> {
    while (this.#workers.size > 0) await Promise.all(this.#workers);
  }

  async #work(key: Key, entries: Entries<Item>): Promise<void> {
    try {
      while (!this.#closed) {
        const item = entries.waiting.shift();
        if (item === undefined) break;
        entries.running = item;
        await this.#handle(item, key);
      }
    } finally {
      delete entries.running;
      this.#forget(key, entries);
    }
  }

  #forget(key: Key, { waiting, running }: Entries<Item>): void {
    if (running === undefined && waiting.length === 0) this.#keys.delete(key);
  }
}

/** Locks by key: a {@link KeyedQueue} of functions that hands their results to the callers. */
export class KeyedMutex<Key> {
  readonly #queue = new KeyedQueue<Key, () => Promise<void>>((work) => work());

  /** How many keys are held. */
  get size(): number {
    return this.#queue.size;
  }

  /**
   * Runs `work` when all earlier holders of the key have ended.
   * @throws what `work` throws; the next holder runs all the same
   */
  hold<Result>(key: Key, work: () => Promise<Result>): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#queue.add(key, async () => {
      try {
        resolve(await work());
      } catch (error) {
        reject(error);
      }
    });
    return promise;
  }

  /** Resolves once nothing is held and nobody waits. */
  drained(): Promise<void> {
    return this.#queue.drained();
  }
}
