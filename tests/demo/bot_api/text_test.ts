import assert from "node:assert/strict";
import fc from "fast-check";
import { type Entity, entityEnd } from "../../../src/demo/bot_api/text/entities.ts";
import { formatMessageText } from "../../../src/demo/bot_api/text/formatted_text.ts";
import { inOrder, repairNesting } from "../../../src/demo/bot_api/text/nesting.ts";

Deno.test("formatMessageText cleans the text and moves its entities along", async (t) => {
  const bold = (offset: number, length: number): Entity => entity("bold", offset, length);
  const cases: [string, string, Entity[], string, Entity[]][] = [
    ["a TAB becomes one space", "a\tb", [], "a b", []],
    ["other control characters too", "a\u0007b\u001b[0m", [], "a b [0m", []],
    ["a line feed stays", "a\nb", [], "a\nb", []],
    ["carriage returns go", "a\r\nb", [bold(3, 1)], "a\nb", [bold(2, 1)]],
    ["direction marks go", "a\u2028\u202eb", [bold(0, 4)], "ab", [bold(0, 2)]],
    ["the ends are trimmed", " \n ab \n", [bold(3, 4)], "ab", [bold(0, 2)]],
    ["a formatted beginning is kept", "  ab", [bold(1, 3)], " ab", [bold(0, 3)]],
    ["formatted nothing is dropped", "a   b", [bold(1, 3)], "a   b", []],
  ];
  for (const [what, text, entities, expected, moved] of cases) {
    await t.step(what, () => {
      assert.deepEqual(format(text, entities), { text: expected, entities: moved });
    });
  }
});

Deno.test("formatMessageText finds commands, links, mentions, hashtags and addresses", () => {
  const text = "/start@mine_bot go to https://example.org/a, ask @ada about #deno at a@b.org";
  const found = format(text, []).entities.map(({ type, offset, length }) =>
    `${type} ${text.slice(offset, offset + length)}`
  );
  assert.deepEqual(found, [
    "bot_command /start@mine_bot",
    "url https://example.org/a",
    "mention @ada",
    "hashtag #deno",
    "email a@b.org",
  ]);
});

Deno.test("formatMessageText finds no command in a path, a word or code", () => {
  assert.deepEqual(format("see src/bot and </a> and 1/2, in /usr/bin", []).entities, []);
  const code = entity("code", 0, 6);
  assert.deepEqual(format("/start", [code]).entities, [code]);
});

Deno.test("repairNesting cuts or drops entities that cross", async (t) => {
  const [bold, italic, code, link] = ["bold", "italic", "code", "text_link"].map(
    (type) => (offset: number, length: number): Entity => entity(type, offset, length),
  );
  assert.ok(bold && italic && code && link);
  const pre = (offset: number, length: number): Entity => entity("pre", offset, length);
  const quote = (offset: number, length: number): Entity => entity("blockquote", offset, length);
  const cases: [string, Entity[], Entity[]][] = [
    ["styles nest", [bold(0, 9), italic(2, 3)], [bold(0, 9), italic(2, 3)]],
    ["code inside bold cuts it", [bold(0, 9), code(3, 3)], [bold(0, 3), code(3, 3), bold(6, 3)]],
    ["bold inside code goes", [code(0, 9), bold(3, 3)], [code(0, 9)]],
    ["code wins over a link at the same place", [link(0, 4), code(0, 4)], [code(0, 4)]],
    ["a link inside bold stays", [bold(0, 9), link(3, 3)], [bold(0, 9), link(3, 3)]],
    ["the longer of two links stays", [link(0, 5), link(2, 2)], [link(0, 5)]],
    ["crossing styles are cut", [bold(0, 4), italic(2, 4)], [
      bold(0, 4),
      italic(2, 2),
      italic(4, 2),
    ]],
    ["touching bold is one", [bold(0, 2), bold(2, 2)], [bold(0, 4)]],
    ["a quote holds code", [quote(0, 9), pre(2, 4)], [quote(0, 9), pre(2, 4)]],
    ["a quote holds no quote", [quote(0, 9), quote(2, 4)], [quote(0, 9)]],
    ["code around a quote goes", [pre(0, 9), quote(2, 4)], [quote(2, 4)]],
    ["code across a quote's edge goes", [quote(0, 4), pre(2, 4)], [quote(0, 4)]],
  ];
  for (const [what, entities, expected] of cases) {
    await t.step(what, () => assert.deepEqual(repairNesting(entities), expected));
  }
});

Deno.test("repairNesting always returns nested entities within the given ones", () => {
  const types = ["bold", "italic", "spoiler", "code", "pre", "text_link", "blockquote"];
  const anyEntity = fc.record({
    type: fc.constantFrom(...types),
    offset: fc.integer({ min: 0, max: 20 }),
    length: fc.integer({ min: 1, max: 10 }),
    details: fc.constant({}),
  });
  fc.assert(fc.property(fc.array(anyEntity, { maxLength: 12 }), (entities) => {
    const repaired = repairNesting(entities);
    assert.deepEqual(repaired, inOrder(repaired));
    for (const one of repaired) {
      assert.ok(entities.some((other) => other.type === one.type && other.offset <= one.offset));
      for (const other of repaired) assert.ok(one === other || nests(one, other));
    }
  }));
});

Deno.test("formatMessageText reads HTML", () => {
  const source =
    `<b>bold</b> <i>it</i> &lt;&amp;&#33;&#x21; <a href="https://example.org/">link</a> ` +
    `<a href="localhost">lost</a> <pre><code class="language-ts">let x</code></pre>` +
    `<blockquote expandable>long</blockquote><tg-spoiler>s</tg-spoiler>`;
  const { text, entities } = format(source, [], "HTML");
  assert.equal(text, "bold it <&!! link lost let xlongs");
  assert.deepEqual(entities, [
    entity("bold", 0, 4),
    entity("italic", 5, 2),
    entity("text_link", 13, 4, { url: "https://example.org/" }),
    entity("pre", 23, 5, { language: "ts" }),
    entity("expandable_blockquote", 28, 4),
    entity("spoiler", 32, 1),
  ]);
});

Deno.test("formatMessageText reads MarkdownV2", () => {
  const source =
    "*bold _both_* __under__ ~gone~ ||secret|| 1\\.5 [a\\.b](https://example.org/\\))\n" +
    "```ts\nlet x = 1.5;\n```\n`a.b`\n>quote\n>more||\nend";
  const { text, entities } = format(source, [], "MarkdownV2");
  assert.equal(
    text,
    "bold both under gone secret 1.5 a.b\nlet x = 1.5;\n\na.b\nquote\nmore\nend",
  );
  assert.deepEqual(entities, [
    entity("bold", 0, 9),
    entity("italic", 5, 4),
    entity("underline", 10, 5),
    entity("strikethrough", 16, 4),
    entity("spoiler", 21, 6),
    entity("text_link", 32, 3, { url: "https://example.org/)" }),
    entity("pre", 36, 13, { language: "ts" }),
    entity("code", 50, 3),
    entity("expandable_blockquote", 54, 10),
  ]);
});

Deno.test("formatMessageText reads the first Markdown", () => {
  const { text, entities } = format(
    "*bold* _it_ `c*` ```ts\nx``` [link](example.org) a\\_b [lost](localhost)",
    [],
    "Markdown",
  );
  assert.equal(text, "bold it c* x link a_b lost");
  assert.deepEqual(entities, [
    entity("bold", 0, 4),
    entity("italic", 5, 2),
    entity("code", 8, 2),
    entity("pre", 11, 1, { language: "ts" }),
    entity("text_link", 13, 4, { url: "http://example.org/" }),
  ]);
});

Deno.test("formatMessageText refuses broken markup", async (t) => {
  const reserved = (character: string): string =>
    `Character '${character}' is reserved and must be escaped with the preceding '\\'`;
  const cases: [string, string, string][] = [
    ["HTML", "é<x>a</x>", 'Unsupported start tag "x" at byte offset 2'],
    ["HTML", "a < b", "Unclosed start tag at byte offset 2"],
    ["HTML", "a <b>c", `Can't find end tag corresponding to start tag "b"`],
    ["HTML", "a</b>", "Unexpected end tag at byte offset 1"],
    ["HTML", "<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
    ["HTML", "<b>a</b", "Unclosed end tag at byte offset 4"],
    ["HTML", "<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
    ["MarkdownV2", "a.", reserved(".")],
    ["MarkdownV2", "a (b)", reserved("(")],
    ["MarkdownV2", "a > b", reserved(">")],
    ["MarkdownV2", "a | b", reserved("|")],
    ["MarkdownV2", "a! b", reserved("!")],
    ["MarkdownV2", "a] b", reserved("]")],
    ["MarkdownV2", "é *a", "Can't find end of Bold entity at byte offset 3"],
    ["MarkdownV2", "_a *b_ c*", "Can't find end of Bold entity at byte offset 3"],
    ["MarkdownV2", "`a", "Can't find end of Code entity at byte offset 0"],
    ["MarkdownV2", "```a", "Can't find end of Pre entity at byte offset 0"],
    ["MarkdownV2", "```ts\na", "Can't find end of PreCode entity at byte offset 0"],
    ["MarkdownV2", "[a](b", "Can't find end of a URL at byte offset 3"],
    ["MarkdownV2", "[a", "Can't find end of TextUrl entity at byte offset 0"],
    ["Markdown", "a_b", "Can't find end of the entity starting at byte offset 1"],
    ["Markdown", "[a](b", "Can't find end of the entity starting at byte offset 0"],
    ["Markdown", "[a", "Can't find end of the entity starting at byte offset 0"],
  ];
  for (const [parseMode, source, complaint] of cases) {
    await t.step(`${parseMode}: ${source}`, () => {
      assert.throws(() => format(source, [], parseMode), {
        message: `Bad Request: can't parse entities: ${complaint}`,
      });
    });
  }
});

Deno.test("formatMessageText accepts any visible text without markup", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
    fc.pre(/[a-z]/.test(text));
    const formatted = format(text, []);
    assert.equal(formatted.text, formatted.text.trim().length > 0 ? formatted.text : "");
    for (const each of formatted.entities) assert.ok(entityEnd(each) <= formatted.text.length);
  }));
});

function format(
  text: string,
  entities: Entity[],
  parseMode = "",
): ReturnType<typeof formatMessageText> {
  return formatMessageText({ text, entities, parseMode });
}

function entity(type: string, offset: number, length: number, details = {}): Entity {
  return { type, offset, length, details };
}

function nests(one: Entity, other: Entity): boolean {
  const apart = entityEnd(one) <= other.offset || entityEnd(other) <= one.offset;
  const holds = (outer: Entity, inner: Entity): boolean =>
    outer.offset <= inner.offset && entityEnd(inner) <= entityEnd(outer) &&
    !["code", "pre"].includes(outer.type) && !(isQuote(outer) && isQuote(inner));
  return apart || holds(one, other) || holds(other, one);
}

function isQuote({ type }: Entity): boolean {
  return type.endsWith("blockquote");
}
