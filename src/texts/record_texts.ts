/** What is said about the steps and the changes of runs: /log and /diff. */

import type { LogEntry } from "../core/run/run_log.ts";

type Status = NonNullable<LogEntry["status"]>;

export interface RecordTexts {
  /** Under a running request. */
  readonly logButton: string;
  readonly logTitle: string;
  readonly logUsage: string;
  readonly noLog: string;
  readonly stillRunning: string;
  /** Above the newest steps. */
  readonly wholeLogInFile: (count: number, name: string) => string;
  /** In the file. */
  readonly stepsGivenUp: (count: number) => string;
  readonly exitCode: (code: number) => string;
  readonly status: Readonly<Record<Status, string>>;
  readonly diffTitle: string;
  readonly diffUsage: string;
  readonly noChanges: string;
  /** Always below it: what is not in it. */
  readonly shellChanges: string;
  readonly wholeDiffInFile: (name: string) => string;
  readonly changesGivenUp: string;
  readonly moreFiles: (count: number) => string;
  readonly binary: string;
}

export const RECORDS_EN: RecordTexts = {
  logButton: "Log",
  logTitle: "Steps",
  logUsage: "Usage: /log shows the last steps, /log all the whole of them as a file",
  noLog: "There are no steps to show yet: they are kept from the next request on.",
  stillRunning: "still running",
  wholeLogInFile: (count, name) =>
    `The newest ${count === 1 ? "step" : `${count} steps`}; all are in ${name}`,
  stepsGivenUp: (count) =>
    count === 1 ? "1 older step was not kept" : `${count} older steps were not kept`,
  exitCode: (code) => `exit ${code}`,
  status: {
    in_progress: "running",
    completed: "done",
    failed: "failed",
    declined: "denied",
    interrupted: "stopped",
    lost: "lost: Codex ended",
    accept: "allowed once",
    "accept-for-session": "allowed for the session",
    decline: "denied",
    cancel: "denied and stopped",
    single: "one developer",
    plan: "plan, develop, review",
    approved: "approved",
    needs_changes: "changes are needed",
    unreadable: "not readable as a review",
  },
  diffTitle: "Changes",
  diffUsage:
    "Usage: /diff shows what changed in this conversation, /diff last what the last request that changed something did",
  noChanges: "Codex has reported no changes in this conversation.",
  shellChanges: "Files that were changed by shell commands are not listed.",
  wholeDiffInFile: (name) => `The whole of it is in ${name}`,
  changesGivenUp: "The oldest changes were not kept.",
  moreFiles: (count) => `… and ${count} more`,
  binary: "binary",
};

export const RECORDS_KO: RecordTexts = {
  logButton: "기록",
  logTitle: "진행 기록",
  logUsage: "사용법: /log 는 최근 단계를 보여 주고, /log all 은 전체 기록을 파일로 보내 드립니다.",
  noLog: "아직 보여 드릴 기록이 없습니다. 다음 요청부터 남깁니다.",
  stillRunning: "진행 중",
  wholeLogInFile: (count, name) => `최근 ${count}단계입니다. 전체 기록은 ${name} 파일에 있습니다`,
  stepsGivenUp: (count) => `이전 단계 ${count}개는 보관하지 않았습니다`,
  exitCode: (code) => `종료 코드 ${code}`,
  status: {
    in_progress: "실행 중",
    completed: "완료",
    failed: "실패",
    declined: "거부됨",
    interrupted: "중지됨",
    lost: "끊김: Codex가 종료됨",
    accept: "한 번 허용됨",
    "accept-for-session": "세션 동안 허용됨",
    decline: "거부됨",
    cancel: "거부하고 중지함",
    single: "개발자 한 명",
    plan: "계획, 개발, 검토",
    approved: "승인됨",
    needs_changes: "수정 필요",
    unreadable: "검토 결과를 읽을 수 없음",
  },
  diffTitle: "변경 사항",
  diffUsage:
    "사용법: /diff 는 이 대화의 변경 사항을, /diff last 는 마지막으로 파일을 바꾼 요청의 변경 사항만 보여 줍니다.",
  noChanges: "이 대화에서 Codex가 보고한 변경 사항이 없습니다.",
  shellChanges: "셸 명령으로 바뀐 파일은 표시되지 않습니다.",
  wholeDiffInFile: (name) => `전체 내용은 ${name} 파일에 있습니다`,
  changesGivenUp: "가장 오래된 변경 사항은 보관하지 않았습니다.",
  moreFiles: (count) => `… 외 ${count}개`,
  binary: "바이너리",
};

/** What a message may carry in place of text. */
type Content =
  | "animation"
  | "audio"
  | "checklist"
  | "contact"
  | "dice"
  | "document"
  | "game"
  | "giveaway"
  | "invoice"
  | "location"
  | "paid_media"
  | "photo"
  | "poll"
  | "rich_message"
  | "sticker"
  | "story"
  | "venue"
  | "video"
  | "video_note"
  | "voice";

export interface FileTexts {
  /** To files that came without a word. */
  readonly kept: (names: string) => string;
  readonly notFetched: Readonly<
    Record<"too-big" | "unreachable" | "refused", (name: string) => string>
  >;
  readonly notKept: (name: string, reason: string) => string;
  readonly tooMuchText: string;
  /** Behind the reason. */
  readonly nothingStarted: string;
  /** To a file with a command of ours as its caption. */
  readonly commandWithFile: (command: string) => string;
  /** What a message is, for {@link notTaken}. */
  readonly content: Readonly<Record<Content, string>>;
  readonly notTaken: (content: string) => string;
  readonly edited: string;
  readonly usage: string;
  /** Above commands that send what was changed. */
  readonly changedLast: string;
  readonly emptyFile: (name: string) => string;
  readonly secretsMasked: string;
}

export const FILES_EN: FileTexts = {
  kept: (names) =>
    `Kept for your next request: ${names}. Write what is to be done with it; /new forgets it.`,
  notFetched: {
    "too-big": (name) => `${name} is larger than the 20 MB that Telegram hands to a bot.`,
    unreachable: (name) => `${name} could not be fetched from Telegram; send it again.`,
    refused: (name) => `Telegram does not hand out ${name} (any more); send it again.`,
  },
  notKept: (name, reason) => `${name} could not be kept: ${reason}.`,
  tooMuchText: "That is more text than one request holds. Send it as a file.",
  nothingStarted: "Nothing was started.",
  commandWithFile: (command) =>
    `${command} takes no files. Send it without one, or the file with other words. Nothing was done.`,
  content: {
    animation: "an animation",
    audio: "a piece of music",
    checklist: "a checklist",
    contact: "a contact",
    dice: "a die",
    document: "a document that cannot be read",
    game: "a game",
    giveaway: "a giveaway",
    invoice: "an invoice",
    location: "a location",
    paid_media: "something to be paid for",
    photo: "a photo that cannot be read",
    poll: "a poll",
    rich_message: "a rich message",
    sticker: "a sticker",
    story: "a story",
    venue: "a place",
    video: "a video",
    video_note: "a video note",
    voice: "a voice message",
  },
  notTaken: (content) =>
    `I take text, photos and files; this is ${content}. Write it, or send it as a file. Nothing was started.`,
  edited:
    "I work with what you wrote first; a change does not reach me. Send it as a new message: /steer TEXT adds to what runs.",
  usage: "Usage: /file PATH sends a file of the working directory",
  changedLast: "Changed last:",
  emptyFile: (name) => `${name} is empty; Telegram takes no empty files.`,
  secretsMasked: "Secrets in it are masked.",
};

export const FILES_KO: FileTexts = {
  kept: (names) =>
    `다음 요청을 위해 보관했습니다: ${names}. 무엇을 할지 적어 주세요. /new 를 보내면 잊습니다.`,
  notFetched: {
    "too-big": (name) => `${name} 파일은 텔레그램이 봇에 전달하는 한도 20MB보다 큽니다.`,
    unreachable: (name) => `${name} 파일을 텔레그램에서 가져오지 못했습니다. 다시 보내 주세요.`,
    refused: (name) => `텔레그램이 ${name} 파일을 내주지 않습니다. 다시 보내 주세요.`,
  },
  notKept: (name, reason) => `${name} 파일을 보관하지 못했습니다: ${reason}.`,
  tooMuchText: "한 번의 요청으로 처리하기에는 글이 너무 깁니다. 파일로 보내 주세요.",
  nothingStarted: "아무 작업도 시작하지 않았습니다.",
  commandWithFile: (command) =>
    `${command} 명령은 파일을 받지 않습니다. 명령만 보내거나 파일에 다른 설명을 적어 주세요. 아무것도 하지 않았습니다.`,
  content: {
    animation: "움직이는 이미지",
    audio: "음악",
    checklist: "체크리스트",
    contact: "연락처",
    dice: "주사위",
    document: "읽을 수 없는 문서",
    game: "게임",
    giveaway: "경품 이벤트",
    invoice: "청구서",
    location: "위치",
    paid_media: "유료 미디어",
    photo: "읽을 수 없는 사진",
    poll: "투표",
    rich_message: "서식 메시지",
    sticker: "스티커",
    story: "스토리",
    venue: "장소",
    video: "동영상",
    video_note: "영상 메시지",
    voice: "음성 메시지",
  },
  notTaken: (content) =>
    `글, 사진, 파일만 처리할 수 있습니다. 보내신 것은 ${content}입니다. 글로 적거나 파일로 보내 주세요. 아무 작업도 시작하지 않았습니다.`,
  edited:
    "처음에 보내신 내용으로 작업합니다. 수정한 내용은 전달되지 않으니 새 메시지로 보내 주세요. 진행 중인 작업에 더하려면 /steer 내용 을 보내 주세요.",
  usage: "사용법: /file 경로 를 보내면 작업 폴더의 파일을 받을 수 있습니다.",
  changedLast: "최근에 바뀐 파일:",
  emptyFile: (name) => `${name} 파일은 비어 있습니다. 텔레그램은 빈 파일을 받지 않습니다.`,
  secretsMasked: "안에 있는 비밀 값은 가렸습니다.",
};
