/** What a turn did besides writing, which decides whether its folder is looked at. */
import assert from "node:assert/strict";
import type { TurnEvent } from "../../src/core/codex/codex.ts";
import { isMoreThanWords } from "../../src/core/codex/turn_acts.ts";

const GOAL: TurnEvent = {
  type: "goal",
  goal: {
    threadId: "thread",
    objective: "the tests pass",
    status: "active",
    tokensUsed: 0,
    secondsUsed: 0,
  },
};

Deno.test("a goal may have been worked on; that there is none says nothing", () => {
  assert.equal(isMoreThanWords(GOAL), true);
  assert.equal(isMoreThanWords({ type: "goal" }), false);
});
