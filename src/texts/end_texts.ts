/** Texts of how a run ended: its verdict in one line, the findings that are left, what to do then. */
import type { EndReason, Finding } from "../core/run/events.ts";
import { commandsLeft, type RunState } from "../core/run/run_state.ts";
import {
  type CheckTotals,
  isGoodEnd,
  type RunChangeTotals,
  type RunEnd,
  runEnd,
  type Verdict,
} from "../core/run/run_end.ts";
import { type DurationUnits, formatCount, formatDuration } from "../core/text/duration.ts";
import type { GoalTexts } from "./goal_texts.ts";
import { changedLines, type RunTexts } from "./run_texts.ts";

const en = {
  /** @param round 0 = there are none */
  approved: (round: number) => round === 0 ? "Approved" : `Approved in round ${round}`,
  approvedWithNotes: "Approved with notes",
  /** Minor findings. */
  minor: (count: number) => `${count} minor`,
  /** @param why as below */
  notApproved: (why: string) => `Not approved: ${why}`,
  why: {
    findings: (open: number) => open === 1 ? "1 open finding" : `${open} open findings`,
    /** Where the reviewer named none. */
    asks: "the reviewer asks for changes",
    checks: (failed: number) => failed === 1 ? "1 check fails" : `${failed} checks fail`,
    unchecked: "the checks could not be run",
    unchanged: "nothing changed in the last round",
    repeated: "the last round settled nothing",
  },
  /** @param budget as in "200k tokens" or "30 min" */
  budget: (budget: string) => `Stopped: the budget of ${budget} is used up`,
  anyBudget: "Stopped: the budget is used up",
  unreadable: "Not reviewed: the review could not be read",
  reviewerFailed: "Not reviewed: the reviewer failed",
  answered: "Answered",
  noFiles: "no files changed",
  /** In its place, where the plan named some. */
  noPlannedFiles: "no files changed, although the plan named some",
  /** The checks of the program, all passed. */
  checks: (passed: number) => passed === 1 ? "1 check" : `${passed} checks`,
  checksFailed: (failed: number, all: number) => `${failed} of ${all} checks`,
  checksNotRun: (notRun: number) => notRun === 1 ? "1 check not run" : `${notRun} checks not run`,
  /** Of a run that was stopped or failed. */
  notReviewed: "not reviewed",
  notYetApproved: "not approved",
  /** A person took the work as it is. */
  accepted: (who: string) => `Accepted by ${who}`,
  acceptedNow: (who: string) => `Accepted by ${who}. The files stay as they are.`,
  /** In place of an acceptance. */
  takenBack: "The changes were taken back, so there is nothing to accept. /redo brings them again.",
  /** In place of a name, at the terminal. */
  you: "you",
  /** Shown for a moment when the button was pressed. */
  goesOn: "Going on",
  nothingOpen:
    "No work waits for your decision. /round and /accept work after an answer that was not approved.",
  buttons: {
    round: "Another round",
    review: "Review again",
    goOn: "Go on",
    accept: "Accept",
  },
  /** At the terminal, where there are no buttons. */
  typed: "/round goes on, /accept takes it as it is, /undo takes it back.",
  /** Above the findings. */
  openFindings: "Open findings",
  minorFindings: "Minor findings",
  /** Before what would settle a finding. */
  fix: "Fix:",
};

export type EndTexts = typeof en;

const ko: EndTexts = {
  approved: (round) => round === 0 ? "검토 통과" : `${round}라운드에서 검토 통과`,
  approvedWithNotes: "참고 사항과 함께 검토 통과",
  minor: (count) => `사소한 지적 ${count}건`,
  notApproved: (why) => `검토 미통과: ${why}`,
  why: {
    findings: (open) => `남은 지적 ${open}건`,
    asks: "검토자가 수정을 요청했습니다",
    checks: (failed) => `점검 ${failed}건 실패`,
    unchecked: "점검을 실행할 수 없었습니다",
    unchanged: "마지막 라운드에서 바뀐 것이 없습니다",
    repeated: "마지막 라운드에서 해결된 지적이 없습니다",
  },
  budget: (budget) => `중단: 정해 둔 한도(${budget})를 다 썼습니다`,
  anyBudget: "중단: 정해 둔 한도를 다 썼습니다",
  unreadable: "검토 못 함: 검토 결과를 읽을 수 없습니다",
  reviewerFailed: "검토 못 함: 검토 단계가 실패했습니다",
  answered: "답변 완료",
  noFiles: "바뀐 파일 없음",
  noPlannedFiles: "계획에는 바꿀 파일이 있었지만 바뀐 파일 없음",
  checks: (passed) => `점검 ${passed}건`,
  checksFailed: (failed, all) => `점검 ${all}건 중 ${failed}건`,
  checksNotRun: (notRun) => `점검 ${notRun}건 실행 못 함`,
  notReviewed: "검토 안 함",
  notYetApproved: "검토 미통과",
  accepted: (who) => `${who} 님이 수락함`,
  acceptedNow: (who) => `${who} 님이 수락했습니다. 파일은 그대로 둡니다.`,
  takenBack: "변경 사항을 되돌렸으므로 수락할 것이 없습니다. /redo 로 다시 적용할 수 있습니다.",
  you: "사용자",
  goesOn: "이어서 진행합니다",
  nothingOpen:
    "결정할 작업이 없습니다. /round와 /accept는 검토를 통과하지 못한 답변 뒤에 쓸 수 있습니다.",
  buttons: {
    round: "한 라운드 더",
    review: "다시 검토",
    goOn: "이어서 진행",
    accept: "수락",
  },
  typed: "/round 로 이어서 진행, /accept 로 그대로 수락, /undo 로 되돌릴 수 있습니다.",
  openFindings: "남은 지적 사항",
  minorFindings: "사소한 지적 사항",
  fix: "해결 방법:",
};

export const END_TEXTS = { en, ko };

/** The words for what follows. */
interface WithEnds {
  readonly ends: EndTexts;
  readonly units: DurationUnits;
  readonly run: Pick<RunTexts["run"], "done" | "cancelled" | "failed" | "files" | "tokens">;
}

/** How a run ended, as one line has it: `✅ Approved in round 2 · 3 files +24 −5`. */
export interface EndLine {
  readonly sign: string;
  /** What it says first, in bold. */
  readonly word: string;
  /** Each goes behind a dot. */
  readonly facts: readonly string[];
  /** Whether all is well. */
  readonly good: boolean;
}

const SIGNS: Readonly<Record<Verdict, string>> = {
  approved: "✅",
  done: "✅",
  answered: "💬",
  "not-approved": "⚠️",
  "not-reviewed": "⚠️",
  budget: "⚠️",
  cancelled: "⏹",
  failed: "❌",
};

export function endLine(end: RunEnd, texts: WithEnds): EndLine {
  const { change, checks, open } = end;
  const { ends } = texts;
  return {
    sign: end.verdict === "done" && !isGoodEnd(end) ? "⚠️" : SIGNS[end.verdict],
    word: verdictText(end, texts),
    facts: [
      ...(end.verdict === "approved" && open > 0 ? [ends.minor(open)] : []),
      ...(end.verdict === "budget" && open > 0 ? [ends.why.findings(open)] : []),
      ...earlyFacts(end, ends),
      ...(end.verdict === "answered"
        ? [end.unlikePlan === true ? ends.noPlannedFiles : ends.noFiles]
        : []),
      ...(checks === undefined ? [] : checkFacts(checks, ends)),
      ...(change === undefined ? [] : [changeText(change, texts)]),
    ],
    good: isGoodEnd(end),
  };
}

/** Says how the run ended, without its sign: `Not approved: 2 open findings`. */
export function verdictText(end: RunEnd, texts: WithEnds): string {
  const { ends, run } = texts;
  switch (end.verdict) {
    case "approved":
      return end.open > 0 ? ends.approvedWithNotes : ends.approved(end.rounds);
    case "not-approved":
      return ends.notApproved(whyText(end, ends));
    case "not-reviewed":
      return end.why?.type === "reviewer-failed" ? ends.reviewerFailed : ends.unreadable;
    case "budget":
      return budgetText(end.why, texts);
    case "answered":
      return ends.answered;
    case "done":
    case "cancelled":
    case "failed":
      return run[end.verdict];
  }
}

function whyText({ why, open, checks }: RunEnd, { why: words }: EndTexts): string {
  if (why?.type === "unchanged") return words.unchanged;
  if (why?.type === "repeated") return words.repeated;
  if (open > 0) return words.findings(open);
  if (checks !== undefined && checks.failed > 0) return words.checks(checks.failed);
  return why?.type === "unchecked" ? words.unchecked : words.asks;
}

function budgetText(why: EndReason | undefined, texts: WithEnds): string {
  const { ends, run } = texts;
  if (why?.type === "tokens") return ends.budget(run.tokens(formatCount(why.budget)));
  if (why?.type === "time") return ends.budget(formatDuration(why.budgetMs, texts));
  return ends.anyBudget;
}

/** What a run that was stopped or failed has reached of its review. */
function earlyFacts({ early }: RunEnd, ends: EndTexts): string[] {
  if (early === undefined) return [];
  return [early === "not-approved" ? ends.notYetApproved : ends.notReviewed];
}

/** Lists how many checks have passed, have failed and were not run. */
export function checkFacts({ passed, failed, notRun }: CheckTotals, ends: EndTexts): string[] {
  return [
    ...(failed > 0 ? [`✘ ${ends.checksFailed(failed, passed + failed + notRun)}`] : []),
    ...(failed === 0 && passed > 0 ? [`✔ ${ends.checks(passed)}`] : []),
    ...(notRun > 0 ? [ends.checksNotRun(notRun)] : []),
  ];
}

/** Formats what a run changed: `3 files +24 −5`. */
export function changeText(
  { files, lines }: RunChangeTotals,
  { run }: { readonly run: Pick<RunTexts["run"], "files"> },
): string {
  return [
    ...(files > 0 ? [run.files(files)] : []),
    ...(lines === undefined ? [] : [changedLines(lines)]),
  ].join(" ");
}

/** Formats where a finding is: `src/a.ts:3-5`; empty where nobody told. */
export function placeText({ file, lines }: Pick<Finding, "file" | "lines">): string {
  if (file === undefined) return "";
  if (lines === undefined) return file;
  return `${file}:${lines.from}${lines.to > lines.from ? `-${lines.to}` : ""}`;
}

/**
 * Lists what the status message and the terminal tell beside the verdict: `12 s`, `1.8k tokens`,
 * `1 command still runs`.
 */
export function costFacts(
  state: RunState,
  texts: {
    readonly units: DurationUnits;
    readonly run: Pick<RunTexts["run"], "tokens" | "stillRunning">;
    readonly goals: Pick<GoalTexts, "rounds">;
  },
): readonly string[] {
  const { latencyMs, usage, outcome } = state;
  const { run, goals } = texts;
  const left = commandsLeft(state).length;
  const goal = outcome?.answer?.goal;
  const tokens = usage?.totalTokens ?? 0;
  return [
    ...(goal === undefined || goal.rounds === 0 ? [] : [goals.rounds(goal.rounds)]),
    // A request that was dropped while it waited took no time at all.
    ...(latencyMs > 0 ? [formatDuration(latencyMs, texts)] : []),
    ...(tokens > 0 ? [run.tokens(formatCount(tokens))] : []),
    ...(left > 0 ? [`${run.stillRunning(left)} (/ps)`] : []),
  ];
}

/** Lists all facts of a finished run, those of its end first. */
export function endFacts(
  state: RunState,
  texts: WithEnds & Parameters<typeof costFacts>[1],
): readonly string[] {
  const { outcome = { status: "cancelled" } } = state;
  return [...endLine(runEnd(outcome, state), texts).facts, ...costFacts(state, texts)];
}
