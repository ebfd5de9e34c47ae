/** The way back from a newer version: said before anything is begun, instead of by every answer. */
import { DatabaseSync } from "node:sqlite";
import { NewerStateError } from "../../core/errors.ts";
import { SCHEMA_VERSION, schemaVersionOf } from "./schema.ts";

/**
 * Reads without writing. What cannot be read is left to the database itself, which knows what to do
 * with damage.
 * @param path of `state.db`
 * @throws {NewerStateError} when a newer version of the program has written it
 */
export function refuseNewerState(path: string): void {
  const version = versionOf(path);
  if (version !== undefined && version > SCHEMA_VERSION) {
    throw new NewerStateError(newerStateText(path), { remedy: NEWER_STATE_REMEDY });
  }
}

export function newerStateText(path: string): string {
  return `Cannot use ${path}: it was written by a newer version of codex-orchestrator`;
}

export const NEWER_STATE_REMEDY =
  "Install that version again, or put back the copy from before the upgrade (docs/upgrading.md)";

function versionOf(path: string): number | undefined {
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    return schemaVersionOf(database);
  } catch {
    // Missing, damaged or in use by somebody: the application says so, or mends it.
    return undefined;
  }
}
