import assert from "node:assert/strict";
import type { Answer, Finding } from "../../src/core/run/events.ts";
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
