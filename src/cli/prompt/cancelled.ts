/** The person would rather not: Ctrl-C, Ctrl-D, or an input that has ended. */
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { CommandError } from "../command_error.ts";

export class Cancelled extends CommandError {
  constructor() {
    super(EXIT_CODES.interrupted, "stopped before anything was written");
  }
}
