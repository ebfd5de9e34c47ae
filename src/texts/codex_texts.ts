/** Texts of what Codex does beside its turns, and of what it has and this program has not. */

const en = {
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
    unknown: (reason: string) => `Some commands may still run: ${reason}`,
  },
};

type CodexTexts = typeof en;

const ko: CodexTexts = {
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
    unknown: (reason) => `아직 실행 중인 명령이 있을 수 있습니다: ${reason}`,
  },
};

export const CODEX_TEXTS = { en, ko };
