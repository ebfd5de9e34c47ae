import assert from "node:assert/strict";
import fc from "fast-check";
import { renderRich } from "../../../src/bot/render/rich.ts";
import type { RichBlock } from "../../../src/bot/render/rich_message.ts";
import { TextBuilder } from "../../../src/bot/render/text_builder.ts";
import { Parameters } from "../../../src/demo/bot_api/parameters.ts";
import { readRichMessage } from "../../../src/demo/bot_api/text/rich_message.ts";
import { markdownTexts } from "./markdown_documents.ts";
import { inAnyOrder, inOrder, wordsOf } from "./numbered_documents.ts";

/** Returns what a person reads, after the server accepted it. */
function accepted(blocks: readonly RichBlock[]): string {
  const message = JSON.stringify({ blocks, skip_entity_detection: true });
  return readRichMessage(new Parameters(new Map([["rich_message", message]]))).text;
}

Deno.test("renderRich makes blocks that Telegram takes, of any text that fits", () => {
  fc.assert(
    fc.property(fc.oneof(inAnyOrder, markdownTexts), (markdown) => {
      const blocks = renderRich(markdown);
      if (blocks !== undefined) accepted(blocks);
    }),
    { numRuns: 300 },
  );
});

Deno.test("renderRich loses no word of a document, and keeps their order", () => {
  let shown = 0;
  fc.assert(
    fc.property(inOrder, (markdown) => {
      const blocks = renderRich(markdown);
      if (blocks === undefined) return;
      shown += 1;
      assert.deepEqual(wordsOf(accepted(blocks)), wordsOf(markdown));
    }),
    { numRuns: 150 },
  );
  assert.ok(shown > 75, `only ${shown} fitted`);
});

Deno.test("renderRich keeps headings, lists, tables, quotes and code as what they are", () => {
  const markdown = "## Hi *you*\n\n3. a\n4. **b**\n\n- [x] c\n- [ ] d\n\n> e\n\n---\n\n" +
    "```ts\n  f\n```\n\n| g | h |\n|---|--:|\n| `i` | |";
  const text = (value: string): { type: "paragraph"; text: string } => ({
    type: "paragraph",
    text: value,
  });
  const cell = { valign: "top" } as const;
  assert.deepEqual(renderRich(markdown), [
    { type: "heading", text: ["Hi ", { type: "italic", text: "you" }], size: 2 },
    {
      type: "list",
      items: [
        { blocks: [text("a")], value: 3 },
        { blocks: [{ type: "paragraph", text: { type: "bold", text: "b" } }], value: 4 },
      ],
    },
    {
      type: "list",
      items: [
        { blocks: [text("c")], has_checkbox: true, is_checked: true },
        { blocks: [text("d")], has_checkbox: true },
      ],
    },
    { type: "blockquote", blocks: [text("e")] },
    { type: "divider" },
    { type: "pre", text: "  f", language: "ts" },
    {
      type: "table",
      is_bordered: true,
      cells: [
        [
          { ...cell, text: "g", is_header: true, align: "left" },
          { ...cell, text: "h", is_header: true, align: "right" },
        ],
        [{ ...cell, text: { type: "code", text: "i" }, align: "left" }, {
          ...cell,
          align: "right",
        }],
      ],
    },
  ]);
});

Deno.test("renderRich ignores Telegram's own markup, pictures and HTML", () => {
  const markdown = '<tg-button type="callback_data" data="a:1">Allow</tg-button> ||x|| $y$\n\n' +
    "![z](https://example.com/p.png) [here](tg://user?id=1)";
  assert.deepEqual(renderRich(markdown), [
    {
      type: "paragraph",
      text: '<tg-button type="callback_data" data="a:1">Allow</tg-button> ||x|| $y$',
    },
    {
      type: "paragraph",
      text: [
        { type: "url", text: "z", url: "https://example.com/p.png" },
        " here (",
        { type: "code", text: "tg://user?id=1" },
        ")",
      ],
    },
  ]);
});

Deno.test("renderRich puts the heading above and footnotes below", () => {
  const heading = new TextBuilder().text("⚠️ ").bold("not reviewed").build();
  assert.deepEqual(renderRich("[^1]: note\n\na[^1]", { heading }), [
    { type: "paragraph", text: ["⚠️ ", { type: "bold", text: "not reviewed" }] },
    { type: "paragraph", text: "a[1]" },
    { type: "paragraph", text: ["[1] ", "note"] },
  ]);
});

for (
  const [what, markdown] of [
    ["too many blocks", "a\n\n".repeat(600)],
    ["too many items", "- a\n".repeat(300)],
    ["too many characters", "word ".repeat(7000)],
    ["too many levels", "> ".repeat(17) + "a"],
    [
      "too many levels of lists",
      Array.from({ length: 9 }, (_, n) => `${" ".repeat(2 * n)}- a`).join("\n"),
    ],
    ["too many columns", `|${"a|".repeat(21)}\n|${"-|".repeat(21)}`],
    ["nothing to see", "```\n```\n\u200b"],
    ["what nests absurdly deep", ">".repeat(5000)],
  ] as const
) {
  Deno.test(`renderRich leaves ${what} to ordinary messages`, () => {
    assert.equal(renderRich(markdown), undefined);
  });
}

Deno.test("renderRich fills a message up to what Telegram takes", () => {
  for (const markdown of ["a\n\n".repeat(480), "word ".repeat(6300), "> ".repeat(15) + "a"]) {
    accepted(renderRich(markdown) ?? []);
  }
});
