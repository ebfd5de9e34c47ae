/** What is said about talking to a running job: adding to it, the queue, asking again. */
import type { SteerRefusal } from "../../core/run/engine.ts";

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
