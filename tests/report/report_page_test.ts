import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { markup } from "../../src/report/html/html.ts";
import { markdownHtml } from "../../src/report/html/markdown_html.ts";
import { reportPage, type ReportSource } from "../../src/report/html/report_page.ts";
import type { TurnStatus } from "../../src/core/codex/codex.ts";
import type { CheckTrace } from "../../src/core/run/trace.ts";
import { type RunHistory, runHistory } from "../../src/report/run_history.ts";
import { runReport } from "../../src/report/run_report.ts";
import { paintIn } from "../../src/report/text/paint.ts";
import { showText } from "../../src/report/text/show_text.ts";
import { FIRST_VERSION } from "../traces/lines.ts";
import { recordedDiffs, recordedLines, recordedRun, recordsOf } from "../traces/recorded.ts";
import { HOSTILE_DIFF, hostileRun } from "./hostile_run.ts";

function page(source: Partial<ReportSource> = {}): string {
  return reportPage({
    run: recordedRun(),
    diffs: recordedDiffs(),
    madeAt: new Date("2026-11-21T16:00:00.000Z"),
    version: "1.2.3",
    remark: "",
    ...source,
  });
}

/** The tags of the page with their attributes, without the style sheet. */
function tags(text: string): string[] {
  return text.replace(/<style>[\s\S]*?<\/style>/, "").match(/<[^>]*>/g) ?? [];
}

Deno.test("the report shows every part of the recorded run", () => {
  const text = page({ remark: "1 line of the trace skipped: 1 cut by a crash." });
  for (
    const part of [
      `<span class="state">Done</span>`,
      "approved by the reviewer, round 2",
      "<dd>1 min 30 s</dd>",
      "in 1.5k · cached 600 · out 300",
      `<span class="plus">+24</span> <span class="minus">−5</span>`,
      "Add a --json option to tally",
      "<li>Add asJson beside asTable and the option</li>",
      "<strong>one JSON object</strong>",
      "<th>check</th>",
      "<b>Chose plan</b>",
      "deno test --allow-read --allow-run",
      "3 passed",
      `<span class="chip major">major</span>`,
      "Review: approved",
      `<span class="chip good">Allowed by Ann</span>`,
      "at 15:12:04 UTC, after 6.0 s",
      `<span class="add">+  console.error(\`reading \${file}\`);`,
      "1 line of the trace skipped: 1 cut by a crash.",
      "codex-orchestrator 1.2.3 on 2026-11-21 16:00:00 UTC",
    ]
  ) assert.ok(text.includes(part), part);
  assert.match(text, /<rect class="approval" fill="url\(#wait\)" x="[\d.]+%" width="[\d.]+%"/);
});

for (
  const [name, text] of [
    ["the recorded run", page()],
    ["a hostile run", page({ run: hostileRun(), diffs: [HOSTILE_DIFF] })],
  ] as const
) {
  Deno.test(`the report of ${name} has no foreign tags, runs nothing and fetches nothing`, () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1] ?? "";
    assert.equal(
      policy.replaceAll("&#39;", "'"),
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
    assert.ok(!/url\((?!#)|@import/.test(style));
    const names = new Set(tags(text).map((tag) => /^<[!/]?([a-z0-9]*)/.exec(tag)?.[1]));
    for (const banned of ["script", "img", "iframe", "link", "base", "form", "object", "embed"]) {
      assert.ok(!names.has(banned), banned);
    }
    for (const tag of tags(text)) {
      // Without the quoted values, only the names are left.
      const bare = tag.replaceAll(/"[^"]*"/g, '""');
      assert.ok(!/\s(?:on\w+|style|src|srcdoc)\s*=/.test(bare), tag);
      const [, target] = /\shref="([^"]*)"/.exec(tag) ?? [];
      assert.ok(target === undefined || /^(?:https?:\/\/|#)/.test(target), tag);
    }
    // deno-lint-ignore no-control-regex -- the report must not hold them
    assert.doesNotMatch(text, /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800]/);
    assert.equal(text.match(/<style>/g)?.length, 1);
    assert.equal(text.match(/<meta http-equiv/g)?.length, 1);
  });
}

Deno.test("the report keeps every line of a diff, even those that look like headers", () => {
  const text = page({
    diffs: ["--- a/x\n+++ b/x\n@@ -1,2 +1,1 @@\n--- a/comment\n-index 1234567\n+y\n"],
  });
  assert.ok(text.includes("--- a/comment"));
  assert.ok(text.includes("-index 1234567"));
});

Deno.test("a report without a diff names the files and says why", () => {
  const text = page({ diffs: "/state.db is not there" });
  assert.match(text, /src\/report\.ts<\/span>[\s\S]*\/state\.db is not there\./);
});

Deno.test("an old trace and a run that has just begun have a report, too", () => {
  const old = page({ run: runHistory("old1", recordsOf(FIRST_VERSION)), diffs: [] });
  assert.match(old, /An earlier version wrote this trace/);
  const { stages: _none, ...run } = recordedRun();
  const begun = page({ run: { ...run, stages: [], files: [] }, diffs: [] });
  assert.match(begun, /Nothing has happened/);
  assert.doesNotMatch(begun, /<section class="part" id="stages">/, "no heading without content");
  assert.match(old, /<section class="part" id="stages">/);
});

Deno.test("an enormous diff is cut, and the report says so", () => {
  const lines = Array.from({ length: 9_000 }, (_, index) => `+line ${index}`);
  const text = page({ diffs: [`--- a/x\n+++ b/x\n@@ -0,0 +1,9000 @@\n${lines.join("\n")}\n`] });
  assert.match(text, /5001 more lines are not shown/);
});

Deno.test("markup() escapes every value that is not HTML", () => {
  const inner = markup`<b>${"<&>\"'"}</b>`;
  assert.equal(markup`${inner}${1}`.text, "<b>&lt;&amp;&gt;&quot;&#39;</b>1");
});

Deno.test("the report follows findings over the rounds, and shows no approval where there is none", () => {
  const run = recordedRun();
  const found = { severity: "major", message: "no test", state: "open", round: 1 } as const;
  const reviewed = (round: number, state: "open" | "settled") => ({
    verdict: "needs_changes" as const,
    summary: "",
    findings: [
      { ...found, id: "F1", file: "a.ts", lines: { from: 3, to: 5 }, state },
      ...(round === 1 ? [] : [{ ...found, id: "F2", fix: "write it", round }]),
    ],
  });
  let round = 0;
  const stages = run.stages.map((stage) => {
    if (stage.role !== "reviewer") return stage;
    round += 1;
    return { ...stage, round, review: reviewed(round, round === 1 ? "open" : "settled") };
  });
  const { review: _former, ...rest } = run;
  const source = { run: { ...rest, stages, verdict: "not-approved" } } as const;
  const text = page(source);
  assert.match(text, /<header class="top cancelled">/);
  assert.match(text, /<span class="state">Not approved<\/span>/);
  assert.match(text, /<code>a\.ts:3-5<\/code>[\s\S]*round 1: open · round 2: settled/);
  assert.ok(text.indexOf("F2") < text.indexOf("F1"), "open ones come first");
  // The review of the second round says what became of it, too.
  assert.match(text, /<span class="chip good">settled<\/span><div><code>a\.ts<\/code>/);
  assert.match(
    showText(source.run, paintIn(false)),
    /\[major\] a\.ts: no[^]+\[settled\] a\.ts: no/,
  );
  const many = stages.map((stage) =>
    stage.review === undefined
      ? stage
      : { ...stage, review: { ...stage.review, omitted_findings: 9 } }
  );
  const cut = { ...source.run, stages: many };
  assert.match(page({ run: cut }), /F1[^]+9 more findings did not fit in the trace\./);
  assert.match(showText(cut, paintIn(false)), /9 more findings did not fit in the trace\n/);
  const accepted = page({ run: { ...source.run, acceptedBy: "Ann <b>" } });
  assert.match(accepted, /accepted by Ann &lt;b&gt;/);
  const korean = page({ ...source, language: "ko" });
  assert.match(korean, /<html lang="ko">[\s\S]*검토 미통과[\s\S]*지적 사항[\s\S]*1라운드: 남음/);
  for (const word of ["Timeline", "Stages", "Changes", "Duration", "Review:"]) {
    assert.ok(!korean.includes(word), word);
  }
});

Deno.test("the report tells the checks of the last turn, and looks good only where they pass", () => {
  const run = recordedRun();
  const check = (name: string, round: number, status: CheckTrace["status"]): CheckTrace => ({
    ...{ schema_version: 2, run_id: "r", session_id: "tg:1:1", type: "check", stage: "developer" },
    ...{ timestamp: "2026-11-21T15:12:10.000Z", started_at: "2026-11-21T15:12:10.000Z" },
    ...{ round, name, status, duration_ms: 1, command: "x", exit_code: 0, output: null },
  });
  const checked = (result: TurnStatus, ...checks: readonly CheckTrace[]): RunHistory => {
    const stages = run.stages.map((stage) =>
      stage.role === "developer"
        ? {
          ...stage,
          steps: [...stage.steps, ...checks.filter(({ round }) => round === stage.round)],
          ...(stage.round === 2 ? { result } : {}),
        }
        : stage
    );
    return { ...run, verdict: "done", stages };
  };
  const early = [check("test", 1, "failed"), check("lint", 1, "passed")];
  const failing = checked("completed", ...early, check("test", 2, "timed-out"));
  assert.match(
    page({ run: failing }),
    /<header class="top cancelled">[^]+<dt>Checks<\/dt>\s*<dd>✘ 1\/1</,
  );
  assert.match(showText(failing, paintIn(false)), /^Run [^\n]+ · checks ✘ 1\/1\n/);
  const passing = checked("completed", ...early, check("test", 2, "passed"));
  assert.match(page({ run: passing }), /<header class="top ok">[^]+<dd>✔ 1</);
  // What a turn that was cut short has left was not checked.
  assert.doesNotMatch(page({ run: checked("interrupted", ...early) }), /<dt>Checks/);
});

Deno.test("a report that would be too large leaves out what commands printed", () => {
  const records = recordsOf(recordedLines());
  const large = records.map((record) =>
    record.type === "command" ? { ...record, output: "x".repeat(9_000_000) } : record
  );
  const common = { runId: "r/1", diffs: [], language: "en", version: "1" } as const;
  const report = runReport({ ...common, records: large, madeAt: new Date(0) });
  const text = new TextDecoder().decode(report.bytes);
  assert.equal(report.fileName, "codex-run-r_1.html");
  assert.ok(text.length < 1_000_000);
  assert.match(text, /What commands printed is left out/);
});

Deno.test("the report shows where a link leads that no tap can follow, and ends lines as the chat does", () => {
  const answer = [
    "one",
    "two [the config](/etc/other/x.conf) [](https://example.com/a) ![](shot.png) ![s](s.png)",
    "[a@b.co](mailto:a@b.co) [c](javascript:f)",
    "",
    "3. c",
    "5. e",
  ].join("\n");
  const text = page({ run: { ...recordedRun(), answer } });
  for (
    const part of [
      "one<br>two the config (<code>/etc/other/x.conf</code>) <a href=",
      ">https://example.com/a</a> 🖼 <code>shot.png</code> 🖼 s (<code>s.png</code>)<br>a@b.co c (",
      '<li>c</li><li value="5">e</li>',
    ]
  ) assert.ok(text.includes(part), part);
});

Deno.test("the report tells two files of one name apart, as the chat did", () => {
  const run = { ...recordedRun(), workingDirectory: "/home/ann/tally" };
  const text = page({
    run: { ...run, answer: "[a.ts](/home/ann/tally/x/a.ts:4) [a.ts](/home/ann/tally/y/a.ts:9)" },
  });
  assert.ok(text.includes("<code>x/a.ts:4</code> <code>y/a.ts:9</code>"));
});

Deno.test("the report aligns the columns of a table as they were written", () => {
  const { text } = markdownHtml("| a | b | c |\n|---|:-:|--:|\n| d | e | f |");
  assert.match(text, /<th>a<\/th><th class="center">b<\/th><th class="right">c<\/th>/);
  assert.match(text, /<td>d<\/td><td class="center">e<\/td><td class="right">f<\/td>/);
});

Deno.test("the report shows the number of a footnote in front of its words", () => {
  const { text } = markdownHtml("a[^1] b[^2]\n\n[^1]: c\n\n    d\n[^2]: - e");
  assert.match(text, /<p>a<sup>1<\/sup> b<sup>2<\/sup><\/p>/);
  assert.match(text, /<div><p><sup>1<\/sup> c<\/p><p>d<\/p><\/div>/);
  assert.match(text, /<div><p><sup>2<\/sup> <\/p><ul><li>e<\/li><\/ul><\/div>/);
});
