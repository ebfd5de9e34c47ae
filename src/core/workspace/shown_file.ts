/** Reads a file of the working directory, by its path there or as a diff names it. */
import type { CodexQueries, ReadFile } from "../codex/codex_queries.ts";
import { CodexError } from "../errors.ts";
import type { Profile } from "../session/settings.ts";

/**
 * Codex's diffs name files from the root of the repository: where the working directory is a part of
 * it, a person reads `packages/app/a.ts` for the folder's `a.ts`.
 *
 * @throws {CodexError} as the queries do
 */
export async function readShownFile(
  queries: Pick<CodexQueries, "readFile">,
  { workingDirectory }: Pick<Profile, "workingDirectory">,
  path: string,
  mostBytes: number,
): Promise<ReadFile> {
  try {
    return await queries.readFile(workingDirectory, path, mostBytes);
  } catch (error) {
    const inside = isMissing(error) ? pathInside(workingDirectory, path) : undefined;
    if (inside === undefined) throw error;
    return await queries.readFile(workingDirectory, inside, mostBytes);
  }
}

function isMissing(error: unknown): boolean {
  if (!(error instanceof CodexError) || error.trouble.kind !== "file-refused") return false;
  return error.trouble.why === "missing";
}

/** @returns undefined where the path does not begin as the folder ends */
function pathInside(folder: string, path: string): string | undefined {
  const parts = path.split("/");
  for (let length = parts.length - 1; length > 0; length--) {
    const repeated = parts.slice(0, length).join("/");
    if (folder.endsWith(`/${repeated}`)) return parts.slice(length).join("/");
  }
  return undefined;
}
