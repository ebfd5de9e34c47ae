/** Lets callers with the same key in one after the other, in the order in which they came. */
export class KeyLock {
  readonly #last = new Map<string, Promise<void>>();

  /** Runs `work` once everything that was handed over earlier for this key has ended. */
  async hold<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.#last.set(key, ended);
    await before;
    try {
      return await work();
    } finally {
      end();
      if (this.#last.get(key) === ended) {
        this.#last.delete(key);
      }
    }
  }
}
