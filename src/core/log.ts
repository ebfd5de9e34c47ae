/** Defines the log: where every part reports what an operator should know. */
import type { Clock } from "./clock.ts";

/** Values that may stand beside a log message. Secrets are masked by the sink, not by the caller. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where parts report what an operator should know. Messages are dotted names: `codex.started`. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const REPORT_EVERY_MS = 60_000;

/** Reports an error that recurs, such as a full disk, at most once a minute. */
export class ThrottledReport {
  readonly #clock: Clock;
  readonly #report: (error: unknown) => void;
  #reportedAt = -Infinity;

  constructor(clock: Clock, report: (error: unknown) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  report(error: unknown): void {
    const now = this.#clock.monotonic();
    if (now - this.#reportedAt < REPORT_EVERY_MS) return;
    this.#reportedAt = now;
    this.#report(error);
  }
}

/** Drops every line, for whoever says what it sees in sentences of its own. */
export const NO_LOG: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
