/** Texts of a session's settings and state: mode, profile, model, conversation, tokens, /status. */
import type { Mode } from "../core/session/settings.ts";

const en = {
  /** Behind every choice. */
  fromNextMessage: "Takes effect with your next message.",
  /** Of a choice that what is queued takes up, too. */
  fromQueued: (count: number) =>
    count === 1
      ? "Takes effect with the queued request, and with your next message."
      : `Takes effect with the ${count} queued requests, and with your next message.`,
  /** A new conversation. */
  anew: {
    /** Around the folder. */
    before: "New conversation in ",
    after: (facts: string) => ` (${facts}).`,
    profile: (name: string) => `profile ${name}`,
    mode: (mode: Mode) => `${mode} mode`,
    running: "A request is running.",
    /** Beside what is queued. */
    onHold: (count: number) => count === 1 ? "1 request on hold" : `${count} requests on hold`,
    /** @param queued as in "2 requests queued" */
    runningAnd: (queued: string) => `A request is running, ${queued}.`,
    ask: "Stop and start a new conversation?",
    /** Buttons. */
    stop: "Stop and start new",
    keep: "Keep working",
    kept: "Nothing was stopped. This conversation continues.",
    /** A button; the commands run on. */
    leave: "Start new, leave commands running",
    /** @param commands as in "1 command still runs" */
    left: (commands: string) => `${commands}; /ps lists them.`,
  },
  /** The name of a conversation. */
  naming: {
    none:
      "This conversation has no name yet. It gets the first words of your first request; `/name TEXT` sets another.",
    present: (name: string) => `This conversation is named "${name}". \`/name TEXT\` changes it.`,
    set: (name: string) => `Conversation named "${name}".`,
    notInCodex: "Codex did not take the name, so /resume lists it by the former one.",
  },
  conversationStays:
    "The current conversation stays where it is. Your next message starts a new one here, and Codex is told what you talked about last.",

  /** Labels, in bold before a colon. */
  labels: {
    conversation: "Conversation",
    mode: "Mode",
    plans: "Plans",
    profile: "Profile",
    model: "Model",
    effort: "Effort",
    machine: "Machine",
    folder: "Folder",
    sandbox: "Sandbox",
    now: "Now",
    queue: "Queue",
    commands: "Still running",
    lastRun: "Last request",
    review: "Review",
    codex: "Codex",
    process: "Process",
    lastError: "Last error",
    /** Of Codex, for the present. */
    attention: "Attention",
    messages: "Messages",
    version: "Version",
  },

  mode: {
    pick: "Switch with `/mode single` or `/mode plan`.",
    set: (mode: Mode) => `Mode set to ${mode}.`,
    meaning: {
      single: "Every request is answered directly.",
      plan: "Bigger tasks are planned, built and reviewed; small ones are answered directly.",
    } satisfies Record<Mode, string>,
  },

  profile: {
    title: "Profiles",
    set: (name: string) => `Profile set to ${name}.`,
    unknown: (name: string) => `There is no profile "${name}". Choose one of these:`,
    pick: "Switch with `/profile NAME`.",
    isDefault: "default",
    isActive: "active",
  },

  /** Whose choice it is; in brackets behind a model or an effort. */
  origin: {
    chosen: "chosen here",
    profile: "from the profile",
    codex: "Codex's default",
  },
  /** A button. */
  asProfile: "As in the profile",

  model: {
    pick: "Switch with `/model NAME`, back with `/model profile`.",
    set: (name: string) => `Model set to ${name}.`,
    back: (name: string) => `Back to the profile's model: ${name}.`,
    unknown: (typed: string) => `There is no model "${typed}".`,
    meant: (names: string) => `Did you mean ${names}?`,
    noList: "Codex lists no models.",
    unchecked: "Codex checks the name with your next message.",
    effortGone: (model: string, effort: string) =>
      `${model} has no effort "${effort}", so the profile's is used.`,
  },

  effort: {
    pick: "Switch with `/effort NAME`, back with `/effort profile`.",
    set: (name: string) => `Effort set to ${name}.`,
    back: (name: string) => `Back to the profile's effort: ${name}.`,
    unknown: (typed: string, model: string) => `${model} has no effort "${typed}".`,
    noList: "The efforts of this model are not known here.",
  },

  resume: {
    pick: "Which conversation should continue?",
    none: "There is no earlier conversation in this folder.",
    untitled: "(no text)",
    ago: (time: string) => `${time} ago`,
    picked: (title: string) => `Continuing: ${title}`,
    gone: "That conversation is not in this folder. /resume lists those that are.",
    /** @param command that was refused */
    busy: (command: string) =>
      `A request of the current conversation is running or queued. Wait for it, or stop it with \`/cancel all\`; then ${command} again.`,
    /** The same where nothing else is left to be done. */
    onHold: (command: string) =>
      `A request of the current conversation is on hold. Send /continue or /drop; then ${command} again.`,
  },

  compact: {
    nothing: "There is nothing to summarize yet: this conversation has no request.",
  },

  fork: {
    /** @param name may be empty */
    done: (name: string) =>
      `Copied${name === "" ? "" : `: ${name}`}. Your next message continues in the copy.`,
    original: "The original stays as it is; /resume goes back to it.",
    /** @param commands as in "1 command still runs" */
    commands: (commands: string) => `${commands} in the original; /ps lists them.`,
    nothing: "There is nothing to copy yet: this conversation has no request.",
  },

  restart: {
    done: "Codex was started anew, with the present login and program.",
    waiting: (turns: number) =>
      turns === 1
        ? "1 request or sub-agent is running. Codex starts anew when it has ended; new requests wait for that."
        : `${turns} requests and sub-agents are running. Codex starts anew when they have ended; new requests wait for that.`,
    elsewhere: (machine: string) =>
      `The connection to Codex on ${machine} was made anew. To start Codex itself anew, restart its app-server there.`,
    waitingElsewhere: (machine: string) =>
      `The connection to Codex on ${machine} is made anew when the running requests have ended. To start Codex itself anew, restart its app-server there.`,
  },

  usage: {
    title: "Tokens in this conversation",
    none: "None so far.",
    input: (count: string, cached: string) => `Input: ${count} (${cached} cached)`,
    output: (count: string, reasoning: string) => `Output: ${count} (${reasoning} reasoning)`,
    total: (count: string) => `Total: ${count}`,
    limits: "Account limits",
    plan: (name: string) => `Plan: ${name}`,
    noLimits: "None. An API key or a model of your own has no account limits.",
    unknown: (reason: string) => `Not available: ${reason}`,
    weekly: "Weekly",
    daily: "Daily",
    monthly: "Monthly",
    window: (length: string) => `${length} window`,
    someWindow: "Limit",
    used: (percent: string) => `${percent}% used`,
    /** Before the time. */
    resets: "resets",
    in: (time: string) => `in ${time}`,
    wasReset: "has reset since",
  },

  status: {
    title: "Status",
    needsDecision: (ids: string) => `needs your decision (/approve or /deny ${ids})`,
    idle: "idle",
    none: "none",
    ready: "ready",
    notReady: "not ready",
    uptime: (time: string) => `up ${time}`,
    /** Of this program, which never looks for a newer one by itself. */
    version: (version: string) =>
      `${version} (is there a newer one? codex-orchestrator doctor --latest)`,
    restarts: (count: number) => count === 1 ? "1 restart" : `${count} restarts`,
    outcome: { ok: "done", error: "failed", cancelled: "stopped" },
    lastRunFacts: (latency: string, age: string) => `in ${latency}, ${age} ago`,
    queued: (count: number) => `${count} queued`,
    onHold: (count: number) => `${count} on hold (/continue, /drop)`,
    withoutFormatting: (count: number) =>
      count === 1
        ? "1 message was sent without formatting"
        : `${count} messages were sent without formatting`,
    richRefused: (count: number) =>
      count === 1
        ? "1 rich message was refused and sent as a plain one"
        : `${count} rich messages were refused and sent as plain ones`,
  },
};

export type SessionTexts = typeof en;

const ko: SessionTexts = {
  fromNextMessage: "다음 메시지부터 적용됩니다.",
  fromQueued: (count) => `대기 중인 요청 ${count}건부터 적용됩니다.`,
  anew: {
    before: "새 대화를 시작합니다: ",
    after: (facts) => ` (${facts})`,
    profile: (name) => `${name} 프로필`,
    mode: (mode) => `${mode} 모드`,
    running: "요청이 진행 중입니다.",
    onHold: (count) => `보류된 요청 ${count}건`,
    runningAnd: (queued) => `요청이 진행 중이고, ${queued}이 있습니다.`,
    ask: "중지하고 새 대화를 시작할까요?",
    stop: "중지하고 새로 시작",
    keep: "계속 작업",
    kept: "아무것도 중지하지 않았습니다. 이 대화를 계속합니다.",
    leave: "명령은 두고 새로 시작",
    left: (commands) => `${commands}. 목록은 /ps 로 볼 수 있습니다.`,
  },
  naming: {
    none:
      "아직 이 대화의 이름이 없습니다. 첫 요청의 앞부분이 이름이 되며, `/name 내용` 으로 정할 수 있습니다.",
    present: (name) => `이 대화의 이름은 "${name}"입니다. 바꾸려면 \`/name 내용\` 을 보내 주세요.`,
    set: (name) => `이 대화의 이름을 정했습니다: "${name}"`,
    notInCodex: "Codex가 이 이름을 받지 않아 /resume 목록에는 이전 이름으로 나옵니다.",
  },
  conversationStays:
    "지금까지의 대화는 그 자리에 남습니다. 다음 메시지는 이곳에서 새 대화로 시작하며, 최근에 나눈 내용은 Codex에 전달됩니다.",
  labels: {
    conversation: "대화",
    mode: "모드",
    plans: "계획",
    profile: "프로필",
    model: "모델",
    effort: "추론 강도",
    machine: "컴퓨터",
    folder: "폴더",
    sandbox: "샌드박스",
    now: "현재",
    queue: "대기열",
    commands: "계속 실행 중",
    lastRun: "최근 요청",
    review: "검토",
    codex: "Codex",
    process: "프로세스",
    lastError: "최근 오류",
    attention: "주의",
    messages: "메시지",
    version: "버전",
  },
  mode: {
    pick: "바꾸려면 `/mode single` 또는 `/mode plan` 을 보내 주세요.",
    set: (mode) => `${mode} 모드로 바꿨습니다.`,
    meaning: {
      single: "모든 요청에 바로 답합니다.",
      plan: "큰 작업은 계획하고 개발한 뒤 검토하며, 작은 요청에는 바로 답합니다.",
    },
  },
  profile: {
    title: "프로필",
    set: (name) => `${name} 프로필로 바꿨습니다.`,
    unknown: (name) => `"${name}" 프로필이 없습니다. 다음 중에서 골라 주세요.`,
    pick: "바꾸려면 `/profile 이름` 을 보내 주세요.",
    isDefault: "기본",
    isActive: "사용 중",
  },
  origin: { chosen: "직접 선택", profile: "프로필 설정", codex: "Codex 기본값" },
  asProfile: "프로필 설정대로",
  model: {
    pick: "바꾸려면 `/model 이름` 을, 프로필 설정으로 돌아가려면 `/model profile` 을 보내 주세요.",
    set: (name) => `모델을 바꿨습니다: ${name}.`,
    back: (name) => `프로필의 모델로 돌아갑니다: ${name}.`,
    unknown: (typed) => `"${typed}" 모델은 없습니다.`,
    meant: (names) => `혹시 ${names} 모델인가요?`,
    noList: "Codex가 알려 준 모델이 없습니다.",
    unchecked: "있는 모델인지는 다음 메시지를 처리할 때 Codex가 확인합니다.",
    effortGone: (model, effort) =>
      `${model}에서는 추론 강도 "${effort}" 값을 쓸 수 없어 프로필 설정을 사용합니다.`,
  },
  effort: {
    pick:
      "바꾸려면 `/effort 이름` 을, 프로필 설정으로 돌아가려면 `/effort profile` 을 보내 주세요.",
    set: (name) => `추론 강도를 바꿨습니다: ${name}.`,
    back: (name) => `프로필의 추론 강도로 돌아갑니다: ${name}.`,
    unknown: (typed, model) => `${model}에서는 추론 강도 "${typed}" 값을 쓸 수 없습니다.`,
    noList: "이 모델의 추론 강도 목록을 알 수 없습니다.",
  },
  resume: {
    pick: "어느 대화를 이어 할까요?",
    none: "이 폴더에는 이전 대화가 없습니다.",
    untitled: "(내용 없음)",
    ago: (time) => `${time} 전`,
    picked: (title) => `이어서 할 대화: ${title}`,
    gone: "이 폴더에 그런 대화가 없습니다. /resume 으로 목록을 볼 수 있습니다.",
    busy: (command) =>
      `지금 대화의 요청이 진행 중이거나 대기 중입니다. 끝나기를 기다리거나 \`/cancel all\` 로 중지한 뒤 다시 보내 주세요: ${command}`,
    onHold: (command) =>
      `지금 대화에 보류된 요청이 있습니다. /continue 또는 /drop 을 보낸 뒤 다시 보내 주세요: ${command}`,
  },
  compact: { nothing: "아직 요청이 없는 대화라 요약할 내용이 없습니다." },
  fork: {
    done: (name) =>
      `대화를 복사했습니다${
        name === "" ? "" : `: ${name}`
      }. 다음 메시지부터 복사본에서 이어집니다.`,
    original: "원래 대화는 그대로 남아 있으며 /resume 으로 돌아갈 수 있습니다.",
    commands: (commands) => `원래 대화: ${commands}. 목록은 /ps 로 볼 수 있습니다.`,
    nothing: "아직 요청이 없는 대화라 복사할 내용이 없습니다.",
  },
  restart: {
    done: "지금의 로그인과 프로그램으로 Codex를 다시 시작했습니다.",
    waiting: (turns) =>
      `진행 중인 요청이나 하위 에이전트가 ${turns}건 있습니다. 끝나는 대로 Codex를 다시 시작하고, 새 요청은 그때까지 기다립니다.`,
    elsewhere: (machine) =>
      `${machine}의 Codex에 다시 연결했습니다. Codex 자체를 다시 시작하려면 그곳에서 app-server를 다시 시작해 주세요.`,
    waitingElsewhere: (machine) =>
      `진행 중인 요청이 끝나는 대로 ${machine}의 Codex에 다시 연결합니다. Codex 자체를 다시 시작하려면 그곳에서 app-server를 다시 시작해 주세요.`,
  },
  usage: {
    title: "이 대화의 토큰",
    none: "아직 사용한 토큰이 없습니다.",
    input: (count, cached) => `입력: ${count} (캐시 ${cached})`,
    output: (count, reasoning) => `출력: ${count} (추론 ${reasoning})`,
    total: (count) => `합계: ${count}`,
    limits: "계정 한도",
    plan: (name) => `요금제: ${name}`,
    noLimits: "없습니다. API 키나 직접 설정한 모델에는 계정 한도가 없습니다.",
    unknown: (reason) => `확인할 수 없음: ${reason}`,
    weekly: "주간",
    daily: "일간",
    monthly: "월간",
    window: (length) => `${length} 한도`,
    someWindow: "한도",
    used: (percent) => `${percent}% 사용`,
    resets: "초기화",
    in: (time) => `${time} 후`,
    wasReset: "이미 초기화됨",
  },
  status: {
    title: "상태",
    needsDecision: (ids) => `결정이 필요합니다 (/approve 또는 /deny ${ids})`,
    idle: "진행 중인 요청 없음",
    none: "없음",
    ready: "준비됨",
    notReady: "준비되지 않음",
    uptime: (time) => `${time}째 실행 중`,
    version: (version) => `${version} (새 버전 확인: codex-orchestrator doctor --latest)`,
    restarts: (count) => `재시작 ${count}회`,
    outcome: { ok: "완료", error: "실패", cancelled: "중지됨" },
    lastRunFacts: (latency, age) => `(${latency} 걸림, ${age} 전)`,
    queued: (count) => `대기 중 ${count}건`,
    onHold: (count) => `보류 ${count}건 (/continue, /drop)`,
    withoutFormatting: (count) => `메시지 ${count}건을 서식 없이 보냈습니다`,
    richRefused: (count) => `서식 메시지 ${count}건이 거부되어 일반 메시지로 보냈습니다`,
  },
};

export const SESSION_TEXTS = { en, ko };
