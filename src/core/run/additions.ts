/** What a person adds to a run while it is at work. */
import type { Turn } from "../codex/codex.ts";
import { CodexError } from "../errors.ts";

/** What a workflow knows of it. */
export interface Additions {
  /** Everything that was added so far, oldest first; grows while a turn is at work. */
  readonly texts: readonly string[];
  /**
   * From now on people may add to this turn.
   * @returns what ends that; it resolves when nothing is on its way to the turn any more, so that
   * `texts` is complete
   */
  accept(turn: Pick<Turn, "steer">): () => Promise<void>;
  /**
   * From now on people may add to what comes after the present turn, which is not told.
   * @returns what ends that
   */
  acceptForLater(): () => Promise<void>;
}

/** Takes everything, as only what comes later has to know. */
const LATER: Pick<Turn, "steer"> = { steer: () => Promise.resolve() };

export class RunAdditions implements Additions {
  readonly #texts: string[];
  readonly #onTheirWay = new Set<Promise<void>>();
  #turn: Pick<Turn, "steer"> | undefined;

  /** @param earlier what was added in an earlier process */
  constructor(earlier: readonly string[] = []) {
    this.#texts = [...earlier];
  }

  get texts(): readonly string[] {
    return this.#texts;
  }

  /** Whether a turn is at work that may be added to. */
  get accepting(): boolean {
    return this.#turn !== undefined;
  }

  /** Whether what is added now need not reach the turn at work. */
  get acceptingForLater(): boolean {
    return this.#turn === LATER;
  }

  acceptForLater(): () => Promise<void> {
    return this.accept(LATER);
  }

  accept(turn: Pick<Turn, "steer">): () => Promise<void> {
    this.#turn = turn;
    return async () => {
      this.#turn = undefined;
      while (this.#onTheirWay.size > 0) await Promise.all(this.#onTheirWay);
    };
  }

  /**
   * Hands the text to the turn at work.
   * @throws {CodexError} when there is none, or when Codex did not take it
   */
  add(text: string): Promise<void> {
    const handed = this.#hand(text, this.#turn);
    const settled = handed.catch(() => {
      // Whoever adds is told by `handed`.
    }).finally(() => this.#onTheirWay.delete(settled));
    this.#onTheirWay.add(settled);
    return handed;
  }

  async #hand(text: string, turn: Pick<Turn, "steer"> | undefined): Promise<void> {
    if (turn === undefined) {
      throw new CodexError("request", "Cannot add to the run: no turn is open");
    }
    await turn.steer(text);
    this.#texts.push(text);
  }
}

/** What was asked, with what was added to it. */
export function withAdditions(asked: string, additions: readonly string[]): string {
  if (additions.length === 0) return asked;
  const intro = "The person added this while the work went on:";
  return [asked.trimEnd(), intro, ...additions.map((text) => text.trim())].join("\n\n");
}
