/** The groups in which people may work: those of the configuration, and what has become of them. */
import type { Preferences } from "./preferences.ts";

export class AllowedGroups {
  readonly #configured: readonly number[];
  readonly #moves: Pick<Preferences, "movedTo" | "setMovedTo">;
  readonly #allowed = new Set<number>();

  /** @param moves what is kept of earlier moves */
  constructor(configured: readonly number[], moves: Pick<Preferences, "movedTo" | "setMovedTo">) {
    this.#configured = configured;
    this.#moves = moves;
    for (const chatId of configured) this.#allow(chatId);
  }

  has(chatId: number): boolean {
    return this.#allowed.has(chatId);
  }

  /** Every group under its newest id. */
  present(): number[] {
    return [...new Set(this.#configured.map((chatId) => this.#presentId(chatId)))];
  }

  /**
   * Telegram says that an allowed group is another chat now.
   * @throws {StorageError} when it cannot be kept; it is known until the program ends all the same
   */
  moved(from: number, to: number): void {
    this.#allowed.add(to);
    this.#moves.setMovedTo(from, to);
  }

  #allow(chatId: number): void {
    this.#allowed.add(chatId);
    const successor = this.#moves.movedTo(chatId);
    if (successor !== undefined && !this.#allowed.has(successor)) this.#allow(successor);
  }

  #presentId(chatId: number, passed: readonly number[] = []): number {
    const successor = this.#moves.movedTo(chatId);
    return successor === undefined || passed.includes(successor)
      ? chatId
      : this.#presentId(successor, [...passed, chatId]);
  }
}
