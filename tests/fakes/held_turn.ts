/** A turn that goes on for as long as the test wants it to, and that can be added to. */
import type { TurnResult } from "../../src/core/codex/codex.ts";

export class HeldTurn {
  /** What was added to it and taken. */
  readonly steered: string[] = [];
  /** What adding to it throws. */
  refusal: Error | undefined;
  /** Adding waits for it. */
  held: Promise<void> = Promise.resolve();
  readonly #begun = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<Partial<TurnResult>>();

  readonly #asked = Promise.withResolvers<void>();

  /** @param begins false = Codex has not begun it until {@link begin} */
  constructor(begins = true) {
    if (begins) this.begin();
  }

  /** Resolves when the turn is at work and its stage reads its events. */
  get asked(): Promise<void> {
    return this.#asked.promise;
  }

  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  get ended(): Promise<Partial<TurnResult>> {
    return this.#ended.promise;
  }

  reach(): void {
    this.#asked.resolve();
  }

  begin(): void {
    this.#begun.resolve();
  }

  end(result: Partial<TurnResult>): void {
    this.#ended.resolve(result);
  }

  async steer(text: string): Promise<void> {
    await this.held;
    if (this.refusal !== undefined) throw this.refusal;
    this.steered.push(text);
  }
}
