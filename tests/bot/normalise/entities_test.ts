import assert from "node:assert/strict";
import fc from "fast-check";
import { type Entity, markdownOf } from "../../../src/bot/normalise/entities.ts";

/** Formats the first place of a word in the text. */
function at(text: string, word: string, type: string, more: Partial<Entity> = {}): Entity {
  return { type, offset: text.indexOf(word), length: word.length, ...more };
}

const url = "https://example.org/a";
const CASES: readonly (readonly [string, string, Entity[], string])[] = [
  ["plain text as it is", "a *b* _c_ `d`", [], "a *b* _c_ `d`"],
  [
    "the address behind a link",
    "see the docs, please",
    [at("see the docs, please", "the docs", "text_link", { url })],
    `see [the docs](${url}), please`,
  ],
  [
    "an address with brackets",
    "this",
    [at("this", "this", "text_link", { url: "https://e.org/x_(y)" })],
    "[this](<https://e.org/x_(y)>)",
  ],
  ["a link that is its own label", url, [at(url, url, "text_link", { url })], url],
  [
    "square brackets in a label",
    "[1]",
    [at("[1]", "[1]", "text_link", { url })],
    `[\\[1\\]](${url})`,
  ],
  [
    "code with its language, between words",
    "run print(1) now",
    [at("run print(1) now", "print(1)", "pre", { language: "python" })],
    "run \n```python\nprint(1)\n```\n now",
  ],
  [
    "code that holds a fence",
    "```\nx\n```",
    [at("```\nx\n```", "```\nx\n```", "pre")],
    "````\n```\nx\n```\n````",
  ],
  ["inline code with a backtick", "a`b", [at("a`b", "a`b", "code")], "``a`b``"],
  ["inline code that begins with one", "`b", [at("`b", "`b", "code")], "`` `b ``"],
  ["stars in code", "**kw", [at("**kw", "**kw", "code")], "`**kw`"],
  [
    "bold, italic, struck, hidden, underlined",
    "a b c d e",
    [
      at("a b c d e", "a", "bold"),
      at("a b c d e", "b", "italic"),
      at("a b c d e", "c", "strikethrough"),
      at("a b c d e", "d", "spoiler"),
      at("a b c d e", "e", "underline"),
    ],
    "**a** *b* ~~c~~ ||d|| <u>e</u>",
  ],
  ["blanks outside of markers", "a b c", [{ type: "bold", offset: 1, length: 3 }], "a **b** c"],
  [
    "overlapping marks",
    "abc",
    [{ type: "bold", offset: 0, length: 2 }, { type: "italic", offset: 1, length: 2 }],
    "**a*b***" + "*c*",
  ],
  [
    "blanks at the beginning of code, under overlapping marks",
    "aa a",
    [
      { type: "bold", offset: 0, length: 2 },
      { type: "bold", offset: 1, length: 3 },
      { type: "code", offset: 2, length: 2 },
    ],
    "**a**a****` a`",
  ],
  ["stars in bold", "2*3", [at("2*3", "2*3", "bold")], "**2\\*3**"],
  ["underscores in italics", "a_b_c", [at("a_b_c", "a_b_c", "italic")], "*a_b_c*"],
  ["bold over two lines", "a\nb", [at("a\nb", "a\nb", "bold")], "**a**\n**b**"],
  [
    "a quote and the words below",
    "said\nby him\nmine",
    [at("said\nby him\nmine", "said\nby him", "blockquote")],
    "> said\n> by him\n\nmine",
  ],
  [
    "code within a quote",
    "x = 1",
    [at("x = 1", "x = 1", "expandable_blockquote"), at("x = 1", "x = 1", "pre")],
    "> ```\n> x = 1\n> ```",
  ],
  [
    "a person without a username",
    "ask her",
    [at("ask her", "her", "text_mention", { user: { first_name: "Mina" } })],
    "ask her (Mina)",
  ],
  [
    "a moment",
    "at noon",
    [at("at noon", "noon", "date_time", { unix_time: 1_767_182_400 })],
    "at noon (2025-12-31T12:00:00Z)",
  ],
  ["offsets behind an emoji", "🚀 go", [{ type: "bold", offset: 3, length: 2 }], "🚀 **go**"],
  ["an own emoji", "👍", [{ type: "custom_emoji", offset: 0, length: 2 }], "👍"],
];

Deno.test("markdownOf() writes what people format", async (t) => {
  for (const [name, text, entities, expected] of CASES) {
    await t.step(name, () => assert.equal(markdownOf(text, entities), expected));
  }
});

const anyText = fc.string({
  unit: fc.constantFrom(..."ab *_`~|[]()<>\\\n한", "🚀"),
  maxLength: 60,
});
const anyEntity = fc.record({
  type: fc.constantFrom(
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "text_link",
    "text_mention",
    "date_time",
    "code",
    "pre",
    "blockquote",
    "expandable_blockquote",
    "hashtag",
  ),
  offset: fc.integer({ min: -2, max: 62 }),
  length: fc.integer({ min: -2, max: 62 }),
  url: fc.constant(url),
  language: fc.constant("sh"),
});

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const each of part) {
    at = whole.indexOf(each, at);
    if (at < 0) return false;
    at += each.length;
  }
  return true;
}

Deno.test("markdownOf() loses no character, whatever the entities", () => {
  fc.assert(
    fc.property(anyText, fc.array(anyEntity, { maxLength: 8 }), (text, entities) => {
      assert.ok(isSubsequence(text, markdownOf(text, entities)));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("markdownOf() keeps code literal, whatever is around it", () => {
  const codeAt = fc.tuple(anyText, anyText, anyText);
  const around = fc.array(
    anyEntity.filter(({ type }) => !["code", "pre"].includes(type) && !type.includes("quote")),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(codeAt, around, fc.constantFrom("pre", "code"), (texts, entities, type) => {
      const [before, code, after] = texts;
      fc.pre(code.trim() !== "");
      const entity = { type, offset: before.length, length: code.length };
      assert.ok(markdownOf(before + code + after, [...entities, entity]).includes(code));
    }),
    { numRuns: 2000 },
  );
});
