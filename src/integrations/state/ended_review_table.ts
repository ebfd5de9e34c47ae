/** Keeps the runs whose work was not approved, until a person has decided what becomes of them. */
import type { EndedReview, EndedReviewStore, FollowedRun } from "../../core/run/ended_reviews.ts";
import type { RunOutcome } from "../../core/run/events.ts";
import type { StoredRun } from "../../core/run/run.ts";
import { sessionId, type SessionKey } from "../../core/session/session.ts";
import type { StateDatabase } from "./database.ts";
import { storedRequest } from "./run_rows.ts";
import { storedFollowedRun } from "./stored_follow_up.ts";

/** Of a session; the newest. */
const MOST_KEPT = 20;

export class EndedReviewTable implements EndedReviewStore {
  readonly #database: StateDatabase;

  constructor(database: StateDatabase) {
    this.#database = database;
  }

  find(session: SessionKey, runId?: string): EndedReview | undefined {
    const row = this.#database.get(
      `SELECT prompt, attachments, origin, follows FROM ended_reviews AS ended
         WHERE session_id = ?1 AND (?2 IS NULL OR run_id = ?2) AND accepted_by IS NULL
           AND NOT EXISTS (SELECT 1 FROM runs WHERE source_id = 'round:' || ended.run_id)
         ORDER BY rowid DESC LIMIT 1`,
      sessionId(session),
      runId ?? null,
    );
    if (row === undefined) return undefined;
    const follows = storedFollowedRun(String(row.follows));
    return { session, ...storedRequest(row), follows };
  }

  markAccepted(runId: string, who: string): void {
    this.#database.run("UPDATE ended_reviews SET accepted_by = ? WHERE run_id = ?", who, runId);
  }
}

/**
 * Keeps a run that has ended, within the transaction that stores its end.
 * @param run its prompt has what was added to it
 */
export function keepEndedReview(
  database: StateDatabase,
  run: StoredRun,
  { answer }: RunOutcome,
): void {
  const continues = answer?.continues;
  if (continues === undefined) return;
  const session = sessionId(run.session);
  const follows: FollowedRun = {
    ...continues,
    runId: run.id,
    firstRunId: run.follows?.firstRunId ?? run.id,
    ...(run.profile === undefined ? {} : { profile: run.profile }),
  };
  database.run(
    `INSERT OR REPLACE INTO ended_reviews
       (run_id, session_id, prompt, attachments, origin, follows, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    run.id,
    session,
    run.prompt,
    run.attachments === undefined ? null : JSON.stringify(run.attachments),
    JSON.stringify(run.origin),
    JSON.stringify(follows),
    run.createdAt,
  );
  database.run(
    `DELETE FROM ended_reviews WHERE session_id = ?1 AND rowid NOT IN
       (SELECT rowid FROM ended_reviews WHERE session_id = ?1 ORDER BY rowid DESC LIMIT ?2)`,
    session,
    MOST_KEPT,
  );
}
