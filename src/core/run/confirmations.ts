/** Holds runs that a person has to confirm or drop. */
import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { SessionKey } from "../session/session.ts";
import type { ActiveRun, RunReporter } from "./active_run.ts";
import type { ConfirmationReason, Run, RunStore, StoredRun } from "./run.ts";

interface ConfirmationsDependencies {
  readonly runs: Pick<RunStore, "awaitConfirmation" | "awaitingConfirmation">;
  readonly reporter: Pick<RunReporter, "show">;
  readonly log: Log;
}

export class Confirmations {
  readonly #deps: ConfirmationsDependencies;

  constructor(deps: ConfirmationsDependencies) {
    this.#deps = deps;
  }

  /** Oldest first. @throws {StorageError} when the disk cannot be read */
  of(key: SessionKey): readonly StoredRun[] {
    return this.#deps.runs.awaitingConfirmation(key);
  }

  /** The same, but empty when the disk cannot be read. */
  known(key: SessionKey): readonly StoredRun[] {
    try {
      return this.of(key);
    } catch (error) {
      this.#deps.log.error("runs.unreadable", { error: describeError(error) });
      return [];
    }
  }

  find(key: SessionKey, runId: string): StoredRun | undefined {
    return this.of(key).find(({ id }) => id === runId);
  }

  ask(active: ActiveRun, reason: ConfirmationReason): void {
    this.keep(active.run.id, reason);
    this.show(active, reason);
  }

  /** Asks at a later start. */
  keep(runId: string, reason: ConfirmationReason): void {
    this.#deps.runs.awaitConfirmation(runId, reason);
  }

  show(active: ActiveRun, reason: ConfirmationReason): void {
    this.#deps.log.warn("run.offered", { run: active.run.id, reason: reason.type });
    this.#deps.reporter.show(active, { type: "run.offered", reason });
  }
}

interface Waiting {
  readonly downtimeMs: number;
  readonly askAfterMs: number;
  /** When this process began. */
  readonly startedMs: number;
}

/** Why a new request needs confirmation; undefined = it runs. */
export function reasonToAsk(
  { sentAt, createdAt, goal }: Run,
  { downtimeMs, askAfterMs, startedMs }: Waiting,
): ConfirmationReason | undefined {
  if (goal?.replaces !== undefined) return { type: "goal-replaces", objective: goal.replaces };
  const sentMs = Date.parse(sentAt ?? createdAt);
  const waitedMs = Date.parse(createdAt) - sentMs;
  if (waitedMs <= askAfterMs) return undefined;
  // What was sent later waited for a connection, not for this start.
  const wasOff = sentMs < startedMs;
  return { type: "old", offlineMs: wasOff ? Math.max(downtimeMs, waitedMs) : waitedMs };
}
