/** Texts of checks: those of a run, and the command /checks. */
import type { CheckStatus } from "../core/checks/check.ts";
import { type CheckState, lastChecks } from "../core/checks/check_states.ts";
import { type DurationUnits, formatDuration } from "../core/text/duration.ts";

const en = {
  /** While one runs; its name follows. */
  running: "Checking",
  status: {
    passed: "passed",
    failed: "failed",
    "timed-out": "timed out",
    "not-run": "not run",
  } satisfies Record<CheckStatus, string>,
  /** In place of the checks, where this Codex runs none. */
  notRun: (count: number) => count === 1 ? "1 check not run" : `${count} checks not run`,
};

export type CheckTexts = typeof en;

const ko: CheckTexts = {
  running: "점검 중",
  status: {
    passed: "통과",
    failed: "실패",
    "timed-out": "시간 초과",
    "not-run": "실행 안 함",
  },
  notRun: (count) => `점검 ${count}개 실행 안 함`,
};

export const CHECK_TEXTS = { en, ko };

export const CHECK_SIGNS: Readonly<Record<CheckState["status"], string>> = {
  running: "▶",
  passed: "✔",
  failed: "✘",
  "timed-out": "✘",
  "not-run": "–",
};

/** Shorter than that a duration tells nothing. */
const WORTH_TELLING_MS = 1_000;

interface LineTexts {
  readonly checks: CheckTexts;
  readonly units: DurationUnits;
}

/**
 * Formats the checks of the last round: `✔ test 34 s · ✘ lint`.
 * @returns undefined where there are none
 */
export function checksLine(checks: readonly CheckState[], texts: LineTexts): string | undefined {
  const last = lastChecks(checks);
  if (last.length === 0) return undefined;
  const run = last.filter(({ status }) => status !== "not-run");
  const notRun = last.length - run.length;
  return [
    ...run.map((check) => checkText(check, texts)),
    ...(notRun === 0 ? [] : [`– ${texts.checks.notRun(notRun)}`]),
  ].join(" · ");
}

/** Formats one check: `✔ test 34 s`, `✘ lint timed out`. */
export function checkText(check: CheckState, texts: LineTexts): string {
  const { name, status } = check;
  const words = status === "timed-out" || status === "not-run" ? [texts.checks.status[status]] : [];
  const took = status !== "running" && check.latencyMs >= WORTH_TELLING_MS
    ? [formatDuration(check.latencyMs, texts)]
    : [];
  return [CHECK_SIGNS[status], name, ...words, ...took].join(" ");
}
