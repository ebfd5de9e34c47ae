/** Checks the working directories of all profiles: access, and git. */
import { realPathOf } from "../../../config/file_access.ts";
import { isInside } from "../../../config/paths.ts";
import { gitStatus, UncarefulError } from "../careful_git.ts";
import { type Check, CheckSkipped, fail, type Finding, ok, together, warn } from "../check.ts";
import type { Installation } from "../installation.ts";
import { askProgram, type OtherAnswer } from "../other_program.ts";

/** Whether they exist, can be read and written, and lie apart from the state folder. */
export const workFoldersCheck: Check = {
  id: "folders.work",
  async look(installation, signal): Promise<Finding> {
    const folders = await workingDirectories(installation);
    const findings = folders.map(async ({ path, profiles }) => ({
      name: `${path} (${profiles.join(", ")})`,
      ...await lookAtFolder(path, installation, signal),
    }));
    return together(
      await Promise.all(findings),
      `${folders.length} folders are readable and writable`,
    );
  },
};

async function lookAtFolder(
  path: string,
  installation: Installation,
  signal: AbortSignal,
): Promise<Finding> {
  const missing = await trouble(path);
  if (missing !== undefined) {
    return fail(missing, "Create the folder, or set another working_directory in conf.toml");
  }
  const { stateFolder } = await installation.config();
  const [folder, state] = await Promise.all([realPathOf(path), realPathOf(stateFolder)]);
  const remedy = "Set working_directory in conf.toml to a project's folder";
  if (isInside(folder, state)) {
    return fail(
      "is inside the state folder, which holds the token and everybody's messages",
      remedy,
    );
  }
  const closed = await closedTo(path, signal);
  if (closed !== undefined) {
    return fail(closed, "Give the user who runs the program read and write access");
  }
  return isInside(state, folder)
    ? warn("contains the state folder, where Codex could read the token", remedy)
    : ok("readable and writable");
}

async function trouble(path: string): Promise<string | undefined> {
  try {
    return (await Deno.stat(path)).isDirectory ? undefined : "is a file";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "does not exist";
    if (error instanceof Deno.errors.PermissionDenied) return "cannot be opened: permission denied";
    throw error;
  }
}

/** Asks the system, which knows more than the mode: owners, groups, read-only disks. */
async function closedTo(path: string, signal: AbortSignal): Promise<string | undefined> {
  if (Deno.build.os === "windows") return undefined;
  const refuses = async (what: string): Promise<boolean> =>
    (await askProgram("test", [what, path], { signal }))?.code === 1;
  const [unreadable, closed, readOnly] = await Promise.all(["-r", "-x", "-w"].map(refuses));
  if (unreadable || closed) return "not readable";
  return readOnly ? "not writable" : undefined;
}

/** What git says of them; asked so that it writes nothing and starts nothing. */
export const gitCheck: Check = {
  id: "folders.git",
  async look(installation, signal): Promise<Finding> {
    const folders = await workingDirectories(installation);
    const findings = folders.map(async ({ path }) => ({
      name: path,
      ...await lookAtRepository(path, installation, signal),
    }));
    return together(await Promise.all(findings), `${folders.length} repositories`);
  },
};

async function lookAtRepository(
  path: string,
  { process }: Installation,
  signal: AbortSignal,
): Promise<Finding> {
  const { PATH, HOME, XDG_CONFIG_HOME } = process.variables;
  const variables = {
    ...(PATH === undefined ? {} : { PATH }),
    ...(HOME === undefined ? {} : { HOME }),
    ...(XDG_CONFIG_HOME === undefined ? {} : { XDG_CONFIG_HOME }),
  };
  try {
    return findingOf(path, await gitStatus(path, { variables, signal }));
  } catch (error) {
    if (!(error instanceof UncarefulError)) throw error;
    return warn(
      `git status was skipped: ${error.message}`,
      `Look at them with \`git -C ${path} config --get-regexp ^filter\``,
    );
  }
}

function findingOf(path: string, answer: OtherAnswer | undefined): Finding {
  if (answer === undefined) {
    return warn(
      "git is not installed",
      "Install git, so that you can undo what Codex changes",
    );
  }
  if (answer.code === 0) return stateOf(answer.output);
  if (/dubious ownership/.test(answer.errors)) {
    return warn(
      "git does not trust it: it belongs to another user (dubious ownership)",
      `Run \`git config --global --add safe.directory ${path}\`, if you trust it`,
    );
  }
  if (/not a git repository/.test(answer.errors)) {
    return warn(
      "not a git repository",
      "Run `git init` there, so that the work has a history beyond /undo",
    );
  }
  if (/cannot change to/.test(answer.errors)) return { status: "skip", summary: "does not exist" };
  const [said = "nothing"] = answer.errors.trim().split("\n");
  return warn(`git says: ${said}`, `Run \`git -C ${path} status\``);
}

function stateOf(output: string): Finding {
  const lines = output.trim().split("\n");
  const branch = lines.map((line) => /^# branch\.head (.+)$/.exec(line)?.[1]).find(Boolean) ?? "?";
  const changed = lines.filter((line) => !line.startsWith("#")).length;
  const tree = changed === 0
    ? "clean"
    : `${changed} changed or new file${changed === 1 ? "" : "s"}`;
  return branch === "(detached)"
    ? warn(`on no branch (detached), ${tree}`, "Run `git switch BRANCH` before Codex commits there")
    : ok(`on ${branch}, ${tree}`);
}

interface WorkingDirectory {
  readonly path: string;
  /** Names of the profiles that work in it. */
  readonly profiles: readonly string[];
}

/**
 * The folders of this machine in which Codex works, each once.
 * @throws {CheckSkipped} when every profile works on another machine
 */
async function workingDirectories(
  installation: Installation,
): Promise<readonly WorkingDirectory[]> {
  const { profiles } = await installation.config();
  const here = [...profiles.all.values()].filter(({ machine }) => machine === undefined);
  if (here.length === 0) throw new CheckSkipped("every profile works on another machine");
  const byPath = Map.groupBy(here, ({ workingDirectory }) => workingDirectory);
  return [...byPath].map(([path, those]) => ({ path, profiles: those.map(({ name }) => name) }));
}
