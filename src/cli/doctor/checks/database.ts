/** Whether `state.db` is sound and of a version that this program knows. */
import { join } from "node:path";
import { checkDatabase } from "../../../integrations/state/database_check.ts";
import { NEWER_STATE_REMEDY, newerStateText } from "../../../integrations/state/database_file.ts";
import { type Check, fail, type Finding, NotLookedAt, ok, warn } from "../check.ts";

export const databaseCheck: Check = {
  id: "state.database",
  async look(installation): Promise<Finding> {
    const stateFolder = await installation.stateFolder();
    return await databaseFinding(stateFolder, {
      inUse: await installation.running() !== undefined,
    });
  },
};

/**
 * @param folder in which it lies
 * @throws {NotLookedAt} when there is none
 */
export async function databaseFinding(
  folder: string,
  use: { readonly inUse: boolean },
): Promise<Finding> {
  const path = join(folder, "state.db");
  const found = await checkDatabase(path, use);
  switch (found.state) {
    case "missing":
      throw new NotLookedAt("there is no state.db yet");
    case "too-large":
      return warn(`${path} is too large to be looked at`, "Look at it with `sqlite3` yourself");
    case "unreadable":
      return fail(
        `${path} cannot be read: ${found.reason}`,
        "Give the user that runs the program the right to read and write it",
      );
    case "damaged":
      return fail(
        `${path} is damaged: ${found.reason}`,
        "The next start sets it aside and begins a new one; copy it first if you want to look at it",
      );
    case "newer":
      return fail(newerStateText(path), NEWER_STATE_REMEDY, [
        `it has version ${found.version}, this one knows ${found.ours}`,
      ]);
    case "sound":
      return ok(
        found.version === found.ours
          ? `sound, version ${found.version}`
          : `sound, version ${found.version}; the next start brings it to ${found.ours}`,
      );
  }
}
