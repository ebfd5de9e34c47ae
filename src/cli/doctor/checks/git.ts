/** What git says of the working directories. It is asked in a way that writes and starts nothing. */
import { type Check, type Finding, ok, together, warn } from "../check.ts";
import type { Installation } from "../installation.ts";
import { gitStatus, UncarefulError } from "../careful_git.ts";
import type { OtherAnswer } from "../other_program.ts";
import { workingDirectories } from "../working_directories.ts";

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
    ...(PATH === undefined ? {} : { PATH }),
    ...(HOME === undefined ? {} : { HOME }),
    ...(XDG_CONFIG_HOME === undefined ? {} : { XDG_CONFIG_HOME }),
  };
  try {
    return findingOf(path, await gitStatus(path, { variables, signal }));
  } catch (error) {
    if (!(error instanceof UncarefulError)) throw error;
    return warn(
      `git was not asked: ${error.message}`,
      `Look at them with \`git -C ${path} config --get-regexp ^filter\``,
    );
  }
}

function findingOf(path: string, answer: OtherAnswer | undefined): Finding {
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
