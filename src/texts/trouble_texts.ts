/** What is said when Codex does not do what it was asked for. */

import type { Texts } from "./texts.ts";
import {
  type CodexTrouble,
  type CodexWish,
  type FileRefusal,
  isMachineTrouble,
  type MachineTroubleKind,
  type StorageReason,
  type Trouble,
} from "../core/codex/trouble.ts";
import { describeError, UserFacingError } from "../core/errors.ts";

type Said = Extract<CodexTrouble, { readonly said: string }>["kind"];

export type TroubleTexts =
  & Readonly<Record<Said, (said: string) => string>>
  & Readonly<Record<"ended" | "in-use", string>>
  & {
    readonly unsupported: Readonly<Record<CodexWish, string>>;
    /** Behind each of these, where it helps. */
    readonly otherBackend: string;
    /** No full stop: another sentence may follow. */
    readonly storage: Readonly<Record<StorageReason, (path: string) => string>>;
    readonly file: Readonly<Record<FileRefusal, (path: string) => string>>;
  };

export const TROUBLE_EN: TroubleTexts = {
  ended:
    "Codex ended while it was at work; what it had done by then is unknown. Look at the working directory, then send the request again.",
  "in-use":
    "Another program has this conversation open, such as Codex in a terminal. Close it there and send the request again, or begin a new conversation with /new.",
  login: (said) => `${said} Run \`codex login\` on the machine on which Codex works.`,
  variable: (said) =>
    `${said} Set it where codex-orchestrator starts, and name it in codex.env in conf.toml.`,
  room: (said) => `${said} /new begins a new conversation.`,
  limit: (said) => `${said} /usage shows the limits of the account, /retry asks again later.`,
  late: (said) => said,
  "not-working": (said) => said,
  unsupported: {
    models: "This kind of connection to Codex cannot list its models.",
    threads: "This kind of connection to Codex cannot list earlier conversations.",
    limits: "This kind of connection to Codex cannot tell the limits of the account.",
    file: "This kind of connection to Codex cannot fetch files.",
  },
  otherBackend:
    'With backend = "app-server" under [codex] in conf.toml, and the program started again, it works.',
  storage: {
    full: (path) => `Cannot use ${path}: the disk is full. Free some space`,
    "read-only": (path) =>
      `Cannot use ${path}: the file or its folder cannot be written. Give the user that runs the program the right to read and write both`,
    missing: (path) =>
      `Cannot use ${path}: its folder is not there. Make it again, or connect its disk`,
    broken: (path) => `Cannot use ${path}: the disk is full, read-only or broken. Look at the disk`,
    held: (path) => `Cannot use ${path}: another program holds it. Close that program`,
  },
  file: {
    unnamed: (path) => `"${path}" names no file.`,
    outside: (path) => `${path} lies outside of the working directory.`,
    folder: (path) => `${path} is the working directory itself; name a file in it.`,
    missing: (path) => `There is no ${path} in the working directory.`,
    link: (path) => `${path} is a link, which may lead out of the working directory.`,
    "not-plain": (path) => `${path} is no plain file.`,
    "too-large": (path) => `${path} is too large to be fetched.`,
    slow: (path) => `${path} did not arrive; it may be too large.`,
  },
};

export const TROUBLE_KO: TroubleTexts = {
  ended:
    "작업 중에 Codex가 종료되어 그때까지 무엇을 했는지 알 수 없습니다. 작업 폴더를 확인한 뒤 다시 요청해 주세요.",
  "in-use":
    "터미널의 Codex 같은 다른 프로그램이 이 대화를 열어 두고 있습니다. 그곳에서 닫은 뒤 다시 요청하거나 /new 로 새 대화를 시작해 주세요.",
  login: (said) =>
    `Codex에 로그인되어 있지 않거나 로그인이 거부되었습니다. Codex가 작업하는 컴퓨터에서 \`codex login\`을 실행해 주세요. (${said})`,
  variable: (said) =>
    `필요한 환경 변수가 없습니다. codex-orchestrator를 시작하는 곳에서 설정하고 conf.toml의 codex.env에 이름을 적어 주세요. (${said})`,
  room: (said) =>
    `대화가 모델이 한 번에 읽을 수 있는 길이를 넘었습니다. /new 로 새 대화를 시작해 주세요. (${said})`,
  limit: (said) =>
    `모델의 사용 한도에 걸렸습니다. /usage 로 계정 한도를 확인하고, 나중에 /retry 로 다시 요청해 주세요. (${said})`,
  late: (said) => `제한 시간이 지나 Codex를 중지했습니다. (${said})`,
  "not-working": (said) =>
    `Codex를 시작하지 못했거나 Codex가 응답하지 않습니다. 컴퓨터에서 codex-orchestrator doctor 를 실행해 확인해 주세요. (${said})`,
  unsupported: {
    models: "지금 쓰는 Codex 연결 방식으로는 모델 목록을 볼 수 없습니다.",
    threads: "지금 쓰는 Codex 연결 방식으로는 이전 대화 목록을 볼 수 없습니다.",
    limits: "지금 쓰는 Codex 연결 방식으로는 계정 한도를 볼 수 없습니다.",
    file: "지금 쓰는 Codex 연결 방식으로는 파일을 받을 수 없습니다.",
  },
  otherBackend:
    'conf.toml의 [codex]에 backend = "app-server"를 적고 프로그램을 다시 시작하면 쓸 수 있습니다.',
  storage: {
    full: (path) => `디스크가 가득 차 ${path} 파일을 쓸 수 없습니다. 공간을 확보해 주세요`,
    "read-only": (path) =>
      `${path} 파일이나 그 폴더에 쓸 수 없습니다. 프로그램을 실행하는 사용자에게 둘 다 읽고 쓸 권한을 주세요`,
    missing: (path) =>
      `${path} 파일이 있던 폴더가 없습니다. 폴더를 다시 만들거나 디스크를 연결해 주세요`,
    broken: (path) =>
      `${path} 파일을 쓸 수 없습니다. 디스크가 가득 찼거나 읽기 전용이거나 고장 났을 수 있으니 확인해 주세요`,
    held: (path) => `다른 프로그램이 ${path} 파일을 쓰고 있습니다. 그 프로그램을 닫아 주세요`,
  },
  file: {
    unnamed: (path) => `"${path}"은(는) 파일 경로가 아닙니다.`,
    outside: (path) => `작업 폴더 밖에 있는 파일은 보낼 수 없습니다: ${path}`,
    folder: (path) => `작업 폴더 자체는 보낼 수 없습니다. 그 안의 파일을 적어 주세요: ${path}`,
    missing: (path) => `작업 폴더에 그런 파일이 없습니다: ${path}`,
    link: (path) => `작업 폴더 밖으로 이어질 수 있는 링크는 보낼 수 없습니다: ${path}`,
    "not-plain": (path) => `일반 파일만 보낼 수 있습니다: ${path}`,
    "too-large": (path) => `파일이 너무 커서 보낼 수 없습니다: ${path}`,
    slow: (path) => `파일을 가져오지 못했습니다. 너무 큰 파일일 수 있습니다: ${path}`,
  },
};

export interface MachineTexts {
  readonly machine: string;
  /** The conversation belongs to where it began. */
  readonly newPlace: string;
  /** What is wrong with the machine of that address, and what helps. */
  readonly trouble: Readonly<Record<MachineTroubleKind, (machine: string) => string>>;
}

export const MACHINES_EN: MachineTexts = {
  machine: "Machine",
  newPlace:
    "The conversation stays where it began. The next request begins a new one in this place, and Codex is told what was said lately.",
  trouble: {
    unreachable: (machine) =>
      `Codex on ${machine} cannot be reached. See that the app-server runs there and that the way to it is open, then send the request again.`,
    refused: (machine) =>
      `Codex on ${machine} does not accept the token of this bot. Whoever runs the bot has to compare it with the one of the app-server.`,
    tls: (machine) =>
      `The encrypted connection to Codex on ${machine} cannot be trusted. Whoever runs the bot has to look at its certificate and its address.`,
    "wrong-protocol": (machine) =>
      `What answers at ${machine} is no Codex app-server. Whoever runs the bot has to look at app_server_url.`,
    "too-old": (machine) => `Codex on ${machine} is too old and has to be updated there.`,
    lost: (machine) =>
      `The connection to Codex on ${machine} was lost while it worked. What it had done by then is unknown: look at the working directory there, then send the request again. What still runs of it is stopped first.`,
    file: (machine) =>
      `A file of this request could not be brought to ${machine}: it is larger than 12 MB, or Codex there did not take it. Nothing has been started. Put it there another way and name its path in the request.`,
  },
};

export const MACHINES_KO: MachineTexts = {
  machine: "컴퓨터",
  newPlace:
    "지금까지의 대화는 시작한 곳에 남습니다. 다음 요청은 이곳에서 새 대화로 시작하며, 최근에 나눈 내용은 Codex에게 전달됩니다.",
  trouble: {
    unreachable: (machine) =>
      `${machine}의 Codex에 연결할 수 없습니다. 그곳에서 app-server가 실행 중인지, 연결 경로가 열려 있는지 확인한 뒤 다시 요청해 주세요.`,
    refused: (machine) =>
      `${machine}의 Codex가 이 봇의 토큰을 받아들이지 않습니다. 봇 운영자가 app-server의 토큰과 같은지 확인해야 합니다.`,
    tls: (machine) =>
      `${machine}의 Codex와 맺는 암호화 연결을 신뢰할 수 없습니다. 봇 운영자가 인증서와 주소를 확인해야 합니다.`,
    "wrong-protocol": (machine) =>
      `${machine}에서 응답하는 것은 Codex app-server가 아닙니다. 봇 운영자가 app_server_url을 확인해야 합니다.`,
    "too-old": (machine) => `${machine}의 Codex가 너무 오래되어 그곳에서 업데이트해야 합니다.`,
    lost: (machine) =>
      `작업 중에 ${machine}의 Codex와 연결이 끊어졌습니다. 그때까지 무엇을 했는지 알 수 없으니, 그곳의 작업 폴더를 확인한 뒤 다시 요청해 주세요. 아직 실행 중인 작업은 먼저 중지됩니다.`,
    file: (machine) =>
      `이 요청의 파일을 ${machine}(으)로 보내지 못했습니다. 12MB보다 크거나 그곳의 Codex가 받지 않았습니다. 아무 작업도 시작되지 않았습니다. 다른 방법으로 그곳에 파일을 두고, 요청에 경로를 적어 주세요.`,
  },
};

export function errorText(error: unknown, texts: Texts): string {
  const trouble = error instanceof UserFacingError ? error.trouble : undefined;
  return trouble === undefined ? describeError(error) : troubleText(trouble, texts);
}

export function troubleText(shown: Trouble, { machines, trouble }: Texts): string {
  if (isMachineTrouble(shown)) return machines.trouble[shown.kind](shown.machine);
  switch (shown.kind) {
    case "ended":
    case "in-use":
      return trouble[shown.kind];
    case "unsupported":
      return trouble.unsupported[shown.wish] + (shown.elsewhere ? ` ${trouble.otherBackend}` : "");
    case "storage":
      return trouble.storage[shown.why](shown.path);
    case "file-refused":
      return trouble.file[shown.why](shown.path);
    default:
      return trouble[shown.kind](shown.said);
  }
}
