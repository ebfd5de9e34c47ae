import assert from "node:assert/strict";
import { nearMiss, nearNames, sameName, slips } from "../../src/core/text/near_names.ts";
import { CHAT_COMMANDS } from "../../src/commands/table.ts";

const OURS = [
  "start",
  "help",
  "mode",
  "model",
  "new",
  "status",
  "cancel",
  "profile",
  "continue",
  "approve",
  "steer",
  "queue",
  "retry",
];

for (
  const [typed, meant] of [
    ["canel", "cancel"],
    ["cancle", "cancel"],
    ["stauts", "status"],
    ["statuss", "status"],
    ["mdoe", "mode"],
    ["modle", "model"],
    ["nwe", "new"],
    ["aprove", "approve"],
    ["contiue", "continue"],
    ["ster", "steer"],
    ["halp", "help"],
  ] as const
) {
  Deno.test(`nearMiss() takes /${typed} for /${meant}`, () => {
    assert.equal(nearMiss(typed, OURS), meant);
  });
}

Deno.test("nearMiss() leaves alone what is like none of them", () => {
  const ofCodex =
    "review compact init mcp fork quit exit undo plan apps skills agent mention approvals permissions theme clear copy ps";
  for (const typed of [...ofCodex.split(" "), "etc", "home", "tmp"]) {
    assert.equal(nearMiss(typed, CHAT_COMMANDS.keys()), undefined, typed);
  }
});

Deno.test("nearMiss() is not about a command that is one of ours", () => {
  for (const name of CHAT_COMMANDS.keys()) assert.notEqual(nearMiss(name, [name]), name);
});

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

Deno.test("slips counts a swap of two neighbours as one", () => {
  assert.deepEqual(
    [slips("modle", "model"), slips("ca", "ac"), slips("", "abc"), slips("한글", "글한")],
    [1, 1, 3, 1],
  );
});
