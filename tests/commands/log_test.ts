import assert from "node:assert/strict";
import { splitMessage } from "../../src/bot/render/split.ts";
import { type DrawnReply, drawReply } from "../../src/bot/render/reply.ts";
import { logReply } from "../../src/commands/log.ts";
import type { LogEntry, RunLog } from "../../src/core/run/run_log.ts";
import { textsFor } from "../../src/texts/texts.ts";

function entry(kind: LogEntry["kind"], text: string, more: Partial<LogEntry> = {}): LogEntry {
  return { at: "2026-01-02T03:04:05.678Z", role: "developer", round: 1, kind, text, ...more };
}

function reply(
  { entries, dropped = 0 }: Partial<RunLog>,
  { running = false, whole = false } = {},
): DrawnReply {
  const run = { runId: "ab12cd34ef56", request: "do it", log: { entries: entries ?? [], dropped } };
  return drawReply(logReply({ ...run, running }, textsFor("en"), { whole, place: "chat" }));
}

function fileOf({ documents: [document] = [] }: DrawnReply): string {
  return new TextDecoder().decode(document?.bytes);
}

const STAGE = entry("stage", "", { status: "completed", durationMs: 125_000 });

Deno.test("logReply() shows stages, and the steps in a quote that opens", () => {
  const shown = reply({
    entries: [
      entry("stage", "", { role: "planner", round: 0, status: "completed", durationMs: 61_000 }),
      entry("message", "the plan\nin two lines", { role: "planner", round: 0 }),
      STAGE,
      entry("command", "npm\n test", { status: "failed", exitCode: 1, durationMs: 12_345 }),
      entry("files", "/p/src/a.ts\n/p/b\n/p/c\n/p/d\n/p/e", { status: "completed" }),
      entry("tool", "web_search", { status: "failed" }),
      entry("approval", "rm x", { status: "accept", durationMs: 90_000 }),
      entry("steer", "in blue"),
      entry("retry", "again"),
    ],
  });
  assert.equal(
    shown.text,
    [
      "📜 Steps",
      "do it",
      "📝 Planning · 1 min 1 s",
      "🛠 Developing · round 1 · 2 min 5 s",
      "💬 the plan in two lines",
      "🛠 Developing · round 1",
      "npm test · exit 1 · 12 s",
      "✏️ src/a.ts, p/b, p/c, p/d +1",
      "🔧 web_search · failed",
      "✋ rm x · allowed once",
      "↪️ in blue",
      "🔁 again",
    ].join("\n"),
  );
  assert.equal(shown.documents, undefined);
  const quote = shown.entities.find(({ type }) => type === "expandable_blockquote");
  assert.equal(quote?.offset, shown.text.indexOf("💬"));
  const codes = shown.entities.filter(({ type }) => type === "code");
  assert.deepEqual(
    codes.map(({ offset, length }) => shown.text.slice(offset, offset + length)),
    ["npm test", "web_search", "rm x"],
  );
});

Deno.test("logReply() shows messages without the marks of Markdown", () => {
  const shown = reply({
    entries: [entry("message", "## Found\n\nIt **was** `a.ts`. [](b.ts) ![](c.png)")],
  });
  assert.match(shown.text, /Found It was a\.ts\. b\.ts c\.png/);
});

Deno.test("logReply() says that a request is still at work, also before its first step", () => {
  assert.equal(reply({}, { running: true }).text, "📜 Steps · still running\ndo it");
  const shown = reply({ entries: [entry("command", "ls", { status: "in_progress" })] });
  assert.match(shown.text, /^ls · running$/m);
});

Deno.test("logReply() shows the newest steps of a long log, and all of them in a file", () => {
  const entries = Array.from(
    { length: 40 },
    (_, index) => entry("command", `step ${index}`, { status: "completed", exitCode: 0 }),
  );
  const shown = reply({ entries: [STAGE, ...entries], dropped: 7 });
  assert.match(shown.text, /Latest 15 steps; all of them are in log\.txt/);
  assert.deepEqual(shown.text.match(/step \d+/g)?.at(0), "step 25");
  assert.equal(shown.text.match(/step \d+/g)?.length, 15);
  const file = fileOf(shown);
  assert.match(file, /^run ab12cd34ef56\ndo it\n\n… 7 older steps were not kept\n/);
  assert.match(file, /^== 2026-01-02 03:04:05Z {2}🛠 Developing · round 1 · 2 min 5 s$/m);
  assert.match(file, /^2026-01-02 03:04:05Z {2}\$ step 0 · exit 0$/m);
  assert.match(file, /step 39/);
});

Deno.test("logReply() has the file when it is asked for, with every line of a step", () => {
  const failed = entry("stage", "Codex ended", { status: "lost", durationMs: 5 });
  const shown = reply({
    entries: [failed, entry("command", "a\nb", { exitCode: 0, status: "completed" })],
  }, { whole: true });
  assert.equal(shown.documents?.[0]?.fileName, "log.txt");
  assert.match(fileOf(shown), /Developing · round 1 · lost, Codex ended\nCodex ended\n/);
  assert.match(fileOf(shown), /\$ a\n {22}b · exit 0\n/);
});

Deno.test("logReply() puts nothing into the file that steers a terminal", () => {
  const shown = reply({
    entries: [
      entry("command", "echo '\x1b[2J\u202e'\nb", { agent: "helper\x1b[1m" }),
      entry("message", "\x1b]0;owned\x07red \x1b[31m👩‍👩‍👧"),
    ],
  }, { whole: true });
  assert.match(fileOf(shown), /\$ helper: echo '\\u\{1b\}\[2J\\u\{202e\}'\n {22}b\n/);
  assert.match(fileOf(shown), /red 👩‍👩‍👧\n/);
  // deno-lint-ignore no-control-regex -- these characters are what it looks for
  assert.doesNotMatch(fileOf(shown), /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
});

Deno.test("logReply() counts no steps where there are none", () => {
  const shown = reply({ entries: [STAGE] }, { whole: true });
  assert.match(shown.text, /^📜 Steps\ndo it\n🛠 Developing · round 1[^\n]*$/);
});

Deno.test("logReply() fits into one message, whatever the steps are", () => {
  const entries = Array.from(
    { length: 200 },
    (_, index) =>
      index % 2 === 0
        ? entry("stage", "", { round: index })
        : entry("command", "🙂".repeat(300), { round: index, exitCode: 1, status: "failed" }),
  );
  const shown = reply({ entries });
  assert.equal(splitMessage(shown).length, 1);
  assert.ok(shown.entities.length <= 100);
});
