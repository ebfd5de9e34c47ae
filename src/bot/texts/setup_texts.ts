/** The first message of a bot that was set up just now. */

export interface SetupTexts {
  readonly connected: string;
  /** Where Codex works. */
  readonly folder: (path: string) => string;
  readonly whatNext: string;
}

export const SETUP_EN: SetupTexts = {
  connected: "✅ This chat and your computer are connected.",
  folder: (path) => `Codex will work in ${path}.`,
  whatNext:
    "Start codex-orchestrator on the computer, then write here what you want done. /help says what else there is.",
};

export const SETUP_KO: SetupTexts = {
  connected: "✅ 이 채팅과 컴퓨터가 연결되었습니다.",
  folder: (path) => `Codex는 ${path} 폴더에서 작업합니다.`,
  whatNext:
    "컴퓨터에서 codex-orchestrator를 시작한 뒤, 여기에 할 일을 적어 주세요. /help 를 입력하면 할 수 있는 일을 모두 볼 수 있습니다.",
};
