/** Every word of the report's page, in English and Korean. */
import type { TokenUsage, TurnStatus } from "../core/codex/codex.ts";
import type { Finding, Review } from "../core/run/events.ts";
import type { Verdict } from "../core/run/run_end.ts";
import type { ApprovalTrace, CheckTrace, CommandTrace, NoticeTrace } from "../core/run/trace.ts";
import type { Mode, Role } from "../core/session/settings.ts";
import { formatCount } from "../core/text/duration.ts";
import type { RunHistory, RunStatus } from "./run_history.ts";
import {
  checkEnd,
  commandEnd,
  decisionText,
  duration,
  NO_END,
  NOTICES,
  plural,
  REVIEWS,
  sessionText,
  stageName,
  STATUSES,
  tokenParts,
} from "./words.ts";

const en = {
  statuses: STATUSES,
  /** What a run that ended says first, where its verdict is known. */
  verdict: ({ verdict, reviewRounds }: Pick<RunHistory, "reviewRounds"> & {
    readonly verdict: Verdict;
  }) => VERDICTS_EN[verdict] + (verdict === "approved" ? ` in round ${reviewRounds}` : ""),
  acceptedBy: (who: string) => `accepted by ${who}`,
  /** The same of a trace that has none. */
  reviewed: ({ review, reviewRounds }: Pick<RunHistory, "review" | "reviewRounds">) => {
    if (review === undefined) return undefined;
    const words = review === "approved" ? "approved by the reviewer" : REVIEWS[review];
    return reviewRounds > 1 ? `${words}, round ${reviewRounds}` : words;
  },
  run: "Codex run",
  sections: {
    request: "Request",
    timeline: "Timeline",
    error: "Error",
    plan: "Plan",
    answer: "Answer",
    findings: "Findings",
    stages: "Stages",
    changes: "Changes",
  },
  session: sessionText,
  profile: (name: string) => `profile ${name}`,
  mode: (mode: Mode): string => mode,
  numbers: {
    duration: "Duration",
    tokens: "Tokens",
    files: "Files",
    checks: "Checks",
    turns: "Turns",
  },
  duration,
  notRunning: (took: string) => `${took} not running`,
  waiting: (took: string) => `${took} waiting for approval`,
  commands: (count: number) => plural(count, "command"),
  approvals: (count: number) => plural(count, "approval"),
  tokens: (count: string) => `${count} tokens`,
  tokenParts,
  omitted: (count: number) => `${plural(count, "more step")} did not fit in the trace.`,
  moreFiles: (count: number) => `${plural(count, "more file")} did not fit in the trace.`,
  moreFindings: (count: number) => `${plural(count, "more finding")} did not fit in the trace.`,
  sparse: "An earlier version wrote this trace: it recorded requests and stages only.",
  diffGone: "The diff is no longer kept: /new deletes it, and newer diffs replace it",
  shortened: "What commands printed is left out: the page would be too large.",
  footer: (version: string, at: string) =>
    `Made by codex-orchestrator ${version} on ${at}. Times are in UTC or count from the start of the run. Secrets are masked where they are recognized: check the page before you share it.`,
  stage: stageName,
  results: {
    completed: "completed",
    interrupted: "interrupted",
    failed: "failed",
    lost: "lost",
  } satisfies Record<TurnStatus, string>,
  noEnd: NO_END,
  checklist: "Codex's checklist",
  chose: (mode: string) => `Chose ${mode}`,
  lastIsAnswer: "Its last message is the answer.",
  lastMessage: "Last message",
  review: (verdict: Review["verdict"]) => `Review: ${REVIEWS[verdict]}`,
  severity: { blocker: "blocker", major: "major", minor: "minor" } satisfies Record<
    Finding["severity"],
    string
  >,
  /** What became of a finding. */
  state: { open: "open", settled: "settled", withdrawn: "withdrawn" } satisfies Record<
    Finding["state"],
    string
  >,
  inRound: (state: string, round: number) => `round ${round}: ${state}`,
  seen: "Seen:",
  fix: "Fix:",
  tool: "Tool",
  check: "Check",
  noOutput: "No output recorded.",
  printedNothing: "It printed nothing.",
  inFolder: "in",
  change: (kind: string): string => CHANGES_EN[kind] ?? kind,
  asked: (kind: ApprovalTrace["kind"]) => `Codex ${ASKED_EN[kind]}`,
  decision: (approval: Pick<ApprovalTrace, "decision" | "decided_by" | "closed_by">) =>
    decisionText(approval),
  decidedAt: (time: string, waited: string) => `at ${time} UTC, after ${waited}`,
  after: (decision: string, waited: string) => `${decision} after ${waited}`,
  notice: NOTICES,
  commandEnd,
  checkEnd,
  nothingYet: "Nothing has happened yet.",
  notRunningThen: "The program was not running",
  from: (start: string) => `from ${start}`,
  legend: {
    command: "command",
    failed: "failed command",
    tool: "tool",
    files: "files changed",
    approval: "waiting for approval",
    pause: "program not running",
  },
  diff: {
    turn: (number: number, count: number) => `Turn ${number} of ${count}`,
    binary: "binary",
    moreLines: (count: number) => `${count} more lines are not shown`,
    noFile: "(no file)",
  },
};

export type PageWords = typeof en;

const VERDICTS_EN: Readonly<Record<Verdict, string>> = {
  approved: "Approved",
  "not-approved": "Not approved",
  "not-reviewed": "Not reviewed",
  budget: "Stopped: budget used up",
  answered: "Answered, no files changed",
  done: "Done",
  cancelled: "Stopped",
  failed: "Failed",
};
const CHANGES_EN: Readonly<Record<string, string>> = {
  add: "added",
  delete: "deleted",
  update: "changed",
};
const ASKED_EN: Readonly<Record<ApprovalTrace["kind"], string>> = {
  command: "asked to run",
  files: "asked to change",
  permissions: "asked for permissions",
  tool: "asked to use a tool",
  input: "asked",
  form: "passed on a form",
  address: "asked to open a page",
};

const ko: PageWords = {
  statuses: {
    ok: "완료",
    error: "실패",
    cancelled: "중지됨",
    unfinished: "끝나지 않음",
  } satisfies Record<RunStatus, string>,
  verdict: ({ verdict, reviewRounds }) =>
    verdict === "approved" ? `${reviewRounds}라운드에서 검토 통과` : VERDICTS_KO[verdict],
  acceptedBy: (who) => `${who} 님이 수락함`,
  reviewed: ({ review, reviewRounds }) => {
    if (review === undefined) return undefined;
    const words = review === "approved" ? "검토 통과" : "검토를 통과하지 못함";
    return reviewRounds > 1 ? `${words}, ${reviewRounds}라운드` : words;
  },
  run: "Codex 실행",
  sections: {
    request: "요청",
    timeline: "시간 흐름",
    error: "오류",
    plan: "계획",
    answer: "답변",
    findings: "지적 사항",
    stages: "단계",
    changes: "변경 사항",
  },
  session: (session) =>
    sessionText(session).replace(/\bchat /, "채팅 ").replace(/\bperson /, "사용자 ")
      .replace(/\btopic /, "토픽 "),
  profile: (name) => `프로필 ${name}`,
  mode: (mode) => mode,
  numbers: { duration: "걸린 시간", tokens: "토큰", files: "파일", checks: "점검", turns: "턴" },
  duration: koreanDuration,
  notRunning: (took) => `${took} 동안 꺼져 있음`,
  waiting: (took) => `승인 대기 ${took}`,
  commands: (count) => `명령 ${count}개`,
  approvals: (count) => `승인 요청 ${count}건`,
  tokens: (count) => `토큰 ${count}`,
  tokenParts: (tokens: TokenUsage, separator = ", ") =>
    [
      `입력 ${formatCount(tokens.inputTokens)}`,
      `캐시 ${formatCount(tokens.cachedInputTokens)}`,
      `출력 ${formatCount(tokens.outputTokens)}`,
    ].join(separator),
  omitted: (count) => `기록에 다 담지 못한 단계가 ${count}개 더 있습니다.`,
  moreFiles: (count) => `기록에 다 담지 못한 파일이 ${count}개 더 있습니다.`,
  moreFindings: (count) => `기록에 다 담지 못한 지적 사항이 ${count}건 더 있습니다.`,
  sparse: "이전 버전이 쓴 기록이라 요청과 단계만 남아 있습니다.",
  diffGone:
    "변경 내용은 더 이상 보관하지 않습니다. /new 로 지워졌거나 새 변경 내용으로 바뀌었습니다",
  shortened: "페이지가 너무 커져 명령의 출력은 뺐습니다.",
  footer: (version, at) =>
    `codex-orchestrator ${version}이(가) ${at}에 만들었습니다. 시각은 UTC이거나 실행 시작부터 센 시간입니다. 비밀 값은 알아볼 수 있는 것만 가렸으니 공유하기 전에 확인해 주세요.`,
  stage: ({ role, round }) => round === 0 ? ROLES_KO[role] : `${ROLES_KO[role]} · ${round}라운드`,
  results: { completed: "완료", interrupted: "중단됨", failed: "실패", lost: "연결 끊김" },
  noEnd: "끝이 기록되지 않음",
  checklist: "Codex의 체크리스트",
  chose: (mode) => `${mode} 선택`,
  lastIsAnswer: "마지막 메시지가 답변입니다.",
  lastMessage: "마지막 메시지",
  review: (verdict) => `검토: ${REVIEWS_KO[verdict]}`,
  severity: { blocker: "치명적", major: "중요", minor: "사소함" },
  state: { open: "남음", settled: "해결됨", withdrawn: "철회됨" },
  inRound: (state, round) => `${round}라운드: ${state}`,
  seen: "확인한 근거:",
  fix: "해결 방법:",
  tool: "도구",
  check: "점검",
  noOutput: "기록된 출력이 없습니다.",
  printedNothing: "출력이 없습니다.",
  inFolder: "폴더:",
  change: (kind) => CHANGES_KO[kind] ?? kind,
  asked: (kind) => ASKED_KO[kind],
  decision: ({ decision, decided_by: who, closed_by: by }) => {
    if (by === "timeout") return "거부됨: 시간 안에 답이 없었습니다";
    if (by === "run") return "결정되지 않음: 턴이 끝났거나 물어볼 수 없었습니다";
    const word = decision === "answered"
      ? "답변함"
      : decision.startsWith("decline") || decision === "cancel"
      ? "거부함"
      : "허용함";
    return who === null ? word : `${who}: ${word}`;
  },
  decidedAt: (time, waited) => `${time} UTC, ${waited} 뒤`,
  after: (decision, waited) => `${decision} (${waited} 뒤)`,
  notice: {
    retry: "Codex가 다시 시도 중",
    warning: "경고",
    steer: "작업 중에 추가한 내용",
    decision: "계획에 대한 결정",
    replayed: "다시 시작하기 전의 결과를 사용",
    agent: "하위 에이전트",
  } satisfies Record<NoticeTrace["kind"], string>,
  commandEnd: ({ status, exit_code: code }: CommandTrace) => {
    if (status === "declined") return "거부됨";
    if (status === "in_progress") return "계속 실행";
    if (status === "interrupted") return "중단됨";
    if (code !== null) return `종료 코드 ${code}`;
    return status === "failed" ? "실패" : "";
  },
  checkEnd: ({ status, exit_code: code }: CheckTrace) => {
    const words = {
      passed: "통과",
      failed: "실패",
      "timed-out": "시간 초과",
      "not-run": "실행 못 함",
    };
    const exit = status === "failed" && code !== null ? `, 종료 코드 ${code}` : "";
    return words[status] + exit;
  },
  nothingYet: "아직 아무 일도 없었습니다.",
  notRunningThen: "프로그램이 꺼져 있었습니다",
  from: (start) => `시작 ${start}`,
  legend: {
    command: "명령",
    failed: "실패한 명령",
    tool: "도구",
    files: "파일 변경",
    approval: "승인 대기",
    pause: "프로그램 꺼짐",
  },
  diff: {
    turn: (number, count) => `${count}턴 중 ${number}턴`,
    binary: "바이너리",
    moreLines: (count) => `${count}줄을 더 보여 주지 않습니다`,
    noFile: "(파일 없음)",
  },
};

const VERDICTS_KO: Readonly<Record<Verdict, string>> = {
  approved: "검토 통과",
  "not-approved": "검토 미통과",
  "not-reviewed": "검토 못 함",
  budget: "중단: 한도를 다 씀",
  answered: "답변 완료, 바뀐 파일 없음",
  done: "완료",
  cancelled: "중지됨",
  failed: "실패",
};
const ROLES_KO: Readonly<Record<Role, string>> = {
  selector: "방식 선택",
  planner: "계획",
  developer: "개발",
  reviewer: "검토",
};
const REVIEWS_KO: Readonly<Record<Review["verdict"], string>> = {
  approved: "통과",
  needs_changes: "수정 요청",
  unreadable: "읽을 수 없음",
};
const CHANGES_KO: Readonly<Record<string, string>> = {
  add: "추가",
  delete: "삭제",
  update: "변경",
};
const ASKED_KO: Readonly<Record<ApprovalTrace["kind"], string>> = {
  command: "Codex가 명령을 실행하려고 했습니다",
  files: "Codex가 파일을 바꾸려고 했습니다",
  permissions: "Codex가 권한을 요청했습니다",
  tool: "Codex가 도구를 쓰려고 했습니다",
  input: "Codex가 물었습니다",
  form: "Codex가 양식을 전달했습니다",
  address: "Codex가 페이지를 열려고 했습니다",
};

const SECOND_MS = 1_000;

function koreanDuration(ms: number): string {
  if (ms < SECOND_MS) return `${(ms / SECOND_MS).toFixed(1)}초`;
  const seconds = Math.round(ms / SECOND_MS);
  if (seconds < 60) return `${seconds}초`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}분 ${seconds % 60}초`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}시간 ${minutes % 60}분`;
}

export const PAGE_WORDS = { en, ko };
