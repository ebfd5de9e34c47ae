/** What the block above the prompt shows while a run is at work. */
import assert from "node:assert/strict";
import type { TurnEvent } from "../../src/core/codex/codex.ts";
import type { Run } from "../../src/core/run/run.ts";
import { newRunState, reduceRun } from "../../src/core/run/run_state.ts";
import { textOf } from "../../src/terminal/text/styled_line.ts";
import { progressLines } from "../../src/terminal/views/progress_lines.ts";
import { textsFor } from "../../src/texts/texts.ts";

const AT = new Date("2026-01-02T03:04:05.678Z");
const RUN: Run = {
  id: "ab12",
  session: { chatId: "1", userId: "1" },
  prompt: "do it",
  origin: { chatId: "1", messageId: 1, language: "en" },
  createdAt: AT.toISOString(),
};

function shown(event: TurnEvent): string[] {
  const place = { role: "developer", round: 1 } as const;
  const begun = reduceRun(newRunState(), { type: "run.started", mode: "single" }, AT);
  const staged = reduceRun(begun, { type: "stage.started", ...place }, AT);
  const state = reduceRun(staged, { type: "turn.event", ...place, event }, AT);
  const context = {
    texts: textsFor("en"),
    redact: (text: string) => text.replaceAll("hunter2", "•••••••"),
    now: AT,
  };
  return progressLines({ run: RUN, state, folder: "/p" }, context).map(textOf);
}

Deno.test("progressLines() holds no line break, whatever files are named", () => {
  const changes = ["/p/a\n\nb", "/p/\x1b[2J\rc", "/p/hunter2"].map((path) => (
    { path, kind: "add" } as const
  ));
  const lines = shown({
    type: "item.completed",
    item: { type: "files", id: "1", status: "completed", changes },
  });
  assert.equal(lines.at(-1), "  ± a b, c, •••••••");
  // deno-lint-ignore no-control-regex -- these characters are what it looks for
  assert.ok(lines.every((line) => !/[\x00-\x1f]/.test(line)));
});

Deno.test("progressLines() shows thoughts without the marks of Markdown", () => {
  const item = { type: "reasoning", id: "1", summary: "**Looking at `a.ts`**\n\n_Soon_." } as const;
  assert.equal(shown({ type: "item.completed", item }).at(-1), "  Looking at a.ts Soon.");
});
