/** Texts of Codex's approval requests and of their answers. */
import type { ApprovalDecision, ApprovalRequest } from "../core/codex/codex.ts";

const en = {
  title: {
    command: "Codex wants to run a command",
    files: "Codex wants to change files",
    permissions: "Codex wants more permissions",
  } satisfies Record<ApprovalRequest["kind"], string>,
  /** The sub-agent that asks. */
  agent: "Sub-agent",
  folder: "Folder",
  reason: "Reason",
  wholeInFile: (name: string) => `The full text is in ${name}`,

  /** Buttons in the chat, numbered choices at the terminal. */
  accept: "Allow once",
  acceptForSession: "Allow for this session",
  decline: "Deny",
  cancel: "Deny and stop",
  typed: (id: string) => `Or type \`/approve ${id}\` or \`/deny ${id}\``,
  /** Before the time. */
  expires: "Expires",

  decided: {
    accept: "Allowed once",
    "accept-for-session": "Allowed for this session",
    decline: "Denied",
    cancel: "Denied and stopped",
  } satisfies Record<ApprovalDecision, string>,
  decidedBy: (decided: string, who: string) => `${decided} by ${who}`,
  /** Nobody answered within that time. */
  timedOut: (duration: string) => `Denied: no answer within ${duration}`,
  noLongerNeeded: "No longer needed",
  expired:
    "Expired: the program restarted before you answered. Codex asks again if it still needs to.",

  /** To words in reply to the question: a denial that tells Codex what to do instead. */
  deniedWithWords: "Denied. Codex gets your words.",
  deniedWithReason: "Denied, with your words as the reason.",
  /** To other words while a question is open. */
  queuedBehind: "Queued. To answer the question above, reply to it or use its buttons.",

  /** Above commands that answer the open questions. */
  open: "Open now (tap to copy):",
  unknown: (id: string) => `No open question has the ID "${id}".`,
};

export type ApprovalTexts = typeof en;

const ko: ApprovalTexts = {
  title: {
    command: "Codex가 명령을 실행하려고 합니다",
    files: "Codex가 파일을 변경하려고 합니다",
    permissions: "Codex가 추가 권한을 요청합니다",
  },
  agent: "하위 에이전트",
  folder: "폴더",
  reason: "이유",
  wholeInFile: (name) => `전체 내용은 ${name} 파일에 있습니다`,
  accept: "한 번 허용",
  acceptForSession: "이 세션 동안 허용",
  decline: "거부",
  cancel: "거부하고 중지",
  typed: (id) => `직접 입력: \`/approve ${id}\` 또는 \`/deny ${id}\``,
  expires: "만료",
  decided: {
    accept: "한 번 허용했습니다",
    "accept-for-session": "이 세션 동안 허용했습니다",
    decline: "거부했습니다",
    cancel: "거부하고 중지했습니다",
  },
  decidedBy: (decided, who) => `${decided} · ${who}`,
  timedOut: (duration) => `${duration} 안에 답이 없어 거부했습니다`,
  noLongerNeeded: "더 이상 결정할 필요가 없습니다",
  expired:
    "만료되었습니다. 답하시기 전에 프로그램이 다시 시작되었습니다. 아직 필요하면 Codex가 다시 묻습니다.",
  deniedWithWords: "거부했습니다. 보내신 내용은 Codex에 전달합니다.",
  deniedWithReason: "거부했습니다. 보내신 내용을 거부 이유로 전달했습니다.",
  queuedBehind:
    "대기열에 추가했습니다. 위 질문에 답하려면 그 메시지에 답장하거나 버튼을 눌러 주세요.",
  open: "지금 답을 기다리는 질문 (눌러서 복사):",
  unknown: (id) => `답을 기다리는 질문 중에 ID가 "${id}"인 것이 없습니다.`,
};

export const APPROVAL_TEXTS = { en, ko };
