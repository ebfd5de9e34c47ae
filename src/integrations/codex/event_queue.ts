/** Queues events between one producer that never waits and at most one reader. */
export class EventQueue<Event> implements AsyncIterable<Event> {
  readonly #waiting: Event[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #abandoned = false;

  /** Does nothing once the queue has ended or its reader has gone. */
  push(event: Event): void {
    if (this.#ended || this.#abandoned) return;
    this.#waiting.push(event);
    this.#wake?.();
  }

  /** The reader gets what is waiting, and then the end. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event> {
    try {
      while (true) {
        const event = this.#waiting.shift();
        if (event !== undefined) yield event;
        else if (this.#ended) return;
        else await this.#nextChange();
      }
    } finally {
      this.#abandoned = true;
      this.#waiting.length = 0;
    }
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
