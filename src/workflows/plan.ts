/**
 * The workflow "plan": selector -> planner -> developer -> reviewer, and back to the developer while
 * the reviewer asks for changes.
 *
 * A round is one developer turn and one review. The rounds end when the work is approved, when another
 * one would be no use (see review.ts), or when the run has used up what it may use.
 */
import type { CodexThread } from "../core/codex/codex.ts";
import { RunCancelledError, StageError } from "../core/errors.ts";
import type {
  Answer,
  EndReason,
  Finding,
  Review,
  ReviewResult,
  RunEvent,
} from "../core/run/events.ts";
import type { FollowedRun } from "../core/run/ended_reviews.ts";
import { withAdditions } from "../core/run/steering.ts";
import { EndedEarlyError, type RunRequest, step, type Workflow } from "../core/run/workflow.ts";
import type { WorkspaceRecord } from "../core/workspace/recording.ts";
import { askReviewer, prepareReader, recordRound, startedCodex } from "./agents.ts";
import { gatherEvidence, mayHaveChanged } from "./checks.ts";
import { developUntilChanged, waitingForAgents, withEarlierParts } from "./developing.ts";
import { evidenceText, failingChecksText } from "./evidence.ts";
import { Planning, type PlanningDependencies } from "./planning.ts";
import {
  type Evidence,
  isOfProgram,
  NO_EVIDENCE,
  programFindings,
  withProgramFindings,
} from "./program_findings.ts";
import {
  type Candidate,
  changedDeveloperPrompt,
  developerPrompt,
  revisionPrompt,
} from "./prompts.ts";
import { openFindings } from "../core/run/findings.ts";
import {
  type Beginning,
  beginningAfter,
  continuationOf,
  followUpPrompt,
  newBeginning,
  reasonToGoOn,
} from "./follow_up.ts";
import { endOf, isStalled, noteOf, readReview, UNREADABLE_REVIEW } from "./review.ts";
import {
  fileList,
  ranLine,
  readMaterial,
  type ReviewMaterial,
  shortenedDiff,
  toldFiles,
  withSharers,
} from "./review_material.ts";
import { reviewerPrompt } from "./review_prompt.ts";
import { type RunBudget, RunMeter } from "../core/run/run_budget.ts";
import { select } from "./selecting.ts";
import { developStep, reviewStep } from "./steps.ts";

export interface PlanDependencies extends PlanningDependencies {
  readonly single: Workflow;
  /** 0 = the developer's first candidate is the answer. */
  readonly maxReviewRounds: number;
  readonly budget: RunBudget;
}

export function createPlanWorkflow(deps: PlanDependencies): Workflow {
  return {
    async *run(request: RunRequest): AsyncGenerator<RunEvent, Answer> {
      const meter = new RunMeter(deps.budget, deps.clock);
      return yield* meter.measured(selectAndWork(deps, request, meter));
    },
  };
}

async function* selectAndWork(
  deps: PlanDependencies,
  request: RunRequest,
  meter: RunMeter,
): AsyncGenerator<RunEvent, Answer> {
  const { follows } = request;
  if (follows !== undefined) return yield* goOn(deps, request, follows, meter);
  const planning = new Planning(deps, request);
  try {
    const selection = yield* select(deps, request, planning);
    if (selection.mode === "single") {
      planning.discard();
      yield { type: "mode.selected", ...selection };
      return yield* deps.single.run({ ...request, mode: "single" });
    }
    yield { type: "mode.selected", ...selection, maxRounds: deps.maxReviewRounds };
    if (!(yield* planning.begin())) return { text: planning.text };
  } finally {
    planning.discard();
  }
  const beginning = newBeginning(deps.maxReviewRounds);
  const nothing = { records: [], evidence: [] };
  return yield* developAndReview({ ...beginning, ...nothing, deps, request, planning, meter });
}

/** Continues a run whose work was not approved: with its next round, or the review that it lacks. */
async function* goOn(
  deps: PlanDependencies,
  request: RunRequest,
  follows: FollowedRun,
  meter: RunMeter,
): AsyncGenerator<RunEvent, Answer> {
  const beginning = beginningAfter(follows, deps.maxReviewRounds);
  const { plan, round } = follows;
  const planning = new Planning(deps, request, plan);
  const maxRounds = beginning.mostRounds;
  const work = { ...beginning, records: [], evidence: [], deps, request, planning, meter };
  yield { type: "mode.selected", mode: "plan", reason: reasonToGoOn(follows), maxRounds };
  const [candidate] = beginning.candidates;
  if (candidate === undefined) return yield* developAndReview(work);
  const codex = yield* startedCodex(deps, request, { role: "reviewer", round });
  await request.recording.begin(codex, request.signal);
  // A person may have taken the work back, or changed something since.
  const left = await request.recording.changes(codex);
  if (left?.length === 0) return answerOf(work, "stalled", { type: "unchanged" });
  const record = yield* recordGoingOn(deps, request, round);
  const seen = yield* gatherEvidence(deps, request, { round, candidate, changed: true, record });
  const now = seen.record ?? record;
  const records = now === undefined ? [] : [now];
  return yield* developAndReview({ ...work, records, evidence: [seen] });
}

/** What the checks of a review that is made up for write would go unseen without it. */
async function* recordGoingOn(
  deps: PlanDependencies,
  request: RunRequest,
  round: number,
): AsyncGenerator<RunEvent, WorkspaceRecord | undefined> {
  const { recording } = request;
  const isRecorded = recording.lastRound() === round;
  return isRecorded ? yield* recordRound(deps, request, round) : recording.untouched();
}

/** A run behind its plan, and the results of its rounds so far. */
interface Work extends Beginning {
  readonly deps: PlanDependencies;
  readonly request: RunRequest;
  readonly planning: Planning;
  readonly meter: RunMeter;
  readonly records: WorkspaceRecord[];
  /** What proves or disproves each candidate. */
  readonly evidence: Evidence[];
  /** The thread of the next review, where it was prepared. */
  reviewer?: CodexThread | undefined;
}

async function* developAndReview(work: Work): AsyncGenerator<RunEvent, Answer> {
  try {
    return yield* rounds(work);
  } catch (error) {
    throw withCandidate(error, work);
  } finally {
    work.reviewer?.discard?.();
  }
}

async function* rounds(work: Work): AsyncGenerator<RunEvent, Answer> {
  const { request: { follows, steps }, meter, reviews } = work;
  // What was begun under other settings goes on as far as it had come.
  const mostRounds = (): number => steps.nextName() === undefined ? work.mostRounds : Infinity;
  const usedUp = (): EndReason | undefined =>
    steps.nextName() === undefined ? meter.usedUp() : undefined;
  let recorded = work.records.at(-1);
  if (work.candidates.length === 0) {
    recorded = yield* develop(work);
    // Checks run on what was changed: one that took the work back, as `git clean` does, hides that.
    const unchanged = treeOf(recorded)?.changed === false && lastEvidence(work).checks.length === 0;
    if (unchanged && follows !== undefined) return answerOf(work, "stalled", { type: "unchanged" });
    // What turned out to need no change is an answer, and there is nothing to review.
    if (mostRounds() === 0 || unchanged) return { text: work.candidates.at(-1)?.answer ?? "" };
  }
  for (;;) {
    const spent = usedUp();
    if (spent !== undefined) return answerOf(work, "budget", spent);
    const before = lastReview(work);
    const now = yield* review(work);
    reviews.push(now);
    const round = roundOf(work);
    yield { type: "review.finished", round, review: now };
    if (now.verdict !== "needs_changes") return answerOf(work, endOf(now, lastEvidence(work)));
    if (isStalled(before, now)) return answerOf(work, "stalled", { type: "repeated" });
    if (round >= mostRounds()) return answerOf(work, "max_rounds_reached");
    const used = usedUp();
    if (used !== undefined) return answerOf(work, "budget", used);
    const tree = treeOf(recorded);
    recorded = yield* develop(work);
    // The reviewer would judge the same work again.
    if (tree !== undefined && treeOf(recorded)?.id === tree.id) {
      return answerOf(work, "stalled", { type: "unchanged" });
    }
  }
}

/** The developer's last round, counted from the first of all runs that follow each other. */
function roundOf({ roundsBefore, candidates }: Beginning): number {
  return roundsBefore + candidates.length;
}

function lastReview({ reviews, before }: Beginning): Review | undefined {
  return reviews.at(-1) ?? before;
}

/** @returns undefined where the folder was not recorded */
function treeOf(
  record: WorkspaceRecord | undefined,
): { readonly id: string; readonly changed: boolean } | undefined {
  if (record === undefined || record.type === "not-recorded") return undefined;
  return { id: record.tree, changed: record.totals.files > 0 };
}

async function* develop(work: Work): AsyncGenerator<RunEvent, WorkspaceRecord> {
  const { deps, request, planning, candidates } = work;
  const round = roundOf(work) + 1;
  let asked = askedOfDeveloper(work, round);
  let threadId = candidates.at(-1)?.threadId ?? request.developerThreadId;
  const stopped: Candidate[] = [];
  for (let part = 1;; part++) {
    const input = { threadId, round, part, revision: planning.revision };
    const candidate = yield* step(
      request.steps,
      developStep(round, part),
      asked,
      (text) =>
        developUntilChanged(deps, waitingForAgents(request, work.mostRounds > 0), {
          ...input,
          text,
        }),
    );
    const { change } = candidate;
    if (change === undefined) {
      candidates.push(withEarlierParts(stopped, candidate));
      return yield* prove(work);
    }
    stopped.push(candidate);
    const done = doneSoFar(yield* recordRound(deps, request, round, { goesOn: true }));
    yield planning.decided({ type: "change", ...change });
    if (!(yield* planning.change(change, done))) throw new RunCancelledError("Nobody agreed");
    threadId = candidate.threadId ?? threadId;
    asked = askedAfterChange(work, round, { words: change.words, done });
  }
}

function askedAfterChange(
  work: Work,
  round: number,
  change: { readonly words: string; readonly done: string },
): string {
  const { request, planning: { text: plan } } = work;
  const changed = changedDeveloperPrompt(askedIn(request), { plan, ...change });
  const findings = lastReview(work);
  if (findings === undefined) return changed;
  const failing = failingChecksText(lastEvidence(work).checks);
  return `${changed}\n\n${revisionPrompt(findings, round - 1, failing)}`;
}

function askedOfDeveloper(work: Work, round: number): string {
  const { request, planning: { text: plan }, candidates } = work;
  const findings = lastReview(work);
  if (findings === undefined) return developerPrompt(askedIn(request), plan);
  if (candidates.length === 0) return followUpPrompt(askedIn(request), plan, findings, round - 1);
  const failing = failingChecksText(lastEvidence(work).checks);
  return withAdditions(revisionPrompt(findings, round - 1, failing), request.additions.texts);
}

/** Records what the round has done, and gathers what proves or disproves it. */
async function* prove(work: Work): AsyncGenerator<RunEvent, WorkspaceRecord> {
  const { deps, request, candidates, records, evidence } = work;
  const round = roundOf(work);
  const candidate = candidates.at(-1);
  if (isReviewNext(work, candidate)) work.reviewer = prepareReader(deps, request, "reviewer");
  let record = yield* recordRound(deps, request, round);
  if (candidate !== undefined) {
    const changed = mayHaveChanged(record, candidate, records.at(-1));
    const seen = { round, candidate, changed, record };
    const { record: checked, ...gathered } = yield* gatherEvidence(deps, request, seen);
    // Nothing has changed since: what was found then counts still.
    evidence.push(changed ? gathered : { ...gathered, checks: lastEvidence(work).checks });
    record = checked ?? record;
  }
  records.push(record);
  return record;
}

/** Whether a review will most likely begin as soon as the round is recorded. */
function isReviewNext({ request, mostRounds }: Work, candidate: Candidate | undefined): boolean {
  const { steps, profile: { checks = [] } } = request;
  const isReplayed = steps.nextName() !== undefined;
  return mostRounds > 0 && candidate?.wordsOnly !== true && checks.length === 0 && !isReplayed;
}

function lastEvidence({ evidence }: Work): Evidence {
  return evidence.at(-1) ?? NO_EVIDENCE;
}

/** For those who go on by another plan. */
function doneSoFar(record: WorkspaceRecord): string {
  if (record.type === "not-recorded") return "It is not known what was changed.";
  const { files, totals } = record;
  if (files.length === 0) return "Nothing was changed.";
  const more = totals.files - files.length;
  return `${fileList(files, [])}${more > 0 ? `\n${more} more files are not listed.` : ""}`;
}

async function* review(work: Work): AsyncGenerator<RunEvent, Review> {
  const { deps, request } = work;
  const round = roundOf(work);
  const before = lastReview(work)?.findings ?? [];
  const earlier = before.filter((finding) => !isOfProgram(finding));
  const program = programFindings(before, lastEvidence(work), round);
  const said = yield* step(
    request.steps,
    reviewStep(round),
    () => reviewInput(work, earlier, program),
    async function* (text): AsyncGenerator<RunEvent, Review> {
      const prepared = work.reviewer;
      work.reviewer = undefined;
      try {
        return yield* askReviewer(deps, request, {
          text,
          round,
          prepared,
          read: (answer, first) => readReview(answer, earlier, round, first),
        });
      } catch (error) {
        // The finished work is delivered all the same, marked as not reviewed.
        if (!(error instanceof StageError)) throw error;
        return { ...UNREADABLE_REVIEW, summary: error.message, findings: earlier };
      }
    },
  );
  return withProgramFindings(said, program);
}

async function reviewInput(
  work: Work,
  earlier: readonly Finding[],
  program: readonly Finding[],
): Promise<string> {
  const { request, planning, candidates } = work;
  return reviewerPrompt({
    prompt: askedIn(request),
    history: request.history,
    plan: planning.text,
    report: candidates.at(-1)?.answer ?? "",
    round: roundOf(work),
    material: withSharers(await materialOf(work), request.sharers?.().length ?? 0),
    checks: evidenceText(lastEvidence(work)),
    program,
    findings: earlier,
  });
}

/** Takes the change from the record of the folder; without one, from what Codex told. */
async function materialOf({ deps, request, candidates }: Work): Promise<ReviewMaterial> {
  const { profile: { machine }, recording } = request;
  const codex = deps.machines.codexOn(machine);
  const evidence = (candidates.at(-1)?.commands ?? [])
    .map(({ command, exitCode }) => ranLine(command, exitCode)).join("\n");
  const files = await recording.changes(codex);
  if (files === undefined) {
    const told = candidates.flatMap(({ changedFiles }) => changedFiles);
    const diff = candidates.map(({ diff }) => diff).filter((each) => each !== "").join("\n\n");
    return { files: toldFiles(told), diff: shortenedDiff(diff), evidence };
  }
  return { ...await readMaterial(files, (paths) => recording.patch(codex, paths)), evidence };
}

/** The request with what was added so far. */
function askedIn({ prompt, additions }: RunRequest): string {
  return withAdditions(prompt, additions.texts);
}

function answerOf(
  work: Work,
  result: ReviewResult,
  reason?: EndReason,
): Answer {
  const { candidates, reviews, roundsBefore } = work;
  const text = candidates.at(-1)?.answer ?? "";
  const last = lastReview(work);
  const continues = continuationOf(result, { ...work, plan: work.planning.text });
  const note = last === undefined ? "" : noteOf(last);
  const isFailed = result === "unreadable" && note !== "";
  const why: EndReason | undefined = isFailed ? { type: "reviewer-failed" } : reason;
  return {
    text,
    ...(continues === undefined ? {} : { continues }),
    review: {
      result,
      ...(why === undefined ? {} : { why }),
      rounds: roundsBefore + reviews.length,
      note: result === "approved" ? "" : note,
      openFindings: openFindings(last?.findings ?? []),
    },
  };
}

/** Adds the last candidate to the error, where there is one to deliver. */
function withCandidate(error: unknown, work: Work): unknown {
  const early = error instanceof RunCancelledError || error instanceof StageError;
  const candidate = work.candidates.at(-1);
  if (!early || candidate === undefined) return error;
  const verdict = work.reviews.at(-1)?.verdict;
  const answer = verdict === undefined ? { text: candidate.answer } : answerOf(work, verdict);
  return new EndedEarlyError(error, answer);
}
