/** A thread of a backend that may not have been found yet. */
import type {
  CodexBackend,
  CodexThread,
  Turn,
  TurnEvent,
  TurnInput,
  TurnOptions,
  TurnResult,
} from "../../core/codex/codex.ts";
import { CodexError, ThreadBusyError } from "../../core/errors.ts";
import { abortable } from "../../core/deadline.ts";
import { startFailure } from "./turn_failure.ts";

export class LazyThread implements CodexThread {
  readonly #open: () => Promise<CodexBackend>;
  readonly #make: (backend: CodexBackend) => CodexThread;
  readonly #knownId: string | undefined;
  #found: CodexThread | undefined;
  #opening = false;

  constructor(
    open: () => Promise<CodexBackend>,
    make: (backend: CodexBackend) => CodexThread,
    knownId: string | undefined,
  ) {
    this.#open = open;
    this.#make = make;
    this.#knownId = knownId;
  }

  get id(): string | undefined {
    return this.#found?.id ?? this.#knownId;
  }

  run(input: TurnInput, options: TurnOptions): Turn {
    if (this.#found !== undefined) return this.#found.run(input, options);
    if (this.#opening) throw new ThreadBusyError("Codex is still being started");
    this.#opening = true;
    const begun = this.#begin(input, options).finally(() => this.#opening = false);
    return new DeferredTurn(begun, options.signal, this.#knownId);
  }

  async #begin(input: TurnInput, options: TurnOptions): Promise<Turn> {
    const backend = await abortable(this.#open(), options.signal);
    this.#found ??= this.#make(backend);
    return this.#found.run(input, options);
  }
}

class DeferredTurn implements Turn {
  readonly events: AsyncIterable<TurnEvent>;
  readonly result: Promise<TurnResult>;
  readonly #begun: Promise<Turn>;

  constructor(begun: Promise<Turn>, signal: AbortSignal, threadId: string | undefined) {
    this.#begun = begun;
    this.events = eventsOf(begun);
    this.result = begun.then(
      (turn) => turn.result,
      (error) => neverBegun(error, signal, threadId),
    );
  }

  async steer(text: string): Promise<void> {
    const turn = await this.#begun.catch((cause) => {
      throw new CodexError("request", "Cannot add to the turn: it is over", { cause });
    });
    await turn.steer(text);
  }
}

async function* eventsOf(begun: Promise<Turn>): AsyncGenerator<TurnEvent> {
  // A turn that did not begin has no events; its result says why.
  const turn = await begun.catch(() => undefined);
  if (turn !== undefined) yield* turn.events;
}

function neverBegun(
  error: unknown,
  signal: AbortSignal,
  threadId: string | undefined,
): TurnResult {
  const nothing = { answer: "", diff: "", changedFiles: [] };
  const thread = threadId === undefined ? {} : { threadId };
  return signal.aborted
    ? { status: "interrupted", ...thread, ...nothing }
    : { status: "failed", ...thread, ...nothing, failure: startFailure(error) };
}
