/** Texts of what Codex does beyond the turns that were asked for, and of announcements. */
import type { Announcement } from "../core/chat/chat.ts";
import type { TurnStatus } from "../core/codex/codex.ts";
import { unreachable } from "../core/errors.ts";
import type { Texts } from "./texts.ts";

const en = {
  /** Of a sub-agent. */
  agentState: {
    working: "working",
    completed: "done",
    interrupted: "stopped",
    failed: "failed",
    lost: "lost, Codex ended",
  } satisfies Record<"working" | TurnStatus, string>,

  /** Of one that worked on when its request was done. @param how e.g. `done` */
  lateAgent: (name: string, how: string) => `Sub-agent ${name} worked on after the answer: ${how}`,
  lateFiles: (paths: string) => `Changed: ${paths}`,
  /** Above those that work. */
  agents: "Sub-agents at work",
  agentsWork: (count: number) =>
    count === 1 ? "A sub-agent of Codex is still at work" : `${count} sub-agents are still at work`,
  /** A button. */
  stopAgents: (count: string) => `Stop sub-agents (${count})`,
  stoppedAgents: (names: string) => `Sub-agents stopped: ${names}.`,
  stoppedCommands: (count: number) =>
    count === 1 ? "1 command of theirs was ended." : `${count} commands of theirs were ended.`,

  /** To the owner of the program. */
  unownedQuestion: (subject: string) =>
    `Codex asked for permission in work that nobody started here, so I declined: ${subject}\nIf you expected it, send the request again.`,
  unownedTurn: (subject: string) =>
    `Codex started working by itself, and nobody here follows that, so I stopped it: ${subject}\nTo go on, send it as a request.`,
  /** What Codex gave no name. */
  unnamed: "no description",
  onMachine: (text: string, machine: string) => `${text}\nMachine: ${machine}`,
};

export type ActivityTexts = typeof en;

const ko: ActivityTexts = {
  agentState: {
    working: "작업 중",
    completed: "완료",
    interrupted: "중지됨",
    failed: "실패",
    lost: "Codex가 종료되어 알 수 없음",
  },
  lateAgent: (name, how) => `답변 뒤에도 작업하던 하위 에이전트 ${name}: ${how}`,
  lateFiles: (paths) => `변경한 파일: ${paths}`,
  agents: "작업 중인 하위 에이전트",
  agentsWork: (count) => `하위 에이전트 ${count}개가 아직 작업 중입니다`,
  stopAgents: (count) => `하위 에이전트 중지 (${count})`,
  stoppedAgents: (names) => `하위 에이전트를 중지했습니다: ${names}.`,
  stoppedCommands: (count) => `하위 에이전트가 실행하던 명령 ${count}개를 종료했습니다.`,

  unownedQuestion: (subject) =>
    `여기서 시작하지 않은 작업에서 Codex가 승인을 요청해 거부했습니다: ${subject}\n필요한 작업이었다면 요청을 다시 보내 주세요.`,
  unownedTurn: (subject) =>
    `Codex가 스스로 작업을 시작했지만 여기서 지켜보는 사람이 없어 중지했습니다: ${subject}\n계속하려면 요청으로 보내 주세요.`,
  unnamed: "설명 없음",
  onMachine: (text, machine) => `${text}\n머신: ${machine}`,
};

export const ACTIVITY_TEXTS = { en, ko };

/** What the owner of the program is told. */
export function announcementText(
  announcement: Announcement,
  { notices, activity }: Pick<Texts, "notices" | "activity">,
): string {
  switch (announcement.type) {
    case "state.rescued":
      return notices.stateRescued(announcement.folder);
    case "codex.unowned": {
      const { kind, subject = activity.unnamed, machine } = announcement.what;
      const texts = { question: activity.unownedQuestion, turn: activity.unownedTurn };
      const text = texts[kind](subject);
      return machine === undefined ? text : activity.onMachine(text, machine);
    }
    default:
      return unreachable(announcement);
  }
}
