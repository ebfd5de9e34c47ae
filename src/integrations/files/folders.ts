/** Folders that only their owner may look into. */
import { UserFacingError } from "../../core/errors.ts";
import { fileFailure } from "./failures.ts";

const OWNER_ONLY = 0o700;

/**
 * Makes the folder and its parents where they are missing and closes it to other users.
 * @throws {UserFacingError} when it cannot be made or is a file
 */
export async function ensurePrivateFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true, mode: OWNER_ONLY });
    const { mode, isDirectory } = await Deno.stat(path);
    if (!isDirectory) {
      throw new UserFacingError(`Cannot use ${path}: it is not a folder`);
    }
    if (mode !== null && (mode & 0o077) !== 0 && Deno.build.os !== "windows") {
      await Deno.chmod(path, OWNER_ONLY);
    }
  } catch (error) {
    throw error instanceof UserFacingError ? error : fileFailure("make the folder", path, error);
  }
}
