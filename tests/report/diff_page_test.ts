import assert from "node:assert/strict";
import { diffPage, type DiffPageSource } from "../../src/report/html/diff_page.ts";
import { HOSTILE_DIFF } from "./hostile_run.ts";

const WORDS: DiffPageSource["words"] = {
  turn: (number, count) => `${number} of ${count}`,
  binary: "binary",
  moreLines: (count) => `${count} more`,
  noFile: "(none)",
};

function page(source: Partial<DiffPageSource> = {}): string {
  return diffPage({
    language: "en",
    title: "Changes",
    summary: "1 file · +1 −1",
    remarks: [],
    parts: [{ diff: HOSTILE_DIFF }],
    words: WORDS,
    footer: "made today",
    ...source,
  });
}

function fileOf(path: string, lines: readonly string[]): string {
  return `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n` +
    `@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join("")}`;
}

Deno.test("the page of a diff has an index, folds what is large, and says what is not in it", () => {
  const long = Array.from({ length: 200 }, (_, index) => `line ${index}`);
  const text = page({
    remarks: ["You edited files in between."],
    parts: [{
      title: "first request",
      diff: fileOf("small", ["x"]) + fileOf("long", long) +
        "diff --git a/i.png b/i.png\nindex 1..2 100644\nBinary files a/i.png and b/i.png differ\n",
      notes: new Map([["i.png", "binary · 1 kB → 3 kB"]]),
      others: [{ path: "huge.bin", note: "too large" }],
    }],
  });
  for (
    const part of [
      `<a class="path" href="#file-1-2">long</a>`,
      `<details class="box" open><summary><span class="path">small</span>`,
      `<details class="box"><summary><span class="path">long</span>`,
      "binary · 1 kB → 3 kB",
      `<span class="path">huge.bin</span><span class="counts faint">too large</span>`,
      "You edited files in between.",
      "<h3>first request</h3>",
      `name="viewport"`,
      "prefers-color-scheme: dark",
    ]
  ) assert.ok(text.includes(part), part);
});

Deno.test("the page of a hostile diff has no foreign tags, runs nothing and fetches nothing", () => {
  const text = page({
    title: "<script>owned=1</script>",
    parts: [{ title: "<img src=x onerror=owned=1>", diff: HOSTILE_DIFF }],
  });
  const tags = text.replace(/<style>[\s\S]*?<\/style>/, "").match(/<[a-z][a-z0-9]*/g) ?? [];
  assert.deepEqual(
    tags.filter((tag) => /^<(?:script|img|iframe|object|embed|link|form|base|svg)$/.test(tag)),
    [],
  );
  assert.match(text, /Content-Security-Policy" content="default-src &#39;none&#39;/);
});

Deno.test("a carriage return in a line begins no file of its own", () => {
  const text = page({
    parts: [{ diff: fileOf("a", ["x\rdiff --git a/fake b/fake\r--- a/fake"]) }],
  });
  assert.ok(!text.includes(`<span class="path">fake`));
  assert.ok(text.includes("x␍diff --git a/fake b/fake␍--- a/fake"));
});
