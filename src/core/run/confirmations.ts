/** Keeps runs that a person has to confirm or drop before they go on. */
import type { ChatPort } from "../chat/chat.ts";
import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ConfirmationReason, Run, RunStore, StoredRun } from "./run.ts";
import type { SessionKey } from "../session/session.ts";

export interface ConfirmationsDependencies {
  readonly runs: Pick<RunStore, "awaitConfirmation" | "awaitingConfirmation">;
  readonly chat: ChatPort;
  readonly log: Log;
  /** A request that waited longer than this for the program must be confirmed before it runs; milliseconds. */
  readonly askAfterMs: number;
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

  /** The same for what has to work without a disk, too. */
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

  /** Why a new request is not simply run; undefined = it is. */
  reasonFor({ sentAt, createdAt }: Run): ConfirmationReason | undefined {
    const waitedMs = sentAt === undefined ? 0 : Date.parse(createdAt) - Date.parse(sentAt);
    return waitedMs > this.#deps.askAfterMs ? { type: "old" } : undefined;
  }

  ask(run: StoredRun, reason: ConfirmationReason): void {
    this.#deps.runs.awaitConfirmation(run.id, reason);
    this.show(run, reason);
  }

  show(run: Run, reason: ConfirmationReason): void {
    this.#deps.log.warn("run.offered", { run: run.id, reason: reason.type });
    this.#deps.chat.show(run, { type: "run.offered", reason });
  }
}
