/**
 * Writes the log: one redacted line of text for each report.
 *
 * LogTape keeps its configuration for the whole process. That is confined to this file: nobody else
 * imports the library, and everybody else is given a `Log`. So there is one log at a time; making
 * another one replaces it, which only tests do.
 */
import {
  configureSync,
  getLogger,
  type LogLevel,
  type LogRecord,
  resetSync,
} from "@logtape/logtape";
import type { Clock } from "../../core/clock.ts";
import type { Log, LogFields } from "../../core/log.ts";
import type { Redactor } from "../../core/redaction/redact.ts";
import { formatLogLine } from "./log_line.ts";

const CATEGORY = "codex-orchestrator";

interface LogOptions {
  /** Also writes debug reports. */
  readonly verbose: boolean;
  /** Takes each line, with the newline at its end. */
  readonly write: (line: string) => void;
  readonly clock: Clock;
  readonly redactor: Redactor;
}

export type DisposableLog = Log & Disposable;

/** Makes the log of the process; disposing of it ends it. */
export function createLog({ verbose, write, clock, redactor }: LogOptions): DisposableLog {
  configureSync({
    reset: true,
    sinks: { lines: (record) => write(`${lineOf(record, redactor)}\n`) },
    loggers: [
      { category: CATEGORY, sinks: ["lines"], lowestLevel: verbose ? "debug" : "info" },
      // Without a logger of its own, LogTape reports its own errors on the console.
      { category: ["logtape", "meta"], sinks: ["lines"], lowestLevel: "error" },
    ],
  });
  const at = (level: LogLevel) => (message: string, fields: LogFields = {}): void =>
    // `logger.info(message)` would take braces in the message for placeholders.
    getLogger(CATEGORY).emit({
      level,
      message: [message],
      rawMessage: message,
      timestamp: clock.now().getTime(),
      properties: fields,
    });
  return {
    // Thousands of events a second are told there.
    debug: verbose ? at("debug") : () => {},
    info: at("info"),
    warn: at("warning"),
    error: at("error"),
    [Symbol.dispose]: () => resetSync(),
  };
}

const LEVEL_NAMES: Readonly<Record<LogLevel, string>> = {
  trace: "DEBUG",
  debug: "DEBUG",
  info: "INFO",
  warning: "WARN",
  error: "ERROR",
  fatal: "ERROR",
};

function lineOf(record: LogRecord, redactor: Redactor): string {
  const masked = redactor.value(record.properties);
  return redactor.forLogs(formatLogLine({
    at: new Date(record.timestamp),
    level: LEVEL_NAMES[record.level],
    message: record.message.map(String).join(""),
    fields: typeof masked === "object" && masked !== null ? { ...masked } : {},
  }));
}
