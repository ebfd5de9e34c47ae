/** Tests that reading and rendering any text takes steps in proportion to its length. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { renderMarkdown } from "../../../src/bot/render/markdown.ts";
import { renderRich } from "../../../src/bot/render/rich.ts";
import { splitMessage } from "../../../src/bot/render/split.ts";
import { readDocument } from "../../../src/core/text/markdown.ts";
import { markdownLines } from "../../../src/terminal/text/markdown.ts";
import { assertAccepted } from "./telegram_checks.ts";

const LENGTH = 20_000;
/** Steps per character. An ordinary document takes less than one. */
const MOST_STEPS = 20;
/** Generous, as other tests keep the machine busy; a real fault takes minutes. */
const MOST_MS = 120_000;

/** What begins, ends or goes on with something in Markdown. */
const UNITS = [
  "**",
  "*",
  "_",
  "~~",
  "`",
  "``` ",
  "[",
  "]",
  "![",
  "[a](",
  "[a](<b ",
  '[a](b "',
  "[a][",
  "[[",
  "]]",
  "[](",
  "()",
  "((",
  "<",
  "<a ",
  "<a b='",
  '<a b="',
  "<!--",
  "-->",
  "<b>",
  "</b>",
  "<b></i>",
  "<sub>",
  "<kbd>a</kbd>",
  '<img src="a" ',
  '<a href="x">',
  "<x@",
  "<http:",
  "&",
  "&amp;",
  "&#",
  "$",
  "$a",
  "$$",
  "\\(",
  "\\[",
  "\\",
  "$$\na\n",
  "\\[\na\n",
  "F_{x}^{*} ",
  "__a",
  "__a__",
  "**/",
  "*.a",
  "\n",
  "> ",
  ">",
  "- ",
  "1. ",
  "* ",
  "+ ",
  "1) ",
  "- [ ] ",
  "- a\n",
  "- a\n\n",
  "- a\n  - b\n",
  "> a\nb\n",
  "> - ",
  "- > ",
  ">>>> a\nb\n",
  "| a ",
  "|",
  "|-",
  "|`",
  "`a|b`|",
  "| a | b |\n|---|---|\n",
  "#",
  "# a\n",
  "a\n---\n",
  "---\n",
  "a\n",
  "a\\\n",
  "  \n",
  "    a\n",
  "   ",
  "\t",
  "www.",
  "http://",
  "https://a",
  "xhttps://a",
  "https://a)",
  "https://a.b에",
  "https://a/를",
  "https://a.b에-",
  "www.a가,",
  "a@b.c ",
  "[^a]",
  "[^a]: b\n\n",
  "[a]: b\n",
  '[a]: b "c\n',
  "[a]\n\n[a]: b\n\n",
  "```\n",
  "~~~\n",
  "a**b",
  "a* ",
  "*a _b ",
  "**a *b ",
  "**a** ",
  "***",
  "*_",
  "![a ",
  "a](b)",
  "[`a`](b)",
  "`a` ``b ",
  "<details>\n",
  "<details>\n\n",
  "</details>\n\n",
  "<summary>",
  "<pre>",
  "<div>\n",
  '한글**"a"**',
  "a\u0301",
  "\u0301",
  "👩‍👩‍👧",
  "\x1b]8;;",
  "\ud83d",
  "- a\n  ```\n  b\n",
];

const repeated = (piece: string, length = LENGTH): string =>
  piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

function assertBounded(text: string): void {
  const document = readDocument(text);
  assert.ok(document !== undefined, "the steps were used up");
  const perCharacter = document.steps / text.length;
  assert.ok(perCharacter <= MOST_STEPS, `${perCharacter} steps for a character`);
}

Deno.test("readDocument takes a bounded number of steps for whatever is repeated", () => {
  for (const unit of UNITS) assertBounded(repeated(unit));
});

Deno.test("readDocument takes a bounded number of steps for mixtures of hostile texts", () => {
  const unit = fc.constantFrom(...UNITS);
  const several = fc.array(unit, { minLength: 1, maxLength: 4 }).map((units) => units.join(""));
  const part = fc.tuple(several, fc.integer({ min: 1, max: 6000 }))
    .map(([text, length]) => repeated(text, length));
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
      assertBounded(parts.join("") + "a".repeat(500));
    }),
    { numRuns: 200 },
  );
});

Deno.test("twice the text takes no more than about twice the steps", () => {
  const steps = (text: string): number => readDocument(text)?.steps ?? Infinity;
  for (const unit of UNITS) {
    const once = steps(repeated(unit, 10_000));
    const twice = steps(repeated(unit, 20_000));
    assert.ok(twice <= 2.5 * once + 100, `${JSON.stringify(unit)}: ${once}, ${twice}`);
  }
});

Deno.test("hostile texts are rendered, cut and accepted", () => {
  const startedAt = performance.now();
  for (const unit of UNITS) {
    const text = repeated(unit);
    const parts = splitMessage(renderMarkdown(text));
    for (const part of parts.slice(0, 2)) assertAccepted(part);
    renderRich(text);
    markdownLines(text.slice(0, 4000), 80);
  }
  assert.ok(performance.now() - startedAt < MOST_MS);
});

Deno.test("addresses that end long before the next blank are read once", () => {
  const startedAt = performance.now();
  readDocument(repeated("http://a.b가-", 100_000));
  assert.ok(performance.now() - startedAt < 5_000);
});

Deno.test("thousands of stars around a letter are bold, and no overflow", () => {
  const stars = "**".repeat(3000);
  assert.deepEqual(renderMarkdown(`${stars}a${stars}`), {
    text: "a",
    entities: [{ type: "bold", offset: 0, length: 1 }],
  });
});

Deno.test("renderMarkdown leaves texts of more than 100,000 characters as they are", () => {
  const startedAt = performance.now();
  for (const unit of UNITS.slice(0, 20)) splitMessage(renderMarkdown(repeated(unit, 200_000)));
  assert.ok(performance.now() - startedAt < MOST_MS);
  assert.equal(renderMarkdown("**a** ".repeat(20_000)).entities.length, 0);
});
