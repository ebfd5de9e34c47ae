/** The folders of this machine in which Codex works, each once. */
import { NotLookedAt } from "./check.ts";
import type { Installation } from "./installation.ts";

export interface WorkingDirectory {
  readonly path: string;
  /** Names of the profiles that work in it. */
  readonly profiles: readonly string[];
}

/** @throws {NotLookedAt} when every profile works on another machine */
export async function workingDirectories(
  installation: Installation,
): Promise<readonly WorkingDirectory[]> {
  const { profiles } = await installation.config();
  const here = [...profiles.all.values()].filter(({ machine }) => machine === undefined);
  if (here.length === 0) throw new NotLookedAt("every profile works on another machine");
  const byPath = Map.groupBy(here, ({ workingDirectory }) => workingDirectory);
  return [...byPath].map(([path, those]) => ({ path, profiles: those.map(({ name }) => name) }));
}
