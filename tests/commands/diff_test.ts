import assert from "node:assert/strict";
import { type DrawnReply, drawReply } from "../../src/bot/render/reply.ts";
import { splitMessage } from "../../src/bot/render/split.ts";
import { changesReply } from "../../src/commands/diff_reply.ts";
import type { Place } from "../../src/commands/command.ts";
import type { DiffSection, SessionDiff } from "../../src/core/workspace/session_diff.ts";
import { fileDiffs } from "../../src/core/workspace/unified_diff.ts";
import { textsFor } from "../../src/texts/texts.ts";

function patch(path: string, lines: readonly string[]): string {
  const [added, removed] = ["+", "-"].map((sign) => lines.filter((line) => line[0] === sign));
  const counts = `-1,${removed?.length} +1,${added?.length}`;
  return `--- a/${path}\n+++ b/${path}\n@@ ${counts} @@\n${lines.join("\n")}\n`;
}

function section(request: string, diff: string, more: Partial<DiffSection> = {}): DiffSection {
  return {
    requests: [request],
    files: fileDiffs(diff).map(({ added, removed, binary, ...file }) => ({
      ...file,
      ...(binary ? { size: { before: 900, after: 12_345 } } : { lines: { added, removed } }),
    })),
    diff,
    cut: false,
    recorded: true,
    mixed: false,
    sharers: [],
    undone: false,
    running: false,
    ...more,
  };
}

async function shownOf(
  sections: readonly DiffSection[],
  more: Partial<SessionDiff> = {},
  { place = "chat", whole = "whole patch\n", language = "en" }: {
    place?: Place;
    whole?: string | undefined;
    language?: "en" | "ko";
  } = {},
): Promise<DrawnReply> {
  const diff = { sections, undone: 0, incomplete: false, refusals: [], ...more };
  return drawReply(
    await changesReply(diff, {
      texts: textsFor(language),
      place,
      redact: (text) => text.replaceAll("hunter2", "•••••••"),
      patch: () => Promise.resolve(whole === "" ? undefined : whole),
    }),
  );
}

const SMALL = patch("a.ts", ["-old", "+new", "+newer"]);
const MOVE =
  "diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\ndiff --git a/i.png b/i.png\nBinary files a/i.png and b/i.png differ\n";
const LARGE = patch("long.ts", Array.from({ length: 40 }, (_, index) => `+한글 ${index}`));

Deno.test("changesReply() shows a small diff as it is, below a line per file", async () => {
  const shown = await shownOf([
    section("request 1", SMALL + MOVE, { requests: ["one", "two", "three", "four", "five"] }),
  ]);
  assert.equal(
    shown.text,
    [
      "Changes · 3 files · +2 −1",
      "",
      "one",
      "two",
      "three",
      "… and 2 more requests",
      "✏️ a.ts +2 −1",
      "➡️ x → y +0 −0",
      "✏️ i.png binary · 900 B → 12 kB",
      `${SMALL}${MOVE.trimEnd()}`,
    ].join("\n"),
  );
  assert.equal(shown.documents, undefined);
  const blocks = shown.entities.filter(({ type }) => type === "pre");
  assert.deepEqual(blocks.map((block) => "language" in block && block.language), ["diff"]);
});

Deno.test("changesReply() says what is in the changes and what is not", async () => {
  const files = [
    {
      path: "run.sh",
      kind: "update",
      lines: { added: 0, removed: 0 },
      mode: { before: "644", after: "755" },
    },
    { path: "huge.bin", kind: "add", size: { after: 34_000_000 }, withoutContent: true },
  ] as const;
  const shown = await shownOf(
    [
      section("one", "", { files, mixed: true, running: true, cut: true }),
      section("two", SMALL, { recorded: false, undone: true }),
    ],
    { incomplete: true, undone: 2 },
  );
  assert.equal(
    shown.text,
    [
      "Changes · 3 files · +2 −1",
      "⚠️ The oldest changes were not kept.",
      "",
      "one",
      "✏️ run.sh 644 → 755",
      "🆕 huge.bin content not kept · 34 MB",
      "",
      "two",
      "✏️ a.ts +2 −1",
      SMALL.trimEnd(),
      "",
      "A request is still running: this is what it has changed so far.",
      "These changes were taken back. /redo brings them again.",
      "Somebody else changed files between these requests; that is included.",
      "The end is missing: the diff is too long.",
      "2 requests are left out: their changes were taken back.",
      "Only what Codex reported; changes by shell commands may be missing.",
    ].join("\n"),
  );
  const korean = await shownOf([section("하나", SMALL, { mixed: true })], {}, { language: "ko" });
  assert.match(korean.text, /^변경 사항 · 파일 1개 · \+2 −1/);
  assert.match(korean.text, /다른 곳에서 파일이 바뀌었고/);
  assert.match((await shownOf([], { undone: 1 })).text, /^No changes[^]*1 request is left out/);
});

Deno.test("changesReply() puts more than a screenful into a page and a patch, without secrets", async () => {
  const secret = patch("s.ts", ["+password = hunter2"]);
  const shown = await shownOf([section("request", LARGE + secret)], {}, {
    whole: `${LARGE}${secret}`,
  });
  assert.match(
    shown.text,
    /^Changes · 2 files · \+41 −0\n\nrequest\n[^]*Read it in changes\.html; changes\.patch is the same for git apply\.\n⚠️ Known secrets are masked/,
  );
  const [page, whole] = (shown.documents ?? []).map(({ fileName, bytes }) => ({
    fileName,
    text: new TextDecoder().decode(bytes),
  }));
  assert.equal(page?.fileName, "changes.html");
  assert.match(page.text, /<span class="add">\+한글 39\n<\/span>/);
  assert.equal(whole?.fileName, "changes.patch");
  assert.match(whole.text, /한글 39/);
  for (const { text } of [page, whole]) assert.doesNotMatch(text, /hunter2/);
  const alone = await shownOf([section("request", LARGE)], {}, { whole: "" });
  assert.deepEqual(alone.documents?.map(({ fileName }) => fileName), ["changes.html"]);
  const terminal = await shownOf([section("request", LARGE)], {}, { place: "terminal" });
  assert.equal(terminal.documents, undefined);
  assert.match(terminal.text, /한글 39/);
});

Deno.test("changesReply() masks the values of variables, and says that something is masked", async () => {
  const env = patch(".env", ["-DB_PASSWORD=horse7battery", "+DB_PASSWORD=staple9correct"]);
  const { text } = await shownOf([section("one", env)]);
  assert.match(text, /\n-DB_PASSWORD=•{13}\n\+DB_PASSWORD=•{14}\n⚠️ Known secrets are masked\./);
  const { documents = [] } = await shownOf([section("one", env + LARGE)], {}, { whole: env });
  assert.equal(documents.length, 2);
  for (const { bytes } of documents) {
    assert.doesNotMatch(new TextDecoder().decode(bytes), /horse7|staple9/);
  }
});

Deno.test("changesReply() says that something is masked that was kept so", async () => {
  const kept = patch(".env", ["-A=1", "+DB_PASSWORD=••••••••"]);
  const { text } = await shownOf([section("one", kept)]);
  assert.match(text, /⚠️ Known secrets are masked\./);
  const large = await shownOf([section("one", kept + LARGE)], {}, { whole: kept });
  assert.match(large.text, /masked/);
});

Deno.test("changesReply() fits into one message, however many files and however long their paths", async () => {
  const many = Array.from(
    { length: 90 },
    (_, index) => patch(`${"deep/".repeat(60)}${index}.ts`, ["+x"]),
  );
  const shown = await shownOf([section("long ".repeat(23), many.join(""))]);
  assert.match(shown.text, /^✏️ …\S{70,}\/0\.ts \+1 −0$/m);
  assert.match(shown.text, /… and 70 more/);
  assert.equal(splitMessage(shown).length, 1);
});

Deno.test("changesReply() gives long lines a page, and never cuts a block", async () => {
  const wide = patch("min.js", [`+${"x".repeat(3_000)}`]);
  const shown = await shownOf([section("request", wide)]);
  assert.equal(shown.documents?.[0]?.fileName, "changes.html");
});
