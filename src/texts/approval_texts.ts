/** Texts of Codex's approval requests and of their answers. */
import {
  type ApprovalChoice,
  type ApprovalDecision,
  type ApprovalRequest,
  type Permissions,
  prefixText,
  type ToolHint,
} from "../core/codex/approval.ts";
import { unreachable } from "../core/errors.ts";
import { withVisibleControls } from "../core/text/control_characters.ts";
import { onOneLine } from "../core/text/short_text.ts";

const en = {
  title: {
    command: "Codex wants to run a command",
    files: "Codex wants to change files",
    permissions: "Codex wants more permissions",
    tool: "Codex wants to use a tool",
  } satisfies Record<ApprovalRequest["kind"], string>,
  /** Words for a command that runs already. */
  inputTitle: "Codex wants to type into a running command",
  /** Before the name of the sub-agent that asks. */
  agent: "Sub-agent",
  server: "Server",
  tool: "Tool",
  /** Of an MCP server, about one of its tools. */
  hints: {
    "read-only": "only reads",
    destructive: "may delete or overwrite",
    idempotent: "doing it twice changes nothing more",
    "open-world": "reaches beyond this machine",
  } satisfies Record<ToolHint, string>,
  serverSays: (hints: string) => `The server says: ${hints}`,
  permissions: {
    read: "Read",
    write: "Read and write",
    denied: "Stays closed",
    others: "Also",
    network: "Network",
    on: "on",
    off: "off",
    /** Behind the name of the folder that holds all others. */
    everything: "everything",
  },
  /** Above the rights that one command gets. */
  withPermissions: "With these permissions",
  host: (host: string) => `Network access to ${host}`,
  grantRoot: (folder: string) => `Allowing it opens all of ${folder} for writing in this session`,
  folder: "Folder",
  reason: "Reason",
  wholeInFile: (name: string) => `The full text is in ${name}`,

  /** Buttons in the chat, numbered choices at the terminal. */
  accept: "Allow once",
  /** Of rights that hold until the turn ends. */
  acceptForRequest: "Allow for this request",
  acceptForSession: "Allow for this session",
  acceptAlways: "Always allow",
  acceptPrefix: (prefix: string) => `Always allow commands that begin with ${prefix}`,
  acceptHost: (host: string) => `Always allow ${host}`,
  declineHost: (host: string) => `Always deny ${host}`,
  decline: "Deny",
  cancel: "Deny and stop",
  /** The request goes on without its sub-agent. */
  cancelAgent: (name: string) => `Deny and stop ${name}`,
  typed: (id: string) => `Or type \`/approve ${id}\` or \`/deny ${id}\``,
  /** Before the time. */
  expires: "Expires",

  decided: {
    accept: "Allowed once",
    "accept-for-session": "Allowed for this session",
    "accept-always": "Allowed always",
    "accept-prefix": "Allowed, with all commands that begin so",
    "accept-host": "Host allowed always",
    decline: "Denied",
    "decline-host": "Host denied always",
    cancel: "Denied and stopped",
  } satisfies Record<ApprovalDecision, string>,
  acceptedForRequest: "Allowed for this request",
  cancelledAgent: (name: string) => `Sub-agent ${name} denied and stopped`,
  decidedBy: (decided: string, who: string) => `${decided} by ${who}`,
  /** Nobody answered within that time. */
  timedOut: (duration: string) => `Denied: no answer within ${duration}`,
  /** As a message of its own, in reply to the question. */
  deniedLate: (duration: string, subject: string) =>
    `Nobody answered within ${duration}, so I denied: ${subject}`,
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
  noneOpen: "Nothing waits for a decision at the moment.",
  unknown: (id: string) => `No open question has the ID "${id}".`,
};

export type ApprovalTexts = typeof en;

const ko: ApprovalTexts = {
  title: {
    command: "Codex가 명령을 실행하려고 합니다",
    files: "Codex가 파일을 변경하려고 합니다",
    permissions: "Codex가 추가 권한을 요청합니다",
    tool: "Codex가 도구를 사용하려고 합니다",
  },
  inputTitle: "Codex가 실행 중인 명령에 입력하려고 합니다",
  agent: "하위 에이전트",
  server: "서버",
  tool: "도구",
  hints: {
    "read-only": "읽기만 함",
    destructive: "삭제하거나 덮어쓸 수 있음",
    idempotent: "여러 번 실행해도 결과가 같음",
    "open-world": "이 컴퓨터 밖에도 영향을 줌",
  },
  serverSays: (hints) => `서버 설명: ${hints}`,
  permissions: {
    read: "읽기",
    write: "읽기와 쓰기",
    denied: "계속 차단",
    others: "기타",
    network: "네트워크",
    on: "켜기",
    off: "끄기",
    everything: "전체",
  },
  withPermissions: "함께 요청한 권한",
  host: (host) => `네트워크 접속: ${host}`,
  grantRoot: (folder) => `허용하면 이 세션 동안 ${folder} 전체에 쓸 수 있습니다`,
  folder: "폴더",
  reason: "이유",
  wholeInFile: (name) => `전체 내용은 ${name} 파일에 있습니다`,
  accept: "한 번 허용",
  acceptForRequest: "이 요청 동안 허용",
  acceptForSession: "이 세션 동안 허용",
  acceptAlways: "항상 허용",
  acceptPrefix: (prefix) => `${prefix} 로 시작하는 명령은 항상 허용`,
  acceptHost: (host) => `${host} 항상 허용`,
  declineHost: (host) => `${host} 항상 거부`,
  decline: "거부",
  cancel: "거부하고 중지",
  cancelAgent: (name) => `거부하고 ${name} 중지`,
  typed: (id) => `직접 입력: \`/approve ${id}\` 또는 \`/deny ${id}\``,
  expires: "만료",
  decided: {
    accept: "한 번 허용했습니다",
    "accept-for-session": "이 세션 동안 허용했습니다",
    "accept-always": "항상 허용하도록 했습니다",
    "accept-prefix": "이렇게 시작하는 명령은 항상 허용하도록 했습니다",
    "accept-host": "이 호스트를 항상 허용하도록 했습니다",
    decline: "거부했습니다",
    "decline-host": "이 호스트를 항상 거부하도록 했습니다",
    cancel: "거부하고 중지했습니다",
  },
  acceptedForRequest: "이 요청 동안 허용했습니다",
  cancelledAgent: (name) => `하위 에이전트 ${name}의 요청을 거부하고 중지했습니다`,
  decidedBy: (decided, who) => `${decided} · ${who}`,
  timedOut: (duration) => `${duration} 안에 답이 없어 거부했습니다`,
  deniedLate: (duration, subject) => `${duration} 안에 답이 없어 거부했습니다: ${subject}`,
  noLongerNeeded: "더 이상 결정할 필요가 없습니다",
  expired:
    "만료되었습니다. 답하시기 전에 프로그램이 다시 시작되었습니다. 아직 필요하면 Codex가 다시 묻습니다.",
  deniedWithWords: "거부했습니다. 보내신 내용은 Codex에 전달합니다.",
  deniedWithReason: "거부했습니다. 보내신 내용을 거부 이유로 전달했습니다.",
  queuedBehind:
    "대기열에 추가했습니다. 위 질문에 답하려면 그 메시지에 답장하거나 버튼을 눌러 주세요.",
  open: "지금 답을 기다리는 질문 (눌러서 복사):",
  noneOpen: "지금 결정을 기다리는 질문이 없습니다.",
  unknown: (id) => `답을 기다리는 질문 중에 ID가 "${id}"인 것이 없습니다.`,
};

export const APPROVAL_TEXTS = { en, ko };

/** Longer rules do not fit on a button; what is asked for shows them whole. */
const LONGEST_RULE = 40;

/**
 * As a button or a numbered choice has it. Rights of their own hold for all that follows in the turn,
 * and a sub-agent is stopped by itself.
 */
export function choiceText(
  choice: ApprovalChoice,
  { kind, agent }: ApprovalRequest,
  approvals: ApprovalTexts,
): string {
  switch (choice.decision) {
    case "accept":
      return kind === "permissions" ? approvals.acceptForRequest : approvals.accept;
    case "accept-for-session":
      return approvals.acceptForSession;
    case "accept-always":
      return approvals.acceptAlways;
    case "accept-prefix":
      return approvals.acceptPrefix(onOneLine(prefixText(choice.prefix), LONGEST_RULE));
    case "accept-host":
      return approvals.acceptHost(onOneLine(choice.host, LONGEST_RULE));
    case "decline-host":
      return approvals.declineHost(onOneLine(choice.host, LONGEST_RULE));
    case "decline":
      return approvals.decline;
    case "cancel":
      return agent === undefined ? approvals.cancel : approvals.cancelAgent(shortName(agent));
    default:
      return unreachable(choice);
  }
}

/** What was decided, as its choice had it. */
export function decidedText(
  decision: ApprovalDecision,
  { kind, agent }: ApprovalRequest,
  { acceptedForRequest, cancelledAgent, decided }: ApprovalTexts,
): string {
  if (decision === "accept" && kind === "permissions") return acceptedForRequest;
  if (decision === "cancel" && agent !== undefined) return cancelledAgent(shortName(agent));
  return decided[decision];
}

function shortName(agent: string): string {
  return onOneLine(withVisibleControls(agent), LONGEST_RULE);
}

/** A right a line: which places may be read and written, and the network. */
export function permissionLines(
  { network, read, write, denied, others }: Permissions,
  { permissions }: ApprovalTexts,
): readonly { readonly label: string; readonly text: string }[] {
  const named = (label: string, places: readonly string[]): readonly Line[] =>
    places.map((place) => ({
      label,
      text: place === "/" ? `/ (${permissions.everything})` : place,
    }));
  return [
    ...named(permissions.read, read.filter((place) => !write.includes(place))),
    ...named(permissions.write, write),
    ...named(permissions.denied, denied),
    ...(network === undefined
      ? []
      : [{ label: permissions.network, text: network ? permissions.on : permissions.off }]),
    ...named(permissions.others, others),
  ];
}

type Line = ReturnType<typeof permissionLines>[number];

/** The title of the message: for words to a running command it is another one. */
export function approvalTitle(request: ApprovalRequest, approvals: ApprovalTexts): string {
  const isInput = request.kind === "command" && request.isInput === true;
  return isInput ? approvals.inputTitle : approvals.title[request.kind];
}
