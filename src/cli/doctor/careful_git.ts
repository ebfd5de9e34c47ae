/**
 * Asks git for the state of a folder without letting it start anything: `.git/config` names programs
 * for git to run, and anybody who worked in the folder may have written it, Codex included.
 */
import { askProgram, type OtherAnswer } from "./other_program.ts";

/** Settings that override those of the folder. */
const QUIETLY = [
  "core.fsmonitor=false",
  "core.untrackedCache=false",
  // There is no such folder, so there are no hooks.
  "core.hooksPath=/dev/null/no-hooks",
];
/** Writes nothing, so that no hook runs, and fetches nothing. */
const VARIABLES = {
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  // A repository may lack objects and name a program that fetches them. Older gits do not know the
  // first variable; the second one allows a kind of address that does not exist.
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "none",
};
/** Submodules have their own settings, which git would follow when it looks into their files. */
const STATUS = ["status", "--porcelain=v2", "--branch", "--ignore-submodules=dirty"];

/** The state cannot be told without starting a program that the folder names. */
export class UncarefulError extends Error {}

export interface Asking {
  readonly variables: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Runs `git status` in its form for programs. Files with a filter are compared without it, which at
 * worst shows one change too many.
 * @returns undefined where there is no git
 * @throws {UncarefulError} when git would have to start what the folder names
 */
export async function gitStatus(path: string, asking: Asking): Promise<OtherAnswer | undefined> {
  const names = await ask(path, ["config", "--list", "--name-only", "-z"], [], asking);
  if (names === undefined || names.code !== 0) return names;
  return await ask(path, STATUS, withoutFilters(names.output.split("\0")), asking);
}

/** @param names of all settings that are in force in the folder */
function withoutFilters(names: readonly string[]): readonly string[] {
  const filters = names.flatMap((name) =>
    /^filter\.(.*)\.(?:clean|process|required)$/s.exec(name)?.[1] ?? []
  );
  return [...new Set(filters)].flatMap((filter) => {
    // On the command line, the name of a setting ends at the first "=".
    if (filter.includes("=")) throw new UncarefulError("it would start a filter of the folder");
    return ["clean=", "process=", "required=false"].map((end) => `filter.${filter}.${end}`);
  });
}

async function ask(
  path: string,
  words: readonly string[],
  settings: readonly string[],
  { variables, signal }: Asking,
): Promise<OtherAnswer | undefined> {
  const set = [...QUIETLY, ...settings].flatMap((setting) => ["-c", setting]);
  return await askProgram("git", [...set, "-C", path, ...words], {
    variables: { ...variables, ...VARIABLES },
    signal,
  });
}
