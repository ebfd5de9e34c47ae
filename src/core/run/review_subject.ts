/** Defines what a review on demand was about, and what came of it. */
import { COMPARED_KINDS } from "../workspace/comparison.ts";
import type { ChangeTotals } from "../workspace/recording.ts";
import type { Finding } from "./events.ts";

export const REVIEWED_KINDS = [...COMPARED_KINDS, "last"] as const;
export type ReviewedKind = typeof REVIEWED_KINDS[number];

export interface ReviewSubject {
  /** `last` = what the session's latest request has changed. */
  readonly kind: ReviewedKind;
  /** Of the branch, the commit or the range, as it was typed. */
  readonly name?: string;
  /** What the person wanted looked at, in their words. */
  readonly focus?: string;
  /** No file: there was nothing to review. */
  readonly totals: ChangeTotals;
  readonly findings: readonly Finding[];
  readonly summary: string;
  /** What Codex's own reviewer said, whose answer has a form of its own. */
  readonly said?: string;
}
