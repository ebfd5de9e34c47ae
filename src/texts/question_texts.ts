/** Texts of questions of Codex and of tool servers, and of what was declined on a person's behalf. */
import type {
  DeclineReason,
  QuestionField,
  QuestionRequest,
  TextFormat,
} from "../core/codex/question.ts";
import type { FieldProblem } from "../core/codex/field_answers.ts";
import { unreachable } from "../core/errors.ts";

const en = {
  title: {
    input: "Codex has a question",
    form: (server: string) => `${server} asks you to fill in a form`,
    address: (server: string) => `${server} asks you to open a page`,
  },
  /** Of several fields. */
  step: (number: number, count: number) => `${number} of ${count}`,
  required: "Required",
  optional: "Optional",
  /** How a field is answered, under its title. */
  how: {
    choose: "Choose one.",
    chooseOrReply: "Choose one, or reply with your own answer.",
    chooseByReply: "Reply with the number of your choice.",
    chooseSeveral: "Reply with your choices, separated by commas.",
    yesNo: "Choose one.",
    number: "Reply with a number.",
    wholeNumber: "Reply with a whole number.",
    text: "Reply with your answer.",
    format: {
      email: "Reply with an e-mail address.",
      uri: "Reply with an address such as https://example.com.",
      date: "Reply with a date such as 2026-11-29.",
      "date-time": "Reply with a time such as 2026-11-29T18:30:00Z.",
    } satisfies Record<TextFormat, string>,
  },
  yes: "Yes",
  no: "No",
  skip: "Skip",
  /** A value that the server proposes. */
  keep: (value: string) => `Use ${value}`,
  send: "Send",
  change: "Change",
  decline: "Decline",
  cancel: "Cancel",
  /** Of a page. */
  open: (host: string) => `Open ${host}`,
  done: "Done",
  /** Under a page: the host, which tells who gets what is typed there. */
  host: (host: string) => `The page is on ${host}. Open it only if you expect it.`,
  notOpened: "This is no https address: copy it only if you trust it.",
  summary: "Your answers",
  summaryHint: "Nothing is sent before you press Send.",
  /** Above buttons with the names of the fields. */
  changeWhich: "Which answer do you want to change?",
  leftOut: (titles: string) => `Cannot be asked for here: ${titles}`,
  /** In place of an answer. */
  none: "none",

  answered: "Answered",
  declined: "Declined",
  cancelled: "Cancelled",
  by: (what: string, who: string) => `${what} by ${who}`,
  timedOut: (duration: string) => `No answer within ${duration}`,
  /** As a message of its own, in reply to the question. */
  unanswered: (duration: string, subject: string) =>
    `Nobody answered within ${duration}, so Codex goes on without an answer: ${subject}`,
  /** To a reply to a question that takes buttons only. */
  /** In the status. */
  waiting: (count: number) =>
    count === 1 ? "1 question needs your answer" : `${count} questions need your answer`,
  /** In the list of what is open. */
  byReply: "Answer by its buttons or a reply",
  useButtons: "Use the buttons below the question to answer it.",
  /** Before a reason, to an answer that does not fit. */
  notTaken: (why: string) => `Not taken: ${why}`,

  /** At the terminal. */
  keys: {
    summary: ":change NUMBER to change an answer, :cancel to cancel",
    preset: (value: string) => `:default for ${value}`,
    field: ":cancel to cancel",
    optionalField: ":skip to leave it out, :cancel to cancel",
  },

  problem: {
    required: "this answer is required.",
    number: "that is not a number.",
    whole: "that is not a whole number.",
    atLeast: (least: number) => `the least is ${least}.`,
    atMost: (most: number) => `the most is ${most}.`,
    between: (least: number, most: number) => `it has to be between ${least} and ${most}.`,
    shorter: (longest: number) => `at most ${longest} characters, please.`,
    longer: (shortest: number) => `at least ${shortest} characters, please.`,
    option: "that is none of the choices.",
    fewer: (most: number) => `at most ${most} choices, please.`,
    more: (least: number) => `at least ${least} choices, please.`,
    yesNo: "answer yes or no.",
    format: {
      email: "that is no e-mail address.",
      uri: "that is no address such as https://example.com.",
      date: "that is no date such as 2026-11-29.",
      "date-time": "that is no time such as 2026-11-29T18:30:00Z.",
    } satisfies Record<TextFormat, string>,
  },

  /** What was declined without asking. */
  refused: {
    unsupported: (method: string) =>
      `Codex asked for ${method}, which I do not support. I declined it.`,
    unreadable: (method: string) => `Codex asked ${method} in a form I cannot read. I declined it.`,
    secret: (title: string) =>
      `I was to ask you for a secret: "${title}". A chat is no place for it, so I did not. ` +
      "Enter it by hand on the machine, then ask again.",
    form: (server: string, fields: string) =>
      `${server} sent a form that cannot be filled in here (${fields}). I declined it.`,
    unreachable: (error: string) =>
      `I could not ask you, so Codex's request was declined: ${error}`,
  },
};

export type QuestionTexts = typeof en;

const ko: QuestionTexts = {
  title: {
    input: "Codex가 질문합니다",
    form: (server) => `${server} 서버가 양식 입력을 요청합니다`,
    address: (server) => `${server} 서버가 페이지를 열어 달라고 요청합니다`,
  },
  step: (number, count) => `${count}개 중 ${number}번째`,
  required: "필수",
  optional: "선택",
  how: {
    choose: "하나를 골라 주세요.",
    chooseOrReply: "하나를 고르거나, 이 메시지에 답장으로 직접 답해 주세요.",
    chooseByReply: "고른 번호를 답장으로 보내 주세요.",
    chooseSeveral: "고른 항목을 쉼표로 나누어 답장으로 보내 주세요.",
    yesNo: "하나를 골라 주세요.",
    number: "숫자를 답장으로 보내 주세요.",
    wholeNumber: "정수를 답장으로 보내 주세요.",
    text: "답을 답장으로 보내 주세요.",
    format: {
      email: "이메일 주소를 답장으로 보내 주세요.",
      uri: "https://example.com 같은 주소를 답장으로 보내 주세요.",
      date: "2026-11-29 같은 날짜를 답장으로 보내 주세요.",
      "date-time": "2026-11-29T18:30:00Z 같은 시각을 답장으로 보내 주세요.",
    },
  },
  yes: "예",
  no: "아니요",
  skip: "건너뛰기",
  keep: (value) => `${value} 사용`,
  send: "보내기",
  change: "수정",
  decline: "거절",
  cancel: "취소",
  open: (host) => `${host} 열기`,
  done: "완료",
  host: (host) => `${host} 의 페이지입니다. 예상한 요청일 때만 여세요.`,
  notOpened: "https 주소가 아닙니다. 믿을 수 있을 때만 복사해서 여세요.",
  summary: "입력한 답",
  summaryHint: "보내기를 누르기 전에는 아무것도 보내지 않습니다.",
  changeWhich: "어떤 답을 수정할까요?",
  leftOut: (titles) => `여기서는 입력할 수 없는 항목: ${titles}`,
  none: "없음",
  answered: "답했습니다",
  declined: "거절했습니다",
  cancelled: "취소했습니다",
  by: (what, who) => `${what} · ${who}`,
  timedOut: (duration) => `${duration} 안에 답이 없었습니다`,
  unanswered: (duration, subject) =>
    `${duration} 안에 답이 없어 Codex가 답 없이 계속합니다: ${subject}`,
  waiting: (count) => `답이 필요한 질문 ${count}개`,
  byReply: "버튼이나 답장으로 답해 주세요",
  useButtons: "질문 아래의 버튼으로 답해 주세요.",
  notTaken: (why) => `받을 수 없는 답입니다. ${why}`,
  keys: {
    summary: ":change 번호 수정, :cancel 취소",
    preset: (value) => `:default ${value} 사용`,
    field: ":cancel 취소",
    optionalField: ":skip 건너뛰기, :cancel 취소",
  },
  problem: {
    required: "꼭 필요한 답입니다.",
    number: "숫자가 아닙니다.",
    whole: "정수가 아닙니다.",
    atLeast: (least) => `${least} 이상이어야 합니다.`,
    atMost: (most) => `${most} 이하여야 합니다.`,
    between: (least, most) => `${least}에서 ${most} 사이여야 합니다.`,
    shorter: (longest) => `${longest}자 이하로 적어 주세요.`,
    longer: (shortest) => `${shortest}자 이상 적어 주세요.`,
    option: "고를 수 있는 항목이 아닙니다.",
    fewer: (most) => `${most}개까지만 고를 수 있습니다.`,
    more: (least) => `${least}개 이상 골라 주세요.`,
    yesNo: "예 또는 아니요로 답해 주세요.",
    format: {
      email: "이메일 주소가 아닙니다.",
      uri: "https://example.com 같은 주소가 아닙니다.",
      date: "2026-11-29 같은 날짜가 아닙니다.",
      "date-time": "2026-11-29T18:30:00Z 같은 시각이 아닙니다.",
    },
  },
  refused: {
    unsupported: (method) => `Codex가 지원하지 않는 요청(${method})을 보내 거절했습니다.`,
    unreadable: (method) => `Codex가 보낸 요청(${method})을 읽을 수 없어 거절했습니다.`,
    secret: (title) =>
      `비밀 값을 묻는 질문("${title}")은 전달하지 않았습니다. 채팅에 비밀 값을 적으면 안전하지 않습니다. ` +
      "컴퓨터에서 직접 입력한 뒤 다시 요청해 주세요.",
    form: (server, fields) =>
      `${server} 서버가 여기서 입력할 수 없는 양식(${fields})을 보내 거절했습니다.`,
    unreachable: (error) => `질문을 전달하지 못해 Codex의 요청을 거절했습니다: ${error}`,
  },
};

export const QUESTION_TEXTS = { en, ko };

/** Says why something was declined on the person's behalf. */
export function declinedText(reason: DeclineReason, { refused }: QuestionTexts): string {
  switch (reason.type) {
    case "unsupported":
      return refused.unsupported(reason.method);
    case "unreadable":
      return refused.unreadable(reason.method);
    case "secret":
      return refused.secret(reason.title);
    case "form":
      return refused.form(reason.server, reason.fields.join(", "));
    case "unreachable":
      return refused.unreachable(reason.error);
    default:
      return unreachable(reason);
  }
}

/** Says on one line why an answer was not taken. */
export function problemText(problem: FieldProblem, { problem: says }: QuestionTexts): string {
  switch (problem.type) {
    case "required":
      return says.required;
    case "number":
      return says.number;
    case "whole":
      return says.whole;
    case "range": {
      const { least, most } = problem;
      if (least !== undefined && most !== undefined) return says.between(least, most);
      return most === undefined ? says.atLeast(least ?? 0) : says.atMost(most);
    }
    case "longer":
      return says.longer(problem.shortest);
    case "shorter":
      return says.shorter(problem.longest);
    case "option":
      return says.option;
    case "more":
      return says.more(problem.least);
    case "fewer":
      return says.fewer(problem.most);
    case "yes-no":
      return says.yesNo;
    case "format":
      return says.format[problem.format];
    default:
      return unreachable(problem);
  }
}

/** Says who asks for what. */
export function questionTitle(question: QuestionRequest, { title }: QuestionTexts): string {
  return question.kind === "input" ? title.input : title[question.kind](question.server);
}

/** Says how a field is answered. @param mostButtons more options than these are typed */
export function howText(
  field: QuestionField,
  mostButtons: number,
  { how, problem }: QuestionTexts,
): string {
  switch (field.type) {
    case "choice":
      if (field.options.length > mostButtons) return how.chooseByReply;
      return field.freeText ? how.chooseOrReply : how.choose;
    case "choices":
      return how.chooseSeveral;
    case "boolean":
      return how.yesNo;
    case "number": {
      const { least, most, integer } = field;
      const what = integer ? how.wholeNumber : how.number;
      if (least !== undefined && most !== undefined) return `${what} (${least} – ${most})`;
      if (least !== undefined) return `${what} (≥ ${least})`;
      return most === undefined ? what : `${what} (≤ ${most})`;
    }
    case "text": {
      const { format, longest } = field;
      const what = format === undefined ? how.text : how.format[format];
      return longest === undefined ? what : `${what} ${sentenceCase(problem.shorter(longest))}`;
    }
    default:
      return unreachable(field);
  }
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
