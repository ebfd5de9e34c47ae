/** A connection to a running Codex, as it is looked after, and how it ends. */
import type { ChildExit } from "./child_process.ts";

/** How a connection ended: with its process, or for a reason that people can read. */
export type ConnectionEnd = ChildExit | { readonly lost: string };

/** A running Codex that has answered its handshake. */
export interface Connection {
  /** Absent where the process is not ours. */
  readonly pid?: number;
  /** Where it runs; absent = on this machine. */
  readonly machine?: string;
  /** Never rejects. */
  readonly exited: Promise<ConnectionEnd>;
  /** The last lines that the process wrote before it ended, for the message about it. */
  readonly errorLines: readonly string[];
  /** Anything that only a healthy process answers. */
  ping(): Promise<void>;
  /** Ends the process, or the connection to it, and resolves when it is gone. */
  close(): Promise<void>;
}

/** For people: what has become of a connection that nobody closed. */
export function reasonOf(end: ConnectionEnd, lastLine: string | undefined): string {
  if ("lost" in end) return end.lost;
  const how = end.signal === null ? `with exit code ${end.code}` : `by ${end.signal}`;
  return `Codex ended unexpectedly ${how}${lastLine === undefined ? "" : `: ${lastLine}`}`;
}

/** For people: why a connection that nobody could use any more was closed. */
export function restartReason({ machine }: Pick<Connection, "machine">, reason: string): string {
  return machine === undefined
    ? `Codex was restarted: ${reason}`
    : `The connection to Codex on ${machine} was closed: ${reason}`;
}

/** For the log: which connection. */
export function nameOf(
  { pid, machine }: Pick<Connection, "pid" | "machine">,
): Readonly<Record<string, unknown>> {
  return machine === undefined ? { pid } : { machine };
}
