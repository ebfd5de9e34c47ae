/** Tests that no heading and no introducing line stands alone at the end of a message. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { FormattedText } from "../../../src/bot/render/formatted_text.ts";
import { renderMarkdown } from "../../../src/bot/render/markdown.ts";
import { splitMessage } from "../../../src/bot/render/split.ts";

const sentence = fc.array(fc.constantFrom("one", "two", "a longer word", "`code`", "단어", "x"), {
  minLength: 3,
  maxLength: 30,
}).map((words) => `${words.join(" ")}.`);
const paragraph = fc.array(sentence, { minLength: 1, maxLength: 3 }).map((all) => all.join(" "));
const list = fc.array(sentence, { minLength: 2, maxLength: 6 })
  .map((items) => items.map((item) => `- ${item}`).join("\n"));
const code = fc.array(fc.constantFrom("if x:", "  y()", "else:"), { minLength: 1, maxLength: 12 })
  .map((lines) => "```py\n" + lines.join("\n") + "\n```");
const body = fc.oneof(
  paragraph,
  list,
  code,
  list.map((text) => `> ${text.replaceAll("\n", "\n> ")}`),
);

/** Each introduces what comes next; `LEAD` marks the words that may not come last. */
const leadIn = fc.constantFrom(
  "# LEAD",
  "## LEAD `code`",
  "### LEAD",
  "#### LEAD",
  "### `LEAD.ts`",
  "## LEAD.md",
  "**LEAD**",
  "LEAD:",
  "다음 LEAD：",
  "## LEAD\n\nLEAD:",
  "# LEAD\n\n## LEAD",
  "1. LEAD:",
  "> [!NOTE]\n> LEAD:",
);
const section = fc.tuple(leadIn, body).map(([lead, text]) => `${lead}\n\n${text}`);
const documents = fc.array(section, { minLength: 3, maxLength: 12 }).map((all) => all.join("\n\n"));

function lastLine({ text }: FormattedText): string {
  return text.split("\n").at(-1) ?? "";
}

Deno.test("splitMessage leaves no heading and no introducing line at the end of a part", () => {
  let cuts = 0;
  fc.assert(
    fc.property(documents, fc.integer({ min: 250, max: 900 }), (markdown, limit) => {
      const parts = splitMessage(renderMarkdown(markdown), { limit });
      for (const part of parts.slice(0, -1)) {
        cuts += 1;
        assert.doesNotMatch(lastLine(part), /LEAD/, part.text);
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(cuts > 300, `only ${cuts} cuts`);
});

for (
  const [what, before, after] of [
    ["a sentence above a list", "The steps are", "- a\n- b"],
    ["a sentence above code", "Run this", "```\na\nb\n```"],
    ["a sentence above a table", "The numbers", "| a | b |\n|---|---|\n| 1 | 2 |"],
    ["a marker above code", "- ```\n  a\n  b\n  ```", ""],
    ["the title of an alert", "> [!TIP]\n> a\n> b\n> c", ""],
    ["a summary", "<details>\n<summary>Log</summary>\n\na\n\nb\n\n</details>", ""],
  ] as const
) {
  Deno.test(`splitMessage keeps ${what} with what follows it`, () => {
    const filler = `${"word ".repeat(20).trim()}.`;
    const introduction = renderMarkdown(before).text.split("\n")[0] ?? "";
    for (let room = introduction.length; room < introduction.length + 4; room++) {
      const message = renderMarkdown(`${filler}\n\n${before}\n\n${after}`);
      const [first] = splitMessage(message, { limit: filler.length + 2 + room });
      assert.equal(first?.text, filler);
    }
  });
}

Deno.test("splitMessage cuts within a part that is nothing but an introduction", () => {
  const parts = splitMessage(renderMarkdown(`**${"word ".repeat(30)}end**\n\ntext`), { limit: 60 });
  assert.ok(parts.length >= 3);
  assert.ok(parts.every(({ text }) => text.length <= 60));
});

Deno.test("splitMessage takes the colons of code for no introduction", () => {
  const lines = Array.from({ length: 40 }, (_, line) => `while x${line}:`).join("\n");
  const parts = splitMessage(renderMarkdown("```py\n" + lines + "\n```"), { limit: 120 });
  assert.equal(parts.map(({ text }) => text).join("\n"), lines);
  assert.ok(parts.length < 8);
});
