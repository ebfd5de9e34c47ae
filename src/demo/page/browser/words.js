/** The page's own texts, in the language of the browser. */

const ENGLISH = {
  bot: "bot",
  typing: "typing",
  today: "Today",
  yesterday: "Yesterday",
  edited: "edited",
  silent: "Sent without sound",
  sent: "Sent",
  message: "Message",
  send: "Send",
  save: "Save",
  attach: "Attach",
  photo: "Photo",
  file: "File",
  commands: "Commands",
  reply: "Reply",
  replyTo: "Reply to",
  you: "You",
  editing: "Edit message",
  edit: "Edit",
  copy: "Copy",
  copied: "Copied",
  remove: "Delete",
  react: "React with",
  more: "More",
  cancel: "Cancel",
  close: "Close",
  ok: "OK",
  download: "Download",
  down: "Go to the newest message",
  reaction: "Reaction",
  spoiler: "Hidden text, press to show",
  expand: "Show all",
  gone: "Deleted message",
  about: "What can this bot do?",
  tryIt: "Try one of these",
  drop: "Drop files here",
  tooBig: "Files for a bot can have up to 20 MB",
  echo: "Demo mode: answers are canned, nothing is changed.",
  script: "Scripted Codex, real files and git.",
  codexHint: " uses your own Codex",
  stopped: "The demo has stopped. Start it again and open its new address.",
  connecting: "Connecting…",
  examples: {
    echo: [
      "Build a greeting feature, and ask for approval before you run anything",
      "What is in this folder?",
      "/status",
    ],
    codex: [
      "Explain this project in five sentences",
      "What test do we need most? Don't change anything yet",
      "/status",
    ],
  },
};

/** @type {typeof ENGLISH} */
const KOREAN = {
  bot: "봇",
  typing: "입력 중",
  today: "오늘",
  yesterday: "어제",
  edited: "수정됨",
  silent: "소리 없이 보낸 메시지",
  sent: "보냄",
  message: "메시지",
  send: "보내기",
  save: "저장",
  attach: "첨부",
  photo: "사진",
  file: "파일",
  commands: "명령어",
  reply: "답장",
  replyTo: "답장한 메시지",
  you: "나",
  editing: "메시지 수정",
  edit: "수정",
  copy: "복사",
  copied: "복사했습니다",
  remove: "삭제",
  react: "반응",
  more: "더 보기",
  cancel: "취소",
  close: "닫기",
  ok: "확인",
  download: "다운로드",
  down: "최신 메시지로 이동",
  reaction: "반응",
  spoiler: "숨겨진 글, 누르면 보입니다",
  expand: "모두 보기",
  gone: "삭제된 메시지",
  about: "이 봇은 무엇을 할 수 있나요?",
  tryIt: "예시를 눌러 보세요",
  drop: "여기에 파일을 놓으세요",
  tooBig: "봇에게는 20MB까지 보낼 수 있습니다",
  echo: "데모 모드: 미리 정해진 답만 하며 아무것도 바꾸지 않습니다.",
  script: "대본대로 움직이는 Codex, 파일과 git은 진짜입니다.",
  codexHint: "를 붙이면 내 Codex가 작업합니다",
  stopped: "데모가 종료되었습니다. 다시 시작한 뒤 새 주소를 여세요.",
  connecting: "연결 중…",
  examples: {
    echo: [
      "인사 기능을 만들어 줘. 명령을 실행하기 전에는 승인을 요청해 줘",
      "이 폴더에 뭐가 있어?",
      "/status",
    ],
    codex: [
      "이 프로젝트를 다섯 문장으로 설명해 줘",
      "지금 가장 필요한 테스트가 뭐야? 아직 아무것도 바꾸지는 마",
      "/status",
    ],
  },
};

/** The address may name one: `?lang=ko`. */
const named = new URLSearchParams(location.search).get("lang") ?? "";
const tag = /^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(named) ? named : navigator.language || "en";

/** The language code that a Telegram client would send: `en`, `ko`. */
export const language = tag.split("-")[0]?.toLowerCase() ?? "en";

export const words = language === "ko" ? KOREAN : ENGLISH;

/** For dates and times. */
export const locale = tag;
