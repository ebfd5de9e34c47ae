/**
 * Holds a developer's report against what Codex ran in the turn; pure.
 *
 * The rule is simple and errs on the side of silence: the last run of a command that proves something
 * has failed, the report claims success, and it admits no failure. It does not see what a pipe or a
 * list of commands hides (`deno test | tail` ends with the code of `tail`), reports in other languages
 * than English and Korean, and successes that are claimed without one of the words below.
 */
import type { RanCommand } from "./prompts.ts";

export interface Contradiction {
  readonly command: string;
  readonly exitCode: number;
  /** The sentence of the report that claims success. */
  readonly claim: string;
}

/** @param proven commands that the program has run itself since, and that have passed */
export function contradiction(
  report: string,
  commands: readonly RanCommand[],
  proven: readonly string[],
): Contradiction | undefined {
  const failed = lastFailures(commands, proven.flatMap(proofsIn)).at(0);
  if (failed === undefined || admitsFailure(report)) return undefined;
  const claim = sentences(report).find((sentence) => CLAIMS.some((word) => word.test(sentence)));
  return claim === undefined ? undefined : { ...failed, claim: claim.slice(0, LONGEST_CLAIM) };
}

const LONGEST_CLAIM = 200;

/** Of each kind of proof the last run, where that has failed. */
function lastFailures(
  commands: readonly RanCommand[],
  proven: readonly string[],
): { readonly command: string; readonly exitCode: number }[] {
  const last = new Map<string, RanCommand>();
  for (const ran of commands) {
    if (ran.exitCode === undefined) continue;
    for (const proof of proofsIn(ran.command)) last.set(proof, ran);
  }
  return [...last].flatMap(([proof, { exitCode = 0 }]) =>
    exitCode === 0 || proven.includes(proof) ? [] : [{ command: proof, exitCode }]
  );
}

/** Programs whose first word says what they do. */
const RUNNERS =
  /^(?:npm|pnpm|yarn|bun|deno|cargo|go|make|just|gradle|gradlew|mvn|mvnw|dotnet|rake|mix|swift|zig|bazel|composer|flutter|dart|nx|turbo|task|hatch|cmake|sbt|stack|cabal|poetry|python3?|node|npx|bunx|uv|uvx|pdm|bundle|(?:ba|z|da|k)?sh)$/;
/** Words behind a runner that lead on to the one that matters. */
const LEADS = /^(?:run|run-script|task|exec|tool|-m|-s|--silent|-y|--yes|x|--)$/;
const PROVES =
  /^(?:tests?|check|lint|build|compile|verify|typecheck|clippy|vet|ci|validate|analyze|tsc|vue-tsc|pytest|unittest|jest|vitest|mocha|ava|playwright|cypress|eslint|biome|ruff|mypy|pyright|flake8|pylint|tox|nox|phpunit|phpstan|rspec|rubocop|ctest|shellcheck|golangci-lint|ktlint|detekt|swiftlint|checkstyle)(?:$|[:_.-])/i;

/** The proofs that a command line runs, as in `deno test`, `npm run lint`, `pytest`. */
function proofsIn(line: string): string[] {
  return unwrapped(line).split(/&&|\|\||[;|&\n]/).flatMap((part) => {
    const words = part.trim().split(/\s+/).filter((word) => !/^\w+=/.test(word));
    const [path = "", ...rest] = words;
    const program = bareName(path);
    if (PROVES.test(program)) return [program];
    if (!RUNNERS.test(program)) return [];
    const index = rest.findIndex((word) => !LEADS.test(word) && !word.startsWith("-"));
    const what = bareName(rest[index] ?? "");
    if (RUNNERS.test(what)) return proofsIn(rest.slice(index).join(" "));
    return PROVES.test(what) ? [[program, ...rest.slice(0, index), what].join(" ")] : [];
  });
}

/** Without its folder and what says in which language it is written. */
function bareName(path: string): string {
  return path.replace(/^.*\//, "").replace(/\.(?:sh|py|js|ts|rb|exe|cmd|bat)$/, "");
}

/** Takes the shell off that Codex puts around a command. */
function unwrapped(line: string): string {
  const inner = /^(?:\S*\/)?(?:ba|z|da|k)?sh\s+-l?c\s+(['"]?)([\s\S]*)\1$/.exec(line.trim());
  return inner?.[2] ?? line;
}

function sentences(text: string): string[] {
  return text.split(/(?<=[.!?。])\s+|\n+/).map((each) => each.trim()).filter((each) => each !== "");
}

const CLAIMS = [
  /\bpass(?:es|ed|ing)?\b/i,
  /\bsucce(?:ss|ssful|ssfully|eds?|eded)\b/i,
  /\b(?:all|everything|now) (?:is |are )?(?:green|works?|clean|good|fine)\b/i,
  /\b(?:no|without|zero|0) (?:test )?(?:failures?|errors?|problems?)\b/i,
  /\b(?:builds?|compiles?|lints?) (?:cleanly|fine|without)\b/i,
  /통과(?!하지)/,
  /성공/,
  /(?:문제|오류|에러|실패|이상)[가이는은도]?\s?없/,
  /정상(?:적으로|입니다| 동작)/,
];

/** What sounds like a failure and is none: taken out before failures are looked for. */
const NO_FAILURES = [
  /\b(?:no|without|zero|0|none|any)\s+(?:\w+\s+)?(?:fail\w*|errors?|problems?)\b/gi,
  /\bnothing (?:is |was )?(?:failing|failed|fails|broken)\b/gi,
  /\b(?:fix(?:e[sd])?|mend(?:s|ed)?|repair\w*|resolv\w*|address\w*|correct\w*|settl\w*)\b[^.\n]{0,60}?\b(?:fail\w*|broken|red)\b/gi,
  /\b(?:previously|formerly|earlier|once|used to|no longer|not)\s+(?:be\s+)?(?:fail\w*|broken|red)\b/gi,
  /\bfailed\b[^.\n]{0,30}\bbefore\b/gi,
  /(?:실패|오류|에러)(?:한|하는|된)?\s?(?:테스트|항목|것)?[가이는은도]?\s?(?:없|0)/g,
  /(?:실패하던|깨지던|깨졌던|실패했던)[^.\n]{0,40}(?:고쳤|수정|해결)/g,
];

const FAILURES =
  /\bfail(?:s|ed|ing|ures?)?\b|\bbroken\b|\bstill red\b|\b(?:not|n't|never|cannot)\s+(?:\w+\s+)?(?:pass|run|succeed|build|compile|work|complete|green|verif)\w*|\bunable to\b|\btimed? ?out\b|\bexit(?:ed)?(?: with)?(?: code| status)? [1-9]|\berrors? (?:remain|occur|left)|실패|통과하지|못했|못 했|못합|할 수 없|깨[졌진집]|오류가|에러가|남아 있/i;

function admitsFailure(report: string): boolean {
  const plain = NO_FAILURES.reduce((text, pattern) => text.replaceAll(pattern, " "), report);
  return FAILURES.test(plain);
}
