/**
 * The log of the parts around the application. Its lines are those of the application's own log,
 * which is a library that three isolates need not load three times.
 */
import type { Clock } from "../core/clock.ts";
import type { Log, LogFields } from "../core/log.ts";
import type { Redactor } from "../core/redaction/redact.ts";
import { formatLogLine } from "../integrations/logging/log_line.ts";

export interface PlainLogOptions {
  readonly verbose: boolean;
  /** Is given each line with the newline at its end. */
  readonly write: (line: string) => void;
  readonly clock: Clock;
  readonly redactor: Redactor;
}

export function createPlainLog({ verbose, write, clock, redactor }: PlainLogOptions): Log {
  const at = (level: string) => (message: string, fields: LogFields = {}): void => {
    const line = formatLogLine({ at: clock.now(), level, message, fields: masked(fields) });
    write(`${redactor.forLogs(line)}\n`);
  };
  const masked = (fields: LogFields): LogFields =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, redactor.value(value)]),
    );
  return {
    debug: verbose ? at("DEBUG") : (): void => {},
    info: at("INFO"),
    warn: at("WARN"),
    error: at("ERROR"),
  };
}
