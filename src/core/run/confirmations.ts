/** Runs that wait for a person's word: go on, or drop. */
import type { ChatPort } from "../chat/chat.ts";
import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { OfferReason, Run, RunStore, StoredRun } from "./run.ts";
import type { SessionKey } from "../session/session.ts";

export interface OffersDependencies {
  readonly runs: Pick<RunStore, "offer" | "offered">;
  readonly chat: ChatPort;
  readonly log: Log;
  /** A request that waited longer than this for the program is offered, not run; milliseconds. */
  readonly askAfterMs: number;
}

export class Confirmations {
  readonly #deps: OffersDependencies;

  constructor(deps: OffersDependencies) {
    this.#deps = deps;
  }

  /** Oldest first. @throws {StorageError} when the disk cannot be read */
  of(key: SessionKey): readonly StoredRun[] {
    return this.#deps.runs.offered(key);
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
  reasonFor({ sentAt, createdAt }: Run): OfferReason | undefined {
    const waitedMs = sentAt === undefined ? 0 : Date.parse(createdAt) - Date.parse(sentAt);
    return waitedMs > this.#deps.askAfterMs ? { type: "old" } : undefined;
  }

  make(run: StoredRun, reason: OfferReason): void {
    this.#deps.runs.offer(run.id, reason);
    this.show(run, reason);
  }

  show(run: Run, reason: OfferReason): void {
    this.#deps.log.warn("run.offered", { run: run.id, reason: reason.type });
    this.#deps.chat.show(run, { type: "run.offered", reason });
  }
}
