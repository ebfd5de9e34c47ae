/** What the terminal says while work goes on; what commands answer is English, as is the command line. */

import {
  EN_WORDS,
  type FactTexts,
  KO_WORDS,
  OUTCOME_TEXTS,
  type OutcomeTexts,
  type QuestionWords,
  type RunWords,
} from "./run_texts.ts";

export type Language = "en" | "ko";

export interface Texts extends FactTexts {
  readonly run: OutcomeTexts & RunWords & {
    readonly stopping: string;
    readonly continued: string;
    readonly suspended: string;
    /** A request that waits its turn. */
    readonly queued: (position: number) => string;
    readonly waiting: (count: number) => string;
    readonly added: string;
    readonly interrupted: string;
    readonly old: string;
    readonly typed: (id: string) => string;
    readonly echo: string;
  };
  readonly approvals: QuestionWords & {
    /** In the order of their keys, from 1. */
    readonly choices: readonly [once: string, session: string, deny: string, stop: string];
    readonly prompt: string;
    readonly notUnderstood: string;
    readonly decided: Readonly<
      Record<"accept" | "accept-for-session" | "decline" | "cancel", string>
    >;
    readonly timedOut: string;
    readonly nobody: string;
    readonly noLongerNeeded: string;
  };
  readonly notices: {
    readonly sessionSetAside: (file: string) => string;
    readonly sessionNotKept: (reason: string) => string;
    readonly notReady: (reason: string) => string;
  };
}

export function textsFor(language: Language): Texts {
  return { en: EN, ko: KO }[language];
}

export const EN: Texts = {
  units: EN_WORDS.units,
  run: {
    ...EN_WORDS.run,
    stopping: "Stopping",
    continued: "An earlier chat began this; it goes on.",
    suspended: "The program is stopping. This is taken up at the next start.",
    queued: (position) => position === 1 ? "Waits: next in line" : `Waits: number ${position}`,
    waiting: (count) => count === 1 ? "1 request waits" : `${count} requests wait`,
    added: "added",
    interrupted:
      "An earlier chat ended while the developer was at work on this. Files may have been changed, so it is not run again by itself.",
    old: "This has waited since an earlier chat, a long time ago.",
    typed: (id) => `/continue ${id} goes on, /drop ${id} does not.`,
    ...OUTCOME_TEXTS.en,
    echo: "ECHO: no Codex is at work. Requests are only said back.",
  },
  approvals: {
    ...EN_WORDS.question,
    choices: ["allow once", "allow for this session", "deny", "deny and stop"],
    prompt: "1-4 and Enter",
    notUnderstood: "Type 1, 2, 3 or 4, then Enter; commands such as /cancel work, too.",
    decided: {
      accept: "Allowed once",
      "accept-for-session": "Allowed for this session",
      decline: "Denied",
      cancel: "Denied and stopped",
    },
    timedOut: "Denied, as no answer came in time",
    nobody: "Denied: nobody can be asked here. Start the chat in a terminal to be asked.",
    noLongerNeeded: "No longer needed",
  },
  notices: {
    sessionSetAside: (file) =>
      `The record of this conversation was damaged. It was set aside as ${file}, and a new one begins.`,
    sessionNotKept: (reason) =>
      `The answer is not in the record of this conversation, the next request will not know it: ${reason}`,
    notReady: (reason) => `Codex is not ready: ${reason}`,
  },
};

const KO: Texts = {
  units: KO_WORDS.units,
  run: {
    ...KO_WORDS.run,
    stopping: "중지하는 중",
    continued: "이전 대화에서 시작한 작업을 이어 갑니다.",
    suspended: "프로그램을 종료합니다. 이 작업은 다음에 시작할 때 이어집니다.",
    queued: (position) => position === 1 ? "대기: 다음 차례" : `대기: ${position}번째`,
    waiting: (count) => `대기 중인 요청 ${count}건`,
    added: "추가함",
    interrupted:
      "개발 도중에 이전 대화가 끝났습니다. 파일이 바뀌었을 수 있어 자동으로 다시 실행하지 않습니다.",
    old: "이전 대화에서부터 오래 기다린 요청입니다.",
    typed: (id) => `계속하려면 /continue ${id}, 취소하려면 /drop ${id}`,
    ...OUTCOME_TEXTS.ko,
    echo: "ECHO: Codex가 실행되지 않습니다. 요청을 그대로 되돌려 줍니다.",
  },
  approvals: {
    ...KO_WORDS.question,
    choices: ["한 번 허용", "이 세션 동안 허용", "거부", "거부하고 중지"],
    prompt: "1-4 입력 후 Enter",
    notUnderstood:
      "1, 2, 3, 4 중 하나를 입력하고 Enter를 눌러 주세요. /cancel 같은 명령도 쓸 수 있습니다.",
    decided: {
      accept: "한 번 허용함",
      "accept-for-session": "이 세션 동안 허용함",
      decline: "거부함",
      cancel: "거부하고 중지함",
    },
    timedOut: "시간 안에 답이 없어 거부함",
    nobody: "거부함: 여기서는 물어볼 사람이 없습니다. 터미널에서 시작하면 물어봅니다.",
    noLongerNeeded: "더 이상 필요하지 않음",
  },
  notices: {
    sessionSetAside: (file) =>
      `이 대화의 기록이 손상되어 ${file}(으)로 옮겼습니다. 새 기록을 시작합니다.`,
    sessionNotKept: (reason) =>
      `답이 이 대화의 기록에 남지 않아 다음 요청은 이 답을 모릅니다: ${reason}`,
    notReady: (reason) => `Codex가 준비되지 않았습니다: ${reason}`,
  },
};
