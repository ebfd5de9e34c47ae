/** Texts of checks: those of a run, and the command /checks. */
import type { CheckedCommand } from "../core/checks/check.ts";
import { type CheckState, lastChecks } from "../core/checks/check_states.ts";
import type { Finding } from "../core/run/events.ts";
import { type DurationUnits, formatDuration } from "../core/text/duration.ts";
import { codeSpan } from "../core/text/short_text.ts";

const en = {
  /** While one runs; its name follows. */
  running: "Checking",
  status: {
    running: "running",
    passed: "passed",
    failed: "failed",
    "timed-out": "timed out",
    "not-run": "not run",
  } satisfies Record<CheckState["status"], string>,
  /** In place of the checks, where this Codex runs none. */
  notRunNotice: (reason: string) =>
    `The checks of this profile could not be run, so nothing counts as approved: ${reason}`,
  /** Where this connection to Codex runs none. */
  notRunHere:
    "This Codex runs no commands for me, so the checks of this profile are not run and nothing counts as approved.",
  /** A finding of the program. */
  failing: (name: string, code?: number) =>
    code === undefined
      ? `The check ${codeSpan(name)} took too long`
      : `The check ${codeSpan(name)} fails (exit ${code})`,
  contradicted: (command: string, code: number) =>
    `The report claims success, but ${codeSpan(command)} failed (exit ${code})`,
  /** Of /checks. */
  title: "Checks",
  none: "None. Only the reviewer judges the work.",
  when:
    "They run after each change that Codex makes. In plan mode a failing one sends the work back, and nothing is approved with it.",
  runNow: "`/checks run` runs them now on Codex's machine; that costs no tokens.",
  off: "off in this conversation",
  offers: "This project offers",
  /** Above a line of conf.toml. */
  forGood: (profile: string) => `To keep them, in conf.toml under [profiles.${profile}]:`,
  noProposals:
    "I found nothing in this folder that I know how to run. `/checks add COMMAND` takes any command.",
  unread: "I could not look for what this project offers:",
  isOn: (name: string) => `\`${name}\` is on in this conversation.`,
  wasOn: (name: string) => `\`${name}\` is on already.`,
  isOff: (name: string) => `\`${name}\` is off in this conversation.`,
  wasOff: (name: string) => `\`${name}\` is off already.`,
  unknown: (name: string) => `There is no check named \`${name}\`. /checks lists them.`,
  /** It may be a slip. */
  unknownToAdd: (name: string) =>
    `There is no check named \`${name}\`. /checks lists them; to add the command \`${name}\`, send \`/checks add exec ${name}\`.`,
  nothingToRun: "There are no checks to run. /checks shows what this project offers.",
  usage:
    "`/checks` lists them, `/checks add NAME` or `/checks add COMMAND` switches one on, `/checks off NAME` off, `/checks run` runs them now.",
  notRun: (count: number) => count === 1 ? "1 check not run" : `${count} checks not run`,
};

export type CheckTexts = typeof en;

const ko: CheckTexts = {
  running: "점검 중",
  status: {
    running: "실행 중",
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
      ? `점검 ${codeSpan(name)}: 시간 안에 끝나지 않음`
      : `점검 ${codeSpan(name)} 실패 (종료 코드 ${code})`,
  contradicted: (command, code) =>
    `보고에는 성공했다고 되어 있지만 ${codeSpan(command)} 명령은 실패했습니다 (종료 코드 ${code})`,
  title: "점검",
  none: "없음. 작업은 검토자만 판단합니다.",
  when:
    "Codex가 무언가를 바꿀 때마다 실행합니다. 계획 모드에서는 하나라도 실패하면 작업을 돌려보내고 승인하지 않습니다.",
  runNow:
    "지금 실행하려면 `/checks run` 을 보내 주세요. Codex가 있는 컴퓨터에서 실행하며 토큰은 들지 않습니다.",
  off: "이 대화에서는 꺼 둠",
  offers: "이 프로젝트에서 쓸 수 있는 점검",
  forGood: (profile) => `계속 쓰시려면 conf.toml의 [profiles.${profile}] 아래에 적어 주세요:`,
  noProposals:
    "이 폴더에서는 실행할 만한 것을 찾지 못했습니다. `/checks add 명령` 으로 어떤 명령이든 추가할 수 있습니다.",
  unread: "이 프로젝트에 어떤 점검이 있는지 볼 수 없었습니다:",
  isOn: (name) => `이 대화에서 \`${name}\` 점검을 켰습니다.`,
  wasOn: (name) => `\`${name}\` 점검은 이미 켜져 있습니다.`,
  isOff: (name) => `이 대화에서 \`${name}\` 점검을 껐습니다.`,
  wasOff: (name) => `\`${name}\` 점검은 이미 꺼져 있습니다.`,
  unknown: (name) => `\`${name}\` 점검은 없습니다. 목록은 /checks 로 볼 수 있습니다.`,
  unknownToAdd: (name) =>
    `\`${name}\` 점검은 없습니다. 목록은 /checks 로 볼 수 있고, \`${name}\` 명령을 추가하려면 \`/checks add exec ${name}\` 을 보내 주세요.`,
  nothingToRun:
    "실행할 점검이 없습니다. 이 프로젝트에서 쓸 수 있는 점검은 /checks 로 볼 수 있습니다.",
  usage:
    "`/checks` 는 목록, `/checks add 이름` 이나 `/checks add 명령` 은 켜기, `/checks off 이름` 은 끄기, `/checks run` 은 지금 실행입니다.",
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

/** The result of `/checks run`, in Markdown: each check, and the end of what failing ones printed. */
export function checkedMarkdown(checked: readonly CheckedCommand[], texts: LineTexts): string {
  const startedAt = new Date(0);
  return checked.map((check) => {
    const shown = { ...check, name: codeSpan(check.name), round: 0, startedAt };
    const line = checkText(shown, texts);
    if (check.status === "passed" || check.tail === "") return line;
    const fence = "`".repeat(
      Math.max(3, ...[...check.tail.matchAll(/`+/g)].map(([row]) => row.length + 1)),
    );
    return `${line}\n${fence}\n${check.tail}\n${fence}`;
  }).join("\n\n") || texts.checks.nothingToRun;
}
