/** What was done about updates while the disk did not take them; in memory, where else. */

/** Telegram shows a hundred unconfirmed updates at most, and drops them after a day. */
const MOST_REMEMBERED = 1_000;

export type UnstoredVerdict =
  /** Carried out: nothing is left to do once there is room. */
  | "handled"
  /** The person knows that it waits; it is routed once there is room. */
  | "refused";

export class UnstoredUpdates {
  readonly #verdicts = new Map<number, UnstoredVerdict>();

  has(updateId: number): boolean {
    return this.#verdicts.has(updateId);
  }

  isHandled(updateId: number): boolean {
    return this.#verdicts.get(updateId) === "handled";
  }

  /** Beyond the bound the oldest is forgotten, as if it had never been tried. */
  set(updateId: number, verdict: UnstoredVerdict): void {
    this.#verdicts.set(updateId, verdict);
    const [oldest] = this.#verdicts.keys();
    if (this.#verdicts.size > MOST_REMEMBERED && oldest !== undefined) {
      this.#verdicts.delete(oldest);
    }
  }

  forget(updateId: number): void {
    this.#verdicts.delete(updateId);
  }
}
