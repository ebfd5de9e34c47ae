/** Keeps what a review on demand has found for the next request of its session. */
import { type Session, withNote } from "../session/session.ts";
import type { Profile } from "../session/settings.ts";
import type { RunOutcome } from "./events.ts";

/** The developer, which saw nothing of the review, is told of it before the next request. */
export function withReviewed(
  session: Session,
  { runId, profile }: { readonly runId: string; readonly profile: Profile | undefined },
  { answer }: RunOutcome,
): Session {
  const subject = answer?.reviewed;
  if (answer === undefined || subject === undefined || subject.totals.files === 0) return session;
  const name = subject.name === undefined ? "" : ` ${subject.name}`;
  const note =
    `A reviewer looked at a change on the person's request (${subject.kind}${name}), and changed nothing. What it said:\n${
      subject.said ?? answer.text
    }`;
  const place = profile === undefined ? {} : { profile: profile.name };
  return { ...withNote(session, note), reviewed: { runId, subject, ...place } };
}
