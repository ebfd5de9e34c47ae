/** Words about other machines on which Codex works. */
import type { MachineTroubleKind } from "../../core/codex/machine_trouble.ts";

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
