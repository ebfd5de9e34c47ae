/** /help and /start: what can be done, in one line each. */

/** In the order in which they are read. */
export const HELP_GROUPS = ["work", "control", "look", "settings"] as const;
export type HelpGroup = typeof HELP_GROUPS[number];

/** Commands that are too rare, or need too much behind them, for Telegram's menu. */
export type RareCommand = "start" | "continue" | "drop" | "approve" | "deny";

export interface HelpTexts {
  readonly title: string;
  readonly groups: Readonly<Record<HelpGroup, string>>;
  /** First line of its group: work begins without a command. */
  readonly justWrite: string;
  readonly inGroups: string;
  readonly rare: Readonly<Record<RareCommand, string>>;
  /** Last line of /start. */
  readonly all: string;
}

export const HELP_EN: HelpTexts = {
  title: "What I can do",
  groups: { work: "Work", control: "Control", look: "Look", settings: "Settings" },
  justWrite:
    "Just write what you want done; no command is needed. Photos and files can go with it.",
  inGroups:
    "In a group, name me with @ or reply to one of my messages. Each topic is a conversation of its own.",
  rare: {
    start: "Where things stand, in short",
    continue: "ID: go on with a request that was interrupted",
    drop: "ID: give such a request up",
    approve: "ID: allow what Codex asks for, without its buttons",
    deny: "ID: deny it",
  },
  all: "/help lists everything.",
};

export const HELP_KO: HelpTexts = {
  title: "할 수 있는 일",
  groups: { work: "작업", control: "제어", look: "확인", settings: "설정" },
  justWrite:
    "하고 싶은 일을 그냥 적어 주세요. 명령어는 필요 없습니다. 사진과 파일도 함께 보낼 수 있습니다.",
  inGroups:
    "그룹에서는 @로 저를 부르거나 제 메시지에 답장해 주세요. 토픽마다 대화가 따로 이어집니다.",
  rare: {
    start: "현재 상태를 간단히 보기",
    continue: "ID: 중단된 요청 이어서 하기",
    drop: "ID: 중단된 요청 그만두기",
    approve: "ID: 버튼 없이 Codex의 요청 허용하기",
    deny: "ID: 버튼 없이 거부하기",
  },
  all: "/help 를 입력하면 모든 기능을 볼 수 있습니다.",
};
