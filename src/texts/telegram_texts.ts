import type { Language } from "./texts.ts";

/** How answers are sent: as rich messages or not, and what became of their formatting. */
export interface DeliveryTexts {
  readonly richUsage: string;
  readonly richIsOn: string;
  readonly richIsOff: string;
  readonly richSwitchedOn: string;
  /** Below it: what can go wrong, and the way back. */
  readonly richWarning: string;
  readonly richSwitchedOff: string;
  /** In /status, beside the counts below. */
  readonly messages: string;
  readonly withoutFormatting: (count: number) => string;
  readonly richRefused: (count: number) => string;
}

export const DELIVERY_EN: DeliveryTexts = {
  richUsage: "Usage: /rich on or /rich off",
  richIsOn: "Answers come to this chat as rich messages.",
  richIsOff: "Answers come to this chat as ordinary messages.",
  richSwitchedOn:
    "From the next answer on, answers come to this chat as rich messages: with real headings, lists and tables.",
  richWarning:
    "Some Telegram apps show such messages blank, and nobody tells me so. If an answer looks empty, type /rich off and ask again.",
  richSwitchedOff: "From the next answer on, answers come to this chat as ordinary messages.",
  messages: "Messages",
  withoutFormatting: (count) =>
    count === 1
      ? "1 message was sent without formatting"
      : `${count} messages were sent without formatting`,
  richRefused: (count) =>
    count === 1
      ? "1 rich message was refused and sent as an ordinary one"
      : `${count} rich messages were refused and sent as ordinary ones`,
};

export const DELIVERY_KO: DeliveryTexts = {
  richUsage: "사용법: /rich on 또는 /rich off",
  richIsOn: "이 채팅에는 답변을 서식 메시지로 보냅니다.",
  richIsOff: "이 채팅에는 답변을 일반 메시지로 보냅니다.",
  richSwitchedOn:
    "다음 답변부터 이 채팅에는 제목, 목록, 표가 그대로 보이는 서식 메시지로 보냅니다.",
  richWarning:
    "일부 텔레그램 앱에서는 서식 메시지가 빈 메시지로 보일 수 있으며, 저는 이를 알 수 없습니다. 답변이 비어 보이면 /rich off 를 입력하고 다시 요청해 주세요.",
  richSwitchedOff: "다음 답변부터 이 채팅에는 일반 메시지로 보냅니다.",
  messages: "메시지",
  withoutFormatting: (count) => `메시지 ${count}건을 서식 없이 보냈습니다`,
  richRefused: (count) => `서식 메시지 ${count}건이 거부되어 일반 메시지로 보냈습니다`,
};

/** What is said to groups. */

export interface GroupTexts {
  /** In the chat that the group has become. */
  readonly moved: (from: string, to: string) => string;
}

export const GROUP_EN: GroupTexts = {
  moved: (from, to) =>
    `This group has become a supergroup, which is another chat for Telegram. I go on here, with a new conversation. Write ${to} in place of ${from} into allowed_chats under [telegram] in conf.toml.`,
};

export const GROUP_KO: GroupTexts = {
  moved: (from, to) =>
    `그룹이 슈퍼그룹으로 바뀌어 텔레그램에서는 다른 채팅이 되었습니다. 이곳에서 새 대화로 계속합니다. conf.toml의 [telegram] allowed_chats에 적힌 ${from} 값을 ${to} 값으로 바꿔 주세요.`,
};

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

export interface LanguageTexts {
  readonly usage: string;
  /** In the language itself. */
  readonly chosen: string;
  /** On the buttons: each can be read by who wants it. */
  readonly names: Readonly<Record<Language, string>>;
}

export const LANGUAGE_EN: LanguageTexts = {
  usage: "Which language shall I speak? Press a button, or type /language en or /language ko.",
  chosen: "I speak English with you from now on.",
  names: { en: "English", ko: "한국어 (Korean)" },
};

export const LANGUAGE_KO: LanguageTexts = {
  usage: "어느 언어로 말할까요? 버튼을 누르거나 /language en 또는 /language ko 라고 입력해 주세요.",
  chosen: "이제부터 한국어로 말씀드리겠습니다.",
  names: { en: "English (영어)", ko: "한국어" },
};
