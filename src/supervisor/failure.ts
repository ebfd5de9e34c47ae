/** What a failure means for the person at the terminal, and for whatever started the program. */
import { ConfigError, renderConfigError } from "../config/errors.ts";
import { describeError, NewerStateError, UserFacingError } from "../core/errors.ts";
import { EXIT_CODES } from "./exit_codes.ts";

export interface Failure {
  readonly code: number;
  /** Lines for standard error, without the newline at their end; not redacted. */
  readonly text: string;
}

/** The exit code and the text of anything thrown; a stack only for a fault of this program. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ConfigError) {
    return { code: EXIT_CODES.config, text: renderConfigError(error) };
  }
  if (error instanceof UserFacingError) {
    // Time does not mend an older program; whatever keeps it running is to leave it alone.
    const code = error instanceof NewerStateError ? EXIT_CODES.config : EXIT_CODES.temporary;
    return { code, text: `codex-orchestrator: ${describeError(error)}` };
  }
  // Whoever mends it needs the stack.
  return {
    code: EXIT_CODES.internal,
    text: `codex-orchestrator: internal error: ${stackOf(error)}`,
  };
}

/** Where an error comes from, as far as that is known. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
