/** Says in the log that the disk does not take updates: once in a while, not with each of them. */
import type { Clock } from "../core/clock.ts";
import { describeError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";

const INTERVAL_MS = 60_000;

export class StorageComplaints {
  readonly #clock: Clock;
  readonly #log: Log;
  #saidAtMs: number | undefined;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  report(error: unknown): void {
    const now = this.#clock.monotonic();
    if (this.#saidAtMs !== undefined && now - this.#saidAtMs < INTERVAL_MS) return;
    this.#saidAtMs = now;
    this.#log.error("telegram.storage-failed", { reason: describeError(error) });
  }
}
