/** One line of the log: `2026-11-20T22:17:51.123Z INFO codex.started version=0.169.0`. */
import type { LogFields } from "../../core/log.ts";

export interface LogEntry {
  readonly at: Date;
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** The entry as one line of printable text, without the newline at its end. */
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

/** No line breaks and nothing that a terminal would obey. */
function onOneLine(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) =>
      character === "\n"
        ? "\\n"
        : `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
