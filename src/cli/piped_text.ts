/** Reads what is piped in, as far as somebody goes on waiting for it. */
import { EXIT_CODES } from "../supervisor/exit_codes.ts";
import { CommandError, type OwnProcess } from "./process.ts";

/**
 * Reads standard input to its end, or until there are more characters than that.
 * @throws {CommandError} when the process is asked to stop meanwhile
 */
export async function pipedText(
  { terminal, stop }: Pick<OwnProcess, "terminal" | "stop">,
  most: number,
): Promise<string> {
  let text = "";
  try {
    const parts = terminal.input.pipeThrough(new TextDecoderStream(), { signal: stop });
    for await (const part of parts) {
      text += part;
      if (text.length > most) break;
    }
  } catch (error) {
    if (!stop.aborted) throw error;
    throw new CommandError(EXIT_CODES.interrupted, "stopped before anything was begun");
  }
  return text;
}
