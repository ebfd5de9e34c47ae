import assert from "node:assert/strict";
import fc from "fast-check";
import { readSelection } from "../../src/workflows/decisions.ts";

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
    const { mode, undecided } = readSelection(text);
    assert.deepEqual([mode, undecided], ["single", {}], text);
  }
});

Deno.test("readSelection() survives any text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert.equal(readSelection(text).mode, "single");
  }));
});
