/**
 * Reads a reviewer's answer and keeps account of its findings over the rounds; pure.
 *
 * What counts fails closed: only an answer that is one JSON object, and nothing beside it, is a review.
 * A text that says no and quotes an approval is none.
 */
import { z } from "zod";
import type { Finding, Review, ReviewResult } from "../core/run/events.ts";

/** What a reviewer said, before it is held against the earlier rounds. */
interface ReviewAnswer {
  readonly verdict: "approved" | "needs_changes";
  readonly summary: string;
  readonly findings: readonly z.output<typeof FINDING>[];
  readonly earlier: readonly z.output<typeof EARLIER>[];
}

const TEXT = z.string().trim().min(1);
const optionalText = TEXT.nullish().catch(undefined);
const optionalLine = z.int().positive().nullish().catch(undefined);

const FINDING = z.object({
  id: optionalText,
  severity: z.string().trim().toLowerCase().pipe(z.enum(["blocker", "major", "minor"]))
    // An unknown severity must neither drop the finding nor play it down.
    .catch("major"),
  file: optionalText,
  line_from: optionalLine,
  line_to: optionalLine,
  message: TEXT,
  evidence: optionalText,
  fix: optionalText,
  confidence: z.number().min(0).max(1).nullish().catch(undefined),
});

const EARLIER = z.object({
  id: TEXT,
  state: z.enum(["open", "settled", "withdrawn"]).catch("open"),
});

const ANSWER = z.object({
  verdict: z.string().trim().toLowerCase().transform((word) => word.replaceAll(/[\s-]+/g, "_"))
    .pipe(z.enum(["approved", "needs_changes"])),
  summary: z.string().catch(""),
  findings: z.array(FINDING).default([]),
  earlier: z.array(EARLIER).default([]),
});

export const UNREADABLE_REVIEW: Review = {
  verdict: "unreadable",
  summary: "The reviewer's answer could not be read",
  findings: [],
};

/**
 * Reads the review of a round.
 * @param before all findings of the earlier rounds
 */
export function readReview(text: string, before: readonly Finding[], round: number): Review {
  const answer = parsedAnswer(text);
  if (answer === undefined) return { ...UNREADABLE_REVIEW, findings: before };
  const findings = mergedFindings(answer, before, round);
  return { verdict: verdictOf(answer, findings), summary: answer.summary, findings };
}

function parsedAnswer(text: string): ReviewAnswer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A text that is no JSON is expected here, and is no review.
    return undefined;
  }
  const read = ANSWER.safeParse(value);
  return read.success ? read.data : undefined;
}

/**
 * An approval needs that nothing grave is open; and when only minor findings are left, there is
 * nothing to spend another round on.
 */
function verdictOf({ verdict }: ReviewAnswer, findings: readonly Finding[]): Review["verdict"] {
  const open = openFindings(findings);
  if (open.some(isGrave)) return "needs_changes";
  return open.length > 0 ? "approved" : verdict;
}

export function openFindings(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ state }) => state === "open");
}

function isGrave({ severity }: Pick<Finding, "severity">): boolean {
  return severity !== "minor";
}

/** Gives each finding its identity: an earlier one that comes back keeps its id. */
function mergedFindings(
  { findings, earlier }: ReviewAnswer,
  before: readonly Finding[],
  round: number,
): Finding[] {
  const back = new Map<string, ReviewAnswer["findings"][number]>();
  const fresh: ReviewAnswer["findings"][number][] = [];
  for (const finding of findings) {
    const known = before.find((each) => !back.has(each.id) && isSame(each, finding));
    if (known === undefined) fresh.push(finding);
    else back.set(known.id, finding);
  }
  const states = new Map(earlier.map(({ id, state }) => [id, state]));
  const kept = before.map((finding): Finding => {
    const again = back.get(finding.id);
    if (again !== undefined) return { ...finding, ...facts(again), state: "open" };
    // One that is not raised again is settled, unless the reviewer says otherwise.
    const said = states.get(finding.id) ?? (finding.state === "open" ? "settled" : finding.state);
    return { ...finding, state: said };
  });
  const added = fresh.map((finding, index): Finding => ({
    id: `F${before.length + index + 1}`,
    ...facts(finding),
    state: "open",
    round,
  }));
  return [...kept, ...added];
}

function isSame(known: Finding, { id, file, message }: ReviewAnswer["findings"][number]): boolean {
  if (id === known.id) return true;
  return (file ?? undefined) === known.file && plain(message) === plain(known.message);
}

function plain(message: string): string {
  return message.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim();
}

function facts(
  finding: ReviewAnswer["findings"][number],
): Pick<Finding, "severity" | "message" | "file" | "lines" | "evidence" | "fix" | "confidence"> {
  const { severity, message, file, line_from: from, evidence, fix, confidence } = finding;
  return {
    severity,
    message,
    ...(isSaid(file) ? { file } : {}),
    ...(isSaid(from) ? { lines: { from, to: finding.line_to ?? from } } : {}),
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
    openFindings(findings).filter(isGrave).map(({ id }) => id).sort().join(" ");
  return graveIn(now) !== "" && graveIn(before) === graveIn(now);
}

/** How the review ends when no round follows. */
export function endOf(review: Review): ReviewResult {
  return review.verdict === "needs_changes" ? "max_rounds_reached" : review.verdict;
}
