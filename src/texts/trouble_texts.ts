/** Texts of failures: what happened, and what to do next. */
import type { RunTask } from "../core/run/run.ts";
import type { RunGoal } from "../core/run/run_state.ts";
import type { LastRun } from "../core/session/session.ts";
import {
  type CodexTrouble,
  type CodexWish,
  type FileRefusal,
  isMachineTrouble,
  type MachineTroubleKind,
  type ReviewRefusal,
  type StorageReason,
  type Trouble,
  type VoiceReason,
} from "../core/codex/trouble.ts";
import { asSentence, troubleOf } from "../core/errors.ts";

/** Kinds of trouble that carry a message, mostly Codex's own. */
type Said = Extract<CodexTrouble, { readonly said: string }>["kind"];

/** Says why something cannot be reviewed, with its name and what was probably meant, or without. */
type ReviewSaid = string | ((name: string, near: string) => string);

/** What makes room. */
const roomRemedy = "/compact summarizes it, then /retry; /new starts a new one.";

const en = {
  codex: {
    login: (said: string) =>
      `${said} Run \`codex login\` on the machine where Codex works, then /retry.`,
    variable: (said: string) =>
      `${said} Set it where codex-orchestrator starts, add its name to codex.env in conf.toml, and restart codex-orchestrator.`,
    access: (said: string) =>
      `The model's service does not let this account in: ${said} Choose another model with /model, or run \`codex login\` with another account on the machine where Codex works, then /retry. If that fails again, send /restart codex before it.`,
    address: (said: string) =>
      `The model's service has nothing at the address that Codex uses: ${said} Choose another model with /model, or correct base_url in Codex's config.toml, then /retry. If that fails again, send /restart codex before it.`,
    room: (said: string) =>
      `This conversation is longer than the model can read. ${roomRemedy} (${said})`,
    "room-anew": (said: string) =>
      `This conversation is longer than the model can read, and this kind of Codex connection cannot summarize it. /retry sends your request in a new one that knows our last messages; /new starts one without them. (${said})`,
    model: (said: string) => `${said} Choose another model with /model, then /retry.`,
    busy: (said: string) => `${said} /retry tries again; /model changes the model.`,
    pace: (said: string) =>
      `Too many requests to the model at once. Wait a minute, then /retry. (${said})`,
    service: (said: string) =>
      `The model's service did not answer properly: ${said} /retry tries again.`,
    picture: (said: string) =>
      `The model does not take a picture of this conversation, so the conversation goes on without it. Send your request again without the picture, or choose another model with /model. (${said})`,
    policy: (said: string) =>
      `A rule of the model's service forbids this: ${said} Word the request differently.`,
    budget: (said: string) =>
      `This conversation has used all the tokens it may use. /new starts a new one. (${said})`,
    denials: (said: string) =>
      `Codex stopped because too many of its questions were denied. Say what it should do instead. (${said})`,
    "no-plan": (said: string) =>
      `The planner wrote no plan, even when it was asked once more, so the work did not go on. Choose another model with /model, then /retry; or send the request again after \`/mode single\`, which needs no plan. (${said})`,
    failed: (said: string) => `${said} /retry tries again; /log shows how far it got.`,
    limit: (said: string) => `${said} /usage shows the account limits; /retry tries again later.`,
    late: (said: string) => `${said} /retry tries again.`,
    "not-working": (said: string) =>
      `${said} \`codex-orchestrator doctor\` on this program's machine tells more; then /retry.`,
    "not-installed": (said: string) => said,
    "wrong-program": (said: string) => said,
    outdated: (said: string) => said,
    "no-server": (said: string) =>
      `The Codex on disk no longer has the server that this program uses, such as after an update past 0.153.4. Set backend = "auto" under [codex] in conf.toml and restart codex-orchestrator, then /retry. /restart codex is not enough. (${said})`,
    unresponsive: (said: string) => `${said} Try again in a moment, or send /restart codex.`,
    exited: (said: string) => `${said} It starts anew by itself: try again in a moment.`,
    request: (said: string) => said,
    "thread-unavailable": (said: string) =>
      `${said} Choose another conversation with /resume, or start a new one with /new.`,
    record: (said: string) => said,
    /** Introduces an error that has no text of its own. */
    unforeseen: (said: string) => `Something went wrong: ${said}`,
  } satisfies Record<Said, (said: string) => string>,
  /** Sets a goal again that was not set. */
  goalAgain: "`/goal TEXT`",
  noRoomToCompact: (said: string) =>
    `This conversation is too long for the model to summarize it. /model changes to one that reads more, then /compact; /new starts a new one. (${said})`,
  ended:
    "Codex ended while it was working; how far it got is unknown. Check the folder, then /retry.",
  inUse:
    "Another program has this conversation open, such as Codex in a terminal. Close it there and send the request again, or start a new conversation with /new.",
  busyThread:
    "Codex is still working in this conversation. Wait for its answer, or stop it with /cancel.",
  unsupported: {
    models: "This kind of Codex connection cannot list models.",
    threads: "This kind of Codex connection cannot list earlier conversations.",
    limits: "This kind of Codex connection cannot show account limits.",
    file: "This kind of Codex connection cannot fetch files.",
    terminals:
      "This kind of Codex connection cannot list or stop commands that still run; /restart codex ends all of them.",
    compact: "This kind of Codex connection cannot summarize a conversation.",
    fork: "This kind of Codex connection cannot copy a conversation.",
    goals: "This kind of Codex connection has no goals.",
    review: "This kind of Codex connection cannot review a change.",
    resume:
      "This kind of Codex connection cannot continue an earlier conversation. /new starts a new one.",
    questions:
      "Codex or a tool server asked something that this kind of Codex connection cannot pass on, so the request was stopped.",
  } satisfies Record<CodexWish, string>,
  /** Behind each of these, where it helps. */
  otherBackend: 'Set backend = "app-server" under [codex] in conf.toml and restart the program.',
  /** What was named for a review cannot be compared. */
  review: {
    "no-repository":
      "This folder is in no git repository, so there is nothing to compare with. `/review last` reviews what the latest request changed.",
    "no-commit": "This repository has no commit yet. /review without a name reviews what there is.",
    unknown: (name: string, near: string) =>
      `There is no branch, commit or tag ${name}.${
        near === "" ? "" : ` Did you mean ${near}?`
      } \`/review BRANCH\`, \`/review COMMIT\` and \`/review A..B\` name what to review; \`/review uncommitted TEXT\` says what to look at in the uncommitted work.`,
    unrelated: (name: string) =>
      `This branch and ${name} have no commit in common here. Fetch more of the history, or name another branch.`,
    shallow: (name: string) =>
      `The history of this clone ends at ${name}, so there is nothing before it to compare with. Run \`git fetch --unshallow\` there.`,
    "not-recorded":
      "The folder cannot be read for a review: it is missing, bare, too large, or git is missing there. Ask for the review in your own words.",
    unsupported: "Codex there runs no commands for this program, which a review needs.",
    "no-change":
      "No request of this conversation has changed a file here, as far as is known. /review looks at uncommitted work.",
    "codex-target":
      "Codex's own review cannot look at the latest request alone. `/review last` without `codex` can.",
  } satisfies Record<ReviewRefusal, ReviewSaid>,
  /** No full stop: another sentence may follow. */
  storage: {
    full: (path: string) => `Cannot use ${path}: the disk is full. Free some space`,
    "read-only": (path: string) =>
      `Cannot use ${path}: the file or its folder cannot be written. Give the user who runs the program read and write access to both`,
    missing: (path: string) =>
      `Cannot use ${path}: its folder is missing. Create it again, or connect its disk`,
    "no-folder": (path: string) =>
      `The project folder ${path} is not there, or cannot be opened. Create it or connect its disk, then /retry`,
    broken: (path: string) =>
      `Cannot use ${path}: the disk is full, read-only or broken. Check the disk`,
    held: (path: string) => `Cannot use ${path}: another program is using it. Close that program`,
    damaged: (path: string) => `Cannot use ${path}: it was damaged. Send the request again`,
    newer: (path: string) =>
      `Cannot use ${path}: a newer version of this program has written it. Start that version again`,
    "not-a-folder": (path: string) =>
      `Cannot use ${path}: a file or a link stands where a folder is needed. Move it away`,
    "not-a-file": (path: string) =>
      `Cannot use ${path}: a folder or a link stands where a file is needed. Move it away`,
    unknown: (path: string) => `Cannot use ${path}. The program's log says why`,
  } satisfies Record<StorageReason, (path: string) => string>,
  file: {
    unnamed: (path: string) => `"${path}" is not a file name.`,
    outside: (path: string) => `${path} is outside the project folder.`,
    folder: (path: string) => `${path} is the project folder itself. Name a file in it.`,
    missing: (path: string) => `${path} is not in the project folder.`,
    link: (path: string) => `${path} is a link and may lead out of the project folder.`,
    "not-plain": (path: string) => `${path} is not a regular file.`,
    "too-large": (path: string) => `${path} is too large to send.`,
    slow: (path: string) => `${path} did not arrive. It may be too large.`,
  } satisfies Record<FileRefusal, (path: string) => string>,
  /** Why a recording was not written down; no full stop: another sentence follows. */
  voice: {
    slow: (limit: string) => `it took longer than ${limit}`,
    "no-program": (program: string) => `there is no program "${program}"`,
    "no-start": (program: string) => `"${program}" does not start`,
    failed: (program: string) => `the program failed: ${program}`,
    unreachable: (host: string) => `${host} cannot be reached`,
    refused: (host: string) => `${host} refused it`,
    "no-words": (host: string) => `${host} answered without a transcript`,
  } satisfies Record<VoiceReason, (about: string) => string>,
  /** What is wrong with the machine of that address. */
  machine: {
    unreachable: (machine: string) =>
      `Codex on ${machine} cannot be reached. Check that the app-server runs there and that the connection to it is open, then /retry.`,
    silent: (machine: string) =>
      `${machine} can be reached, but nothing answers behind it: is the app-server running there? Start it, then /retry.`,
    "login-there": (machine: string) =>
      `Codex on ${machine} is not logged in, or its login was refused. Run \`codex login\` there and restart its app-server, then /retry.`,
    "variable-there": (machine: string, said: string) =>
      `${said} Set it where the app-server of ${machine} starts and restart that, then /retry.`,
    refused: (machine: string) =>
      `Codex on ${machine} does not accept this program's token. Whoever runs the program has to compare it with the app-server's token.`,
    tls: (machine: string) =>
      `The encrypted connection to Codex on ${machine} cannot be trusted. Whoever runs the program has to check its certificate and address.`,
    "wrong-protocol": (machine: string) =>
      `The server at ${machine} is not a Codex app-server. Whoever runs the program has to check app_server_url.`,
    "too-old": (machine: string) => `Codex on ${machine} is too old. Update it there.`,
    lost: (machine: string) =>
      `The connection to Codex on ${machine} was lost while it was working; how far it got is unknown. Check the folder there, then /retry. Whatever still runs there is stopped first.`,
    unlisted: (machine: string) =>
      `No profile in conf.toml uses ${machine} any more. Add it back and restart the program, or begin anew with /new.`,
    "not-begun": (machine: string) =>
      `The connection to Codex on ${machine} was cut before your request arrived there. Nothing was started. /retry sends it again.`,
    file: (machine: string) =>
      `A file of this request could not be sent to ${machine}: it is larger than 12 MB, or Codex there did not take it. Nothing was started. Put the file there in another way and write its path in the request.`,
  } satisfies Record<MachineTroubleKind, (machine: string, said: string) => string>,
};

export type TroubleTexts = typeof en;

const ko: TroubleTexts = {
  codex: {
    login: (said) =>
      `Codex에 로그인되어 있지 않거나 로그인이 거부되었습니다. Codex가 작업하는 컴퓨터에서 \`codex login\` 을 실행한 뒤 /retry 를 보내 주세요. (${said})`,
    variable: (said) =>
      `필요한 환경 변수가 없습니다. codex-orchestrator를 시작하는 곳에서 설정하고 conf.toml의 codex.env에 이름을 추가한 뒤 codex-orchestrator를 다시 시작해 주세요. (${said})`,
    access: (said) =>
      `모델 서비스가 이 계정의 접근을 허용하지 않습니다. /model 로 다른 모델을 고르거나, Codex가 작업하는 컴퓨터에서 다른 계정으로 \`codex login\` 을 실행한 뒤 /retry 를 보내 주세요. 그래도 안 되면 먼저 /restart codex 를 보내 주세요. (${said})`,
    address: (said) =>
      `Codex가 사용하는 주소에 모델 서비스가 없습니다. /model 로 다른 모델을 고르거나, Codex의 config.toml에 적힌 base_url을 고친 뒤 /retry 를 보내 주세요. 그래도 안 되면 먼저 /restart codex 를 보내 주세요. (${said})`,
    room: (said) =>
      `대화가 모델이 한 번에 읽을 수 있는 길이를 넘었습니다. /compact 로 요약한 뒤 /retry 를 보내거나, /new 로 새 대화를 시작해 주세요. (${said})`,
    "room-anew": (said) =>
      `대화가 모델이 한 번에 읽을 수 있는 길이를 넘었고, 지금의 Codex 연결 방식으로는 대화를 요약할 수 없습니다. /retry 를 보내면 최근 메시지만 전달하는 새 대화에서 다시 요청하고, /new 를 보내면 아무것도 전달하지 않는 새 대화를 시작합니다. (${said})`,
    model: (said) =>
      `이 모델을 쓸 수 없습니다. /model 로 다른 모델을 고른 뒤 /retry 를 보내 주세요. (${said})`,
    busy: (said) =>
      `모델이 지금 요청을 더 받지 못합니다. /retry 로 다시 시도하거나 /model 로 모델을 바꿔 주세요. (${said})`,
    pace: (said) =>
      `모델에 보낸 요청이 한꺼번에 너무 많았습니다. 1분쯤 뒤에 /retry 로 다시 시도해 주세요. (${said})`,
    service: (said) =>
      `모델 서비스가 제대로 응답하지 않았습니다. /retry 로 다시 시도해 주세요. (${said})`,
    picture: (said) =>
      `모델이 이 대화의 사진을 받지 않아, 사진을 빼고 대화를 이어갑니다. 사진 없이 다시 요청하거나 /model 로 다른 모델을 골라 주세요. (${said})`,
    policy: (said) =>
      `모델 서비스의 정책에 어긋나는 요청입니다. 표현을 바꿔 다시 요청해 주세요. (${said})`,
    budget: (said) =>
      `이 대화에서 쓸 수 있는 토큰을 모두 썼습니다. /new 로 새 대화를 시작해 주세요. (${said})`,
    denials: (said) =>
      `Codex의 질문이 너무 많이 거부되어 작업을 멈췄습니다. 대신 어떻게 할지 알려 주세요. (${said})`,
    "no-plan": (said) =>
      `계획 단계에서 다시 물어도 계획이 나오지 않아 작업을 진행하지 않았습니다. /model 로 다른 모델을 골라 /retry 로 다시 시도하거나, 계획이 필요 없는 \`/mode single\` 로 바꾼 뒤 다시 요청해 주세요. (${said})`,
    failed: (said) =>
      `Codex가 작업을 끝내지 못했습니다. /retry 로 다시 시도하거나 /log 로 어디까지 했는지 확인해 주세요. (${said})`,
    limit: (said) =>
      `모델의 사용 한도를 넘었습니다. /usage 로 계정 한도를 확인하고, 나중에 /retry 로 다시 시도해 주세요. (${said})`,
    late: (said) =>
      `제한 시간이 지나 Codex를 중지했습니다. /retry 로 다시 시도해 주세요. (${said})`,
    "not-working": (said) =>
      `Codex를 시작하지 못했거나 Codex가 응답하지 않습니다. 이 프로그램이 실행되는 컴퓨터에서 \`codex-orchestrator doctor\` 로 확인한 뒤 /retry 를 보내 주세요. (${said})`,
    "not-installed": (said) =>
      `Codex를 찾을 수 없거나 실행할 수 없습니다. 프로그램이 실행되는 컴퓨터에 Codex가 설치되어 있는지 확인해 주세요. (${said})`,
    "wrong-program": (said) =>
      `설정된 프로그램은 OpenAI의 Codex가 아닙니다. conf.toml의 [codex]를 확인해 주세요. (${said})`,
    outdated: (said) =>
      `Codex가 너무 오래되었습니다. \`npm install -g @openai/codex@latest\` 로 업데이트해 주세요. (${said})`,
    "no-server": (said) =>
      `설치된 Codex가 0.153.4 이후 버전으로 업데이트되는 등 바뀌어, 이 프로그램이 쓰던 서버가 더는 없습니다. conf.toml의 [codex]에 backend = "auto"를 적고 codex-orchestrator를 다시 시작한 뒤 /retry 를 보내 주세요. /restart codex 만으로는 해결되지 않습니다. (${said})`,
    unresponsive: (said) =>
      `Codex가 제때 응답하지 않습니다. 잠시 뒤 다시 시도하거나 /restart codex 를 보내 주세요. (${said})`,
    exited: (said) =>
      `Codex가 종료되었습니다. 자동으로 다시 시작되니 잠시 뒤 다시 시도해 주세요. (${said})`,
    request: (said) => `Codex가 요청을 처리하지 못했습니다. (${said})`,
    "thread-unavailable": (said) =>
      `Codex가 이 대화를 이어갈 수 없습니다. /resume 으로 다른 대화를 고르거나 /new 로 새 대화를 시작해 주세요. (${said})`,
    record: (said) => `중단된 요청을 이어갈 수 없습니다. 다시 요청해 주세요. (${said})`,
    unforeseen: (said) => `문제가 생겼습니다: ${said}`,
  },
  goalAgain: "`/goal 목표`",
  noRoomToCompact: (said) =>
    `대화가 너무 길어 모델이 요약하지 못했습니다. /model 로 더 길게 읽을 수 있는 모델을 고른 뒤 /compact 를 보내거나, /new 로 새 대화를 시작해 주세요. (${said})`,
  ended:
    "작업 중에 Codex가 종료되어 어디까지 진행했는지 알 수 없습니다. 폴더를 확인한 뒤 /retry 를 보내 주세요.",
  inUse:
    "터미널의 Codex 같은 다른 프로그램이 이 대화를 열어 두고 있습니다. 그곳에서 닫은 뒤 다시 요청하거나, /new 로 새 대화를 시작해 주세요.",
  busyThread: "Codex가 이 대화에서 아직 작업 중입니다. 답을 기다리거나 /cancel 로 중지해 주세요.",
  unsupported: {
    models: "지금의 Codex 연결 방식으로는 모델 목록을 볼 수 없습니다.",
    threads: "지금의 Codex 연결 방식으로는 이전 대화 목록을 볼 수 없습니다.",
    limits: "지금의 Codex 연결 방식으로는 계정 한도를 볼 수 없습니다.",
    file: "지금의 Codex 연결 방식으로는 파일을 받을 수 없습니다.",
    terminals:
      "지금의 Codex 연결 방식으로는 아직 실행 중인 명령을 보거나 중지할 수 없습니다. /restart codex 를 보내면 모두 끝납니다.",
    compact: "지금의 Codex 연결 방식으로는 대화를 요약할 수 없습니다.",
    fork: "지금의 Codex 연결 방식으로는 대화를 복사할 수 없습니다.",
    goals: "지금의 Codex 연결 방식에는 목표 기능이 없습니다.",
    review: "지금의 Codex 연결 방식으로는 변경 사항을 검토할 수 없습니다.",
    resume:
      "지금의 Codex 연결 방식으로는 이전 대화를 이어갈 수 없습니다. 새 대화는 /new 로 시작합니다.",
    questions:
      "Codex나 도구 서버가 질문했지만 지금의 Codex 연결 방식으로는 전달할 수 없어 요청을 중지했습니다.",
  },
  review: {
    "no-repository":
      "이 폴더는 git 저장소가 아니어서 비교할 대상이 없습니다. 최근 요청의 변경 사항은 `/review last` 로 검토할 수 있습니다.",
    "no-commit":
      "이 저장소에는 아직 커밋이 없습니다. 이름 없이 /review 를 보내면 지금 있는 내용을 검토합니다.",
    unknown: (name, near) =>
      `${name}(이)라는 브랜치, 커밋, 태그가 없습니다.${
        near === "" ? "" : ` ${near}을(를) 찾으셨나요?`
      } 검토할 대상은 \`/review 브랜치\`, \`/review 커밋\`, \`/review A..B\` 로 정하고, 커밋하지 않은 작업에서 볼 점은 \`/review uncommitted 내용\` 으로 적어 주세요.`,
    unrelated: (name) =>
      `현재 브랜치와 ${name} 사이에 공통 커밋이 없습니다. 기록을 더 가져오거나 다른 브랜치를 적어 주세요.`,
    shallow: (name) =>
      `이 저장소의 기록은 ${name}에서 끝나므로 그 앞과 비교할 수 없습니다. 그곳에서 \`git fetch --unshallow\` 를 실행해 주세요.`,
    "not-recorded":
      "폴더가 없거나 너무 크거나 bare 저장소이거나, 그곳에 git이 없어 검토할 수 없습니다. 검토할 내용을 말로 요청해 주세요.",
    unsupported: "그곳의 Codex가 이 프로그램의 명령을 실행하지 않아 검토할 수 없습니다.",
    "no-change":
      "이 대화의 요청이 여기서 바꾼 파일이 없습니다. 커밋하지 않은 작업은 /review 로 검토합니다.",
    "codex-target":
      "Codex 자체 검토로는 최근 요청만 따로 볼 수 없습니다. `codex` 없이 `/review last` 를 보내 주세요.",
  },
  otherBackend:
    'conf.toml의 [codex]에 backend = "app-server"를 적고 프로그램을 다시 시작해 주세요.',
  storage: {
    full: (path) => `디스크가 가득 차 ${path} 파일을 쓸 수 없습니다. 공간을 확보해 주세요`,
    "read-only": (path) =>
      `${path} 파일이나 그 폴더에 쓸 수 없습니다. 프로그램을 실행하는 사용자에게 읽기와 쓰기 권한을 주세요`,
    missing: (path) =>
      `${path} 파일이 있던 폴더가 없습니다. 폴더를 다시 만들거나 디스크를 연결해 주세요`,
    "no-folder": (path) =>
      `프로젝트 폴더 ${path}이(가) 없거나 열리지 않습니다. 폴더를 만들거나 디스크를 연결한 뒤 /retry 를 보내 주세요`,
    broken: (path) =>
      `${path} 파일을 쓸 수 없습니다. 디스크가 가득 찼거나 읽기 전용이거나 고장 났습니다. 디스크를 확인해 주세요`,
    held: (path) => `다른 프로그램이 ${path} 파일을 쓰고 있습니다. 그 프로그램을 닫아 주세요`,
    damaged: (path) => `${path} 파일이 손상되었습니다. 다시 요청해 주세요`,
    newer: (path) =>
      `${path} 파일은 이 프로그램의 더 새로운 버전이 저장한 것입니다. 그 버전을 다시 실행해 주세요`,
    "not-a-folder": (path) =>
      `폴더가 있어야 할 ${path} 자리에 파일이나 링크가 있습니다. 다른 곳으로 옮겨 주세요`,
    "not-a-file": (path) =>
      `파일이 있어야 할 ${path} 자리에 폴더나 링크가 있습니다. 다른 곳으로 옮겨 주세요`,
    unknown: (path) => `${path} 파일을 쓸 수 없습니다. 이유는 프로그램 로그에 있습니다`,
  },
  file: {
    unnamed: (path) => `파일 이름이 아닙니다: "${path}"`,
    outside: (path) => `프로젝트 폴더 밖에 있는 파일입니다: ${path}`,
    folder: (path) => `프로젝트 폴더 자체입니다. 그 안의 파일을 적어 주세요: ${path}`,
    missing: (path) => `프로젝트 폴더에 없는 파일입니다: ${path}`,
    link: (path) => `프로젝트 폴더 밖으로 이어질 수 있는 링크는 보낼 수 없습니다: ${path}`,
    "not-plain": (path) => `일반 파일만 보낼 수 있습니다: ${path}`,
    "too-large": (path) => `파일이 너무 커서 보낼 수 없습니다: ${path}`,
    slow: (path) => `파일을 가져오지 못했습니다. 너무 큰 파일일 수 있습니다: ${path}`,
  },
  voice: {
    slow: (limit) => `${limit} 안에 끝나지 않았습니다`,
    "no-program": (program) => `"${program}" 프로그램이 없습니다`,
    "no-start": (program) => `"${program}" 프로그램이 시작되지 않습니다`,
    failed: (program) => `프로그램이 실패했습니다: ${program}`,
    unreachable: (host) => `${host}에 연결할 수 없습니다`,
    refused: (host) => `${host}에서 거부했습니다`,
    "no-words": (host) => `${host}의 응답에 받아쓴 글이 없습니다`,
  },
  machine: {
    unreachable: (machine) =>
      `${machine}의 Codex에 연결할 수 없습니다. 그곳에서 app-server가 실행 중인지, 연결이 열려 있는지 확인한 뒤 /retry 를 보내 주세요.`,
    silent: (machine) =>
      `${machine}에 연결은 되지만, 연결 너머에서 응답하는 프로그램이 없습니다. 그곳에서 app-server를 실행한 뒤 /retry 를 보내 주세요.`,
    "login-there": (machine) =>
      `${machine}의 Codex에 로그인되어 있지 않거나 로그인이 거부되었습니다. 그곳에서 \`codex login\` 을 실행하고 app-server를 다시 시작한 뒤 /retry 를 보내 주세요.`,
    "variable-there": (machine, said) =>
      `${machine}의 Codex에 필요한 환경 변수가 없습니다. 그곳의 app-server를 시작하는 곳에서 설정하고 app-server를 다시 시작한 뒤 /retry 를 보내 주세요. (${said})`,
    refused: (machine) =>
      `${machine}의 Codex가 이 프로그램의 토큰을 받아들이지 않습니다. 프로그램 운영자가 app-server의 토큰과 같은지 확인해야 합니다.`,
    tls: (machine) =>
      `${machine}의 Codex와 맺는 암호화 연결을 신뢰할 수 없습니다. 프로그램 운영자가 인증서와 주소를 확인해야 합니다.`,
    "wrong-protocol": (machine) =>
      `${machine}의 서버는 Codex app-server가 아닙니다. 프로그램 운영자가 app_server_url을 확인해야 합니다.`,
    "too-old": (machine) => `${machine}의 Codex가 너무 오래되었습니다. 그곳에서 업데이트해 주세요.`,
    lost: (machine) =>
      `작업 중에 ${machine}의 Codex와 연결이 끊어져 어디까지 진행했는지 알 수 없습니다. 그곳의 폴더를 확인한 뒤 /retry 를 보내 주세요. 아직 실행 중인 작업은 먼저 중지됩니다.`,
    unlisted: (machine) =>
      `conf.toml에 ${machine} 컴퓨터를 쓰는 프로필이 더 이상 없습니다. 다시 추가하고 프로그램을 재시작하거나 /new 로 새로 시작해 주세요.`,
    "not-begun": (machine) =>
      `요청이 ${machine}의 Codex에 도착하기 전에 연결이 끊어졌습니다. 아무 작업도 시작하지 않았습니다. /retry 로 다시 보내 주세요.`,
    file: (machine) =>
      `이 요청의 파일을 ${machine} 컴퓨터로 보내지 못했습니다. 12MB보다 크거나 그곳의 Codex가 받지 않았습니다. 아무 작업도 시작하지 않았습니다. 다른 방법으로 파일을 그곳에 두고, 요청에 경로를 적어 주세요.`,
  },
};

export const TROUBLE_TEXTS = { en, ko };

export interface WithTrouble {
  readonly trouble: TroubleTexts;
}

/**
 * Explains an error in the person's language.
 * @param command by whose name it is tried again; absent = the request's own, `/retry`
 */
export function errorText(error: unknown, texts: WithTrouble, command = "retry"): string {
  return troubleText(troubleOf(error), texts).replaceAll("/retry", `/${command}`);
}

/** Explains an error as a reply of its own, as {@link errorText}. */
export function failureText(error: unknown, texts: WithTrouble, command?: string): string {
  return asSentence(errorText(error, texts, command));
}

/** What a run was about: a task, a goal, or a request. */
interface RunSubject {
  readonly task?: RunTask;
  readonly goal?: RunGoal | LastRun["goal"];
}

/** Explains why a run failed. A task or the work on a goal is tried again by its own command. */
export function runTroubleText(
  trouble: Trouble,
  run: RunSubject,
  texts: WithTrouble,
): string {
  // To summarize it is what has just failed.
  if (run.task === "compact" && trouble.kind === "room") {
    return texts.trouble.noRoomToCompact(trouble.said);
  }
  const again = isUnset(run) ? texts.trouble.goalAgain : commandAgain(run);
  return troubleText(trouble, texts).replaceAll("/retry", again);
}

/** What tries it again: `/retry` would repeat the last request. */
export function commandAgain({ task, goal }: RunSubject): string {
  // /checks alone lists them.
  if (task === "checks") return "/checks run";
  if (task !== undefined) return `/${task}`;
  return goal === undefined ? "/retry" : "/goal resume";
}

function isUnset({ goal }: RunSubject): boolean {
  return typeof goal === "string" ? goal === "unset" : goal?.unset === true;
}

export function troubleText(shown: Trouble, { trouble }: WithTrouble): string {
  if (isMachineTrouble(shown)) return trouble.machine[shown.kind](shown.machine, shown.said ?? "");
  switch (shown.kind) {
    case "ended":
      return trouble.ended;
    case "in-use":
      return trouble.inUse;
    case "busy-thread":
      return trouble.busyThread;
    case "voice":
      return trouble.voice[shown.why](shown.about);
    case "unsupported":
      return trouble.unsupported[shown.wish] + (shown.elsewhere ? ` ${trouble.otherBackend}` : "");
    case "storage":
      return trouble.storage[shown.why](shown.path);
    case "review":
      return reviewText(trouble.review[shown.why], shown);
    case "file-refused":
      return trouble.file[shown.why](shown.path);
    default:
      return trouble.codex[shown.kind](shown.said);
  }
}

function reviewText(
  text: ReviewSaid,
  { name, near }: { readonly name: string; readonly near: string },
): string {
  return typeof text === "string" ? text : text(name, near);
}
