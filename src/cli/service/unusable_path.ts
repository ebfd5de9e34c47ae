/** A path that a service manager has no way to write down. */
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { CommandError } from "../command_error.ts";

export function unusablePath(path: string, reason: string): CommandError {
  return new CommandError(
    EXIT_CODES.config,
    `Cannot make a service of ${JSON.stringify(path)}: ${reason}`,
    { remedy: "Move it to another path" },
  );
}
