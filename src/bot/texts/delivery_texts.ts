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
