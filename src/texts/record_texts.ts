/** Texts of what requests did: /log, /diff and /file. */
import type { LogEntry } from "../core/run/run_log.ts";

const en = {
  log: {
    title: "Steps",
    none: "No steps to show yet. They are kept from your next request on.",
    /** A button under a request. */
    button: "Log",
    stillRunning: "still running",
    /** Above the newest steps. */
    wholeInFile: (count: number, name: string) =>
      `${count === 1 ? "Latest step" : `Latest ${count} steps`}; all of them are in ${name}`,
    notKept: (count: number) =>
      count === 1 ? "1 older step was not kept" : `${count} older steps were not kept`,
    exitCode: (code: number) => `exit ${code}`,
    status: {
      in_progress: "running",
      completed: "done",
      failed: "failed",
      declined: "denied",
      interrupted: "stopped",
      lost: "lost, Codex ended",
      accept: "allowed once",
      "accept-for-session": "allowed for this session",
      "accept-always": "allowed always",
      "accept-prefix": "allowed, with all commands that begin so",
      "accept-host": "host allowed always",
      decline: "denied",
      "decline-host": "host denied always",
      cancel: "denied and stopped",
      answered: "answered",
      single: "answer directly",
      plan: "plan, build, review",
      approved: "approved",
      needs_changes: "changes requested",
      unreadable: "unreadable review",
    } satisfies Record<NonNullable<LogEntry["status"]>, string>,
    /** In the file. */
    runId: (id: string) => `run ${id}`,
  },
  last: {
    none: "There is no answer yet. Write what you want done.",
  },
  diff: {
    title: "Changes",
    /** A button under a request that changed files. */
    button: "Diff",
    none: "Codex has reported no changes in this conversation.",
    /** Always below: what is not in it. */
    shellChanges: "Changes made by shell commands are not listed.",
    wholeInFile: (name: string) => `The full diff is in ${name}`,
    notKept: "The oldest changes were not kept.",
    more: (count: number) => `… and ${count} more`,
    binary: "binary",
  },
  file: {
    /** Above commands that send what was changed. */
    changed: "Changed recently:",
    empty: (name: string) => `${name} is empty, and Telegram takes no empty files.`,
    /** @param names of the variables whose values were masked; empty = of none */
    masked: (names: string) =>
      names === ""
        ? "Known secrets are masked. Others may still be in it."
        : `Masked: ${names}. Other secrets may still be in it.`,
  },
};

export type RecordTexts = typeof en;

const ko: RecordTexts = {
  log: {
    title: "진행 기록",
    none: "아직 보여 드릴 기록이 없습니다. 다음 요청부터 남습니다.",
    button: "기록",
    stillRunning: "진행 중",
    wholeInFile: (count, name) => `최근 ${count}단계입니다. 전체 기록은 ${name} 파일에 있습니다`,
    notKept: (count) => `이전 단계 ${count}개는 보관하지 않았습니다`,
    exitCode: (code) => `종료 코드 ${code}`,
    status: {
      in_progress: "실행 중",
      completed: "완료",
      failed: "실패",
      declined: "거부됨",
      interrupted: "중지됨",
      lost: "끊김, Codex 종료",
      accept: "한 번 허용",
      "accept-for-session": "이 세션 동안 허용",
      "accept-always": "항상 허용",
      "accept-prefix": "이렇게 시작하는 명령은 항상 허용",
      "accept-host": "호스트 항상 허용",
      decline: "거부",
      "decline-host": "호스트 항상 거부",
      cancel: "거부하고 중지",
      answered: "답함",
      single: "바로 답변",
      plan: "계획·개발·검토",
      approved: "승인",
      needs_changes: "수정 요청",
      unreadable: "읽을 수 없는 검토",
    },
    runId: (id) => `실행 ${id}`,
  },
  last: {
    none: "아직 답변이 없습니다. 하실 일을 적어 보내 주세요.",
  },
  diff: {
    title: "변경 사항",
    button: "변경 사항",
    none: "이 대화에서 Codex가 알린 변경 사항이 없습니다.",
    shellChanges: "셸 명령으로 바뀐 내용은 표시되지 않습니다.",
    wholeInFile: (name) => `전체 내용은 ${name} 파일에 있습니다`,
    notKept: "가장 오래된 변경 사항은 보관하지 않았습니다.",
    more: (count) => `… 외 ${count}개`,
    binary: "바이너리",
  },
  file: {
    changed: "최근에 바뀐 파일:",
    empty: (name) => `${name} 파일은 비어 있습니다. 텔레그램으로는 빈 파일을 보낼 수 없습니다.`,
    masked: (names) =>
      names === ""
        ? "알고 있는 비밀 값은 가렸습니다. 다른 비밀 값이 남아 있을 수 있습니다."
        : `가린 항목: ${names}. 다른 비밀 값이 남아 있을 수 있습니다.`,
  },
};

export const RECORD_TEXTS = { en, ko };
