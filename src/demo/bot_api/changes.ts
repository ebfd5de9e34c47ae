/** Tells whoever waits that something happened, so that nobody has to look again and again. */
export class Changes {
  readonly #listeners = new Set<() => void>();

  /** @returns ends the watching */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  announce(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /**
   * Resolves with the first value of `probe` that is neither undefined, null nor false; the probe
   * is asked now and after every change.
   * @param describe tells what was seen instead, for the error
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
