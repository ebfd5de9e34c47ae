/** A Codex backend that plays a script: for each role, how its next turns go. */
import type {
  BackendHealth,
  CodexBackend,
  CodexThread,
  RestartReport,
  ThreadOptions,
  Turn,
  TurnEvent,
  TurnInput,
  TurnOptions,
  TurnResult,
} from "../../src/core/codex/codex.ts";
import { ROLES } from "../../src/workflows/roles.ts";
import type { CodexTerminals } from "../../src/core/codex/background_terminals.ts";
import type { CodexQueries } from "../../src/core/codex/codex_queries.ts";
import { type CodexActivity, WITHOUT_ACTIVITY } from "../../src/core/codex/thread_activity.ts";
import {
  unsupportedQueries,
  unsupportedTerminals,
} from "../../src/integrations/codex/backend_parts.ts";
import { HeldTurn } from "./held_turn.ts";

const NO_QUERIES: CodexQueries = unsupportedQueries("the script");

export interface PlayedTurn {
  readonly role: string;
  readonly text: string;
  readonly threadId: string;
  readonly resumed: boolean;
  readonly options: ThreadOptions;
  readonly input: TurnInput;
}

/**
 * What a turn does: its answer, or the parts of its result, or a wait for the signal. One that is to end
 * interrupted waits for it, too.
 */
export type ScriptedTurn = string | Partial<TurnResult> | "wait" | HeldTurn;

/** Waits until the turn's signal aborts, then ends interrupted. */
export const WAIT = "wait";

export class ScriptedBackend implements CodexBackend {
  readonly kind = "echo";
  readonly capabilities = {
    steer: true,
    outputSchema: true,
    resume: true,
    images: false,
    reviewSandbox: true,
    compact: false,
  };
  readonly queries: CodexQueries;
  readonly activity: CodexActivity = WITHOUT_ACTIVITY;
  readonly terminals: CodexTerminals = unsupportedTerminals("the script");
  readonly played: PlayedTurn[] = [];
  /** Roles whose threads were prepared, and discarded whether used or not. */
  readonly prepared: string[] = [];
  readonly discarded: string[] = [];
  readonly #script: Map<string, ScriptedTurn[]>;
  #threads = 0;

  constructor(script: Readonly<Record<string, readonly ScriptedTurn[]>>, queries = NO_QUERIES) {
    this.queries = queries;
    this.#script = new Map(Object.entries(script).map(([role, turns]) => [role, [...turns]]));
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  startThread(options: ThreadOptions): CodexThread {
    return this.#thread(`thread-${++this.#threads}`, options, false);
  }

  resumeThread(id: string, options: ThreadOptions): CodexThread {
    return this.#thread(id, options, true);
  }

  health(): BackendHealth {
    return { kind: "echo", command: "script", running: true, ready: true, restarts: 0 };
  }

  restart(): Promise<RestartReport> {
    return Promise.resolve({ type: "restarted" });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  roles(): string[] {
    return this.played.map(({ role }) => role);
  }

  #thread(id: string, options: ThreadOptions, resumed: boolean): CodexThread {
    return {
      id,
      prepare: () => void this.prepared.push(roleOf(options)),
      discard: () => void this.discarded.push(roleOf(options)),
      run: (input: TurnInput, turnOptions: TurnOptions): Turn => {
        const role = roleOf(options);
        this.played.push({ role, text: input.text, threadId: id, resumed, options, input });
        const scripted = this.#script.get(role)?.shift();
        if (scripted === undefined) throw new Error(`The script has no further turn for ${role}`);
        return playedTurn(id, scripted, turnOptions);
      },
    };
  }
}

function roleOf(options: ThreadOptions): string {
  const found = Object.entries(ROLES).find(([, { instructions }]) =>
    instructions === options.developerInstructions
  );
  return found?.[0] ?? "unknown";
}

function playedTurn(threadId: string, scripted: ScriptedTurn, { signal }: TurnOptions): Turn {
  const result = resultOf(threadId, scripted, signal);
  async function* events(): AsyncGenerator<TurnEvent> {
    if (scripted instanceof HeldTurn) {
      scripted.reach();
      const begun = scripted.begun.then(() => true);
      if (!await Promise.race([begun, result.then(() => false)])) return;
    }
    yield { type: "started", threadId, turnId: "turn" };
    const { diff, answer, changedFiles: changes } = await result;
    if (changes.length > 0) {
      const item = { id: "patch", type: "files", status: "completed", changes } as const;
      yield { type: "item.completed", item };
    }
    if (answer !== "") yield { type: "message.delta", itemId: "answer", text: answer };
    if (diff !== "") yield { type: "diff", unifiedDiff: diff };
  }
  const steer = (text: string): Promise<void> =>
    scripted instanceof HeldTurn ? scripted.steer(text) : Promise.resolve();
  return { events: events(), result, steer };
}

async function resultOf(
  threadId: string,
  scripted: ScriptedTurn,
  signal: AbortSignal,
): Promise<TurnResult> {
  const empty = { threadId, answer: "", diff: "", changedFiles: [] };
  if (
    scripted === WAIT || (typeof scripted === "object" && "status" in scripted &&
      scripted.status === "interrupted")
  ) {
    if (!signal.aborted) {
      await new Promise<void>((resolve) =>
        signal.addEventListener("abort", () => resolve(), { once: true })
      );
    }
    return { ...empty, ...(scripted === WAIT ? {} : scripted), status: "interrupted" };
  }
  if (signal.aborted) return { ...empty, status: "interrupted" };
  if (scripted instanceof HeldTurn) {
    return { ...empty, status: "completed", ...await scripted.ended };
  }
  if (typeof scripted === "string") return { ...empty, status: "completed", answer: scripted };
  return { ...empty, status: "completed", ...scripted };
}
