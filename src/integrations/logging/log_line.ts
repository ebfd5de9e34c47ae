/** Formats lines of the log: `2026-11-20T22:17:51.123Z INFO codex.started version=0.169.0`. */
import type { Clock } from "../../core/clock.ts";
import type { Log, LogFields } from "../../core/log.ts";
import type { Redactor } from "../../core/redaction/redact.ts";

interface LogEntry {
  readonly at: Date;
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** Makes one line of printable text, without the newline at its end. */
export function formatLogLine(entry: LogEntry): string {
  const fields = Object.entries(entry.fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${onOneLine(name)}=${formatValue(value)}`);
  return [entry.at.toISOString(), entry.level, onOneLine(entry.message), ...fields].join(" ");
}

function formatValue(value: unknown): string {
  const text = textOf(value);
  const needsQuotes = typeof value === "string" && (text === "" || /[\s"'=\p{C}]/u.test(text));
  return needsQuotes ? onOneLine(JSON.stringify(text)) : onOneLine(text);
}

function textOf(value: unknown): string {
  if (typeof value === "string") {
    return value;
  }
  if (typeof value === "bigint") {
    return value.toString();
  }
  return JSON.stringify(value) ?? String(value);
}

/** Escapes line breaks and everything that a terminal would obey. */
function onOneLine(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) =>
      character === "\n"
        ? "\\n"
        : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}

export interface PlainLogOptions {
  readonly verbose: boolean;
  /** Is given each line with the newline at its end. */
  readonly write: (line: string) => void;
  readonly clock: Clock;
  readonly redactor: Redactor;
}

/** Makes a log that writes whatever is reported as a line, secrets masked. */
export function createPlainLog({ verbose, write, clock, redactor }: PlainLogOptions): Log {
  const at = (level: string) => (message: string, fields: LogFields = {}): void => {
    const line = formatLogLine({ at: clock.now(), level, message, fields: masked(fields) });
    write(`${redactor.forLogs(line)}\n`);
  };
  // As a whole, since a name can say that its value is a secret.
  const masked = (fields: LogFields): LogFields => {
    const value = redactor.value(fields);
    return typeof value === "object" && value !== null ? { ...value } : {};
  };
  return {
    // Thousands of events a second are told there.
    debug: verbose ? at("DEBUG") : (): void => {},
    info: at("INFO"),
    warn: at("WARN"),
    error: at("ERROR"),
  };
}
