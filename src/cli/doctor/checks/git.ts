/** What git says of the working directories. It is asked in a way that writes nothing. */
import { type Check, type Finding, ok, together, warn } from "../check.ts";
import type { Installation } from "../installation.ts";
import { askProgram } from "../other_program.ts";
import { workingDirectories } from "../working_directories.ts";

/** The user's own PATH is not needed, and the folder's own programs are not to be started. */
const QUIETLY = ["-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false"];
const STATUS = ["status", "--porcelain=v2", "--branch"];

export const gitCheck: Check = {
  id: "folders.git",
  async look(installation, signal): Promise<Finding> {
    const folders = await workingDirectories(installation);
    const findings = folders.map(async ({ path }) => ({
      name: path,
      ...await lookAt(path, installation, signal),
    }));
    return together(await Promise.all(findings), `${folders.length} repositories`);
  },
};

async function lookAt(
  path: string,
  { process }: Installation,
  signal: AbortSignal,
): Promise<Finding> {
  const { PATH, HOME, XDG_CONFIG_HOME } = process.variables;
  const variables = {
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    ...(PATH === undefined ? {} : { PATH }),
    ...(HOME === undefined ? {} : { HOME }),
    ...(XDG_CONFIG_HOME === undefined ? {} : { XDG_CONFIG_HOME }),
  };
  const words = [...QUIETLY, "-C", path, ...STATUS];
  const answer = await askProgram("git", words, { variables, signal });
  if (answer === undefined) {
    return warn(
      "git is not installed",
      "Install git: with it, what Codex changes can be taken back",
    );
  }
  if (answer.code === 0) return stateOf(answer.output);
  if (/dubious ownership/.test(answer.errors)) {
    return warn(
      "git does not trust it, as it belongs to somebody else (dubious ownership)",
      `Run \`git config --global --add safe.directory ${path}\`, if you trust it`,
    );
  }
  if (/not a git repository/.test(answer.errors)) {
    return warn(
      "is not a git repository",
      "Run `git init` there: with it, what Codex changes can be taken back",
    );
  }
  if (/cannot change to/.test(answer.errors)) return { status: "skip", summary: "it is not there" };
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
