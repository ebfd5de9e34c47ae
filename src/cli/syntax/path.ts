/** A path on the command line. */
import { message } from "@optique/core/message";
import type { ValueParser } from "@optique/core/valueparser";

export interface PathOptions {
  /** What help calls it; `FILE` or `FOLDER` when nothing better fits. */
  readonly metavar: "PATH" | "FILE" | "FOLDER";
  /** What the shell completes. */
  readonly type: "file" | "directory";
}

/** Any text but an empty one and another option, whose own value was forgotten. */
export function path({ metavar, type }: PathOptions): ValueParser<"sync", string> {
  return {
    mode: "sync",
    metavar,
    placeholder: ".",
    parse: (input) =>
      input.trim() === "" || input.startsWith("--")
        ? { success: false, error: message`the path of a ${type} is needed, as in ${`./${type}`}` }
        : { success: true, value: input },
    format: (value) => value,
    suggest: (prefix) => [{ kind: "file", type, prefix }],
  };
}
