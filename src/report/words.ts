/** Names and phrases of the report, the same on the page and in the terminal. */
import type { TokenUsage } from "../core/codex/codex.ts";
import type { ReviewResult } from "../core/run/events.ts";
import { isAllowed as allows } from "../core/codex/approval.ts";
import type { CheckTotals } from "../core/run/run_end.ts";
import type { ApprovalTrace, CheckTrace, CommandTrace, NoticeTrace } from "../core/run/trace.ts";
import type { Role } from "../core/session/settings.ts";
import { formatCount } from "../core/text/duration.ts";
import type { RunStatus, Stage } from "./run_history.ts";

const SECOND_MS = 1_000;

/** `450 ms`, `3.2 s`, `1 min 27 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / SECOND_MS).toFixed(1)} s`;
  const seconds = Math.round(ms / SECOND_MS);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `2026-11-21 14:05:10 UTC` */
export function moment(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** `14:05:10`, in UTC. */
export function clockTime(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

/** `0:07`, `12:40`, `1:02:03`: the time since the run began. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND_MS));
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

export const STATUSES: Readonly<Record<RunStatus, string>> = {
  ok: "Done",
  error: "Failed",
  cancelled: "Cancelled",
  unfinished: "Unfinished",
};

const ROLES: Readonly<Record<Role, string>> = {
  selector: "Selector",
  planner: "Planner",
  developer: "Developer",
  reviewer: "Reviewer",
};

export const REVIEWS: Readonly<Record<ReviewResult, string>> = {
  approved: "approved",
  needs_changes: "changes requested",
  max_rounds_reached: "not approved, no rounds left",
  stalled: "not approved, no progress",
  budget: "not approved, budget used up",
  unreadable: "unreadable review",
  unchecked: "not approved, checks not run",
};

export const NOTICES: Readonly<Record<NoticeTrace["kind"], string>> = {
  retry: "Codex is retrying",
  warning: "Warning",
  steer: "Added while it ran",
  decision: "Decision on the plan",
  replayed: "Reused from before the restart",
  agent: "Sub-agent",
};

/** Stands in for the result of a stage whose end was never written. */
export const NO_END = "end not recorded";

/** `✔ 2`, `✘ 1/3` */
export function checkCount({ passed, failed, notRun }: CheckTotals): string {
  const all = passed + failed + notRun;
  return failed + notRun === 0 ? `✔ ${all}` : `✘ ${failed + notRun}/${all}`;
}

/** `Developer · round 2` */
export function stageName({ role, round }: Pick<Stage, "role" | "round">): string {
  return round === 0 ? ROLES[role] : `${ROLES[role]} · round ${round}`;
}

/** `in 1.5k, cached 600, out 300` */
export function tokenParts(tokens: TokenUsage, separator = ", "): string {
  return [
    `in ${formatCount(tokens.inputTokens)}`,
    `cached ${formatCount(tokens.cachedInputTokens)}`,
    `out ${formatCount(tokens.outputTokens)}`,
  ].join(separator);
}

const DECISIONS: Readonly<Record<ApprovalTrace["decision"], string>> = {
  accept: "Allowed",
  "accept-for-session": "Allowed for the session",
  "accept-always": "Allowed always",
  "accept-prefix": "Allowed, with all commands that begin so",
  "accept-host": "Host allowed always",
  decline: "Denied",
  "decline-host": "Host denied always",
  cancel: "Denied, run stopped",
  answered: "Answered",
};

export function isAllowed({ decision }: Pick<ApprovalTrace, "decision">): boolean {
  return decision === "answered" || allows(decision);
}

/** `Allowed by Ann`, `Denied: nobody answered in time`. */
export function decisionText(
  approval: Pick<ApprovalTrace, "decision" | "decided_by" | "closed_by">,
): string {
  switch (approval.closed_by) {
    case "person":
      return `${DECISIONS[approval.decision]} by ${approval.decided_by ?? "a person"}`;
    case "timeout":
      return `${DECISIONS[approval.decision]}: nobody answered in time`;
    case "run":
      return "Not decided: the turn ended, or nobody could be asked";
    default:
      return approval.closed_by satisfies never;
  }
}

/** `exit 1`, `interrupted`, `left running`; empty when there is nothing to tell. */
export function commandEnd({ status, exit_code }: CommandTrace): string {
  if (status === "in_progress") return "left running";
  if (status === "declined" || status === "interrupted") return status;
  if (exit_code !== null) return `exit ${exit_code}`;
  return status === "failed" ? "failed" : "";
}

export function isFailed({ status, exit_code }: CommandTrace): boolean {
  if (status === "in_progress") return false;
  return status !== "completed" || (exit_code !== null && exit_code !== 0);
}

/** `passed`, `failed, exit 1`, `timed out`. */
export function checkEnd({ status, exit_code }: CheckTrace): string {
  const words = {
    passed: "passed",
    failed: "failed",
    "timed-out": "timed out",
    "not-run": "not run",
  };
  return [
    words[status],
    ...(status === "failed" && exit_code !== null ? [`exit ${exit_code}`] : []),
  ]
    .join(", ");
}

/** `chat 42 · person 7 · topic 3` for the session `tg:42:7:3`. */
export function sessionText(session: string): string {
  const [, chat, person, topic] = /^tg:(-?\d+):(\d+)(?::(\d+))?$/.exec(session) ?? [];
  if (chat === undefined || person === undefined) return session;
  return [
    chat === person ? `chat ${chat}` : `chat ${chat} · person ${person}`,
    ...(topic === undefined ? [] : [`topic ${topic}`]),
  ].join(" · ");
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
