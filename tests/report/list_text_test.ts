import assert from "node:assert/strict";
import { displayWidth } from "../../src/core/text/columns.ts";
import { listText } from "../../src/report/text/list_text.ts";
import { paintIn } from "../../src/report/text/paint.ts";
import type { RunSummary } from "../../src/report/run_history.ts";

const RUN: RunSummary = {
  id: "3f9a12cd34ef",
  startedAt: "2026-03-01T15:10:52.000Z",
  session: "tg:4200000001:4200000001",
  profile: "default",
  workflow: "plan",
  state: "ok",
  durationMs: 90_000,
  tokens: 1_800,
  request: "Add a greeting that is polite and long enough not to fit into a line of eighty columns",
};
const KOREAN = {
  ...RUN,
  request: "인사말을 추가해 주세요 ".repeat(8),
  state: "unfinished",
} as const;

for (const columns of [20, 40, 60, 80, 119, 120, 160]) {
  Deno.test(`listText() fits into ${columns} columns, in Korean too`, () => {
    const text = listText([RUN, KOREAN], { paint: paintIn(false), columns });
    const widths = text.split("\n").map(displayWidth);
    assert.ok(Math.max(...widths) <= columns, text);
    assert.match(text, /3f9a12cd34ef/);
    assert.match(text, /…/);
  });
}

Deno.test("listText() without a width cuts nothing and puts a heading over each day", () => {
  const older = { ...RUN, id: "older", startedAt: "2026-02-28T01:00:00.000Z", tokens: null };
  const text = listText([RUN, older], { paint: paintIn(false), columns: undefined });
  assert.equal(
    text,
    `2026-03-01 (UTC)
3f9a12cd34ef  15:10  plan  ok  1 min 30 s  1.8k tok  chat 4200000001 · default  ${RUN.request}

2026-02-28 (UTC)
older         01:00  plan  ok  1 min 30 s         –  chat 4200000001 · default  ${RUN.request}
`,
  );
});

Deno.test("listText() prints no control characters", () => {
  const hostile = { ...RUN, id: "x\x1b[2J", request: "\x1b]0;owned\x07\x9b31mred\u202eabc" };
  const text = listText([hostile], { paint: paintIn(false), columns: 80 });
  // deno-lint-ignore no-control-regex -- these characters are what it looks for
  assert.ok(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(text), JSON.stringify(text));
});
