/** What Telegram shows of the bot before anybody has written to it. */

export interface ProfileTexts {
  /** In an empty chat; at most 512 characters. */
  readonly description: string;
  /** On the bot's profile and in links to it; at most 120 characters. */
  readonly shortDescription: string;
}

export const PROFILE_EN: ProfileTexts = {
  description:
    "The Codex CLI of a computer at home, in your pocket. Write what you want done in the project folder: it is planned, developed and reviewed there, you are asked before anything risky, and the answer comes back here.\n\nOnly people on the owner's list are let in. /start says where things stand, /help what can be done.",
  shortDescription:
    "Your Codex CLI by phone: requests, live progress, approvals, answers. For people on the owner's list only.",
};

export const PROFILE_KO: ProfileTexts = {
  description:
    "컴퓨터의 Codex CLI를 휴대폰에서 쓰게 해 주는 봇입니다. 할 일을 적으면 프로젝트 폴더에서 계획·개발·검토를 진행하고, 위험한 작업은 먼저 여쭤본 뒤, 결과를 이 채팅으로 보내 드립니다.\n\n소유자가 허용한 사람만 사용할 수 있습니다. /start 는 현재 상태를, /help 는 할 수 있는 일을 알려 드립니다.",
  shortDescription:
    "휴대폰에서 쓰는 Codex CLI: 요청, 실시간 진행 상황, 승인, 답변. 소유자가 허용한 사람만 사용할 수 있습니다.",
};
