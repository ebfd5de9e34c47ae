/** Texts of checks: those of a run, and the command /checks. */
import type { CheckStatus } from "../core/checks/check.ts";
import { type CheckState, lastChecks } from "../core/checks/check_states.ts";
import type { Finding } from "../core/run/events.ts";
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
  notRunNotice: (reason: string) =>
    `The checks of this profile could not be run, so nothing counts as approved: ${reason}`,
  /** Where this connection to Codex runs none. */
  notRunHere:
    "This Codex runs no commands for me, so the checks of this profile are not run and nothing counts as approved.",
  /** A finding of the program. */
  failing: (name: string, code?: number) =>
    code === undefined
      ? `The check \`${name}\` took too long`
      : `The check \`${name}\` fails (exit ${code})`,
  contradicted: (command: string, code: number) =>
    `The report claims success, but \`${command}\` failed (exit ${code})`,
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
  notRunNotice: (reason) =>
    `이 프로필의 점검을 실행할 수 없어 어떤 결과도 승인으로 치지 않습니다: ${reason}`,
  notRunHere:
    "이 연결로는 제가 명령을 실행할 수 없어 이 프로필의 점검을 하지 않으며, 어떤 결과도 승인으로 치지 않습니다.",
  failing: (name, code) =>
    code === undefined
      ? `점검 \`${name}\`: 시간 안에 끝나지 않음`
      : `점검 \`${name}\` 실패 (종료 코드 ${code})`,
  contradicted: (command, code) =>
    `보고에는 성공했다고 되어 있지만 \`${command}\` 명령은 실패했습니다 (종료 코드 ${code})`,
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

/** Words a finding: the program's own in the reader's language, a reviewer's as it was written. */
export function findingMessage(
  { origin, message }: Pick<Finding, "origin" | "message">,
  { checks }: Pick<LineTexts, "checks">,
): string {
  switch (origin?.type) {
    case undefined:
      return message;
    case "check":
      return checks.failing(origin.name, origin.exitCode);
    case "report":
      return checks.contradicted(origin.command, origin.exitCode);
  }
}
