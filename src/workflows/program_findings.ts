/**
 * Makes findings of what the program itself has seen: a check that fails, and a report that says
 * otherwise than what ran; pure. Each keeps its identity over the rounds.
 */
import { type CheckedCommand, isFailing } from "../core/checks/check.ts";
import type { Finding, FindingOrigin, Review } from "../core/run/events.ts";
import type { Contradiction } from "./report_claims.ts";

/** What was seen in a round. */
export interface Evidence {
  readonly checks: readonly CheckedCommand[];
  /** The checks themselves have changed files. */
  readonly checksWrote?: boolean;
  readonly contradiction?: Contradiction | undefined;
}

export const NO_EVIDENCE: Evidence = { checks: [] };

/** Of what a check printed; all of its tail stands elsewhere. */
const SHOWN_TAIL = 400;

/**
 * The program's findings of all rounds, as they stand now.
 * @param before those of the earlier rounds
 */
export function programFindings(
  before: readonly Finding[],
  { checks, contradiction }: Evidence,
  round: number,
): Finding[] {
  const seen = [
    ...checks.filter(isFailing).map(failingCheck),
    ...(contradiction === undefined ? [] : [contradicted(contradiction)]),
  ];
  const known = before.filter(isOfProgram);
  const kept = known.map((finding): Finding => {
    const now = seen.find(({ origin }) => isSameOrigin(origin, finding.origin));
    if (now !== undefined) return { ...finding, ...now, state: "open" };
    // What was not looked at stays as it was.
    return isUnknown(finding, checks) ? finding : { ...finding, state: "settled" };
  });
  const fresh = seen.filter(({ origin }) =>
    !known.some((finding) => isSameOrigin(origin, finding.origin))
  );
  for (const finding of fresh) {
    const letter = finding.origin.type === "check" ? "C" : "R";
    const count = kept.filter(({ origin }) => origin?.type === finding.origin.type).length;
    kept.push({ id: `${letter}${count + 1}`, ...finding, state: "open", round });
  }
  return kept;
}

export function isOfProgram({ origin }: Finding): boolean {
  return origin !== undefined;
}

/** Adds them to a review, which approves nothing while one of them is open. */
export function withProgramFindings(review: Review, program: readonly Finding[]): Review {
  const findings = [...program, ...review.findings.filter((finding) => !isOfProgram(finding))];
  const blocked = review.verdict === "approved" && program.some(({ state }) => state === "open");
  return blocked
    // What the reviewer says of an approval would be read as one.
    ? { verdict: "needs_changes", summary: "", findings }
    : { ...review, findings };
}

type Seen = Pick<Finding, "severity" | "message" | "evidence"> & { readonly origin: FindingOrigin };

function failingCheck({ name, command, status, exitCode, latencyMs, tail }: CheckedCommand): Seen {
  const seconds = Math.round(latencyMs / 1000);
  const end = tail.slice(-SHOWN_TAIL).trim();
  const how = status === "timed-out"
    ? `did not end within ${seconds} s`
    : `ended with exit code ${exitCode ?? "unknown"}`;
  return {
    severity: "major",
    message: `The check "${name}" fails: \`${command}\` ${how}`,
    evidence: end === "" ? "It printed nothing" : `The end of its output:\n${end}`,
    origin: { type: "check", name, ...(exitCode === undefined ? {} : { exitCode }) },
  };
}

function contradicted({ command, exitCode, claim }: Contradiction): Seen {
  return {
    severity: "major",
    message: `The report says "${claim}", but \`${command}\` ended with exit code ${exitCode}`,
    evidence: `The last run of \`${command}\` in this round ended with exit code ${exitCode}`,
    origin: { type: "report", command, exitCode },
  };
}

function isUnknown({ origin }: Finding, checks: readonly CheckedCommand[]): boolean {
  if (origin?.type !== "check") return false;
  const check = checks.find(({ name }) => name === origin.name);
  return check === undefined || check.status === "not-run";
}

function isSameOrigin(one: FindingOrigin | undefined, other: FindingOrigin | undefined): boolean {
  if (one?.type === "check" && other?.type === "check") return one.name === other.name;
  return one?.type === other?.type;
}

/**
 * Tells a finding from the same one with other contents: a check that fails in another way is
 * progress. Numbers alone, such as times and counts of lines, make no difference.
 */
export function findingKey({ id, origin, evidence = "" }: Finding): string {
  return origin?.type === "check" ? `${id} ${evidence.replaceAll(/\d+/g, "")}` : id;
}
