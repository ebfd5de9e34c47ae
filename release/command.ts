/** Runs the release's tools on the command line. */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { describeError, UserFacingError } from "../src/core/errors.ts";

/** Runs the tool; a failure that a person can fix becomes one line. */
export async function runCommand(
  name: string,
  body: (print: (text: string) => void) => Promise<void>,
): Promise<void> {
  const encoder = new TextEncoder();
  try {
    await body((text) => void Deno.stdout.writeSync(encoder.encode(text)));
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    Deno.stderr.writeSync(encoder.encode(`${name}: ${describeError(error)}\n`));
    Deno.exitCode = 1;
  }
}

/** @throws {UserFacingError} when an option is unknown or lacks its value */
export function understood<Config extends ParseArgsConfig>(
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw misused(describeError(error));
  }
}

export function misused(problem: string): UserFacingError {
  return new UserFacingError(`Cannot start: ${problem}`, { remedy: "See --help" });
}
