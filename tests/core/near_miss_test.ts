import assert from "node:assert/strict";
import { nearMiss } from "../../src/core/text/near_miss.ts";
import { COMMANDS } from "../../src/bot/commands/table.ts";

const OURS = [
  "start",
  "help",
  "mode",
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
    assert.equal(nearMiss(typed, COMMANDS.keys()), undefined, typed);
  }
});

Deno.test("nearMiss() is not about a command that is one of ours", () => {
  for (const name of COMMANDS.keys()) assert.notEqual(nearMiss(name, [name]), name);
});
