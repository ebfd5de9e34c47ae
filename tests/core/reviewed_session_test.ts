import assert from "node:assert/strict";
import type { Answer, Finding, RunOutcome } from "../../src/core/run/events.ts";
import { openFindings } from "../../src/core/run/findings.ts";
import { withReviewed } from "../../src/core/run/reviewed_session.ts";
import { newSession, type Session } from "../../src/core/session/session.ts";

const KEY = { chatId: "1", userId: "1" };
const finding = (id: string): Finding => ({
  id,
  severity: "major",
  message: `what ${id} says`,
  state: "open",
  round: 1,
});
const FOUND = ["F1", "F2", "F3"].map(finding);

function reviewed(): Session {
  const subject = {
    kind: "uncommitted",
    totals: { files: 1, added: 1, removed: 0 },
    findings: FOUND,
    summary: "Three.",
  } as const;
  return withReviewed(
    newSession(KEY, "default", new Date(0)),
    { runId: "r1", profile: undefined, follows: undefined },
    { status: "answered", answer: { text: "Not approved.", reviewed: subject } },
  );
}

/** The session behind a run that was to mend the first two. */
function mended(runId: string, review?: Answer["review"]): string[] {
  const follows = {
    ...{ runId, firstRunId: "r2", plan: "", round: 0, next: "develop", report: "" } as const,
    review: { verdict: "needs_changes", summary: "", findings: FOUND.slice(0, 2) } as const,
  };
  const answer = { text: "done", ...(review === undefined ? {} : { review }) };
  const session = withReviewed(
    reviewed(),
    { runId: "r2", profile: undefined, follows },
    { status: "answered", answer },
  );
  return openFindings(session.reviewed?.subject.findings ?? []).map(({ id }) => id);
}

Deno.test("what a run has mended of a review is not mended again", () => {
  const review = { result: "approved", rounds: 1, note: "", openFindings: [] } as const;
  assert.deepEqual(mended("r1", review), ["F3"]);
  assert.deepEqual(mended("r1", { ...review, openFindings: [finding("F2")] }), ["F2", "F3"]);
});

Deno.test("findings stay open where nobody looked again, and behind another run's review", () => {
  const review = { result: "approved", rounds: 1, note: "", openFindings: [] } as const;
  assert.deepEqual(mended("r1"), ["F1", "F2", "F3"]);
  assert.deepEqual(mended("r0", review), ["F1", "F2", "F3"]);
});

Deno.test("another round of a run that mends settles what the review has found, and nothing else", () => {
  const rest = { firstRunId: "r2", plan: "", next: "develop", report: "" } as const;
  const asked = { verdict: "needs_changes", summary: "", findings: FOUND.slice(0, 1) } as const;
  const own = { verdict: "needs_changes", summary: "", findings: FOUND.slice(0, 2) } as const;
  const ended = (openIds: readonly string[]): RunOutcome => {
    const openFindings = openIds.map(finding);
    const review = { result: "stalled", rounds: 1, note: "", openFindings } as const;
    return { status: "answered", answer: { text: "done", review } };
  };
  const left = ({ reviewed }: Session): string[] =>
    openFindings(reviewed?.subject.findings ?? []).map(({ id }) => id);
  // F2 is one that the round has found itself: the review's own F2 is another one.
  const first = withReviewed(
    reviewed(),
    { runId: "r2", profile: undefined, follows: { ...rest, runId: "r1", round: 0, review: asked } },
    ended(["F1", "F2"]),
  );
  assert.deepEqual(left(first), ["F1", "F2", "F3"]);
  const second = withReviewed(
    first,
    { runId: "r3", profile: undefined, follows: { ...rest, runId: "r2", round: 1, review: own } },
    ended(["F2"]),
  );
  assert.deepEqual(left(second), ["F2", "F3"]);
  const third = withReviewed(
    second,
    { runId: "r4", profile: undefined, follows: { ...rest, runId: "r3", round: 2, review: own } },
    ended([]),
  );
  assert.deepEqual(left(third), ["F2", "F3"]);
});
