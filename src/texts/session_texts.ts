/** What is said about Codex's models, efforts, earlier conversations and limits. */

export interface CodexTexts {
  readonly effort: string;
  /** Whose choice it is; stands in brackets behind a model or an effort. */
  readonly chosenHere: string;
  readonly ofProfile: string;
  readonly ofCodex: string;
  /** A button. */
  readonly asProfile: string;

  readonly model: {
    readonly pick: string;
    /** Where there is no list to pick from. */
    readonly type: (reason: string) => string;
    readonly set: (name: string) => string;
    readonly back: (name: string) => string;
    readonly unknown: (typed: string) => string;
    readonly meant: (names: string) => string;
    readonly unchecked: string;
    readonly effortGone: (model: string, effort: string) => string;
  };

  readonly efforts: {
    readonly pick: (model: string) => string;
    readonly type: string;
    readonly set: (name: string) => string;
    readonly back: (name: string) => string;
    readonly unknown: (typed: string, model: string) => string;
    readonly unchecked: string;
  };

  readonly resume: {
    readonly pick: string;
    readonly none: string;
    readonly untitled: string;
    readonly ago: (time: string) => string;
    readonly picked: (title: string) => string;
    readonly pickedMore: string;
    readonly gone: string;
    readonly busy: string;
    readonly unavailable: (reason: string) => string;
  };

  readonly usage: {
    readonly title: string;
    readonly none: string;
    readonly input: (count: string, cached: string) => string;
    readonly output: (count: string, reasoning: string) => string;
    readonly total: (count: string) => string;
    readonly limits: string;
    readonly plan: (name: string) => string;
    readonly noLimits: string;
    readonly unknown: (reason: string) => string;
    readonly weekly: string;
    readonly daily: string;
    readonly monthly: string;
    readonly window: (length: string) => string;
    readonly someWindow: string;
    readonly used: (percent: string) => string;
    /** Stands before the time. */
    readonly resets: string;
    readonly in: (time: string) => string;
    readonly wasReset: string;
  };
}

export const CODEX_EN: CodexTexts = {
  effort: "Effort",
  chosenHere: "chosen here",
  ofProfile: "from the profile",
  ofCodex: "Codex's default",
  asProfile: "As the profile says",
  model: {
    pick: "Pick one, or type /model NAME:",
    type: (reason) =>
      `Type /model NAME, or /model profile for the profile's own. There is no list to pick from: ${reason}`,
    set: (name) => `The model is ${name} now.`,
    back: (name) => `The model is what the profile says again: ${name}.`,
    unknown: (typed) => `There is no model "${typed}"; nothing was changed.`,
    meant: (names) => `Did you mean ${names}?`,
    unchecked: "Whether it exists shows with the next request.",
    effortGone: (model, effort) =>
      `${model} has no effort "${effort}", so that is what the profile says again.`,
  },
  efforts: {
    pick: (model) => `Efforts of ${model}; pick one, or type /effort NAME:`,
    type:
      "Which efforts this model has is not known here. Type for example /effort high, or /effort profile for the profile's own.",
    set: (name) => `The effort is ${name} now.`,
    back: (name) => `The effort is what the profile says again: ${name}.`,
    unknown: (typed, model) => `There is no effort "${typed}" for ${model}; nothing was changed.`,
    unchecked: "Whether the model has it shows with the next request.",
  },
  resume: {
    pick: "Which conversation in this folder shall go on?",
    none: "Codex has no earlier conversation in this folder.",
    untitled: "(without words)",
    ago: (time) => `${time} ago`,
    picked: (title) => `▶️ Going on with: ${title}`,
    pickedMore: "Your next request continues it; what we talked about here is left.",
    gone: "There is no such conversation in this folder. /resume shows which there are.",
    busy:
      "A request is at work or waits, and belongs to the present conversation. Wait for its end, or stop it with `/cancel all`; then /resume again.",
    unavailable: (reason) => `I cannot look for earlier conversations: ${reason}`,
  },
  usage: {
    title: "Tokens of this conversation",
    none: "None yet: no request has used any.",
    input: (count, cached) => `Input: ${count}, of these ${cached} from the cache`,
    output: (count, reasoning) => `Output: ${count}, of these ${reasoning} for thinking`,
    total: (count) => `Together: ${count}`,
    limits: "Limits of the account",
    plan: (name) => `Plan: ${name}`,
    noLimits: "None to show: an API key or a model of your own has no such limits.",
    unknown: (reason) => `Not known: ${reason}`,
    weekly: "Weekly",
    daily: "Daily",
    monthly: "Monthly",
    window: (length) => `${length} window`,
    someWindow: "Limit",
    used: (percent) => `${percent}% used`,
    resets: "resets",
    in: (time) => `in ${time}`,
    wasReset: "was reset since then",
  },
};

export const CODEX_KO: CodexTexts = {
  effort: "추론 강도",
  chosenHere: "여기서 선택",
  ofProfile: "프로필 설정",
  ofCodex: "Codex 기본값",
  asProfile: "프로필 설정대로",
  model: {
    pick: "하나를 고르거나 /model 이름 을 입력해 주세요:",
    type: (reason) =>
      `/model 이름 을 입력하거나, 프로필 설정대로 하려면 /model profile 을 입력해 주세요. 고를 수 있는 목록이 없습니다: ${reason}`,
    set: (name) => `모델을 ${name}(으)로 바꿨습니다.`,
    back: (name) => `모델을 다시 프로필 설정대로 사용합니다: ${name}.`,
    unknown: (typed) => `"${typed}" 모델이 없어 아무것도 바꾸지 않았습니다.`,
    meant: (names) => `혹시 ${names}인가요?`,
    unchecked: "있는 모델인지는 다음 요청에서 확인됩니다.",
    effortGone: (model, effort) =>
      `${model}에는 추론 강도 "${effort}"이(가) 없어 다시 프로필 설정대로 사용합니다.`,
  },
  efforts: {
    pick: (model) => `${model}의 추론 강도입니다. 하나를 고르거나 /effort 이름 을 입력해 주세요:`,
    type:
      "이 모델의 추론 강도 목록을 알 수 없습니다. 예를 들어 /effort high 를 입력하거나, 프로필 설정대로 하려면 /effort profile 을 입력해 주세요.",
    set: (name) => `추론 강도를 ${name}(으)로 바꿨습니다.`,
    back: (name) => `추론 강도를 다시 프로필 설정대로 사용합니다: ${name}.`,
    unknown: (typed, model) =>
      `${model}에는 추론 강도 "${typed}"이(가) 없어 아무것도 바꾸지 않았습니다.`,
    unchecked: "모델이 지원하는지는 다음 요청에서 확인됩니다.",
  },
  resume: {
    pick: "이 폴더의 어느 대화를 이어서 할까요?",
    none: "이 폴더에는 이전 Codex 대화가 없습니다.",
    untitled: "(내용 없음)",
    ago: (time) => `${time} 전`,
    picked: (title) => `▶️ 이어서 할 대화: ${title}`,
    pickedMore: "다음 요청부터 이 대화를 이어 갑니다. 지금까지 여기서 나눈 대화는 남겨 둡니다.",
    gone: "이 폴더에 그런 대화가 없습니다. /resume 으로 목록을 볼 수 있습니다.",
    busy:
      "진행 중이거나 대기 중인 요청이 현재 대화에 속해 있습니다. 끝나기를 기다리거나 `/cancel all` 로 중지한 뒤 다시 /resume 을 입력해 주세요.",
    unavailable: (reason) => `이전 대화를 찾을 수 없습니다: ${reason}`,
  },
  usage: {
    title: "이 대화의 토큰",
    none: "아직 없습니다. 토큰을 사용한 요청이 없습니다.",
    input: (count, cached) => `입력: ${count} (그중 캐시 ${cached})`,
    output: (count, reasoning) => `출력: ${count} (그중 추론 ${reasoning})`,
    total: (count) => `합계: ${count}`,
    limits: "계정 한도",
    plan: (name) => `요금제: ${name}`,
    noLimits: "표시할 한도가 없습니다. API 키나 직접 설정한 모델에는 이런 한도가 없습니다.",
    unknown: (reason) => `알 수 없음: ${reason}`,
    weekly: "주간",
    daily: "일간",
    monthly: "월간",
    window: (length) => `${length} 한도`,
    someWindow: "한도",
    used: (percent) => `${percent}% 사용`,
    resets: "초기화",
    in: (time) => `${time} 후`,
    wasReset: "그 뒤 초기화됨",
  },
};
