/** Turns an error into an exit code and a text for the person at the terminal. */
import { ConfigError, renderConfigError } from "../config/errors.ts";
import { describeError, NewerStateError, OutputError, UserFacingError } from "../core/errors.ts";
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
    return { code: codeOf(error), text: `codex-orchestrator: ${describeError(error)}` };
  }
  // A bug report needs the stack.
  return {
    code: EXIT_CODES.internal,
    text: `codex-orchestrator: internal error: ${stackOf(error)}`,
  };
}

function codeOf(error: UserFacingError): number {
  // Trying again does not help an older program: a service manager should not restart it.
  if (error instanceof NewerStateError) return EXIT_CODES.config;
  return error instanceof OutputError ? EXIT_CODES.cannotCreate : EXIT_CODES.temporary;
}

/** The stack of an error, or its text where there is none. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
