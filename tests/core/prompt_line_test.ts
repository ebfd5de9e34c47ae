import assert from "node:assert/strict";
import { promptLine, type Run } from "../../src/core/run/run.ts";

function lineOf(prompt: string): string {
  const run: Run = {
    id: "r1",
    session: { chatId: "1", userId: "1" },
    prompt,
    origin: { chatId: "1", messageId: 1, language: "en" },
    createdAt: "2026-01-01T00:00:00.000Z",
  };
  return promptLine(run, (text) => text.replaceAll("hunter2hunter2", "••••••••••••••"));
}

Deno.test("promptLine() puts a short request into one line", () => {
  assert.equal(lineOf(" build\n\tit "), "build it");
});

Deno.test("promptLine() masks a secret that the cut would have split", () => {
  const line = lineOf(`${"x".repeat(53)} hunter2hunter2 and more`);
  assert.equal(line, `${"x".repeat(53)} •••••…`);
});

Deno.test("promptLine() leaves no half of a character at the cut", () => {
  assert.equal(lineOf(`${"x".repeat(58)}😀😀`), `${"x".repeat(58)}…`);
});
