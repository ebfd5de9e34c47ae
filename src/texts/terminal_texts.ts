/** Texts of the terminal alone: the welcome, the keys, how the chat is left. */
import type { Mode } from "../core/session/settings.ts";

const en = {
  welcome: {
    /** Before the folder. */
    worksIn: "Codex works in",
    mode: (mode: Mode) => `${mode} mode`,
    profile: (name: string) => `profile ${name}`,
    goesOn: (count: number) =>
      count === 1
        ? "This conversation has 1 earlier request; /new starts another."
        : `This conversation has ${count} earlier requests; /new starts another.`,
  },
  help: {
    intro: "Write what you want done. While Codex works, your next messages are queued.",
    keys: [
      "Ctrl-C stops the current request, or leaves when nothing is running.",
      "Ctrl-D leaves when the work is done.",
      "Alt-Enter starts a new line; ↑ and ↓ bring back earlier ones.",
    ],
  },
  leaving: "Leaving when the work is done. Ctrl-C stops it.",
  cannotResume: "The requests of an earlier chat cannot be read right now; the log says why.",

  /** Before an answer to a question of Codex. */
  prompt: (last: number) => `1-${last} and Enter`,
  /** Before an answer in words. */
  answer: "Your answer",
  notUnderstood: (numbers: string) =>
    `Type one of ${numbers}, then Enter. Commands such as /cancel work too.`,
  timedOut: "Denied: no answer in time",
  nobody: "Denied: nobody can be asked here. Start the chat in a terminal to be asked.",
};

export type TerminalTexts = typeof en;

const ko: TerminalTexts = {
  welcome: {
    worksIn: "Codex 작업 폴더:",
    mode: (mode) => `${mode} 모드`,
    profile: (name) => `${name} 프로필`,
    goesOn: (count) => `지금까지 요청 ${count}건이 있는 대화입니다. /new 로 새 대화를 시작합니다.`,
  },
  help: {
    intro: "하고 싶은 일을 적어 주세요. Codex가 작업하는 동안 보낸 메시지는 차례를 기다립니다.",
    keys: [
      "Ctrl-C: 진행 중인 요청 중지. 진행 중인 요청이 없으면 나가기.",
      "Ctrl-D: 작업이 끝나면 나가기.",
      "Alt-Enter: 줄 바꿈. ↑, ↓: 이전에 입력한 줄.",
    ],
  },
  leaving: "작업이 끝나면 나갑니다. Ctrl-C를 누르면 중지합니다.",
  cannotResume: "이전 대화의 요청을 지금은 읽을 수 없습니다. 이유는 로그에 있습니다.",
  prompt: (last) => `1-${last} 입력 후 Enter`,
  answer: "답",
  notUnderstood: (numbers) =>
    `${numbers} 중 하나를 입력하고 Enter를 눌러 주세요. /cancel 같은 명령도 쓸 수 있습니다.`,
  timedOut: "시간 안에 답이 없어 거부했습니다",
  nobody: "거부했습니다. 여기서는 물어볼 수 없습니다. 터미널에서 시작하면 물어봅니다.",
};

export const TERMINAL_TEXTS = { en, ko };
