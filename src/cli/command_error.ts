/** A command cannot do what was asked; it is the person's to mend, and has an exit code of its own. */
import { UserFacingError } from "../core/errors.ts";

export class CommandError extends UserFacingError {
  /** One of `EXIT_CODES`. */
  readonly exitCode: number;

  constructor(
    exitCode: number,
    message: string,
    options: { remedy?: string; cause?: unknown } = {},
  ) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
