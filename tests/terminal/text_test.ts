/** Text on a terminal: how wide, where it is broken, how Markdown looks, and what must not get through. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { markdownLines } from "../../src/terminal/text/markdown.ts";
import {
  type Line,
  span,
  textOf,
  toTerminal,
  widthOf,
} from "../../src/terminal/text/styled_line.ts";
import { withVisibleControls } from "../../src/core/text/control_characters.ts";
import { clipped, wrapped } from "../../src/terminal/text/wrap.ts";

function shown(markdown: string, columns = 40): string {
  return markdownLines(markdown, columns).map(textOf).join("\n");
}

Deno.test("wrapped() breaks between words, by the width that is seen", () => {
  const rows = wrapped([span("한국어 문장은 두 칸씩 "), span("wide", "bold")], 12);
  assert.deepEqual(rows.map(textOf), ["한국어", "문장은 두", "칸씩 wide"]);
  assert.deepEqual(rows.at(-1)?.at(-1), span("wide", "bold"));
  assert.deepEqual(wrapped([span("abcdefgh")], 3).map(textOf), ["abc", "def", "gh"]);
});

Deno.test("wrapped() and clipped() never pass the edge, and wrapped() loses nothing but blanks", () => {
  const texts = fc.string({
    unit: fc.constantFrom("a", "b", " ", "가", "é", "👍🏽", "-"),
    maxLength: 60,
  });
  fc.assert(fc.property(texts, fc.integer({ min: 2, max: 20 }), (text, columns) => {
    const rows = wrapped([span(text)], columns);
    for (const row of [...rows, clipped([span(text)], columns)]) assert.ok(widthOf(row) <= columns);
    const bare = (value: string): string => value.replaceAll(" ", "");
    assert.equal(bare(rows.map(textOf).join("")), bare(text));
  }));
});

Deno.test("markdownLines() shows files from the folder on, alerts, details and formulas", () => {
  const lines = markdownLines(
    "[a.ts](/p/src/a.ts:3)\n\n> [!TIP]\n> b\n\n<details><summary>Log</summary>\n\nc\n\n" +
      "</details>\n\n$$\nx_1 *y*\n$$\n\nH<sub>2</sub>O <kbd>x</kbd> <!-- y -->",
    40,
    { folder: "/p" },
  );
  assert.equal(
    lines.map(textOf).join("\n"),
    "src/a.ts:3\n\n│ Tip\n│ b\n\nLog\n│ c\n\n  $$\n  x_1 *y*\n  $$\n\nH₂O x ",
  );
});

Deno.test("markdownLines() lets nothing through that was encoded to steer the terminal", () => {
  const encoded = ["&#x202e;", "&#8294;", "&#13;", "&#27;", "&#x9b;", "%1b[2J", "%0D", "%E2%80%AE"];
  const forms = [
    ...["a X b", "# X", "**X**", "[X](src/a.ts)", "[a](src/X.ts:3)", "[a](file:///p/X)", "![X](a)"],
    ...["![a](X.png)", "| a |\n|---|\n| X |", "<pre>X</pre>", "<a href='src/X'>a</a>"],
    ...[
      "[a]\n\n[a]: src/X",
      "a[^1]\n\n[^1]: X",
      "<details><summary>X</summary>\n\nX\n\n</details>",
    ],
  ];
  for (const form of forms) {
    for (const character of encoded) {
      const markdown = form.replaceAll("X", character);
      const lines = markdownLines(markdown, 40, { folder: "/p" });
      for (const line of lines) {
        assert.doesNotMatch(textOf(line), /\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u, markdown);
      }
    }
  }
});

Deno.test("markdownLines() shows headings, emphasis, lists, quotes and code", () => {
  const markdown =
    "# Title\n\nSome **bold** `code`.\n\n1. one\n   - two\n- [x] done\n\n> said\n\n" +
    "```sh\nmake a very long line that is not broken, so that it can be copied\n```";
  assert.equal(
    shown(markdown),
    "Title\n\nSome bold code.\n\n1. one\n   ◦ two\n\n☑ done\n\n│ said\n\n" +
      "  make a very long line that is not broken, so that it can be copied",
  );
  const [title = []] = markdownLines(markdown, 40);
  assert.equal(toTerminal(title, true), "\x1b[1;4mTitle\x1b[0m");
  assert.equal(toTerminal(title, false), "Title");
});

Deno.test("markdownLines() ends lines where the agent has, as the chat does", () => {
  const text = "Tests: 12 passed\nLint: **failed\nin a.ts**\n\n- a\n  b";
  assert.equal(shown(text), "Tests: 12 passed\nLint: failed\nin a.ts\n\n• a\n  b");
});

Deno.test("markdownLines() aligns tables by width, and lists their cells where they are too wide", () => {
  const table = "| 이름 | Count |\n|---|--:|\n| 가나다 | 1 |\n| b | |";
  assert.equal(shown(table), "이름   │ Count\n───────┼──────\n가나다 │     1\nb      │");
  assert.equal(shown(table, 10), "이름\n가나다\nCount: 1\n\nb\nCount: –");
  const broken = "| a<br>b | c |\n|---|---|\n| d<br>e | f<br>a long text |";
  const lines = markdownLines(broken, 10).map(textOf);
  assert.deepEqual(lines, ["a", "b", "d", "e", "c: f", "a long", "text"]);
  assert.equal(shown("| Long name | Count |\n|---|--:|", 10), "Long name\nCount");
});

Deno.test("markdownLines() shows the title of a column that no row of a wide table has", () => {
  const table = "| Name | Count | Note |\n|---|--:|---|\n| long name | 1 |\n| b |";
  assert.equal(shown(table, 10), "Name\nNote: –\nlong name\nCount: 1\n\nb");
});

Deno.test("markdownLines() reads lists that tabs move in", () => {
  assert.equal(
    shown("-\tone\n\t-\ttwo\n\n\tmore\n1.\tthree"),
    "• one\n  \n  ◦ two\n  \n  more\n\n1. three",
  );
  assert.equal(shown("a\tb\n\n```\nx\ty\n\tz\n```"), "a   b\n\n  x   y\n      z");
});

Deno.test("markdownLines() never hides where a link leads", () => {
  assert.equal(
    shown("[github.com](https://evil.example/x) <https://a.example>", 80),
    "github.com (https://evil.example/x) https://a.example",
  );
  assert.equal(shown("see [a.ts](/home/ann/src/a.ts:12)"), "see a.ts:12");
});

Deno.test("nothing that Codex writes can steer the terminal", () => {
  const steering = "a\x1b[2Jb\x1b]0;title\x07c\rd\x9b31m\u202ee";
  for (const line of markdownLines(`${steering}\n\n    ${steering}\n\n\`${steering}\``, 40)) {
    // deno-lint-ignore no-control-regex -- these must not be there
    assert.doesNotMatch(toTerminal(line, false), /[\x00-\x1f\x7f-\x9f\u202e]/);
  }
});

Deno.test("withVisibleControls() writes out what would hide in a command", () => {
  assert.equal(
    withVisibleControls("ls\r\nrm\r -rf \x1b[1A\u202e\u200b/"),
    "ls\nrm\\u{d} -rf \\u{1b}[1A\\u{202e}\\u{200b}/",
  );
  assert.equal(withVisibleControls("echo 한글 👍\n\tok"), "echo 한글 👍\n\tok");
});

Deno.test("toTerminal() leaves nothing of a look behind the text", () => {
  const line: Line = [span("a", "bad"), span("b"), span("", "good")];
  assert.equal(toTerminal(line, true), "\x1b[31ma\x1b[0mb");
});
