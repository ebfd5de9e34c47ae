import assert from "node:assert/strict";
import fc from "fast-check";
import { type FormattedText, plainText } from "../../../src/bot/render/formatted_text.ts";
import { renderMarkdown } from "../../../src/bot/render/markdown.ts";
import { splitMessage } from "../../../src/bot/render/split.ts";
import { TextBuilder } from "../../../src/bot/render/text_builder.ts";
import { assertValid, describeEntities, visibleText } from "./formatted_checks.ts";
import { markdownTexts } from "./markdown_documents.ts";
import { inAnyOrder, inOrder } from "./numbered_documents.ts";
import { assertAccepted } from "./telegram_checks.ts";

const texts = (parts: readonly FormattedText[]): string[] => parts.map(({ text }) => text);

function assertParts(whole: FormattedText, parts: readonly FormattedText[], limit: number): void {
  for (const part of parts) {
    assertValid(part);
    assert.notEqual(part.text, "");
    assert.ok(part.text.length <= limit, `${part.text.length} > ${limit}`);
    assert.ok(part.entities.length <= 100);
  }
  assert.equal(visibleText(texts(parts).join("")), visibleText(whole.text));
}

Deno.test("splitMessage keeps the limits and loses nothing for any text", () => {
  const limits = fc.integer({ min: 2, max: 120 });
  fc.assert(
    fc.property(markdownTexts, limits, (markdown, limit) => {
      const whole = renderMarkdown(markdown);
      assertParts(whole, splitMessage(whole, { limit }), limit);
    }),
    { numRuns: 600 },
  );
});

Deno.test("splitMessage makes parts that Telegram leaves as they are", () => {
  const limits = fc.constantFrom(40, 400, 1000, 4000);
  fc.assert(
    fc.property(fc.oneof(inAnyOrder, markdownTexts), limits, (markdown, limit) => {
      for (const part of splitMessage(renderMarkdown(markdown), { limit })) assertAccepted(part);
    }),
    { numRuns: 300 },
  );
});

Deno.test("splitMessage cuts documents between visible characters only", () => {
  const limits = fc.constantFrom(40, 120, 400);
  fc.assert(
    fc.property(inOrder, limits, (markdown, limit) => {
      const whole = renderMarkdown(markdown);
      const parts = splitMessage(whole, { limit });
      const shown = parts.flatMap(({ text }) => graphemes(text));
      assert.deepEqual(shown.filter(isInk), graphemes(whole.text).filter(isInk));
    }),
    { numRuns: 150 },
  );
});

Deno.test("splitMessage keeps code, its language and its lines over all parts", () => {
  const line = fc.constantFrom("if x:", "    return [1, 2]", "  한글 = '👩‍👩‍👧'", "", "end # go");
  const block = fc.array(line, { minLength: 1, maxLength: 60 });
  fc.assert(fc.property(fc.array(block, { minLength: 1, maxLength: 4 }), (blocks) => {
    const markdown = blocks.map((lines, index) =>
      `Text ${index}\n\n\`\`\`lang${index}\n${lines.join("\n")}\n\`\`\``
    );
    const parts = splitMessage(renderMarkdown(markdown.join("\n\n")), { limit: 150 });
    for (const [index, lines] of blocks.entries()) {
      assert.deepEqual(codeLines(parts, `lang${index}`), lines.filter((line) => line !== ""));
    }
  }));
});

/** Lists the lines of code in one language over all parts. */
function codeLines(parts: readonly FormattedText[], language: string): string[] {
  return parts.flatMap(({ text, entities }) =>
    entities.flatMap((entity) =>
      entity.type === "pre" && entity.language === language
        ? text.slice(entity.offset, entity.offset + entity.length).split("\n")
        : []
    )
  ).filter((line) => line !== "");
}

const graphemes = (text: string): string[] =>
  [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
const isInk = (grapheme: string): boolean => grapheme.trim() !== "";

Deno.test("splitMessage cuts no grapheme in two that fits", () => {
  const line = fc.array(fc.constantFrom("👩‍👩‍👧", "🇰🇷", "e\u0301", "👍🏽", "a", " "), {
    maxLength: 200,
  });
  fc.assert(fc.property(line, fc.integer({ min: 12, max: 50 }), (characters, limit) => {
    const text = characters.join("");
    const parts = texts(splitMessage(plainText(text), { limit }));
    assert.deepEqual(parts.flatMap(graphemes).filter(isInk), graphemes(text).filter(isInk));
  }));
});

Deno.test("splitMessage leaves a message within the limits as it is", () => {
  const message = new TextBuilder().bold("a").text(" b").build();
  assert.deepEqual(splitMessage(message), [message]);
});

Deno.test("splitMessage makes no part of white space", () => {
  assert.deepEqual(splitMessage(plainText(" \n ")), []);
  assert.deepEqual(texts(splitMessage(plainText(`a${" \n".repeat(50)}b`), { limit: 10 })), [
    "a",
    "b",
  ]);
});

Deno.test("splitMessage makes no part of invisible characters", () => {
  const parts = splitMessage(plainText(`${"\u200d".repeat(30)} a ${"\u2800".repeat(30)}`), {
    limit: 20,
  });
  assert.deepEqual(texts(parts).map((text) => visibleText(text)), ["a"]);
});

Deno.test("splitMessage prefers a blank line, then a line's end, then a space", () => {
  assert.deepEqual(texts(splitMessage(plainText("aa bb\n\ncc dd\nee ff"), { limit: 15 })), [
    "aa bb",
    "cc dd\nee ff",
  ]);
  assert.deepEqual(texts(splitMessage(plainText("aa bb\ncc dd ee"), { limit: 10 })), [
    "aa bb",
    "cc dd ee",
  ]);
  assert.deepEqual(texts(splitMessage(plainText("aa bb cc"), { limit: 7 })), ["aa bb", "cc"]);
});

Deno.test("splitMessage moves a code block that fits to the next part", () => {
  const message = renderMarkdown(`${"word ".repeat(10)}\n\n\`\`\`ts\na\n\nb\n\nc\n\`\`\``);
  const parts = splitMessage(message, { limit: 55 });
  assert.deepEqual(describeEntities(parts[1] ?? plainText("")), ["pre(ts):a\n\nb\n\nc"]);
  assert.equal(parts.length, 2);
});

Deno.test("splitMessage goes on with a long code block, language and indentation included", () => {
  const code = Array.from({ length: 300 }, (_, line) => `    line_${line} = call()`).join("\n");
  const parts = splitMessage(renderMarkdown("```python\n" + code + "\n```"));
  assert.equal(parts.length, 2);
  for (const { text, entities } of parts) {
    assert.deepEqual(entities, [{
      type: "pre",
      language: "python",
      offset: 0,
      length: text.length,
    }]);
    assert.match(text, /^ {4}line_\d+ = call\(\)\n/);
  }
  assert.equal(texts(parts).join("\n"), code);
});

Deno.test("splitMessage keeps a link whole that fits", () => {
  const message = new TextBuilder().text("aaaa bbbb ").link("one two three", "https://x.yz")
    .build();
  assert.deepEqual(texts(splitMessage(message, { limit: 15 })), ["aaaa bbbb", "one two three"]);
});

Deno.test("splitMessage cuts at a space outside of what it keeps whole", () => {
  const message = new TextBuilder().text("aa ").code("bb cc").text("d".repeat(8)).build();
  assert.deepEqual(texts(splitMessage(message, { limit: 12 })), ["aa", "bb ccdddddd", "dd"]);
});

Deno.test("splitMessage cuts no space that carries an accent", () => {
  const parts = splitMessage(plainText("aa bb \u0301cc"), { limit: 8 });
  assert.deepEqual(texts(parts), ["aa", "bb \u0301cc"]);
});

Deno.test("splitMessage puts at most a hundred entities in a part", () => {
  const message = renderMarkdown("**a** b\n".repeat(250));
  const parts = splitMessage(message);
  assertParts(message, parts, 4000);
  assert.deepEqual(parts.map(({ entities }) => entities.length), [100, 100, 50]);
});

Deno.test("splitMessage keeps the targets of a part's links within what Telegram takes", () => {
  const target = `https://example.com/${"x".repeat(1000)}`;
  const parts = splitMessage(renderMarkdown(`[a](${target})\n\n`.repeat(20)));
  assert.ok(parts.every(({ entities }) => entities.length <= 8));
  assert.equal(texts(parts).join("\n\n"), Array.from({ length: 20 }, () => "a").join("\n\n"));
});

Deno.test("splitMessage goes on with bold and quotes across a cut", () => {
  const parts = splitMessage(renderMarkdown("> **aaa bbb ccc ddd**"), { limit: 8 });
  assert.deepEqual(parts.map(describeEntities), [
    ["blockquote:aaa bbb", "bold:aaa bbb"],
    ["blockquote:ccc ddd", "bold:ccc ddd"],
  ]);
});
