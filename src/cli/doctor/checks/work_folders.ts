/** The working directories of all profiles. */
import { type Check, fail, type Finding, ok, together, warn } from "../check.ts";
import type { Installation } from "../installation.ts";
import { askProgram } from "../other_program.ts";
import { isInside, realPathOf } from "../real_path.ts";
import { workingDirectories } from "../working_directories.ts";

export const workFoldersCheck: Check = {
  id: "folders.work",
  async look(installation, signal): Promise<Finding> {
    const folders = await workingDirectories(installation);
    const findings = folders.map(async ({ path, profiles }) => ({
      name: `${path} (${profiles.join(", ")})`,
      ...await lookAt(path, installation, signal),
    }));
    return together(await Promise.all(findings), `${folders.length} folders can be worked in`);
  },
};

async function lookAt(
  path: string,
  installation: Installation,
  signal: AbortSignal,
): Promise<Finding> {
  const missing = await trouble(path);
  if (missing !== undefined) {
    return fail(missing, "Make the folder, or name another one as working_directory in conf.toml");
  }
  const { stateFolder } = await installation.config();
  const [folder, state] = await Promise.all([realPathOf(path), realPathOf(stateFolder)]);
  const remedy = "Name a project's folder as working_directory in conf.toml";
  if (isInside(folder, state)) {
    return fail("lies in the state folder, which holds the token and everybody's messages", remedy);
  }
  const closed = await closedTo(path, signal);
  if (closed !== undefined) {
    return fail(closed, "Give the user that runs the program the right to read and write it");
  }
  return isInside(state, folder)
    ? warn(`has the state folder in it, where Codex could then read the token`, remedy)
    : ok("readable and writable");
}

async function trouble(path: string): Promise<string | undefined> {
  try {
    return (await Deno.stat(path)).isDirectory ? undefined : "is a file";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "does not exist";
    if (error instanceof Deno.errors.PermissionDenied) return "may not be looked into";
    throw error;
  }
}

/** Asks the system, which knows of more than the mode: owners, groups, read-only disks. */
async function closedTo(path: string, signal: AbortSignal): Promise<string | undefined> {
  if (Deno.build.os === "windows") return undefined;
  const script = 'test -r "$1" && test -x "$1" || exit 2; test -w "$1" || exit 3';
  const answer = await askProgram("sh", ["-c", script, "sh", path], { signal });
  if (answer?.code === 2) return "may not be read";
  if (answer?.code === 3) return "may not be written";
  return undefined;
}
