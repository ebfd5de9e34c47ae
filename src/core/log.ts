/** Values that may stand beside a log message. Secrets are masked by the sink, not by the caller. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where parts report what an operator should know. Messages are dotted names: `codex.started`. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
