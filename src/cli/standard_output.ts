/** What is printed, and what becomes of it when nobody reads it or it cannot be written. */
import { describeError } from "../core/errors.ts";
import { print, printError } from "../integrations/terminal/system_terminal.ts";
import { EXIT_CODES } from "../supervisor/exit_codes.ts";
import { CommandError } from "./command_error.ts";
import type { Process } from "./process.ts";

/** The streams of this process. `print` throws a CommandError where standard output is a full disk. */
export function standardOutput(): Pick<Process, "print" | "printError" | "unread"> {
  const unread = new AbortController();
  return {
    unread: unread.signal,
    print: (text) => {
      if (!printed(text)) unread.abort();
    },
    printError: (text) => void printError(text),
  };
}

/** @returns false when nobody reads it */
function printed(text: string): boolean {
  try {
    return print(text);
  } catch (cause) {
    throw new CommandError(
      EXIT_CODES.cannotCreate,
      `Standard output cannot be written: ${describeError(cause)}`,
      { cause },
    );
  }
}
