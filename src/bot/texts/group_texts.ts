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
