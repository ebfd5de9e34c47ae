/** The conf.toml that a new user gets: the very text of conf.toml.example. */
import { dirname } from "node:path";
import TEMPLATE from "../../conf.toml.example" with { type: "text" };
import type { Environment } from "./environment.ts";
import { exists } from "./file_access.ts";

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
  return await writeNew(path, TEMPLATE);
}

/**
 * Brings the text to disk beside the path and then gives it its name: a crash leaves the whole file
 * or none, and a file that has come into being meanwhile is left as it is.
 */
async function writeNew(path: string, text: string): Promise<boolean> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    await Deno.writeTextFile(temporary, text, { createNew: true, mode: 0o600 });
    using file = await Deno.open(temporary, { write: true });
    await file.sync();
    await giveName(temporary, path, text);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  } finally {
    await removeIfThere(temporary);
  }
}

async function giveName(temporary: string, path: string, text: string): Promise<void> {
  try {
    await Deno.link(temporary, path);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw error;
    // Some file systems give a file one name only; the text is the template, so little is at stake.
    await Deno.writeTextFile(path, text, { createNew: true, mode: 0o600 });
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
