import assert from "node:assert/strict";
import { drawReply } from "../../src/bot/render/reply.ts";
import { changesReply } from "../../src/commands/diff.ts";
import { textsFor } from "../../src/texts/texts.ts";
import { splitMessage } from "../../src/bot/render/split.ts";
import type { Change } from "../../src/core/workspace/changes.ts";

function patch(path: string, lines: readonly string[]): string {
  const [added, removed] = ["+", "-"].map((sign) => lines.filter((line) => line[0] === sign));
  const counts = `-1,${removed?.length} +1,${added?.length}`;
  return `--- a/${path}\n+++ b/${path}\n@@ ${counts} @@\n${lines.join("\n")}\n`;
}

function change(runId: string, diff: string, recorded = true): Change {
  return { runId, round: 1, request: `request ${runId}`, diff, recorded };
}

const shownOf = (changes: readonly Change[], incomplete = false) =>
  drawReply(changesReply({ changes, incomplete }, textsFor("en"), "chat"));

const SMALL = patch("a.ts", ["-old", "+new", "+newer"]);
const MOVE =
  "diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\ndiff --git a/i.png b/i.png\nBinary files a/i.png and b/i.png differ\n";

Deno.test("changesReply() shows a small diff as it is, below a line per file", () => {
  const shown = shownOf([change("1", SMALL), change("1", MOVE), change("2", SMALL)]);
  assert.equal(
    shown.text,
    [
      "Changes · 3 files · +4 −2",
      "",
      "request 1",
      "✏️ a.ts +2 −1",
      "➡️ x → y +0 −0",
      "✏️ i.png binary",
      `${SMALL}${MOVE.trimEnd()}`,
      "",
      "request 2",
      "✏️ a.ts +2 −1",
      SMALL.trimEnd(),
    ].join("\n"),
  );
  assert.equal(shown.document, undefined);
  const blocks = shown.entities.filter(({ type }) => type === "pre");
  assert.deepEqual(blocks.map((block) => "language" in block && block.language), ["diff", "diff"]);
});

Deno.test("changesReply() puts more than a screenful into a file", () => {
  const large = patch("long.ts", Array.from({ length: 40 }, (_, index) => `+한글 ${index}`));
  const shown = shownOf([change("1", SMALL.trimEnd()), change("2", large, false)], true);
  assert.equal(
    shown.text,
    [
      "Changes · 2 files · +42 −1",
      "⚠️ The oldest changes were not kept.",
      "",
      "request 1",
      "✏️ a.ts +2 −1",
      "",
      "request 2",
      "✏️ long.ts +40 −0",
      "",
      "The full diff is in session.diff",
      "",
      "Only what Codex reported; changes by shell commands may be missing.",
    ].join("\n"),
  );
  assert.equal(shown.document?.fileName, "session.diff");
  assert.equal(
    new TextDecoder().decode(shown.document?.bytes),
    `# request 1\n${SMALL}\n# request 2\n${large}`,
  );
});

Deno.test("changesReply() fits into one message, however many files and however long their paths", () => {
  const many = Array.from(
    { length: 90 },
    (_, index) => patch(`${"deep/".repeat(60)}${index}.ts`, ["+x"]),
  );
  const shown = shownOf(
    many.map((diff, index) => change(`${index} ${"long ".repeat(23)}`, diff)),
  );
  assert.match(shown.text, /^✏️ …\S{70,}\/0\.ts \+1 −0$/m);
  assert.match(shown.text, /… and 70 more/);
  assert.equal(splitMessage(shown).length, 1);
});

Deno.test("changesReply() gives long lines a file, and never cuts a block", () => {
  const wide = patch("min.js", [`+${"x".repeat(3_000)}`]);
  assert.equal(shownOf([change("1", wide)]).document?.fileName, "session.diff");
});
