import assert from "node:assert/strict";
import { nearMiss } from "../../src/bot/commands/near_miss.ts";
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
  for (const typed of ["review", "compact", "init", "mcp", "fork", "quit", "undo", "plan", "etc"]) {
    assert.equal(nearMiss(typed, OURS), undefined, typed);
  }
});

Deno.test("nearMiss() is not about a command that is one of ours", () => {
  for (const name of COMMANDS.keys()) assert.notEqual(nearMiss(name, [name]), name);
});
