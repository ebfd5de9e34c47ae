/** Generates Markdown whose visible words are known: `w1x`, `w2x`, … in reading order. */
import fc from "fast-check";

/** Replaced by a word once the whole document is put together. */
const HOLE = "¤";

/** Marks around words, without a space between. */
const DECORATIONS = [
  "",
  "👩‍👩‍👧",
  "🇰🇷",
  "한글",
  "日本",
  "שלום",
  "e\u0301",
  "👍🏽",
  "\u200d",
  "\u0301",
  "\ud83d",
  "\u202e",
  "\x07",
  "\x1b[31m",
  "\t",
  "x".repeat(300),
  "_",
  "*",
  "&amp;",
  "<",
  "|",
];

const phrase = fc.array(fc.constantFrom(...DECORATIONS), { minLength: 1, maxLength: 6 })
  .map((words) => words.map((decoration) => `${HOLE}${decoration}`).join(" "));

const inline = fc.letrec<{ inline: string }>((tie) => ({
  inline: fc.oneof(
    { depthSize: "medium" },
    phrase,
    phrase.map((text) => `\`\`${text} \`\``),
    fc.constantFrom(
      `<kbd>${HOLE}</kbd>`,
      `a<sub>${HOLE}</sub><sup>${HOLE}</sup>`,
      `<b>${HOLE} <i>${HOLE}</b>`,
      `$${HOLE}_1$ \\(${HOLE}\\)`,
      `<${HOLE}> $5 ${HOLE} $6`,
      `<a href="https://x.yz">${HOLE}</a>`,
    ),
    fc.constantFrom("https://example.com/x", "http://localhost:3000", "<br>", "&nbsp;", "\\"),
    tie("inline").map((text) => `**${text}**`),
    tie("inline").map((text) => `*${text}*`),
    tie("inline").map((text) => `_${text}_`),
    // Two of them would make a fence at the start of a line.
    tie("inline").map((text) => `a ~~${text}~~`),
    tie("inline").map((text) => `[${text}](https://example.com/a?b=c)`),
    tie("inline").map((text) => `[${text}](src/a.ts#L1)`),
    tie("inline").map((text) => `[${text}](http://localhost:3000/)`),
    tie("inline").map((text) => `![${text}](https://example.com/p.png)`),
    fc.array(tie("inline"), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(" ")),
  ),
})).inline;

const LANGUAGES = ["ts", "diff", "c++", "objective-c", ""];
const CODE_LINES = [HOLE, `  ${HOLE} = [`, `\t${HOLE}`, "", `${HOLE} # 한글 👩‍👩‍👧`, "   "];
const code = fc.tuple(
  fc.constantFrom(...LANGUAGES),
  fc.array(fc.constantFrom(...CODE_LINES), { minLength: 1, maxLength: 20 }),
  fc.constantFrom("```", "~~~~"),
).map(([language, lines, fence]) => `${fence}${language}\n${lines.join("\n")}\n${fence}`);

const table = fc.array(fc.array(inline, { minLength: 3, maxLength: 3 }), {
  minLength: 1,
  maxLength: 5,
}).map((rows) => {
  const lines = rows.map((cells) => `| ${cells.join(" | ").replaceAll("\n", " ")} |`);
  return lines.toSpliced(1, 0, "|---|:-:|--:|").join("\n");
});

function blockOf(leaves: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.letrec<{ block: string }>((tie) => ({
    block: fc.oneof(
      { depthSize: "medium" },
      ...leaves,
      tie("block").map((text) => prefixed(text, "> ", "> ")),
      tie("block").map((text) => prefixed(text, "- ", "  ")),
      tie("block").map((text) => prefixed(text, "- [ ] ", "  ")),
      tie("block").map((text) => prefixed(text, "12. ", "    ")),
      fc.array(tie("block"), { minLength: 2, maxLength: 5 }).map((blocks) => blocks.join("\n\n")),
      fc.array(tie("block"), { minLength: 2, maxLength: 5 }).map((blocks) =>
        blocks.map((text) => prefixed(text, "* ", "  ")).join("\n")
      ),
    ),
  })).block;
}

function prefixed(text: string, first: string, rest: string): string {
  return text.split("\n").map((line, index) => (index === 0 ? first : rest) + line).join("\n");
}

const leaves = [
  inline,
  inline.map((text) => `### ${text}`),
  code,
  fc.constantFrom(
    "---",
    `<details>\n${HOLE}\n</details>`,
    `<details><summary>${HOLE} \`${HOLE}\`</summary>\n\n${HOLE}\n\n- ${HOLE}\n\n</details>`,
    `<!-- ${HOLE} -->`,
    `> [!NOTE]\n> ${HOLE} **${HOLE}**`,
    `[${HOLE}]: ${HOLE}`,
    `$$\n${HOLE} *${HOLE}*\n$$`,
    `\\[\n${HOLE}_1 + ${HOLE}\n\\]`,
    `<div align="center">\n<b>${HOLE}</b> <u>${HOLE}\n</div>`,
    `<pre>${HOLE}\n  ${HOLE}</pre>`,
  ),
];

/** Leaves out tables, which may be read in another order. */
export const inOrder: fc.Arbitrary<string> = documents(blockOf(leaves));
/** Of everything. */
export const inAnyOrder: fc.Arbitrary<string> = documents(
  blockOf([...leaves, table, table]),
  `\n\nText[^1] and ${HOLE}\n\n[^1]: ${HOLE} **${HOLE}**`,
);

function documents(block: fc.Arbitrary<string>, end = ""): fc.Arbitrary<string> {
  return fc.array(block, { minLength: 1, maxLength: 6 })
    .map((blocks) => numbered(blocks.join("\n\n") + end));
}

function numbered(text: string): string {
  let number = 0;
  return text.replaceAll(HOLE, () => `w${++number}x`);
}

/** Words that a person reads: those in a comment are for nobody. */
export function wordsOf(text: string): string[] {
  return text.replace(/<!-- w\d+x -->/g, "").match(/w\d+x/g) ?? [];
}
