/**
 * Keeps the runs whose work was not approved, so that a person can have another round of it, let it
 * go on after its budget, or take it as it is.
 */
import type { Clock } from "../clock.ts";
import { sessionId, type SessionKey, type SessionStore } from "../session/session.ts";
import type { Review } from "./events.ts";
import type { FailedRequest, Run } from "./run.ts";
import { TRACE_VERSION, type TraceWriter } from "./trace.ts";

/** What the next round needs of the rounds before it. */
export interface ReviewContinuation {
  readonly plan: string;
  /** The developer's last one. */
  readonly round: number;
  /** What comes next: a review of that round, or the developer's next one. */
  readonly next: "review" | "develop";
  /** What the developer reported last. */
  readonly report: string;
  /** The last one; absent before the first. */
  readonly review?: Review;
}

/** Makes a run the continuation of another one. */
export interface FollowedRun extends ReviewContinuation {
  readonly runId: string;
  /** The first of all runs that follow each other: the reviewer sees what they did together. */
  readonly firstRunId: string;
  readonly profile?: string;
}

/** The same before there is a run: without the first one it is the first itself. */
export type FollowWish =
  & Omit<FollowedRun, "firstRunId">
  & Partial<Pick<FollowedRun, "firstRunId">>;

/** Makes the run continue another one, where that is wished. */
export function following(run: Run, wish: FollowWish | undefined): Run {
  return wish === undefined ? run : { ...run, follows: { firstRunId: run.id, ...wish } };
}

export interface EndedReview extends Omit<FailedRequest, "follows"> {
  readonly follows: FollowedRun;
}

/** Every method throws a StorageError when the disk does not take it. */
export interface EndedReviewStore {
  /**
   * @param runId absent = the session's newest
   * @returns undefined where it is not known, was accepted, or goes on already
   */
  find(session: SessionKey, runId?: string): EndedReview | undefined;
  markAccepted(runId: string, who: string): void;
}

export interface EndedReviewsDependencies {
  readonly endedReviews: EndedReviewStore;
  readonly sessions: Pick<SessionStore, "change">;
  readonly traces: Pick<TraceWriter, "write">;
  readonly newRunId: () => string;
  readonly clock: Clock;
}

export class EndedReviews {
  readonly #deps: EndedReviewsDependencies;

  constructor(deps: EndedReviewsDependencies) {
    this.#deps = deps;
  }

  /**
   * Makes the run that continues this one, and names its source, which can be used once.
   * @param runId absent = the session's newest
   * @returns undefined where it cannot be continued (any more)
   */
  continuation(
    session: SessionKey,
    runId?: string,
  ): { readonly run: Run; readonly sourceId: string } | undefined {
    const { endedReviews, newRunId, clock } = this.#deps;
    const ended = endedReviews.find(session, runId);
    if (ended === undefined) return undefined;
    const run = { ...ended, id: newRunId(), createdAt: clock.now().toISOString() };
    return { run, sourceId: `round:${ended.follows.runId}` };
  }

  /** Finds the run whose work awaits a decision; undefined where none does. */
  open(session: SessionKey, runId?: string): string | undefined {
    return this.#deps.endedReviews.find(session, runId)?.follows.runId;
  }

  /**
   * Records that a person takes the work as it is.
   * @returns its run; undefined where there is nothing to accept (any more)
   */
  async accept(session: SessionKey, who: string, runId?: string): Promise<string | undefined> {
    const { endedReviews, sessions, traces, clock } = this.#deps;
    const ended = endedReviews.find(session, runId);
    if (ended === undefined) return undefined;
    const accepted = ended.follows.runId;
    endedReviews.markAccepted(accepted, who);
    traces.write({
      type: "acceptance",
      schema_version: TRACE_VERSION,
      timestamp: clock.now().toISOString(),
      run_id: accepted,
      session_id: sessionId(session),
      accepted_by: who,
    });
    await sessions.change(session, (before) => {
      const { lastRun } = before;
      if (lastRun?.runId !== accepted) return before;
      return { ...before, lastRun: { ...lastRun, acceptedBy: who } };
    });
    return accepted;
  }
}
