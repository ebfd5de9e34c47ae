/** Groups what most parts of a front-end are handed. */
import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";
import type { Redact } from "./redaction/redact.ts";

export interface BaseDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** Masks secrets in what people read; keeps the length of the text. */
  readonly redact: Redact;
}
