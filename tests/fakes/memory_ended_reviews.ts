/** Runs that were not approved, in memory. */
import type {
  EndedReview,
  EndedReviewsDependencies,
  EndedReviewStore,
} from "../../src/core/run/ended_reviews.ts";
import type { RunReports } from "../../src/core/run/run_reports.ts";
import type { TraceRecord } from "../../src/core/run/trace.ts";
import { sessionId, type SessionKey } from "../../src/core/session/session.ts";
import { FakeClock } from "./fake_clock.ts";

export class MemoryEndedReviews implements EndedReviewStore {
  readonly kept: EndedReview[] = [];
  readonly accepted = new Map<string, string>();

  find(session: SessionKey, runId?: string): EndedReview | undefined {
    return this.kept.findLast(({ follows, ...ended }) =>
      sessionId(ended.session) === sessionId(session) && !this.accepted.has(follows.runId) &&
      (runId === undefined || follows.runId === runId)
    );
  }

  markAccepted(runId: string, who: string): void {
    this.accepted.set(runId, who);
  }
}

/** What a session's service needs beside its own. */
export function endedReviewParts(): Omit<EndedReviewsDependencies, "sessions"> & {
  readonly endedReviews: MemoryEndedReviews;
  readonly reports: RunReports;
  readonly written: TraceRecord[];
} {
  const written: TraceRecord[] = [];
  let ids = 0;
  return {
    endedReviews: new MemoryEndedReviews(),
    traces: { write: (record) => void written.push(record) },
    written,
    newRunId: () => `next-${++ids}`,
    clock: new FakeClock(),
    reports: {
      make: () => Promise.resolve(undefined),
      save: ({ fileName }) => Promise.resolve(`/reports/${fileName}`),
    },
  };
}
