/** The way to an app-server: the pipes of a process of ours, or a socket of somebody else's. */
import type { ConnectionEnd } from "../connection_end.ts";

/** Messages go both ways as lines of JSON. */
export interface AppServerLink {
  /** Of the process; absent where it is not ours. */
  readonly pid?: number;
  /** The machine it leads to; absent = this one. */
  readonly machine?: string;
  /** Takes one whole line at a time. */
  readonly input: WritableStream<Uint8Array<ArrayBuffer>>;
  readonly output: ReadableStream<Uint8Array>;
  /** Never rejects. */
  readonly exited: Promise<ConnectionEnd>;
  /** The last lines that the process wrote before it ended. */
  readonly errorLines: readonly string[];
  /**
   * What it means that the app-server did not introduce itself.
   * @param end how the link ended; absent when it did not end by itself
   */
  failureAtStart(error: unknown, end?: ConnectionEnd): unknown;
  /** One of the streams has ended: sees to it that all of it does. Never rejects. */
  finish(): Promise<void>;
  /** Safe to call at any time; resolves when it is gone. */
  close(): Promise<void>;
}

/** @throws {CodexError} when there is no way; nothing is left open then */
export type OpenLink = (signal: AbortSignal) => Promise<AppServerLink>;
