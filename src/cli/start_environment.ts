/** Reads the environment of a command: how much counts of the folder in which it was started. */
import { join } from "node:path";
import { type Environment, readEnvironment } from "../config/environment.ts";
import type { OwnProcess } from "./process.ts";

interface Wanted {
  /** The path given with `--env-file`. */
  readonly file?: string | undefined;
  /** The bot is not used, so that its token is not needed. */
  readonly withoutToken?: boolean;
}

/**
 * Takes the token alone from a folder that may be anybody's project, and everything from the checkout
 * that the program itself runs from: whoever writes there can change the program.
 * @throws {ConfigError} as readEnvironment does
 */
export function environmentOf(
  process: OwnProcess,
  { file, withoutToken = false }: Wanted = {},
): Promise<Environment> {
  const whereStarted = isOwnFolder(process) ? "all" : withoutToken ? "nothing" : "token";
  return readEnvironment(process, { file, whereStarted });
}

function isOwnFolder({ program, workingDirectory }: OwnProcess): boolean {
  return program.command.includes(join(workingDirectory, "main.ts"));
}
