import assert from "node:assert/strict";
import fc from "fast-check";
import { readReview, readSelection } from "../../src/workflows/decisions.ts";

Deno.test("readSelection() takes plain JSON", () => {
  assert.deepEqual(readSelection('{"mode":"plan","reason":"several files"}'), {
    mode: "plan",
    reason: "several files",
  });
});

Deno.test("readSelection() finds the JSON inside prose and fences", () => {
  const text = 'I think:\n```json\n{"mode": "Plan", "reason": "a {new} feature"}\n```\nDone.';
  assert.deepEqual(readSelection(text), { mode: "plan", reason: "a {new} feature" });
});

Deno.test("readSelection() means single when the answer is unusable", () => {
  for (const text of ["", "plan", '{"mode":"both"}', "{", '{"mode":', "null"]) {
    assert.equal(readSelection(text).mode, "single", text);
  }
});

Deno.test("readReview() keeps findings and drops an absent file", () => {
  const text = JSON.stringify({
    verdict: "needs_changes",
    summary: "Two things",
    findings: [
      { severity: "major", file: "a.ts", message: "wrong sum" },
      { severity: "minor", file: null, message: "no test" },
    ],
  });
  assert.deepEqual(readReview(text), {
    verdict: "needs_changes",
    summary: "Two things",
    findings: [
      { severity: "major", file: "a.ts", message: "wrong sum" },
      { severity: "minor", message: "no test" },
    ],
  });
});

Deno.test("readReview() takes the last object when several stand in the text", () => {
  const text =
    '{"verdict":"approved","summary":"draft"} … {"verdict":"needs changes","summary":"final"}';
  assert.equal(readReview(text).verdict, "needs_changes");
});

Deno.test("readReview() does not believe an approval with a blocker in it", () => {
  const text = JSON.stringify({
    verdict: "approved",
    summary: "fine",
    findings: [{ severity: "blocker", file: null, message: "deletes the data" }],
  });
  assert.equal(readReview(text).verdict, "needs_changes");
});

Deno.test("readReview() treats an unknown severity as major", () => {
  const text = '{"verdict":"needs_changes","findings":[{"severity":"catastrophic","message":"x"}]}';
  assert.deepEqual(readReview(text).findings, [{ severity: "major", message: "x" }]);
});

Deno.test("readReview() never approves what it cannot read", () => {
  for (const text of ["", "approved", "LGTM", '{"verdict":"yes"}', '{"verdict":true}', "[]"]) {
    assert.equal(readReview(text).verdict, "unreadable", text);
  }
});

Deno.test("readReview() and readSelection() survive any text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert.notEqual(readReview(text).verdict, "approved");
    assert.equal(readSelection(text).mode, "single");
  }));
});

Deno.test("readReview() approves only when an approving object stands in the text", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (before, after) => {
    const object = '{"verdict":"approved","summary":"","findings":[]}';
    const around = `${before.replaceAll(/[{}"]/g, "")}${object}${after.replaceAll(/[{}"]/g, "")}`;
    assert.equal(readReview(around).verdict, "approved");
  }));
});
