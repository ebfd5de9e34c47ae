/** Texts of what Codex does beside its turns, and of what it has and this program has not. */

import type { Compaction } from "../core/run/events.ts";
import { formatCount } from "../core/text/duration.ts";

const en = {
  /** Commands of Codex's own terminal that do not exist here. */
  codexCommands: {
    notHere: (command: string) =>
      `${command} is a command of Codex's own terminal and is not available here.`,
    instead: {
      permissions: "Sandbox and approvals come from the profile: /profile shows them.",
      undo: "/undo takes back what a request changed; /fork copies this conversation.",
      words: "Say in your own words what you want, with the paths of the files.",
      agents: "The status message shows sub-agents while they work; so does /status.",
      anew: "/new starts a new conversation.",
      name: "`/name TEXT` names this conversation.",
      conversations: "/resume lists the conversations, /fork copies this one.",
      last: "/last shows the last answer again.",
      speed: "/model and /effort change the speed.",
      settings: "It is set up in Codex itself, on the machine where Codex works.",
      login: "Run `codex login` on the machine where Codex works, then /restart.",
      leave: "There is nothing to leave; /cancel stops the current request.",
    },
    /** A button. */
    asText: "Send it as text",
    /** Shown for a moment when the button was pressed. */
    sent: "Sent",
  },

  /** What this kind of Codex connection cannot do. */
  backend: {
    pictures:
      "Codex can't see pictures over this kind of connection; it gets the file and may open it by other means.",
    picturesUnsent:
      "The pictures that answers name can't be sent to you over this kind of Codex connection.",
    policyWeaker:
      'This kind of Codex connection has no approval policy "untrusted". It works as with "on-request": Codex asks only before it leaves its sandbox.',
    /** In parentheses behind the one that is used in its place. */
    noPolicy: (asked: string) => `this kind of Codex connection has no ${asked}`,
    moved: (messages: number) =>
      `Codex could not continue this conversation, so this request runs in a new one. ${
        messages === 0
          ? "It knows nothing of what was asked before."
          : `It knows our last ${
            messages === 1 ? "message" : `${messages} messages`
          } as text, but not what Codex read, ran or saw before.`
      }`,
    keptElsewhere: "With the app-server all of it would be kept.",
  },

  /** The conversation is summarized. */
  compaction: {
    running: "Summarizing the conversation",
    done: "The conversation is summarized. Codex goes on with the summary.",
    /** @param before and `after` as in "120.5k" */
    doneFrom: (before: string, after: string) =>
      `The conversation is summarized: from ${before} to ${after} tokens. Codex goes on with the summary.`,
  },

  /** Commands that Codex has left running, such as a server. */
  terminals: {
    title: "Still running",
    none: "No command is still running. /cancel stops the current request.",
    /** Behind one that was begun in another conversation. */
    leftBehind: "earlier conversation",
    /** A button. */
    stop: (command: string) => `Stop ${command}`,
    /** @param facts such as how long it ran; may be empty */
    stopped: (command: string, facts: string) =>
      `Stopped ${command}${facts === "" ? "" : ` (${facts})`}.`,
    ended: "That command has already ended.",
    unknownId: (id: string) => `No running command has the ID "${id}". /ps lists them.`,
    /** Above those that a restart of Codex ends. */
    endWithCodex: "Commands that end with it:",
    unknown: (reason: string) => `Some commands may still run: ${reason}`,
  },
};

export type CodexTexts = typeof en;

const ko: CodexTexts = {
  codexCommands: {
    notHere: (command) => `${command} 명령은 Codex 터미널 전용이라 여기서는 쓸 수 없습니다.`,
    instead: {
      permissions: "샌드박스와 승인 방식은 프로필에서 정합니다. /profile 로 볼 수 있습니다.",
      undo: "요청이 변경한 내용은 /undo 로 되돌리고, 이 대화는 /fork 로 복사합니다.",
      words: "원하는 일을 파일 경로와 함께 말로 요청해 주세요.",
      agents: "작업 중인 하위 에이전트는 상태 메시지와 /status 에서 볼 수 있습니다.",
      anew: "새 대화는 /new 로 시작합니다.",
      name: "이 대화의 이름은 `/name 내용` 으로 정합니다.",
      conversations: "대화 목록은 /resume 으로 보고, 이 대화는 /fork 로 복사합니다.",
      last: "마지막 답변은 /last 로 다시 볼 수 있습니다.",
      speed: "속도는 /model 과 /effort 로 바꿉니다.",
      settings: "Codex가 작업하는 컴퓨터에서 Codex 자체에 설정합니다.",
      login: "Codex가 작업하는 컴퓨터에서 `codex login` 을 실행한 뒤 /restart 를 보내 주세요.",
      leave: "나갈 필요가 없습니다. 진행 중인 요청은 /cancel 로 중지합니다.",
    },
    asText: "그대로 요청하기",
    sent: "보냈습니다",
  },
  backend: {
    pictures:
      "지금의 Codex 연결 방식에서는 Codex가 사진을 볼 수 없습니다. 파일은 전달되므로 다른 방법으로 열 수는 있습니다.",
    picturesUnsent: "지금의 Codex 연결 방식에서는 답변에 나온 사진을 보내 드릴 수 없습니다.",
    policyWeaker:
      '지금의 Codex 연결 방식에는 승인 방식 "untrusted"가 없습니다. "on-request"처럼 샌드박스를 벗어나기 전에만 묻습니다.',
    noPolicy: (asked) => `지금의 Codex 연결 방식에는 ${asked} 없음`,
    moved: (messages) =>
      `Codex가 이 대화를 이어갈 수 없어 이 요청은 새 대화에서 진행합니다. ${
        messages === 0
          ? "전에 요청하신 내용은 전달되지 않습니다."
          : `최근 메시지 ${messages}개는 글로 전달되지만, Codex가 전에 읽고 실행하고 본 내용은 전달되지 않습니다.`
      }`,
    keptElsewhere: "app-server를 쓰면 모두 유지됩니다.",
  },
  compaction: {
    running: "대화를 요약하는 중",
    done: "대화를 요약했습니다. Codex는 요약을 바탕으로 이어갑니다.",
    doneFrom: (before, after) =>
      `대화를 요약했습니다: 토큰 ${before} → ${after}. Codex는 요약을 바탕으로 이어갑니다.`,
  },
  terminals: {
    title: "계속 실행 중",
    none: "계속 실행 중인 명령이 없습니다. 진행 중인 요청은 /cancel 로 중지합니다.",
    leftBehind: "이전 대화",
    stop: (command) => `중지: ${command}`,
    stopped: (command, facts) =>
      `실행을 중지했습니다: ${command}${facts === "" ? "" : ` (${facts})`}`,
    ended: "이미 끝난 명령입니다.",
    unknownId: (id) =>
      `실행 중인 명령 중에 ID가 "${id}"인 것이 없습니다. /ps 로 목록을 볼 수 있습니다.`,
    endWithCodex: "함께 끝나는 명령:",
    unknown: (reason) => `아직 실행 중인 명령이 있을 수 있습니다: ${reason}`,
  },
};

export const CODEX_TEXTS = { en, ko };

/** Says in place of an answer that the conversation was summarized. */
export function compactionText(
  { before, after }: Compaction,
  { compaction }: Pick<CodexTexts, "compaction">,
): string {
  // A short conversation may grow by its summary, which would only puzzle.
  if (before === undefined || after === undefined || after >= before) return compaction.done;
  return compaction.doneFrom(formatCount(before), formatCount(after));
}
