import assert from "node:assert/strict";
import { promptWithQuote } from "../../src/bot/quoted_text.ts";

Deno.test("promptWithQuote() takes a quote with any number of backticks", () => {
  const prompt = promptWithQuote("why", "` ".repeat(300_000));
  assert.ok(prompt.endsWith("\n```"));
});
