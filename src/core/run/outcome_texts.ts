/** The words for how a run ended, the same wherever a person reads them. */
import type { ReviewResult } from "./events.ts";

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
