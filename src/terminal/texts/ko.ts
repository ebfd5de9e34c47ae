import { OUTCOME_TEXTS } from "../../core/run/outcome_texts.ts";
import { KO_WORDS } from "../../core/run/run_words.ts";
import type { Texts } from "./texts.ts";

export const KO: Texts = {
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
