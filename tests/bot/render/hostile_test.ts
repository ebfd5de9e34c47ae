/** Tests that texts which are made to keep the renderer busy take seconds only. */
import assert from "node:assert/strict";
import { renderMarkdown } from "../../../src/bot/render/markdown.ts";
import { splitMessage } from "../../../src/bot/render/split.ts";
import { assertAccepted } from "./telegram_checks.ts";

/** The longest answer that is rendered as a whole. */
const LENGTH = 60_000;
/** Generous, as other tests keep the machine busy; a real fault takes minutes. */
const MOST_MS = 120_000;

const repeated = (piece: string, length = LENGTH): string =>
  piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

const HOSTILE: Readonly<Record<string, string>> = {
  "closing brackets": repeated("a] "),
  "emphasis within words": repeated("a**b"),
  "closing emphasis": repeated("a* "),
  "emphasis in lines that look like items": repeated("1. a**b\n"),
  "emphasis behind HTML and a fence": `<div>\n\`\`\`\n\n${repeated("a**b")}`,
  "emphasis behind a fence that ends with its list": `- a\n  \`\`\`\n\n${repeated("a**b")}`,
  "a label as long as the text": `[${repeated("a ")}](https://example.com)`,
  "a table of thousands of columns": `|${repeated("a|", 10_000)}\n|${repeated("-|", 10_000)}\n` +
    repeated(`|${"b|".repeat(50)}\n`),
  "nested quotes with lines that go on": `${">".repeat(90)} a\n${repeated("b\n")}`,
  "nested lists with lines that go on": `${"- ".repeat(90)}a\n${repeated("b\n")}`,
  "bold in nested quotes": `${">".repeat(90)} a\n${repeated("**b** c\n", 15_000)}`,
  "paragraphs in one item": `- a\n\n${repeated("  **b** `c`\n\n")}`,
  "fences in one item": `- a\n\n${repeated("  ```ts\n  b\n  ```\n")}`,
  "rules": repeated("---\n"),
  "items": repeated("- a\n"),
  "quotes that go on": repeated(">>>> a\nb\n"),
  "code": repeated("`a` **b** "),
  "blank lines in a fence": `\`\`\`\n${repeated("  \n")}x`,
  "one character": `a${"\u0301".repeat(LENGTH)}`,
  "families": repeated("👩‍👩‍👧"),
  "escape sequences": repeated("\x1b]8;;"),
  "lone surrogates": repeated("\ud83d"),
  "unclosed HTML": repeated("<a b='"),
  "footnotes": Array.from({ length: 2500 }, (_, note) => `[^${note}]\n\n[^${note}]: x\n\n`).join(
    "",
  ),
};

for (const [what, text] of Object.entries(HOSTILE)) {
  Deno.test(`renderMarkdown and splitMessage are quick with ${what}`, () => {
    const startedAt = performance.now();
    const parts = splitMessage(renderMarkdown(text));
    assert.ok(performance.now() - startedAt < MOST_MS);
    for (const part of parts.slice(0, 5)) assertAccepted(part);
    assert.ok(parts.length > 0);
  });
}

Deno.test("renderMarkdown leaves texts of more than 100,000 characters as they are", () => {
  const startedAt = performance.now();
  for (const text of Object.values(HOSTILE)) splitMessage(renderMarkdown(repeated(text, 200_000)));
  assert.ok(performance.now() - startedAt < MOST_MS);
  assert.equal(renderMarkdown("**a** ".repeat(20_000)).entities.length, 0);
});
