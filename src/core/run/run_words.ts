/** The words for work under way and for what Codex asks, the same wherever a person reads them. */
import type { FactTexts } from "./run_facts.ts";
import type { Role } from "../session/settings.ts";
import type { DurationUnits } from "../text/duration.ts";

export type RunWords = FactTexts["run"] & {
  /** What the one at work does. */
  readonly role: Readonly<Record<Role, string>>;
  readonly starting: string;
  readonly retrying: (message: string) => string;
};

export interface QuestionWords {
  readonly title: Readonly<Record<"command" | "files" | "permissions", string>>;
  readonly folder: string;
  readonly reason: string;
}

interface SharedWords {
  readonly units: DurationUnits;
  readonly run: RunWords;
  readonly question: QuestionWords;
}

export const EN_WORDS: SharedWords = {
  units: {
    days: (count) => `${count} d`,
    hours: (count) => `${count} h`,
    minutes: (count) => `${count} min`,
    seconds: (count) => `${count} s`,
  },
  run: {
    role: {
      selector: "Choosing how to work",
      planner: "Planning",
      developer: "Developing",
      reviewer: "Reviewing",
    },
    round: (round) => `round ${round}`,
    files: (count) => count === 1 ? "1 file" : `${count} files`,
    tokens: (count) => `${count} tokens`,
    starting: "Starting",
    retrying: (message) => `Trying again: ${message}`,
  },
  question: {
    title: {
      command: "Codex asks: run this command?",
      files: "Codex asks: change these files?",
      permissions: "Codex asks for more rights",
    },
    folder: "Folder",
    reason: "Reason",
  },
};

export const KO_WORDS: SharedWords = {
  units: {
    days: (count) => `${count}일`,
    hours: (count) => `${count}시간`,
    minutes: (count) => `${count}분`,
    seconds: (count) => `${count}초`,
  },
  run: {
    role: {
      selector: "작업 방식 선택 중",
      planner: "계획 중",
      developer: "개발 중",
      reviewer: "검토 중",
    },
    round: (round) => `${round}라운드`,
    files: (count) => `파일 ${count}개`,
    tokens: (count) => `토큰 ${count}`,
    starting: "시작하는 중",
    retrying: (message) => `다시 시도 중: ${message}`,
  },
  question: {
    title: {
      command: "Codex의 질문: 이 명령을 실행할까요?",
      files: "Codex의 질문: 이 파일들을 변경할까요?",
      permissions: "Codex가 추가 권한을 요청합니다",
    },
    folder: "폴더",
    reason: "이유",
  },
};
