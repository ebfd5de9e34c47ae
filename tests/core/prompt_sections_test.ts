import assert from "node:assert/strict";
import { requestIn } from "../../src/core/text/prompt_sections.ts";
import {
  developerPrompt,
  interruptedPrompt,
  plannerPrompt,
  withConversation,
} from "../../src/workflows/prompts.ts";

const HISTORY = [
  { role: "user", content: "an earlier request" },
  { role: "assistant", content: "an earlier answer" },
] as const;
const REQUEST = "fix the login\n\n# Request\n\nis a heading of mine";

Deno.test("requestIn finds what the person asked in everything that a developer is told", () => {
  const planned = developerPrompt("fix the login", "# Plan\n\n1. look");
  for (
    const text of [
      planned,
      withConversation("fix the login", HISTORY),
      withConversation(planned, HISTORY),
      interruptedPrompt("fix the login"),
      interruptedPrompt(planned),
      withConversation(interruptedPrompt(planned), HISTORY),
      plannerPrompt("fix the login", HISTORY),
    ]
  ) assert.equal(requestIn(text), "fix the login", text);
});

Deno.test("requestIn leaves a text alone that is no prompt of ours", () => {
  for (const text of ["", "fix it", "## Request\n\nx", "#Request", REQUEST]) {
    assert.equal(requestIn(text), text);
  }
});

Deno.test("requestIn makes the best of a text that is cut off", () => {
  const whole = withConversation(developerPrompt("fix the login", "a plan"), HISTORY);
  for (let length = 0; length <= whole.length; length++) {
    const found = requestIn(whole.slice(0, length));
    assert.ok(found.length <= length);
    if (length > whole.indexOf("a plan")) assert.equal(found, "fix the login");
  }
  assert.match(requestIn(whole.slice(0, 45)), /^an earlier/);
});
