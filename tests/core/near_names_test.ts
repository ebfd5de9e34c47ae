import assert from "node:assert/strict";
import { nearNames, sameName } from "../../src/core/text/near_names.ts";

const NAMES = ["gpt-6.1-sol", "gpt-6-astra", "gpt-6-sol", "gpt-6-luna", "gpt-5.5"];

Deno.test("sameName forgives case, blanks and dashes, and nothing else", () => {
  for (const typed of ["GPT 5.5", "gpt5.5", "gpt_5.5"]) assert.ok(sameName(typed, "gpt-5.5"));
  for (const typed of ["gpt-55", "gpt-5.50", ""]) assert.ok(!sameName(typed, "gpt-5.5"));
});

Deno.test("nearNames finds names that hold what was typed", () => {
  assert.deepEqual(nearNames("sol", NAMES), ["gpt-6.1-sol", "gpt-6-sol"]);
  assert.equal(nearNames("gpt", NAMES).length, 3);
});

Deno.test("nearNames finds names that are a slip away, the nearest first", () => {
  assert.equal(nearNames("gtp-6-luna", NAMES)[0], "gpt-6-luna");
  assert.equal(nearNames("gpt-6-lun", NAMES)[0], "gpt-6-luna");
  assert.equal(nearNames("gpt-5.6", NAMES)[0], "gpt-5.5");
});

Deno.test("nearNames offers nothing for what is like none of them", () => {
  for (const typed of ["", "x", "claude-opus", "완전히 다른 것"]) {
    assert.deepEqual(nearNames(typed, NAMES), [], typed);
  }
});
