/**
 * Defines checks: commands that prove a developer's work, such as a test suite, and what came of
 * them. The program runs them itself, so that no agent can say that they passed.
 */
import type { Trouble } from "../codex/trouble.ts";

export interface Check {
  /** Unique among the checks of a profile. */
  readonly name: string;
  /** For `sh -c`, in the working folder. */
  readonly command: string;
  /** In milliseconds. */
  readonly timeoutMs: number;
}

export const CHECK_STATUSES = ["passed", "failed", "timed-out", "not-run"] as const;
/** `not-run` = this Codex runs no commands for the program, or none on that machine now. */
export type CheckStatus = typeof CHECK_STATUSES[number];

export interface CheckResult {
  readonly status: CheckStatus;
  /** Absent where it was not run, or did not end by itself. */
  readonly exitCode?: number;
  readonly latencyMs: number;
  /** The end of what it printed, without secrets; why it was not run, for the log. */
  readonly tail: string;
  /** Why it was not run, for a person; absent where only the tail tells. */
  readonly trouble?: Trouble;
}

/** A check that was run, or could not be. */
export type CheckedCommand = Pick<Check, "name" | "command"> & CheckResult;

/** What checks may do: the names are those of Codex's sandboxes. */
export type CheckSandbox = "read-only" | "workspace-write" | "danger-full-access";

export interface CheckRun {
  /** Absolute path of the working folder. */
  readonly folder: string;
  readonly check: Check;
  readonly sandbox: CheckSandbox;
  /** Ends the command and all that it has started. */
  readonly signal: AbortSignal;
}

/** Runs checks on the machine on which Codex works, in Codex's sandbox. */
export interface CheckRunner {
  /**
   * Runs one check to its end. What goes wrong with running it is `not-run`.
   * @throws the signal's reason when the signal aborts first; nothing is left running then
   */
  run(run: CheckRun): Promise<CheckResult>;
}

/** Where nobody says how long a check may take. */
export const USUAL_TIMEOUT_MS = 600_000;
/** UTF-16 units of what a check printed that are kept. */
export const LONGEST_TAIL = 6_000;
const LONGEST_NAME = 40;

export function isFailing({ status }: Pick<CheckResult, "status">): boolean {
  return status === "failed" || status === "timed-out";
}

/** Words that name no command by themselves. */
const PREFIXES: ReadonlySet<string> = new Set([
  "env",
  "exec",
  "nice",
  "time",
  "sudo",
  "npx",
  "bunx",
  "uv",
  "uvx",
  "poetry",
  "pdm",
  "hatch",
  "pipenv",
  "bundle",
  "run",
  "exec",
  "task",
  "python",
  "python3",
  "-m",
  "-s",
  "--silent",
  "-y",
  "--yes",
]);
/** Programs whose first word behind them says what they do. */
const RUNNERS =
  /^(?:npm|pnpm|yarn|bun|deno|cargo|go|make|just|gradle|\.\/gradlew|gradlew|mvn|\.\/mvnw|dotnet|rake|mix|swift|zig|bazel|tox|nox|composer|nx|turbo|task)$/;

/**
 * Derives the name of a check from its command: `deno test -A tests` is `test`, `npm run lint` is
 * `lint`, `pytest -q` is `pytest`.
 */
export function nameOf(command: string): string {
  const words = command.trim().split(/\s+/).filter((word) => !/^\w+=/.test(word));
  const [program = command, ...rest] = words.filter((word, index) =>
    !(index < words.length - 1 && PREFIXES.has(word))
  );
  const isRunner = RUNNERS.test(program);
  const what = isRunner
    ? rest.find((word) => !word.startsWith("-") && !PREFIXES.has(word))
    : undefined;
  const name = (what ?? program).replace(/^.*\/(?=[^/]+$)/, "").replace(
    /\.(?:sh|py|js|ts|rb)$/,
    "",
  );
  return name.slice(0, LONGEST_NAME) || "check";
}

/** The name, with a number behind it where others have it already, in any case. */
export function uniqueName(name: string, taken: readonly string[]): string {
  const known = new Set(taken.map((each) => each.toLowerCase()));
  if (!known.has(name.toLowerCase())) return name;
  for (let number = 2;; number++) {
    if (!known.has(`${name}-${number}`.toLowerCase())) return `${name}-${number}`;
  }
}

/** What a person chose for a session, of the checks of one profile. */
export interface SessionChecks {
  /** The choice counts for this profile only: another one has another folder. */
  readonly profile: string;
  readonly added: readonly Check[];
  /** Names of checks of the profile that are off. */
  readonly off: readonly string[];
}

/** The profile's checks with a session's choice. */
export function chosenChecks(
  { name, checks = [] }: { readonly name: string; readonly checks?: readonly Check[] },
  chosen: SessionChecks | undefined,
): readonly Check[] {
  if (chosen === undefined || chosen.profile !== name) return checks;
  const off = new Set(chosen.off.map((each) => each.toLowerCase()));
  const kept = checks.filter((check) => !off.has(check.name.toLowerCase()));
  const taken = new Set(kept.map((check) => check.name.toLowerCase()));
  return [...kept, ...chosen.added.filter((check) => !taken.has(check.name.toLowerCase()))];
}

/** Keeps the end of an output, from the beginning of a line where there is one near. */
export function tailOf(output: string, limit = LONGEST_TAIL): string {
  const text = output.trimEnd();
  if (text.length <= limit) return text;
  const end = text.slice(text.length - limit).replace(/^[\udc00-\udfff]/, "");
  const line = end.indexOf("\n");
  return `[…]\n${line >= 0 && line < limit / 2 ? end.slice(line + 1) : end}`;
}
