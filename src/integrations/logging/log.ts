/** Writes the log of the application: one redacted line of text for each report, until it is ended. */
import type { Log } from "../../core/log.ts";
import { createPlainLog, type PlainLogOptions } from "./log_line.ts";

export type DisposableLog = Log & Disposable;

/** Makes a log; disposing of it ends it. */
export function createLog({ write, ...options }: PlainLogOptions): DisposableLog {
  let ended = false;
  const writeOn = (line: string): void => {
    if (ended) return;
    try {
      write(line);
    } catch {
      // Nobody is left who could be told; what was to be reported goes on.
    }
  };
  return {
    ...createPlainLog({ ...options, write: writeOn }),
    [Symbol.dispose]: () => {
      ended = true;
    },
  };
}
