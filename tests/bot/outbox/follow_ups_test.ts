/** What waits for messages of a group, and when it goes. */
import assert from "node:assert/strict";
import { FollowUps } from "../../../src/bot/outbox/follow_ups.ts";

function scene(): {
  readonly followUps: FollowUps;
  readonly told: string[];
  readonly hold: (name: string, after: string) => void;
} {
  const followUps = new FollowUps();
  const told: string[] = [];
  const hold = (name: string, after: string): void =>
    followUps.hold({
      after,
      start: (arrived) => told.push(`${name} ${arrived ? "arrived" : "lost"}`),
      onLost: () => told.push(`${name} knows`),
      stop: () => told.push(`${name} stopped`),
    });
  return { followUps, told, hold };
}

Deno.test("what follows goes when the last message of its group has arrived", () => {
  const { followUps, told, hold } = scene();
  for (const key of ["answer:1:1", "answer:1:2", "answer:1:2", "answer:10:1"]) {
    followUps.opened(key);
  }
  assert.deepEqual(
    ["answer", "answer:1", "answer:10", "answer:1:2", "answer:2", "answ"]
      .map((group) => followUps.isOpen(group)),
    [true, true, true, true, false, false],
  );
  hold("end", "answer:1");
  hold("other end", "answer:10");
  followUps.closed("answer:1:1", true);
  assert.deepEqual(told, []);
  followUps.closed("answer:1:2", true);
  followUps.closed("answer:1:2", true);
  assert.deepEqual(told, ["end arrived"]);
  assert.ok(!followUps.isOpen("answer:1"));
  followUps.closed("answer:10:1", true);
  assert.deepEqual(told, ["end arrived", "other end arrived"]);
});

Deno.test("what follows a message that is lost is told of it at once, and once", () => {
  const { followUps, told, hold } = scene();
  for (const part of [1, 2, 3]) followUps.opened(`answer:1:${part}`);
  hold("end", "answer:1");
  hold("part", "answer:1:3");
  followUps.closed("answer:1:1", false);
  followUps.closed("answer:1:2", false);
  assert.deepEqual(told, ["end knows"]);
  followUps.closed("answer:1:3", true);
  assert.deepEqual(told, ["end knows", "end lost", "part arrived"]);
});

Deno.test("what waits at the end of the program is stopped, and does not go later", () => {
  const { followUps, told, hold } = scene();
  followUps.opened("answer:1:1");
  hold("end", "answer:1");
  hold("reaction", "answer:1");
  followUps.stop();
  followUps.closed("answer:1:1", true);
  assert.deepEqual(told, ["end stopped", "reaction stopped"]);
});
