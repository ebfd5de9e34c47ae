/** The conf.toml that a new user gets: the very text of conf.toml.example. */
import { dirname } from "node:path";
import TEMPLATE from "../../conf.toml.example" with { type: "text" };
import type { Environment } from "./environment.ts";

export { TEMPLATE };

/**
 * Writes the template to `path` unless there is a file already.
 *
 * Only the state folder is made where it is missing: any other folder that is not there is a slip
 * in the path, not a wish for a new folder.
 *
 * @returns whether the file was written
 * @throws the file system's error when it cannot be written
 */
export async function writeMissingConfig(path: string, environment: Environment): Promise<boolean> {
  // A file that is there needs no right to write beside it.
  if (await exists(path)) return false;
  if (dirname(path) === environment.stateFolder) {
    await Deno.mkdir(environment.stateFolder, { recursive: true, mode: 0o700 });
  }
  try {
    await Deno.writeTextFile(path, TEMPLATE, { createNew: true, mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      return false;
    }
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
