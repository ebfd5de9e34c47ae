/** Folders that only their owner may look into. */
import { obstacleTo } from "../../core/workspace/folder_obstacle.ts";
import { fileFailure } from "./failures.ts";

const OWNER_ONLY = 0o700;

/**
 * Makes the folder and its parents where they are missing and closes it to other users.
 * @throws {UserFacingError} when it cannot be made, or something else stands in its place
 */
export async function ensurePrivateFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true, mode: OWNER_ONLY });
    const { mode } = await Deno.stat(path);
    if (mode !== null && (mode & 0o077) !== 0 && Deno.build.os !== "windows") {
      await Deno.chmod(path, OWNER_ONLY);
    }
  } catch (error) {
    throw await obstacleTo(path, Deno) ?? fileFailure("make the folder", path, error);
  }
}
