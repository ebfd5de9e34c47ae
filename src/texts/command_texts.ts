/** Texts of the commands: what each does, how it is typed, and what is said of a wrong one. */

/** Orders the sections of /help. */
export const HELP_SECTIONS = ["work", "control", "look", "settings"] as const;
export type HelpSection = typeof HELP_SECTIONS[number];

/** Names an argument, which stands in capitals where a command is explained. */
export type Placeholder = keyof CommandTexts["placeholders"];

/** Names a command: one in the table without its line here does not compile. */
export type CommandName = keyof CommandTexts["briefs"];

const en = {
  /** One line each: in /help, in Telegram's menu, in the documents. At most 256 characters. */
  briefs: {
    new: "Start a new conversation (all: default profile and model, now: without asking)",
    name: "Show or set the name of this conversation",
    goal: "Work on a goal until it is reached, e.g. /goal 200k tokens 2h all tests pass",
    resume: "Continue an earlier conversation in this folder",
    compact: "Summarize this conversation to make room in the model",
    review:
      "Review uncommitted work, a branch, a commit or A..B, e.g. /review main only the SQL (fix: mend what it found)",
    fork: "Continue in a copy of this conversation",
    retry: "Run the last request again",
    round: "Another round of work that was not approved",
    accept: "Accept work that was not approved",
    steer: "Add to the current request",
    cancel: "Stop the current request (all: also queued ones and running commands)",
    stop: "Stop a command that still runs, such as a server (all: all of them)",
    continue: "Continue a request that is on hold",
    drop: "Discard a request that is on hold",
    approve: "Allow what Codex asks for",
    deny: "Deny what Codex asks for",
    restart: "Start Codex anew, as after a new login or an update",
    status: "Session, current request, queue and Codex",
    queue: "Current and queued requests, commands that still run",
    ps: "Commands that Codex left running",
    last: "Show the last answer again",
    log: "Steps of the latest request (all: every step)",
    report: "The latest request as a page: plan, changes, findings, steps",
    diff: "Changes in this conversation (last: latest request, PATH: one file)",
    undo: "Take back the changes of the latest request",
    redo: "Bring back what /undo took back",
    file: "Send a file from the project folder",
    usage: "Tokens in this conversation, account limits",
    start: "Overview: mode, profile and folder",
    help: "List all commands",
    mode: "Answer directly (single), or plan, build and review (plan)",
    plan: "Carry plans out at once (auto) or after your Go (ask); show the last plan",
    profile: "Show the profiles or switch to one",
    checks: "Tests and linters that prove the work: list, switch on or off, run now",
    model: "Show the models or switch to one",
    effort: "Show the reasoning efforts or switch to one",
    language: "Switch between English and Korean",
    rich: "Answers with real headings and tables",
    quit: "Leave when the work is done; the conversation is kept",
  },
  placeholders: {
    name: "NAME",
    number: "NUMBER",
    id: "ID",
    path: "PATH",
    changes: "last|PATH",
    text: "TEXT",
    reviewed: "WHAT",
    language: "en|ko",
    planApproval: "auto|ask",
    checks: "run|add|off",
  },
  usage: "Usage",
  takesNoText: (command: string) =>
    `${command} takes no text. Send the request as its own message.`,
  takesNoFile: (command: string) =>
    `${command} takes no files. Send it alone, or send the file with a different caption.`,
  /** Both come with their slash. */
  nearMiss: (typed: string, meant: string) => `There is no ${typed}. Did you mean ${meant}?`,

  help: {
    title: "What I can do",
    sections: {
      work: "Work",
      control: "Control",
      look: "Info",
      settings: "Settings",
    } satisfies Record<HelpSection, string>,
    /** First: work begins without a command. */
    justWrite: "Just write what you want done. Photos and files can come with it.",
    inGroups:
      "In a group, mention me with @ or reply to one of my messages. Each topic is its own conversation.",
  },
  greeting: {
    title: "Codex at your service",
    whatIDo: "Write what you want done. Codex works in the folder below and answers here.",
    more: "/help lists all commands.",
  },
};

export type CommandTexts = typeof en;

const ko: CommandTexts = {
  briefs: {
    new: "새 대화 시작 (all: 프로필과 모델도 기본값으로, now: 묻지 않고)",
    name: "이 대화의 이름 보기, 바꾸기",
    goal: "목표를 달성할 때까지 작업 (예: /goal 200k tokens 2h 모든 테스트 통과)",
    resume: "이 폴더의 이전 대화 이어 하기",
    compact: "모델이 더 읽을 수 있도록 이 대화 요약하기",
    review:
      "커밋하지 않은 작업, 브랜치, 커밋, A..B 검토. 예: /review main SQL만 (fix: 지적 사항 수정)",
    fork: "이 대화의 복사본에서 계속하기",
    retry: "마지막 요청 다시 실행",
    round: "검토를 통과하지 못한 작업을 한 라운드 더 진행",
    accept: "검토를 통과하지 못한 작업을 그대로 수락",
    steer: "진행 중인 요청에 내용 추가",
    cancel: "진행 중인 요청 중지 (all: 대기 중인 요청과 실행 중인 명령까지)",
    stop: "서버처럼 계속 실행 중인 명령 중지 (all: 모두)",
    continue: "보류된 요청 계속하기",
    drop: "보류된 요청 버리기",
    approve: "Codex의 요청 허용",
    deny: "Codex의 요청 거부",
    restart: "Codex 다시 시작 (새로 로그인했거나 업데이트했을 때)",
    status: "세션, 진행 중인 요청, 대기열, Codex 상태",
    queue: "진행 중이거나 대기 중인 요청, 계속 실행 중인 명령",
    ps: "Codex가 계속 실행해 둔 명령",
    last: "마지막 답변 다시 보기",
    log: "최근 요청의 진행 기록 (all: 전체)",
    report: "최근 요청을 한 페이지로 보기: 계획, 변경 사항, 지적, 단계",
    diff: "이 대화의 변경 사항 (last: 최근 요청만, 경로: 파일 하나)",
    undo: "최근 요청의 변경 사항 되돌리기",
    redo: "/undo로 되돌린 변경 사항 다시 적용",
    file: "프로젝트 폴더의 파일 받기",
    usage: "이 대화의 토큰 사용량과 계정 한도",
    start: "간단히 보기: 모드, 프로필, 폴더",
    help: "모든 명령 보기",
    mode: "바로 답변(single) 또는 계획·개발·검토(plan)",
    plan: "계획을 바로 실행(auto) 또는 승인 후 실행(ask), 마지막 계획 보기",
    profile: "프로필 목록 보기, 바꾸기",
    checks: "작업을 확인하는 테스트와 린터: 목록 보기, 켜고 끄기, 지금 실행",
    model: "모델 목록 보기, 바꾸기",
    effort: "추론 강도 보기, 바꾸기",
    language: "영어와 한국어 중에서 선택",
    rich: "제목과 표가 그대로 보이는 답변",
    quit: "작업이 끝나면 나가기 (대화는 보관됨)",
  },
  placeholders: {
    name: "이름",
    number: "번호",
    id: "ID",
    path: "경로",
    changes: "last|경로",
    text: "내용",
    reviewed: "대상",
    language: "en|ko",
    planApproval: "auto|ask",
    checks: "run|add|off",
  },
  usage: "사용법",
  takesNoText: (command) => `${command} 뒤에는 내용을 적을 수 없습니다. 요청은 따로 보내 주세요.`,
  takesNoFile: (command) =>
    `${command} 명령은 파일과 함께 보낼 수 없습니다. 명령만 보내거나 파일에 다른 설명을 적어 주세요.`,
  nearMiss: (typed, meant) => `${typed} 명령은 없습니다. ${meant} 명령을 찾으셨나요?`,
  help: {
    title: "할 수 있는 일",
    sections: { work: "작업", control: "제어", look: "확인", settings: "설정" },
    justWrite: "하고 싶은 일을 그냥 적어 주세요. 사진과 파일도 함께 보낼 수 있습니다.",
    inGroups:
      "그룹에서는 @로 저를 부르거나 제 메시지에 답장해 주세요. 토픽마다 대화가 따로 이어집니다.",
  },
  greeting: {
    title: "안녕하세요, Codex입니다",
    whatIDo: "하고 싶은 일을 적어 주세요. Codex가 아래 폴더에서 작업하고 여기로 답합니다.",
    more: "/help 를 보내면 모든 명령을 볼 수 있습니다.",
  },
};

export const COMMAND_TEXTS = { en, ko };
