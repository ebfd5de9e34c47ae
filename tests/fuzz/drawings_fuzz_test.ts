/** Draws answers of every kind in every way that a person may read them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { renderMarkdown } from "../../src/bot/render/markdown.ts";
import { renderRich } from "../../src/bot/render/rich.ts";
import { splitMessage } from "../../src/bot/render/split.ts";
import { markdownHtml } from "../../src/report/html/markdown_html.ts";
import { markdownLines } from "../../src/terminal/text/markdown.ts";
import { textOf } from "../../src/terminal/text/styled_line.ts";
import { assertValid } from "../bot/render/formatted_checks.ts";
import { inAnyOrder, wordsOf } from "../bot/render/numbered_documents.ts";
import { assertAccepted } from "../bot/render/telegram_checks.ts";
import { fuzz } from "./fuzz.ts";

const COLUMNS = [20, 40, 80, 200] as const;

fuzz(
  "every drawing of an answer has each of its words, and Telegram takes its parts as they are",
  fc.record({
    markdown: inAnyOrder,
    columns: fc.constantFrom(...COLUMNS),
    limit: fc.constantFrom(300, 1000, 4000),
  }),
  ({ markdown, columns, limit }) => {
    const words = wordsOf(markdown);
    const parts = splitMessage(renderMarkdown(markdown), { limit });
    for (const part of parts) {
      assertValid(part);
      assertAccepted(part);
    }
    assertHas(words, parts.map(({ text }) => text).join(""), "Telegram");
    const rich = renderRich(markdown);
    if (rich !== undefined) assertHas(words, JSON.stringify(rich), "rich");
    // A long word goes on in the next line, behind the bar of a quote.
    const lines = markdownLines(markdown, columns).map(textOf);
    assert.ok(lines.every((line) => !line.includes("\n")), "a line holds a line break");
    assertHas(words, lines.map((line) => line.replace(/^[│ •◦▪]*/u, "")).join(""), "terminal");
    assertHas(words, markdownHtml(markdown).text.replace(/<[^>]*>/g, ""), "report");
  },
  { percent: 40 },
);

function assertHas(words: readonly string[], drawn: string, where: string): void {
  const shown = new Set(drawn.match(/w\d+x/g));
  assert.deepEqual(words.filter((word) => !shown.has(word)), [], where);
}
