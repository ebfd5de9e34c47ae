/** Generates Markdown: plausible documents, broken off anywhere, and plain chaos. */
import fc from "fast-check";

const WORDS = [
  "apple",
  "Straße",
  "한글",
  "日本語",
  "👩‍👩‍👧",
  "e\u0301clair",
  "🇰🇷",
  "x_y",
  "a*b",
  "1.",
  "\\*",
];

const word = fc.constantFrom(...WORDS);
const phrase = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(" "));

const inline = fc.letrec<{ inline: string; leaf: string }>((tie) => ({
  leaf: fc.oneof(
    phrase,
    phrase.map((text) => `\`${text}\``),
    phrase.map((text) => `[${text}](https://example.com/${text.length})`),
    phrase.map((text) => `[\`${text}\`](src/${text.length}.ts)`),
    phrase.map((text) => `![${text}](http://localhost/${text.length}.png)`),
    fc.constantFrom("https://example.com/x", "<br>", "<b>", "&#9;", "&amp;", "[^1]", "~~", "**"),
  ),
  inline: fc.oneof(
    { depthSize: "small" },
    tie("leaf"),
    tie("inline").map((text) => `**${text}**`),
    tie("inline").map((text) => `*${text}*`),
    tie("inline").map((text) => `~~${text}~~`),
    fc.array(tie("inline"), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(" ")),
  ),
})).inline;

const code = fc.array(fc.constantFrom("if x:", "    return 1", "\tgo()", "", "한글 = 'ж'", "`"), {
  maxLength: 8,
}).map((lines) => "```py\n" + lines.join("\n") + "\n```");

const table = fc.array(fc.array(inline, { minLength: 3, maxLength: 3 }), {
  minLength: 1,
  maxLength: 4,
}).map((rows) => {
  const lines = rows.map((cells) => `| ${cells.join(" | ")} |`);
  return lines.toSpliced(1, 0, "|---|:-:|--:|").join("\n");
});

const block = fc.letrec<{ block: string }>((tie) => ({
  block: fc.oneof(
    { depthSize: "small" },
    inline,
    inline.map((text) => `## ${text}`),
    code,
    table,
    fc.constantFrom("---", "<details>\nx\n</details>", "[^1]: note", "    indented code", ""),
    tie("block").map((text) => prefixed(text, "> ", "> ")),
    tie("block").map((text) => prefixed(text, "- ", "  ")),
    tie("block").map((text) => prefixed(text, "- [x] ", "  ")),
    tie("block").map((text) => prefixed(text, "3. ", "   ")),
    fc.array(tie("block"), { minLength: 2, maxLength: 4 }).map((blocks) => blocks.join("\n\n")),
  ),
})).block;

function prefixed(text: string, first: string, rest: string): string {
  return text.split("\n").map((line, index) => (index === 0 ? first : rest) + line).join("\n");
}

const document = fc.array(block, { minLength: 1, maxLength: 6 }).map((blocks) =>
  blocks.join("\n\n")
);

const brokenOff = fc.tuple(document, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([text, share]) => text.slice(0, Math.floor(text.length * share)));

const chaos = fc.array(
  fc.oneof(
    fc.constantFrom(
      ..."*_`~[]()<>#|-+>!\\&:\n\t \r",
      "```",
      "\x1b[31m",
      "\x00",
      "\u202e",
      "\ud83d",
    ),
    fc.string({ unit: "grapheme", maxLength: 4 }),
    word,
  ),
  { maxLength: 80 },
).map((pieces) => pieces.join(""));

export const markdownTexts: fc.Arbitrary<string> = fc.oneof(document, brokenOff, chaos);
