/** The words for work under way and for what Codex asks, the same wherever a person reads them. */

import type { SteerRefusal } from "../core/run/engine.ts";
import type { ReviewResult } from "../core/run/events.ts";
import type { RunState } from "../core/run/run_state.ts";
import type { Role } from "../core/session/settings.ts";
import { type DurationUnits, formatCount, formatDuration } from "../core/text/duration.ts";
import type { LineCounts } from "../core/workspace/unified_diff.ts";

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

export interface OutcomeTexts {
  readonly done: string;
  readonly cancelled: string;
  readonly failed: string;
  readonly emptyAnswer: string;
  /** Before an answer that a failed run had so far. */
  readonly candidate: string;
  readonly notReviewed: string;
  readonly review: Readonly<Record<ReviewResult, string>>;
  readonly openFindings: string;
  readonly severity: Readonly<Record<"blocker" | "major" | "minor", string>>;
}

export const OUTCOME_TEXTS: Readonly<Record<"en" | "ko", OutcomeTexts>> = {
  en: {
    done: "Done",
    cancelled: "Stopped",
    failed: "Failed",
    emptyAnswer: "Codex ended without a word.",
    candidate: "What there was by then:",
    notReviewed: "Not reviewed.",
    review: {
      approved: "Approved by the reviewer",
      needs_changes: "Stopped before the review was satisfied",
      max_rounds_reached: "NOT approved: the reviewer still asks for changes",
      unreadable: "NOT reviewed: please look at it yourself",
    },
    openFindings: "Open findings",
    severity: { blocker: "blocker", major: "major", minor: "minor" },
  },
  ko: {
    done: "완료",
    cancelled: "중지됨",
    failed: "실패",
    emptyAnswer: "Codex가 답변 없이 작업을 끝냈습니다.",
    candidate: "지금까지의 결과:",
    notReviewed: "검토되지 않았습니다.",
    review: {
      approved: "검토에서 승인되었습니다",
      needs_changes: "검토를 통과하기 전에 중지되었습니다",
      max_rounds_reached: "승인되지 않음: 아직 고칠 점이 남아 있습니다",
      unreadable: "검토되지 않음: 직접 확인해 주세요",
    },
    openFindings: "남은 지적 사항",
    severity: { blocker: "치명적", major: "중요", minor: "사소함" },
  },
};

/** The words for them; every catalogue has these. */
export interface FactTexts {
  readonly units: DurationUnits;
  readonly run: {
    readonly round: (round: number) => string;
    readonly files: (count: number) => string;
    readonly tokens: (count: string) => string;
  };
}

/** As in `12 s`, `round 2`, `3 files`, `+24 −5`, `1.8k tokens`; what is nothing is left out. */
export function endFacts(
  { latencyMs, files, lines, usage, outcome }: RunState,
  texts: FactTexts,
): readonly string[] {
  const { run } = texts;
  const rounds = outcome?.answer?.review?.rounds ?? 0;
  const tokens = usage?.totalTokens ?? 0;
  return [
    // A request that was dropped while it waited took no time at all.
    ...(latencyMs > 0 ? [formatDuration(latencyMs, texts)] : []),
    ...(rounds > 0 ? [run.round(rounds)] : []),
    ...(files.size > 0 ? [run.files(files.size)] : []),
    ...(lines === undefined ? [] : [changedLines(lines)]),
    ...(tokens > 0 ? [run.tokens(formatCount(tokens))] : []),
  ];
}

/** `+120 −8`, with a minus that is as wide as the plus. */
export function changedLines({ added, removed }: LineCounts): string {
  return `+${added} −${removed}`;
}

export interface TalkTexts {
  readonly steer: {
    readonly usage: string;
    /** Why words became a request of their own, after something was at work. */
    readonly queued: Readonly<Record<SteerRefusal, string>>;
  };
  readonly queue: {
    readonly title: string;
    readonly empty: string;
    readonly running: string;
    readonly waiting: string;
    readonly offered: string;
    readonly more: (count: number) => string;
    readonly cancelRunning: string;
    readonly cancelWaiting: (place: number) => string;
    /** Shown for a moment when the button was pressed. */
    readonly cancelled: string;
  };
  readonly nothingToRetry: string;
  /** To what is nearly one of our commands; both come with their slash. */
  readonly nearMiss: (typed: string, meant: string) => string;
}

export const TALK_EN: TalkTexts = {
  steer: {
    usage:
      "Usage: /steer TEXT adds to what Codex is working on; a reply to its status message does the same",
    queued: {
      backend: "This Codex takes nothing in while it works, so this waits as a request of its own.",
      stage: "What is at work now takes nothing in, so this waits as a request of its own.",
      ended: "Codex was not listening at that moment, so this is a request of its own.",
    },
  },
  queue: {
    title: "Queue",
    empty: "Nothing runs and nothing waits.",
    running: "At work",
    waiting: "Waiting",
    offered: "Waiting for your word",
    more: (count) => count === 1 ? "… and 1 more" : `… and ${count} more`,
    cancelRunning: "Cancel what runs",
    cancelWaiting: (place) => `Cancel ${place}`,
    cancelled: "Cancelled",
  },
  nothingToRetry: "There is no request in this conversation that could be repeated.",
  nearMiss: (typed, meant) => `There is no ${typed}. Did you mean ${meant}? Nothing was started.`,
};

export const TALK_KO: TalkTexts = {
  steer: {
    usage:
      "사용법: /steer 내용 을 보내면 Codex가 진행 중인 작업에 내용을 더합니다. 상태 메시지에 답장해도 됩니다.",
    queued: {
      backend: "이 Codex는 작업 중에 말을 더할 수 없어, 별도의 요청으로 대기합니다.",
      stage: "지금 단계에는 말을 더할 수 없어, 별도의 요청으로 대기합니다.",
      ended: "그 순간 Codex가 받을 수 없는 상태여서, 별도의 요청으로 처리합니다.",
    },
  },
  queue: {
    title: "대기열",
    empty: "진행 중이거나 대기 중인 요청이 없습니다.",
    running: "진행 중",
    waiting: "대기 중",
    offered: "결정을 기다리는 중",
    more: (count) => `… 외 ${count}건`,
    cancelRunning: "진행 중인 작업 취소",
    cancelWaiting: (place) => `${place}번 취소`,
    cancelled: "취소했습니다",
  },
  nothingToRetry: "이 대화에는 다시 실행할 요청이 없습니다.",
  nearMiss: (typed, meant) =>
    `${typed} 명령은 없습니다. 혹시 ${meant} 명령을 찾으셨나요? 아무 작업도 시작하지 않았습니다.`,
};
