/** Texts of requests: queued, running, on hold, ended; and the facts at their end. */
import type { WaitingReason } from "../core/codex/codex.ts";
import type { SteerRefusal } from "../core/run/engine.ts";
import type { ConfirmationReason } from "../core/run/run.ts";
import type { PlanRole } from "../core/run/run_progress.ts";
import type { Mode, Role } from "../core/session/settings.ts";
import { type DurationUnits, formatAge } from "../core/text/duration.ts";
import type { LineCounts } from "../core/workspace/unified_diff.ts";

const en = {
  units: {
    days: (count) => `${count} d`,
    hours: (count) => `${count} h`,
    minutes: (count) => `${count} min`,
    seconds: (count) => `${count} s`,
  } satisfies DurationUnits,

  run: {
    queued: (position: number) => `Queued · ${position === 1 ? "next" : ordinal(position)}`,
    /** Around the time at which the queue goes on. */
    held: { before: "Usage limit reached. Continues at ", after: "." },
    /** Where Codex has named no time. */
    heldOpen: "Usage limit reached. Codex names no time at which it ends.",
    /** Above the buttons of what waits then. */
    resumeWhenOver: "Press Resume now when it has ended.",
    /** What may be typed meanwhile. */
    heldTyped: "`/continue` starts now, `/cancel` removes it.",
    /** Under a failed request: what waits, or comes meanwhile. */
    othersHeld: "Your other requests wait until then.",
    othersHeldOpen: "Your other requests wait until you resume them.",
    /** Buttons. */
    resumeNow: "Resume now",
    drop: "Drop",
    retry: "Retry",
    chooseModel: "Choose model",
    waiting: (count: number) => count === 1 ? "1 request queued" : `${count} requests queued`,
    starting: "Starting",
    role: {
      selector: "Choosing how to work",
      planner: "Planning",
      developer: "Developing",
      reviewer: "Reviewing",
    } satisfies Record<Role, string>,
    /** The stages of a plan run, in a row. */
    stage: {
      planner: "Plan",
      developer: "Build",
      reviewer: "Review",
    } satisfies Record<PlanRole, string>,
    /** @param most absent where it is not known */
    round: (round: number, most?: number) =>
      `round ${round}${most === undefined ? "" : `/${most}`}`,
    waitingFor: {
      restart: "Waiting: Codex starts anew when the requests of others have ended",
      reconnect: (machine: string) =>
        `Connection to ${machine} lost: reconnecting. The work may go on there`,
    },
    retrying: (message: string) => `Trying again: ${message}`,
    /** Before words that were added to the request at work. */
    added: "Added",
    waitingForApproval: "Needs your decision",
    stopping: "Stopping",
    suspended: "The program is shutting down. This continues when it starts again.",
    continued: "Continued after a restart.",
    files: (count: number) => count === 1 ? "1 file" : `${count} files`,
    tokens: (count: string) => `${count} tokens`,
    /** Commands that Codex has left running. */
    stillRunning: (count: number) =>
      count === 1 ? "1 command still runs" : `${count} commands still run`,
    /** A button. */
    cancel: "Cancel",

    interrupted: "Interrupted: the program stopped in the middle of this request.",
    interruptedMore: "Some files may have changed already. Continue, or discard it?",
    /** @param duration absent where it was not measured */
    old: (duration?: string) => `I was offline for ${duration ?? "a long time"}. Still want this?`,
    continueIt: "Continue",
    dropIt: "Discard",
    typed: (id: string) => `Or type \`/continue ${id}\` or \`/drop ${id}\``,

    done: "Done",
    cancelled: "Stopped",
    failed: "Failed",
    failedBecause: (reason: string) => `Failed: ${reason}`,
    emptyAnswer: "Codex finished without an answer.",
    /** Before an answer that a failed run had so far. */
    candidate: "Result so far:",
    notReviewed: "Not reviewed.",
    severity: { blocker: "blocker", major: "major", minor: "minor" },
    runId: (id: string) => `run ${id}`,
    /** Below a question that Codex asks while it works on. */
    answerByReply: "Codex works on meanwhile. To answer, reply to this message.",
    /** The same at the terminal. */
    answerBySteering: "Codex works on meanwhile. To answer, type `/steer` and your words.",
    wholeAnswerInFile: (name: string) => `The full answer is in ${name}`,
    /** After the pictures of an answer; what sends each of the others stands below. */
    morePictures: (more: number, sent: number) =>
      (more === 1 ? "1 more picture is" : `${more} more pictures are`) +
      ` named in the answer and not sent (${sent} at most). Get them one by one:`,
    /** After the answer; what sends each of them stands below. */
    picturesUnread: "Not all pictures of the answer could be fetched. Try again one by one:",
    /** In place of an answer that Telegram does not take in any form. */
    answerRefused: "⚠️ Telegram did not accept the answer. /last shows it again.",
    /** In place of "Done". */
    notDelivered: "Answer not delivered, see /last",
    /** In place of any other message that Telegram does not take in any form. */
    messageRefused:
      "⚠️ A message to you could not be delivered, neither as text nor as a file. /status shows where things stand; a command can be sent again.",
    /** Before a message that may have arrived already. */
    perhapsRepeated: "🔁 Sent again after a lost connection. You may have this already:",
  },

  cancel: {
    stopping: (stage: string) => `Stopping the current request (${stage}).`,
    dropped: (count: number) =>
      count === 1 ? "1 queued request removed." : `${count} queued requests removed.`,
    droppedOnHold: (count: number) =>
      count === 1 ? "1 request on hold removed." : `${count} requests on hold removed.`,
    remaining: (count: number) =>
      count === 1
        ? "1 queued request starts now; `/cancel all` removes it."
        : `${count} queued requests are next; \`/cancel all\` removes them.`,
    /** In place of a stage. */
    held: "held by the usage limit",
    /** Of those behind one that waited for a limit or a folder. */
    stillWaiting: (count: number) =>
      count === 1
        ? "1 queued request still waits; `/cancel all` removes it."
        : `${count} queued requests still wait; \`/cancel all\` removes them.`,
    nothing: "Nothing is running.",
    /** @param commands as in "1 command still runs" */
    onlyCommands: (commands: string) =>
      `No request is running. ${commands}: \`/cancel all\` stops them, /ps lists them.`,
    onlyInTopics: "Nothing is running here. In topics of this chat:",
  },

  queue: {
    title: "Queue",
    empty: "Nothing is running or queued.",
    running: "Now",
    waiting: "Queued",
    onHold: "On hold",
    /** Before until when. */
    held: "Held",
    more: (count: number) => `… and ${count} more`,
    cancelRunning: "Cancel current",
    cancelWaiting: (place: number) => `Cancel ${place}`,
    /** Shown for a moment when the button was pressed. */
    cancelled: "Cancelled",
  },

  /** Why text became its own request instead of being added to the running one. */
  notAdded: {
    backend:
      'This Codex takes nothing in while it works, so this is queued as its own request. With backend = "app-server" under [codex] in conf.toml it would.',
    stage: "The current stage takes nothing in, so this is queued as its own request.",
    ended: "Codex could not take this at that moment, so it is its own request now.",
  } satisfies Record<SteerRefusal, string>,
  steerStopped: "Codex did not get this: the request that it was for was stopped first.",

  nothingToRetry: "There is no earlier request to run again.",
  notKeptToRetry:
    "Only the last request and failed ones can be run again. Send that request once more.",
  openToRetry:
    "That request is still queued, running or on hold, so it was not added again. /queue shows where it stands.",
  /** The last run was no request, and any request is older. */
  otherToRetry: (command: string) =>
    `The last work was no request: \`${command}\` tries it again. To run an earlier request again, reply to it with /retry.`,
  /** The same where it was a goal that Codex does not have. */
  unsetToRetry:
    "The last work was a goal that was not set: set it again with `/goal TEXT`. To run an earlier request again, reply to it with /retry.",
  /** Where another request than the last one is run again. */
  repeats: (request: string) => `Running again: ${request}`,
  /** Where the usage limit holds it. */
  queuedAgain: (request: string) => `Queued again: ${request}`,
  /** Where Codex has named no time at which the limit ends. */
  startsWhenResumed: "It starts when you press Resume now or send /continue.",

  onHold: {
    none: "Nothing needs your decision.",
    /** Requests that the usage limit held. */
    resumed: "Your queued requests continue.",
    which: "Several requests are on hold. Which one?",
    unknown: (id: string) => `No request on hold has the ID "${id}".`,
  },

  notices: {
    /** The echo answers in place of Codex. */
    demo: "Demo mode: answers are canned, nothing is changed.",
    notReady: (reason: string) => `Codex is not ready: ${reason}`,
    sessionSetAside: (file: string) =>
      `The record of our conversation was damaged. It is kept as ${file}, and a new conversation starts.`,
    sessionGone: (mode: Mode, profile: string) =>
      `The record of our conversation is gone from the disk, so a new conversation starts, in ${mode} mode with the profile ${profile}.`,
    sessionNotKept: (reason: string) =>
      `This answer could not be saved to our conversation, so your next request will not know it: ${reason}`,
    /** @param place the folder in which that profile works */
    profileGone: (name: string, used: string, place: string) =>
      `There is no profile "${name}" in conf.toml any more, so this runs with ${used}, in ${place}. /profile shows the profiles.`,
    /** It has gone in the middle of the work. @param place the folder */
    folderMissing: (place: string) =>
      `The folder ${place} is gone: Codex can neither read nor change files in it. Create it again, or choose another profile with /profile.`,
    databaseSetAside: (file: string) =>
      `The database was damaged. It is kept as ${file}, and a new one starts. Requests that were running or queued are lost.`,
    stateRescued: (folder: string) =>
      `The folder ${folder}, or the database in it, was deleted or replaced while I was running. I wrote requests, answers and questions back; conversations and files that were deleted with it are gone. Restart the program when nothing is running.`,
    /** @param reason undefined = the answer of the agent that chooses could not be read */
    undecided: (reason: string | undefined) =>
      `I could not tell whether this needs a plan, so it is answered directly, without plan or review: ${
        reason ?? "the selector's answer could not be read."
      }`,
    /** The usage limit has reset. */
    queueGoesOn: "The usage limit has reset. Your queued requests continue.",
    /** To a request that the disk does not take now. */
    cannotStore: (reason: string) =>
      `I can't store this right now: ${reason}. I'll start it as soon as I can; no need to send it again.`,
    /** To a message that the program failed at again and again. */
    givenUp:
      "I failed at this message several times and gave up. The program's log says why. You can send it again.",
  },
};

export type RunTexts = typeof en;

const ko: RunTexts = {
  units: {
    days: (count) => `${count}일`,
    hours: (count) => `${count}시간`,
    minutes: (count) => `${count}분`,
    seconds: (count) => `${count}초`,
  },
  run: {
    queued: (position) => `대기 중 · ${position === 1 ? "다음 차례" : `${position}번째`}`,
    held: { before: "사용 한도에 도달했습니다. ", after: "에 이어서 진행합니다." },
    heldOpen: "사용 한도에 도달했습니다. 언제 풀리는지 Codex가 알려 주지 않았습니다.",
    resumeWhenOver: "한도가 풀리면 ‘지금 계속’을 눌러 주세요.",
    heldTyped: "바로 시작하려면 `/continue`, 취소하려면 `/cancel` 을 보내 주세요.",
    othersHeld: "다른 요청은 그때까지 기다립니다.",
    othersHeldOpen: "다른 요청은 직접 계속하실 때까지 기다립니다.",
    resumeNow: "지금 계속",
    drop: "버리기",
    retry: "다시 시도",
    chooseModel: "모델 고르기",
    waiting: (count) => `대기 중인 요청 ${count}건`,
    starting: "시작하는 중",
    role: {
      selector: "작업 방식 선택 중",
      planner: "계획 중",
      developer: "개발 중",
      reviewer: "검토 중",
    },
    stage: { planner: "계획", developer: "개발", reviewer: "검토" },
    round: (round, most) => most === undefined ? `${round}라운드` : `라운드 ${round}/${most}`,
    waitingFor: {
      restart: "대기 중: 다른 요청이 끝나면 Codex를 다시 시작합니다",
      reconnect: (machine) =>
        `${machine} 연결이 끊겨 다시 연결하는 중입니다. 작업은 그곳에서 계속되고 있을 수 있습니다`,
    },
    retrying: (message) => `다시 시도 중: ${message}`,
    added: "추가한 내용",
    waitingForApproval: "결정이 필요합니다",
    stopping: "중지하는 중",
    suspended: "프로그램을 종료하는 중입니다. 다시 시작하면 이어서 진행합니다.",
    continued: "프로그램이 다시 시작되어 이어서 진행합니다.",
    files: (count) => `파일 ${count}개`,
    tokens: (count) => `토큰 ${count}`,
    stillRunning: (count) => `명령 ${count}개 계속 실행 중`,
    cancel: "취소",
    interrupted: "중단됨: 이 요청을 처리하는 도중에 프로그램이 멈췄습니다.",
    interruptedMore: "이미 바뀐 파일이 있을 수 있습니다. 계속할까요, 버릴까요?",
    old: (duration) =>
      duration === undefined
        ? "제가 오랫동안 꺼져 있었습니다. 이 요청이 아직 필요한가요?"
        : `제가 ${duration} 동안 꺼져 있었습니다. 이 요청이 아직 필요한가요?`,
    continueIt: "계속",
    dropIt: "버리기",
    typed: (id) => `직접 입력: \`/continue ${id}\` 또는 \`/drop ${id}\``,
    done: "완료",
    cancelled: "중지됨",
    failed: "실패",
    failedBecause: (reason) => `실패: ${reason}`,
    emptyAnswer: "Codex가 답변 없이 작업을 마쳤습니다.",
    candidate: "지금까지의 결과:",
    notReviewed: "검토를 거치지 않았습니다.",
    severity: { blocker: "치명적", major: "중요", minor: "사소함" },
    runId: (id) => `실행 ${id}`,
    answerByReply: "Codex는 그동안 계속 작업합니다. 답하려면 이 메시지에 답장해 주세요.",
    answerBySteering: "Codex는 그동안 계속 작업합니다. 답하려면 `/steer 내용` 을 입력해 주세요.",
    wholeAnswerInFile: (name) => `전체 답변은 ${name} 파일에 있습니다`,
    morePictures: (more, sent) =>
      `답변에 나온 사진 ${more}장은 보내지 않았습니다(한 번에 최대 ${sent}장). 하나씩 받을 수 있습니다:`,
    picturesUnread: "답변의 사진 중 가져오지 못한 것이 있습니다. 하나씩 다시 받아 볼 수 있습니다:",
    answerRefused: "⚠️ 텔레그램이 답변을 받아 주지 않았습니다. /last로 다시 볼 수 있습니다.",
    notDelivered: "답변을 전달하지 못했습니다. /last로 볼 수 있습니다",
    messageRefused:
      "⚠️ 메시지 하나를 글로도 파일로도 전달하지 못했습니다. 지금 상황은 /status로 볼 수 있고, 명령은 다시 보내시면 됩니다.",
    perhapsRepeated: "🔁 연결이 끊겨 다시 보냅니다. 이미 받으셨을 수 있습니다:",
  },
  cancel: {
    stopping: (stage) => `진행 중인 요청을 중지합니다 (${stage}).`,
    dropped: (count) => `대기 중이던 요청 ${count}건을 취소했습니다.`,
    droppedOnHold: (count) => `보류된 요청 ${count}건을 취소했습니다.`,
    remaining: (count) =>
      `대기 중인 요청 ${count}건을 이어서 시작합니다. 모두 취소하려면 \`/cancel all\` 을 보내 주세요.`,
    held: "사용 한도로 대기 중",
    stillWaiting: (count) =>
      `대기 중인 요청 ${count}건은 계속 기다립니다. 모두 취소하려면 \`/cancel all\` 을 보내 주세요.`,
    nothing: "진행 중인 요청이 없습니다.",
    onlyCommands: (commands) =>
      `진행 중인 요청이 없습니다. ${commands}: 모두 중지하려면 \`/cancel all\` 을, 목록을 보려면 /ps 를 보내 주세요.`,
    onlyInTopics: "여기에는 진행 중인 요청이 없습니다. 이 채팅의 토픽에서 진행 중인 요청:",
  },
  queue: {
    title: "대기열",
    empty: "진행 중이거나 대기 중인 요청이 없습니다.",
    running: "진행 중",
    waiting: "대기 중",
    onHold: "보류",
    held: "한도 대기",
    more: (count) => `… 외 ${count}건`,
    cancelRunning: "진행 중인 요청 취소",
    cancelWaiting: (place) => `${place}번 취소`,
    cancelled: "취소했습니다",
  },
  notAdded: {
    backend:
      '이 Codex는 작업 중에 내용을 더 받지 못해, 별도의 요청으로 대기합니다. conf.toml의 [codex]에 backend = "app-server"를 적으면 받을 수 있습니다.',
    stage: "지금 단계에서는 내용을 더 받지 못해, 별도의 요청으로 대기합니다.",
    ended: "그 순간에는 Codex가 받을 수 없어, 별도의 요청으로 처리합니다.",
  },
  steerStopped: "이 내용을 더하려던 요청이 먼저 중단되어 Codex에 전달되지 않았습니다.",
  nothingToRetry: "다시 실행할 요청이 없습니다.",
  notKeptToRetry:
    "마지막 요청과 실패한 요청만 다시 실행할 수 있습니다. 그 요청은 다시 보내 주세요.",
  openToRetry:
    "그 요청은 아직 대기, 진행 또는 보류 중이라 다시 넣지 않았습니다. 지금 상태는 /queue 로 볼 수 있습니다.",
  otherToRetry: (command) =>
    `마지막 작업은 요청이 아니었습니다(다시 시도: \`${command}\`). 이전 요청을 다시 실행하려면 그 메시지에 /retry 로 답장해 주세요.`,
  unsetToRetry:
    "마지막 작업은 정해지지 않은 목표였습니다. `/goal 내용` 으로 다시 정해 주세요. 이전 요청을 다시 실행하려면 그 메시지에 /retry 로 답장해 주세요.",
  repeats: (request) => `다시 실행합니다: ${request}`,
  queuedAgain: (request) => `대기열에 다시 넣었습니다: ${request}`,
  startsWhenResumed: "‘지금 계속’을 누르거나 /continue 를 보내시면 시작합니다.",
  onHold: {
    none: "결정할 요청이 없습니다.",
    resumed: "대기하던 요청을 이어서 진행합니다.",
    which: "보류된 요청이 여러 건입니다. 어느 것인가요?",
    unknown: (id) => `보류된 요청 중에 ID가 "${id}"인 것이 없습니다.`,
  },
  notices: {
    demo: "데모 모드: 미리 정해진 답만 하며 아무것도 바꾸지 않습니다.",
    notReady: (reason) => `Codex가 준비되지 않았습니다: ${reason}`,
    sessionSetAside: (file) => `대화 기록이 손상되어 ${file} 파일로 옮기고 새 대화를 시작합니다.`,
    sessionGone: (mode, profile) =>
      `대화 기록이 디스크에서 사라져 ${mode} 모드와 ${profile} 프로필로 새 대화를 시작합니다.`,
    sessionNotKept: (reason) =>
      `이 답변을 대화 기록에 저장하지 못해 다음 요청은 이 내용을 모릅니다: ${reason}`,
    profileGone: (name, used, place) =>
      `conf.toml에 "${name}" 프로필이 더 이상 없어 ${used} 프로필로 ${place} 폴더에서 진행합니다. 프로필 목록은 /profile 로 볼 수 있습니다.`,
    folderMissing: (place) =>
      `${place} 폴더가 사라져 Codex가 그 안의 파일을 읽거나 바꿀 수 없습니다. 폴더를 다시 만들거나 /profile 로 다른 프로필을 골라 주세요.`,
    databaseSetAside: (file) =>
      `데이터베이스가 손상되어 ${file} 파일로 옮기고 새로 시작합니다. 진행 중이거나 대기 중이던 요청은 사라졌습니다.`,
    stateRescued: (folder) =>
      `실행 중에 ${folder} 폴더나 그 안의 데이터베이스가 삭제되었거나 다른 것으로 바뀌었습니다. 요청, 답변, 질문은 다시 저장했지만, 함께 삭제된 대화 기록과 파일은 사라졌습니다. 진행 중인 작업이 없을 때 프로그램을 다시 시작해 주세요.`,
    undecided: (reason) =>
      `계획이 필요한지 판단하지 못해 계획과 검토 없이 바로 답합니다: ${
        reason ?? "판단을 맡은 에이전트의 답변을 읽을 수 없었습니다."
      }`,
    queueGoesOn: "사용 한도가 다시 열려, 대기하던 요청을 이어서 진행합니다.",
    cannotStore: (reason) =>
      `지금은 이 요청을 저장할 수 없습니다: ${reason}. 저장할 수 있게 되면 바로 시작하니 다시 보내지 않아도 됩니다.`,
    givenUp:
      "이 메시지를 여러 번 처리하지 못해 그만두었습니다. 이유는 프로그램 로그에 있습니다. 다시 보내셔도 됩니다.",
  },
};

export const RUN_TEXTS = { en, ko };

/** Asks whether a request is still wanted that waited while the program was off. */
export function oldText(
  confirmation: ConfirmationReason | undefined,
  texts: { readonly run: Pick<RunTexts["run"], "old">; readonly units: DurationUnits },
): string {
  const offlineMs = confirmation?.type === "old" ? confirmation.offlineMs : undefined;
  return texts.run.old(offlineMs === undefined ? undefined : formatAge(offlineMs, texts));
}

/** Says what a turn waits for. */
export function waitingText(
  reason: WaitingReason,
  { run: { waitingFor } }: { readonly run: Pick<RunTexts["run"], "waitingFor"> },
): string {
  return reason.type === "restart" ? waitingFor.restart : waitingFor.reconnect(reason.machine);
}

/** Formats a place: `2nd`, `11th`, `23rd`. */
function ordinal(place: number): string {
  const rule = new Intl.PluralRules("en", { type: "ordinal" }).select(place);
  const suffix = { one: "st", two: "nd", few: "rd", other: "th", zero: "th", many: "th" }[rule];
  return `${place}${suffix}`;
}

/** Formats counts of lines: `+120 −8`, with a minus that is as wide as the plus. */
export function changedLines({ added, removed }: LineCounts): string {
  return `+${added} −${removed}`;
}
