/**
 * Asks git how a folder stands, and has it start nothing: what git runs is named in `.git/config`,
 * which whoever worked in the folder may have written, Codex included.
 */
import { askProgram, type OtherAnswer } from "./other_program.ts";

/** Beside the settings of the folder, as the last word. */
const QUIETLY = [
  "core.fsmonitor=false",
  "core.untrackedCache=false",
  // No such folder: there are no hooks in it.
  "core.hooksPath=/dev/null/no-hooks",
];
/** Nothing is written, so that no hook has an occasion, and nothing is fetched from anywhere. */
const VARIABLES = {
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  // A repository may lack objects and name the program that is to fetch them. The first is not
  // known to older gits; the second allows a kind of address that there is not.
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "none",
};
/** Submodules have settings of their own, which git would follow to look into their files. */
const STATUS = ["status", "--porcelain=v2", "--branch", "--ignore-submodules=dirty"];

/** A program of the folder would have to be started to tell how it stands. */
export class UncarefulError extends Error {}

export interface Asking {
  readonly variables: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * `git status` for programs. Files that pass through a filter are compared without it, which only
 * tells of a change too many.
 * @returns undefined where there is no git
 * @throws {UncarefulError} when it cannot be had without starting what the folder names
 */
export async function gitStatus(path: string, asking: Asking): Promise<OtherAnswer | undefined> {
  const names = await ask(path, ["config", "--list", "--name-only", "-z"], [], asking);
  if (names === undefined || names.code !== 0) return names;
  return await ask(path, STATUS, withoutFilters(names.output.split("\0")), asking);
}

/** @param names of all settings that count in the folder */
function withoutFilters(names: readonly string[]): readonly string[] {
  const filters = names.flatMap((name) =>
    /^filter\.(.*)\.(?:clean|process|required)$/s.exec(name)?.[1] ?? []
  );
  return [...new Set(filters)].flatMap((filter) => {
    // On a command line the name of a setting ends there.
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
