/** Texts of goals: what they are, how they stand, how the work on them ended, and what to do then. */
import type { Goal, GoalEnd } from "../core/codex/goal.ts";
import type { GoalStatus } from "../core/codex/thread_activity.ts";
import type { RunOutcome } from "../core/run/events.ts";
import type { RunGoal, RunState } from "../core/run/run_state.ts";
import { type DurationUnits, formatCount, formatDuration } from "../core/text/duration.ts";

const SECOND_MS = 1_000;

/** How the work ended: as the workflow says, or because it was stopped or failed. */
type GoalOutcome = UnreachedOutcome | "complete" | "cleared" | "kept" | "unset";
/** It can go on. */
type UnreachedOutcome =
  | Exclude<GoalEnd, "gives-way" | "complete" | "cleared">
  | "stopped"
  /** Its machine could not be told, and goes on with it until it can. */
  | "not-stopped"
  | "failed"
  | "failed-unset";

const en = {
  title: "Goal",
  /** The heading of a report that another round follows. */
  report: (round: number) => `Goal, round ${round}`,
  round: (round: number) => `Goal · round ${round}`,
  rounds: (count: number) => count === 1 ? "1 round" : `${count} rounds`,
  tokens: (used: string) => `${used} tokens`,
  tokensOf: (used: string, budget: string) => `${used} of ${budget} tokens`,
  timeOf: (used: string, budget: string) => `${used} of ${budget}`,
  status: {
    active: "at work",
    paused: "paused",
    blocked: "blocked",
    "usage-limited": "stopped by the usage limit",
    "budget-limited": "token budget used up",
    complete: "reached",
    other: "not at work",
  } satisfies Record<GoalStatus, string>,
  waits: "queued",
  pausing: "pauses after its present round",
  givesWay: "Goal paused for your message. It goes on after it.",
  /** To a request that waits for a goal. */
  passes: "Starts after the present round of the goal.",
  end: {
    complete: "Goal reached",
    paused: "Goal paused",
    blocked: "Goal blocked",
    "usage-limited": "Goal stopped by the usage limit",
    "token-budget": "Token budget used up, goal paused",
    "time-budget": "Time used up, goal paused",
    idle: "Many rounds did nothing, goal paused",
    cleared: "Goal cleared",
    left: "Goal paused in its conversation, which was left",
    stopped: "Stopped, goal paused",
    "not-stopped": "Stopped here, goal not paused yet",
    failed: "Failed, goal paused",
    "failed-unset": "Failed, goal not set",
    unset: "Goal not set",
    kept: "The former goal stays",
  } satisfies Record<GoalOutcome, string>,
  /** What to do then. */
  next: {
    paused: "`/goal resume` goes on.",
    blocked: "Write what it needs to go on, then `/goal resume`.",
    "usage-limited": "`/goal resume` goes on when the limit has reset.",
    "token-budget": "`/goal 400k tokens` sets a higher budget and goes on.",
    "time-budget": "`/goal 4h` gives it more time in all and goes on.",
    idle: "Write what it should do differently, then `/goal resume`.",
    left: "/profile and /resume lead back to that conversation, `/goal resume` then goes on.",
    stopped: "`/goal resume` goes on.",
    "not-stopped": "Codex is told to pause it as soon as its machine can be reached.",
    failed: "`/goal resume` tries again.",
    "failed-unset": "Set it again when the cause is gone.",
  } satisfies Record<UnreachedOutcome, string>,

  none:
    "This conversation has no goal. `/goal TEXT` sets one: Codex works on it turn after turn until it is reached. A budget may stand before it, as in `/goal 200k tokens 2h all tests pass`.",
  off:
    'Goals are switched off. Set goals = "ask" under [codex] in conf.toml and restart the program.',
  tooLong: (most: number) => `A goal has room for ${most} characters. Put the details in a file.`,
  noBudget: (typed: string) =>
    `"${typed}" is no budget to work with. Give more than nothing, as in \`/goal 200k tokens 2h TEXT\`. If it belongs to the goal, begin with another word.`,
  nothingToPause: "No goal is at work.",
  nothingToResume: "There is no goal to go on with. `/goal TEXT` sets one.",
  alreadyAtWork: "The goal is at work already.",
  timeWhileAtWork:
    "The time can be changed while the goal is paused: `/goal pause` first, then `/goal 4h`.",
  outOfTime: (used: string, more: string) =>
    `The goal has used its time: ${used}. \`/goal ${more}\` gives it more time in all and goes on.`,
  budgetSet: (budget: string) => `The goal may use ${budget} tokens in all.`,
  paused: "The goal pauses after its present round. /cancel stops the round, too.",
  unqueued: "The goal is taken from the queue.",
  cleared: "Goal cleared.",

  /** Before the objective. */
  found: "Codex has a goal in this conversation that no request here works on:",
  foundMore:
    "It would work on it by itself, turn after turn, until it is reached. I paused it. Let it go on?",
  interrupted: "The program stopped while Codex worked on this goal:",
  interruptedMore: "It does not go on before you say so. Some files may have changed.",
  replaces: "This conversation has another goal:",
  replacesMore: (objective: string) => `Replace it with: ${objective}`,
  buttons: {
    letGoOn: "Let it go on",
    stop: "Stop",
    pause: "Pause",
    resume: "Resume",
    clear: "Clear",
    replace: "Replace it",
    keep: "Keep it",
    raise: (budget: string) => `Raise to ${budget} tokens`,
  },
  /** In place of what /cancel says of an ordinary request. */
  stopping: "Stopping the goal: its round ends now, and it is paused. `/goal resume` goes on.",
  running: "A goal is at work.",
};

export type GoalTexts = typeof en;

const ko: GoalTexts = {
  title: "목표",
  report: (round) => `목표 ${round}라운드`,
  round: (round) => `목표 · ${round}라운드`,
  rounds: (count) => `${count}라운드`,
  tokens: (used) => `토큰 ${used}`,
  tokensOf: (used, budget) => `토큰 ${used} / ${budget}`,
  timeOf: (used, budget) => `${used} / ${budget}`,
  status: {
    active: "진행 중",
    paused: "일시 중지",
    blocked: "막힘",
    "usage-limited": "사용 한도로 멈춤",
    "budget-limited": "토큰 예산 소진",
    complete: "달성",
    other: "진행 중이 아님",
  },
  waits: "대기 중",
  pausing: "지금 라운드가 끝나면 일시 중지",
  givesWay: "보내신 메시지를 먼저 처리하려고 목표를 잠시 멈췄습니다. 끝나면 이어서 진행합니다.",
  passes: "목표의 지금 라운드가 끝나면 시작합니다.",
  end: {
    complete: "목표 달성",
    paused: "목표 일시 중지",
    blocked: "목표가 막힘",
    "usage-limited": "사용 한도로 목표가 멈춤",
    "token-budget": "토큰 예산 소진, 목표 일시 중지",
    "time-budget": "시간 소진, 목표 일시 중지",
    idle: "여러 라운드 동안 한 일이 없음, 목표 일시 중지",
    cleared: "목표 해제",
    left: "다른 대화로 옮겨 와 목표는 원래 대화에 멈춰 있음",
    stopped: "중지됨, 목표 일시 중지",
    "not-stopped": "여기서는 중지됨, 목표는 아직 멈추지 못함",
    failed: "실패, 목표 일시 중지",
    "failed-unset": "실패, 목표를 정하지 못함",
    unset: "목표를 정하지 않음",
    kept: "이전 목표를 그대로 둡니다",
  },
  next: {
    paused: "`/goal resume` 을 보내면 이어서 진행합니다.",
    blocked: "필요한 내용을 알려 주신 뒤 `/goal resume` 을 보내 주세요.",
    "usage-limited": "한도가 다시 열리면 `/goal resume` 으로 이어 갈 수 있습니다.",
    "token-budget": "`/goal 400k tokens` 처럼 예산을 늘리면 이어서 진행합니다.",
    "time-budget": "`/goal 4h` 처럼 전체 시간을 늘리면 이어서 진행합니다.",
    idle: "무엇을 다르게 할지 알려 주신 뒤 `/goal resume` 을 보내 주세요.",
    left:
      "/profile 과 /resume 으로 원래 대화로 돌아간 뒤 `/goal resume` 을 보내면 이어서 진행합니다.",
    stopped: "`/goal resume` 을 보내면 이어서 진행합니다.",
    "not-stopped": "그 컴퓨터에 다시 연결되는 대로 Codex에 목표를 멈추게 합니다.",
    failed: "`/goal resume` 을 보내면 다시 시도합니다.",
    "failed-unset": "원인을 해결한 뒤 목표를 다시 정해 주세요.",
  },
  none:
    "이 대화에는 목표가 없습니다. `/goal 내용` 으로 정하면 Codex가 달성할 때까지 스스로 작업을 이어 갑니다. `/goal 200k tokens 2h 모든 테스트 통과` 처럼 앞에 예산을 적을 수 있습니다.",
  off:
    '목표 기능이 꺼져 있습니다. conf.toml의 [codex]에 goals = "ask"를 적고 프로그램을 다시 시작해 주세요.',
  tooLong: (most) => `목표는 ${most}자까지 적을 수 있습니다. 자세한 내용은 파일에 적어 주세요.`,
  noBudget: (typed) =>
    `"${typed}"만큼으로는 작업할 수 없습니다. \`/goal 200k tokens 2h 내용\` 처럼 0보다 크게 적어 주세요. 목표 내용의 일부라면 다른 말로 시작해 주세요.`,
  nothingToPause: "진행 중인 목표가 없습니다.",
  nothingToResume: "이어서 진행할 목표가 없습니다. `/goal 내용` 으로 정할 수 있습니다.",
  alreadyAtWork: "목표를 이미 진행하고 있습니다.",
  timeWhileAtWork:
    "시간은 목표가 멈춰 있을 때 바꿀 수 있습니다. 먼저 `/goal pause`, 그다음 `/goal 4h` 를 보내 주세요.",
  outOfTime: (used, more) =>
    `목표에 준 시간을 모두 썼습니다(${used}). \`/goal ${more}\` 처럼 전체 시간을 늘리면 이어서 진행합니다.`,
  budgetSet: (budget) => `목표에 쓸 수 있는 토큰은 모두 ${budget}입니다.`,
  paused: "지금 라운드가 끝나면 목표를 멈춥니다. 라운드까지 바로 멈추려면 /cancel 을 보내 주세요.",
  unqueued: "목표를 대기열에서 뺐습니다.",
  cleared: "목표를 해제했습니다.",
  found: "이 대화에 Codex의 목표가 있지만, 지금 그 목표를 진행하는 요청은 없습니다:",
  foundMore:
    "달성할 때까지 Codex가 스스로 작업을 이어 가게 됩니다. 지금은 멈춰 두었습니다. 계속하게 할까요?",
  interrupted: "Codex가 이 목표를 진행하는 도중에 프로그램이 멈췄습니다:",
  interruptedMore: "결정해 주실 때까지 진행하지 않습니다. 이미 바뀐 파일이 있을 수 있습니다.",
  replaces: "이 대화에는 다른 목표가 있습니다:",
  replacesMore: (objective) => `다음 목표로 바꿀까요: ${objective}`,
  buttons: {
    letGoOn: "계속하게 하기",
    stop: "중지",
    pause: "일시 중지",
    resume: "이어서 진행",
    clear: "해제",
    replace: "바꾸기",
    keep: "그대로 두기",
    raise: (budget) => `토큰 ${budget}까지 늘리기`,
  },
  stopping:
    "목표를 중지합니다. 지금 라운드를 끝내고 멈춰 둡니다. `/goal resume` 을 보내면 이어서 진행합니다.",
  running: "목표를 진행하고 있습니다.",
};

export const GOAL_TEXTS = { en, ko };

/** The words for what follows. */
interface WithGoals {
  readonly goals: GoalTexts;
  readonly units: DurationUnits;
}

/** Formats what a goal has used: `12.3k of 200k tokens · 14 min of 2 h`. */
export function usedText(
  { tokensUsed, tokenBudget, secondsUsed }: Pick<
    Goal,
    "tokensUsed" | "tokenBudget" | "secondsUsed"
  >,
  timeBudgetMs: number | undefined,
  texts: WithGoals,
): string {
  const { tokens, tokensOf, timeOf } = texts.goals;
  const used = formatCount(tokensUsed);
  const time = formatDuration(secondsUsed * SECOND_MS, texts);
  return [
    tokenBudget === undefined ? tokens(used) : tokensOf(used, formatCount(tokenBudget)),
    timeBudgetMs === undefined ? time : timeOf(time, formatDuration(timeBudgetMs, texts)),
  ].join(" · ");
}

/** The same of the goal that a run works on; undefined while Codex has not told of it. */
export function usedByRun({ goal, timeBudgetMs }: RunGoal, texts: WithGoals): string | undefined {
  return goal === undefined ? undefined : usedText(goal, timeBudgetMs, texts);
}

const SIGNS: Readonly<Record<GoalOutcome, string>> = {
  complete: "🎯",
  paused: "⏸",
  blocked: "🚧",
  "usage-limited": "⏸",
  "token-budget": "🪫",
  "time-budget": "⏱",
  idle: "⏸",
  cleared: "🗑",
  left: "⏸",
  stopped: "⏹",
  "not-stopped": "⚠️",
  failed: "❌",
  "failed-unset": "❌",
  unset: "⏹",
  kept: "🎯",
};

export interface GoalEndWords {
  readonly sign: string;
  readonly word: string;
}

/**
 * How the work on a goal ended, in words; undefined for a run of another kind.
 * @returns in `beside` the same where it is said already that the run failed, and why
 */
export function goalEndText(
  outcome: RunOutcome,
  state: Pick<RunState, "goal" | "confirmation" | "startedAt" | "news">,
  { goals }: { readonly goals: GoalTexts },
): GoalEndWords & { readonly beside: GoalEndWords; readonly next?: string } | undefined {
  if (state.goal === undefined) return undefined;
  const end = goalOutcome(outcome, { ...state, goal: state.goal });
  const wordsOf = (each: GoalOutcome): GoalEndWords => ({
    sign: SIGNS[each],
    word: goals.end[each],
  });
  const beside = end === "failed" ? "paused" : end === "failed-unset" ? "unset" : end;
  const shown = { ...wordsOf(end), beside: wordsOf(beside) };
  return isOver(end) ? shown : { ...shown, next: goals.next[end] };
}

function isOver(end: GoalOutcome): end is Exclude<GoalOutcome, UnreachedOutcome> {
  return end === "complete" || end === "cleared" || end === "kept" || end === "unset";
}

function goalOutcome(
  outcome: RunOutcome,
  { confirmation, startedAt, news, goal: { unset } }:
    & Pick<RunState, "confirmation" | "startedAt" | "news">
    & { readonly goal: RunGoal },
): GoalOutcome {
  if (outcome.status === "failed") return unset === true ? "failed-unset" : "failed";
  if (outcome.status === "cancelled") {
    if (confirmation === undefined || startedAt !== undefined) {
      if (unset === true) return "unset";
      return news.some(({ type }) => type === "not-stopped") ? "not-stopped" : "stopped";
    }
    return confirmation.type === "goal-replaces" ? "kept" : "cleared";
  }
  const end = outcome.answer.goal?.end ?? "paused";
  if (end === "gives-way" || end === "paused") return unset === true ? "unset" : "paused";
  return end;
}
