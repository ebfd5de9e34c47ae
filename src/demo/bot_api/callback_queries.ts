/** Button presses and the bot's answers to them. */
import type { Clock } from "../../core/clock.ts";
import { badRequest } from "./api_error.ts";

export interface CallbackAnswer {
  readonly text: string;
  readonly showAlert: boolean;
  readonly url: string;
  readonly at: Date;
}

interface Query {
  readonly askedAt: number;
  answer: CallbackAnswer | undefined;
}

export class CallbackQueries {
  readonly #clock: Clock;
  readonly #lifetimeMs: number;
  readonly #queries = new Map<string, Query>();
  #nextId = 4_000_000_000_000_001n;

  constructor(clock: Clock, lifetimeMs: number) {
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
  }

  /** @returns the new query's id */
  open(): string {
    const id = String(this.#nextId++);
    this.#queries.set(id, { askedAt: this.#clock.now().getTime(), answer: undefined });
    return id;
  }

  /** @throws {ApiError} when the query is unknown, too old or answered already */
  answer(id: string, answer: Omit<CallbackAnswer, "at">): void {
    const query = this.#queries.get(id);
    const at = this.#clock.now();
    const isOpen = query !== undefined && query.answer === undefined &&
      at.getTime() - query.askedAt <= this.#lifetimeMs;
    if (!isOpen) {
      throw badRequest(
        "query is too old and response timeout expired or query ID is invalid",
      );
    }
    query.answer = { ...answer, at };
  }

  answerOf(id: string): CallbackAnswer | undefined {
    return this.#queries.get(id)?.answer;
  }
}
