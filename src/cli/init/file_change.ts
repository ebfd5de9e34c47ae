/** A file that is to be written: what it is and becomes, and what a person is shown of that. */
import { dirname } from "node:path";
import { UserFacingError } from "../../core/errors.ts";
import {
  ensurePrivateFolder,
  fileFailure,
  writeFileAtomically,
} from "../../integrations/files/durable_files.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { CommandError } from "../command_error.ts";

export interface FileChange {
  readonly path: string;
  /** Undefined when there is no file yet. */
  readonly before: string | undefined;
  readonly after: string;
  /** What changes in it, for people; no secrets. */
  readonly shown: readonly string[];
}

/**
 * Writes them in this order, each whole or not at all and for its owner alone; what was there is
 * kept beside it.
 * @param stateFolder is made where it is missing; any other missing folder is a slip in a path
 * @returns the copies that were made
 * @throws {CommandError} when one cannot be written
 */
export async function writeChanges(
  changes: readonly FileChange[],
  { stateFolder, now }: { readonly stateFolder: string; readonly now: Date },
): Promise<readonly string[]> {
  const copies: string[] = [];
  for (const { path, before, after } of changes) {
    try {
      if (dirname(path) === stateFolder) await ensurePrivateFolder(stateFolder);
      // A link stays one: somebody keeps the file elsewhere.
      const real = before === undefined ? path : await Deno.realPath(path);
      if (before !== undefined) {
        const copy = `${real}.bak-${stamp(now)}`;
        await writeFileAtomically(copy, before);
        copies.push(copy);
      }
      await writeFileAtomically(real, after);
    } catch (error) {
      const { message } = error instanceof UserFacingError
        ? error
        : fileFailure("write", path, error);
      throw new CommandError(EXIT_CODES.cannotCreate, message, { cause: error });
    }
  }
  return copies;
}

/** e.g. `20261121-153000`, in UTC. */
function stamp(now: Date): string {
  return now.toISOString().replaceAll(/[-:]|\..*/g, "").replace("T", "-");
}
