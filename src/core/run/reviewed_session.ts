/** Keeps what a review on demand has found for the next request of its session. */
import { type Reviewed, type Session, withNote } from "../session/session.ts";
import type { Profile } from "../session/settings.ts";
import type { Answer, Finding, RunOutcome } from "./events.ts";
import type { FollowedRun } from "./ended_reviews.ts";

interface RunOfReview {
  readonly runId: string;
  readonly profile: Profile | undefined;
  readonly follows: FollowedRun | undefined;
}

/** The developer, which saw nothing of the review, is told of it before the next request. */
export function withReviewed(
  session: Session,
  { runId, profile, follows }: RunOfReview,
  { answer }: RunOutcome,
): Session {
  if (answer === undefined) return session;
  if (follows !== undefined) return withSettled(session, { runId, profile, follows }, answer);
  const subject = answer.reviewed;
  if (subject === undefined || subject.totals.files === 0) return session;
  const name = subject.name === undefined ? "" : ` ${subject.name}`;
  const note =
    `A reviewer looked at a change on the person's request (${subject.kind}${name}), and changed nothing. What it said:\n${
      subject.said ?? answer.text
    }`;
  const place = profile === undefined ? {} : { profile: profile.name };
  return { ...withNote(session, note), reviewed: { runId, subject, ...place } };
}

/** What the run was to mend and is not open any more is mended once. */
function withSettled(
  session: Session,
  { runId, follows }: RunOfReview & { readonly follows: FollowedRun },
  { review }: Answer,
): Session {
  const { reviewed } = session;
  const ids = reviewed === undefined ? undefined : idsToMend(reviewed, follows);
  if (reviewed === undefined || ids === undefined || review === undefined) return session;
  const open = new Set(review.openFindings.map(({ id }) => id));
  const findings = reviewed.subject.findings.map((finding): Finding =>
    finding.state === "open" && ids.includes(finding.id) && !open.has(finding.id)
      ? { ...finding, state: "settled" }
      : finding
  );
  const subject = { ...reviewed.subject, findings };
  return { ...session, reviewed: { ...reviewed, subject, mending: { runId, ids } } };
}

/**
 * The findings of the review that the run was to mend. A further round has those of its own, too, whose
 * ids may be those of others in the review.
 * @returns undefined for a run that continues none of these
 */
function idsToMend(
  { runId, mending }: Reviewed,
  follows: FollowedRun,
): readonly string[] | undefined {
  if (follows.runId === runId) return follows.review?.findings.map(({ id }) => id) ?? [];
  return follows.runId === mending?.runId ? mending.ids : undefined;
}
