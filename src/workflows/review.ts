/**
 * Keeps account of a reviewer's findings over the rounds, and tells the verdict; pure.
 *
 * What counts fails closed: nothing is approved while something grave is open, and nothing grave is
 * closed unless the reviewer says so.
 */
import type { Finding, Review, ReviewResult } from "../core/run/events.ts";
import { openFindings } from "../core/run/findings.ts";
import { type Evidence, findingKey } from "./program_findings.ts";
import { readAnswer, type ReviewAnswer, type SaidFinding } from "./review_answer.ts";
import { REVIEW_AGAIN_PROMPT, takeUpPrompt } from "./review_again.ts";

export const UNREADABLE_REVIEW: Review = {
  verdict: "unreadable",
  summary: "The reviewer's answer could not be read",
  findings: [],
};

/** What a person is told beside the verdict, which says by itself that a review could not be read. */
export function noteOf({ summary }: Pick<Review, "summary">): string {
  return summary === UNREADABLE_REVIEW.summary ? "" : summary;
}

export interface ReadReview {
  readonly review: Review;
  /** What to ask the reviewer once more, as its answer leaves something open that it must tell. */
  readonly again?: string;
}

/**
 * Reads the review of a round.
 * @param before all findings of the earlier rounds
 * @param first the reviewer's first answer, where it was asked once more
 */
export function readReview(
  text: string,
  before: readonly Finding[],
  round: number,
  first?: Review,
): ReadReview {
  const answer = readAnswer(text);
  if (answer === undefined) {
    const findings = first?.findings ?? before;
    return { review: { ...UNREADABLE_REVIEW, findings }, again: REVIEW_AGAIN_PROMPT };
  }
  // It was asked by name for those that it had passed over: silence settles none of them.
  const said = isRead(first) ? { earlier: [], ...answer } : answer;
  const known = first?.findings ?? before;
  const { findings, passedOver } = mergedFindings(said, known, round);
  const review = judged(answer, findings, round);
  if (review.verdict === "unreadable") return { review, again: REVIEW_AGAIN_PROMPT };
  return passedOver.length === 0 ? { review } : { review, again: takeUpPrompt(passedOver) };
}

/**
 * An approval needs that nothing grave is open; and when only minor findings are left, there is
 * nothing to spend another round on. A refusal that names none is about something else than the minor
 * ones of earlier rounds.
 */
function judged(
  { verdict, summary, findings: named }: ReviewAnswer,
  findings: readonly Finding[],
  round: number,
): Review {
  const open = openFindings(findings);
  if (open.some(isGrave)) return { verdict: "needs_changes", summary, findings };
  const isMinor = open.length > 0 && named.length > 0;
  if (isMinor || verdict === "approved") return { verdict: "approved", summary, findings };
  // A developer can settle nothing that has no words.
  if (summary === "") return { ...UNREADABLE_REVIEW, findings };
  const why: Finding = {
    id: nextId(findings),
    severity: "major",
    message: summary,
    state: "open",
    round,
  };
  return { verdict, summary, findings: [...findings, why] };
}

function isRead(review: Review | undefined): boolean {
  return review !== undefined && review.verdict !== "unreadable";
}

function isGrave({ severity }: Pick<Finding, "severity">): boolean {
  return severity !== "minor";
}

interface Merged {
  readonly findings: Finding[];
  /** Grave ones that are open, and of which the reviewer does not say what became. */
  readonly passedOver: Finding[];
}

/** Gives each finding its identity: an earlier one that comes back keeps its id. */
function mergedFindings(
  answer: ReviewAnswer,
  before: readonly Finding[],
  round: number,
): Merged {
  const states = saidStates(answer);
  const back = new Map<string, SaidFinding>();
  const fresh: SaidFinding[] = [];
  for (const said of answer.findings) {
    const left = before.filter(({ id }) => !back.has(id));
    const known = left.find((each) => said.id === each.id && isMeant(each, said, states)) ??
      left.find((each) => isSame(each, said) && isNear(each, said)) ??
      left.find((each) => isSame(each, said));
    if (known === undefined) fresh.push(said);
    else back.set(known.id, said);
  }
  const passedOver: Finding[] = [];
  const findings = before.map((finding): Finding => {
    const again = back.get(finding.id);
    if (again !== undefined) return { ...finding, ...facts(again), state: "open" };
    const said = states.get(finding.id);
    if (said !== undefined) return { ...finding, state: said };
    if (finding.state !== "open") return finding;
    // Instructions of one's own may know of no earlier findings; then the verdict is about all.
    if (answer.earlier === undefined && answer.verdict === "approved") {
      return { ...finding, state: "settled" };
    }
    if (answer.earlier !== undefined && isGrave(finding)) passedOver.push(finding);
    return finding;
  });
  for (const said of fresh) {
    findings.push({ id: nextId(findings), ...facts(said), state: "open", round });
  }
  return { findings, passedOver };
}

/** By id; what is called open once is open, whatever else is said of it. */
function saidStates({ earlier = [] }: ReviewAnswer): Map<string, Finding["state"]> {
  const states = new Map<string, Finding["state"]>();
  for (const { id, state } of earlier) {
    if (states.get(id) !== "open") states.set(id, state);
  }
  return states;
}

/**
 * Whether a finding under the id of an earlier one is about the same: reviewers number anew, and a
 * slip must not replace a grave finding by another one.
 */
function isMeant(
  known: Finding,
  said: SaidFinding,
  states: ReadonlyMap<string, Finding["state"]>,
): boolean {
  return states.get(known.id) === "open" || isSame(known, said) ||
    (known.lines !== undefined && known.file === said.file && isNear(known, said)) ||
    likeness(known.message, said.message) >= LIKE;
}

function isSame(known: Finding, { file, message }: SaidFinding): boolean {
  return (file ?? undefined) === known.file && plain(message) === plain(known.message);
}

/** Lines that a place may have moved by while the code around it was mended. */
const NEAR = 10;

function isNear({ lines }: Finding, { line_from: from }: SaidFinding): boolean {
  if (lines === undefined || !isSaid(from)) return lines === undefined && !isSaid(from);
  return from >= lines.from - NEAR && from <= lines.to + NEAR;
}

function plain(message: string): string {
  return message.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** From which on two messages are about the same; see {@link likeness}. */
const LIKE = 0.4;

/** How much of two texts is the same, from 0 to 1: pairs of letters that both have. */
function likeness(one: string, other: string): number {
  const [a, b] = [pairs(plain(one)), pairs(plain(other))];
  if (a.size + b.size === 0) return 0;
  return 2 * [...a].filter((pair) => b.has(pair)).length / (a.size + b.size);
}

function pairs(text: string): Set<string> {
  const found = new Set<string>();
  for (let index = 0; index + 1 < text.length; index++) found.add(text.slice(index, index + 2));
  return found;
}

function nextId(findings: readonly Finding[]): string {
  const numbers = findings.map(({ id }) => Number(/^F(\d+)$/.exec(id)?.[1] ?? 0));
  return `F${Math.max(0, findings.length, ...numbers) + 1}`;
}

function facts(
  finding: SaidFinding,
): Pick<Finding, "severity" | "message" | "file" | "lines" | "evidence" | "fix" | "confidence"> {
  const { severity, message, file, line_from: one, line_to: other, evidence, fix, confidence } =
    finding;
  const ends = [one, other].filter(isSaid);
  return {
    severity,
    message,
    ...(isSaid(file) ? { file } : {}),
    ...(ends.length === 0 ? {} : { lines: { from: Math.min(...ends), to: Math.max(...ends) } }),
    ...(isSaid(evidence) ? { evidence } : {}),
    ...(isSaid(fix) ? { fix } : {}),
    ...(isSaid(confidence) ? { confidence } : {}),
  };
}

function isSaid<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined;
}

/** Whether the same grave findings are open as after the round before: another one is no use. */
export function isStalled(before: Review | undefined, now: Review): boolean {
  if (before === undefined || now.verdict !== "needs_changes") return false;
  const graveIn = ({ findings }: Review): string =>
    openFindings(findings).filter(isGrave).map(findingKey).sort().join(" ");
  return graveIn(now) !== "" && graveIn(before) === graveIn(now);
}

/** How the review ends when no round follows. */
export function endOf(review: Review, { checks }: Evidence): ReviewResult {
  // Fails closed: what was to be proven is not.
  if (review.verdict === "approved" && checks.some(({ status }) => status === "not-run")) {
    return "unchecked";
  }
  return review.verdict === "needs_changes" ? "max_rounds_reached" : review.verdict;
}
