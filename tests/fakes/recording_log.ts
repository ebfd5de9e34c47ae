import type { Log } from "../../src/core/log.ts";

/** A log that remembers its lines, for tests that read them. */
export class RecordingLog implements Log {
  readonly lines: { readonly level: string; readonly message: string; readonly fields: unknown }[] =
    [];

  debug(message: string, fields?: unknown): void {
    this.lines.push({ level: "debug", message, fields });
  }

  info(message: string, fields?: unknown): void {
    this.lines.push({ level: "info", message, fields });
  }

  warn(message: string, fields?: unknown): void {
    this.lines.push({ level: "warn", message, fields });
  }

  error(message: string, fields?: unknown): void {
    this.lines.push({ level: "error", message, fields });
  }
}
