import assert from "node:assert/strict";
import fc from "fast-check";
import { renderMarkdown } from "../../../src/bot/render/markdown.ts";
import { assertValid, describeEntities } from "./formatted_checks.ts";
import { markdownTexts } from "./markdown_documents.ts";
import { inAnyOrder, inOrder, wordsOf } from "./numbered_documents.ts";
import { assertAccepted } from "./telegram_checks.ts";

function assertRenders(markdown: string, text: string, entities: readonly string[] = []): void {
  const message = renderMarkdown(markdown);
  assertValid(message);
  assert.deepEqual({ text: message.text, entities: describeEntities(message) }, { text, entities });
}

Deno.test("renderMarkdown gives valid text and entities for any text", () => {
  fc.assert(
    fc.property(markdownTexts, (markdown) => assertValid(renderMarkdown(markdown))),
    { numRuns: 600 },
  );
});

Deno.test("renderMarkdown keeps every word of paragraphs, lists, quotes, tables and code", () => {
  const name = fc.integer({ min: 0, max: 1e6 }).map((number) => `word${number}x`);
  const shapes = [
    "A",
    "# A",
    "- A\n  - B",
    "> A\n> > B",
    "```\nA\n```",
    "| A | B |\n|-|-|\n| C | D |",
  ];
  const piece = fc.tuple(fc.constantFrom(...shapes), name, name, name, name)
    .map(([shape, ...names]) =>
      shape.replace(/[A-D]/g, (letter) => names["ABCD".indexOf(letter)] ?? "")
    );
  fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
    const markdown = pieces.join("\n\n");
    const { text } = renderMarkdown(markdown);
    for (const [found] of markdown.matchAll(/word\d+x/g)) assert.ok(text.includes(found), found);
  }));
});

Deno.test("renderMarkdown loses no word of any document, and keeps their order", () => {
  fc.assert(
    fc.property(inOrder, (markdown) => {
      assert.deepEqual(wordsOf(renderMarkdown(markdown).text), wordsOf(markdown));
    }),
    { numRuns: 200 },
  );
});

Deno.test("renderMarkdown loses no word of a document that breaks off anywhere", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(inOrder, share, (markdown, kept) => {
      const beginning = markdown.slice(0, Math.floor(markdown.length * kept));
      assert.deepEqual(wordsOf(renderMarkdown(beginning).text), wordsOf(beginning));
    }),
    { numRuns: 200 },
  );
});

Deno.test("renderMarkdown loses no word of tables and footnotes", () => {
  fc.assert(
    fc.property(inAnyOrder, (markdown) => {
      const shown = new Set(wordsOf(renderMarkdown(markdown).text));
      assert.deepEqual(wordsOf(markdown).filter((word) => !shown.has(word)), []);
    }),
    { numRuns: 150 },
  );
});

Deno.test("renderMarkdown makes headings bold with a blank line below", () => {
  assertRenders("## Title\ntext", "Title\n\ntext", ["bold:Title"]);
});

Deno.test("renderMarkdown tells the levels of headings apart", () => {
  assertRenders("# a\n## b\n### c\n#### d", "a\n\nb\n\nc\n\nd", [
    "underline:a",
    "bold:a",
    "bold:b",
    "italic:c",
    "bold:c",
    "italic:d",
  ]);
});

Deno.test("renderMarkdown leaves code in a heading out of the bold", () => {
  assertRenders("## Run `x` **now**", "Run x now", ["bold:Run", "code:x", "bold:now"]);
});

Deno.test("renderMarkdown nests bold, italic and strike", () => {
  assertRenders("**a *b ~~c~~***", "a b c", ["bold:a b c", "italic:b c", "strikethrough:c"]);
});

for (
  const [markdown, shown, bold] of [
    ['**"따옴표"**입니다', '"따옴표"입니다', '"따옴표"'],
    ["**참고:**이 파일", "참고:이 파일", "참고:"],
    ["이것은**(괄호)**라고", "이것은(괄호)라고", "(괄호)"],
    ["これは**「重要」**です", "これは「重要」です", "「重要」"],
  ] as const
) {
  Deno.test(`renderMarkdown makes bold what stands in stars beside letters: ${markdown}`, () => {
    assertRenders(markdown, shown, [`bold:${bold}`]);
  });
}

Deno.test("renderMarkdown makes bold code with a particle behind it", () => {
  assertRenders("**`npm test`**를 실행", "npm test를 실행", ["code:npm test"]);
});

Deno.test("renderMarkdown strikes through what stands beside letters", () => {
  assertRenders("~~기존 방식(A)~~을 삭제", "기존 방식(A)을 삭제", ["strikethrough:기존 방식(A)"]);
  assertRenders('이제~~"A"~~는', '이제"A"는', ['strikethrough:"A"']);
});

Deno.test("renderMarkdown leaves stars between letters that mark no bold text", () => {
  assertRenders("값*(단가)*수량", "값*(단가)*수량");
  assertRenders('a**"b"**c', 'a**"b"**c');
});

Deno.test("renderMarkdown reads a single tilde as text", () => {
  assertRenders("~a~ b", "~a~ b");
});

Deno.test("renderMarkdown links http with a dotted host", () => {
  assertRenders("[docs](https://example.com/a)", "docs", ["text_link(https://example.com/a):docs"]);
});

Deno.test("renderMarkdown drops code from a link's label, which would win over the link", () => {
  assertRenders("[`f`](https://a.bc)", "f", ["text_link(https://a.bc):f"]);
});

for (
  const target of ["http://localhost:3000", "src/a.ts", "tg://user?id=1", "javascript:f", "#top"]
) {
  Deno.test(`renderMarkdown shows ${target} as code beside its label`, () => {
    assertRenders(`[see](${target})`, `see (${target})`, [`code:${target}`]);
  });
}

for (
  const [markdown, shown] of [
    ["[`src/a.ts:12`](/home/ann/x/src/a.ts:12)", "src/a.ts:12"],
    ["[src/a.ts:12](src/a.ts#L12)", "src/a.ts:12"],
    ["[a.ts](/home/ann/x/src/a.ts#L3-L9)", "a.ts:3-9"],
    ["[a.ts:3-9](/home/ann/x/src/a.ts#L3)", "a.ts:3-9"],
    ["[a.ts:3](/home/ann/x/src/a.ts:3:1-9:2)", "a.ts:3-9"],
    ["[a.ts](a.ts:3-3)", "a.ts:3"],
    ["[a.ts:12](src/a.ts)", "src/a.ts:12"],
    ["[a.ts](file:///home/ann/a.ts)", "a.ts"],
  ] as const
) {
  Deno.test(`renderMarkdown shows ${markdown} by its name alone`, () => {
    assertRenders(markdown, shown, [`code:${shown}`]);
  });
}

Deno.test("renderMarkdown shows where a link to a file leads that its label does not name", () => {
  assertRenders("[b.ts](src/a.ts)", "b.ts (src/a.ts)", ["code:src/a.ts"]);
  assertRenders("[a.ts:1](src/a.ts:2)", "a.ts:1 (src/a.ts:2)", ["code:src/a.ts:2"]);
  assertRenders("[a](http://localhost/a)", "a (http://localhost/a)", ["code:http://localhost/a"]);
});

Deno.test("renderMarkdown shows a bare unlinkable target once", () => {
  assertRenders("<http://localhost:1/x>", "http://localhost:1/x", ["code:http://localhost:1/x"]);
});

Deno.test("renderMarkdown finds the target of a reference", () => {
  assertRenders("[a][b]\n\n[b]: https://x.yz", "a", ["text_link(https://x.yz):a"]);
});

Deno.test("renderMarkdown makes an image a link", () => {
  assertRenders("![chart](https://x.yz/c.png)", "chart", ["text_link(https://x.yz/c.png):chart"]);
});

Deno.test("renderMarkdown draws lists with bullets, numbers and boxes", () => {
  assertRenders(
    "- a\n  - b\n    1. c\n    2. d\n- [x] e\n- [ ] f\n\n3. g\n4. h",
    "• a\n  ◦ b\n    1. c\n    2. d\n☑ e\n☐ f\n\n3. g\n4. h",
  );
});

Deno.test("renderMarkdown keeps code in a list item unindented and on its own lines", () => {
  assertRenders("- do\n  ```sh\n  ls\n    x\n  ```", "• do\nls\n  x", ["pre(sh):ls\n  x"]);
  assertRenders("- ```\n  ls\n  ```", "•\nls", ["pre:ls"]);
});

Deno.test("renderMarkdown has one quote where Markdown nests them", () => {
  assertRenders("> a\n> > b", "a\n\n> b", ["blockquote:a\n\n> b"]);
});

Deno.test("renderMarkdown aligns a narrow table by display width", () => {
  assertRenders(
    "| a | 한글 | n |\n|---|:-:|--:|\n| `x` | b | 10 |\n| long | c | 7 |",
    "a    │ 한글 │  n\n─────┼──────┼───\nx    │  b   │ 10\nlong │  c   │  7",
    ["pre:a    │ 한글 │  n\n─────┼──────┼───\nx    │  b   │ 10\nlong │  c   │  7"],
  );
});

Deno.test("renderMarkdown writes a wide table as records, whose first cell is the title", () => {
  const wide = "a very wide column that a phone would wrap";
  assertRenders(
    `| name | text |\n|-|-|\n| one | ${wide} |\n| \`two\` | |`,
    `name\none\ntext: ${wide}\n\ntwo\ntext: –`,
    ["italic:name", "bold:one", "code:two"],
  );
});

Deno.test("renderMarkdown writes a table row by row where columns would lose the addresses of its links", () => {
  const target = "https://x.yz/1";
  assertRenders(
    `| PR | by |\n|---|---|\n| [#1](${target}) | Ann |`,
    "PR\n#1\nby: Ann",
    ["italic:PR", `text_link(${target}):#1`, "bold:#1"],
  );
  assertRenders(`| at |\n|---|\n| ${target} |`, `at\n──────────────\n${target}`, [
    `pre:at\n──────────────\n${target}`,
  ]);
});

Deno.test("renderMarkdown leaves out the cells that a row of a wide table does not have", () => {
  const long = "a long header of a column that no row has";
  const table = `| c0 | c1 | c2 | ${long} | |\n|${"-|".repeat(5)}\n| a | b |\n| c |`;
  const text = `c0\nc2, ${long}: –\na\nc1: b\n\nc`;
  assertRenders(table, text, ["italic:c0", "bold:a", "bold:c"]);
});

Deno.test("renderMarkdown moves lists and quotes to the right as far as a phone has room", () => {
  const list = Array.from({ length: 9 }, (_, depth) => `${"  ".repeat(depth)}- i`).join("\n");
  const { text } = renderMarkdown(list);
  assert.equal(text.split("\n").at(-1), `${" ".repeat(12)}▪ i`);
  assertRenders("> > > > > > a", "> > > a", ["blockquote:> > > a"]);
});

for (const name of ["src/main.rs", "12:15:app/Todo.tsx", "c++", "diff-ts", "한국어"]) {
  Deno.test(`renderMarkdown keeps what stands behind a fence: ${name}`, () => {
    assertRenders("```" + name + "\na\n```", "a", [`pre(${name}):a`]);
  });
}

Deno.test("renderMarkdown leaves a footnote that nothing refers to as it was written", () => {
  assertRenders(
    "a\n\n[^a-z]: any *other*\n\n- [^/]: no slash\n\nb",
    [
      "a",
      "[^a-z]: any other",
      "• [^/]: no slash",
      "b",
    ].join("\n\n"),
    ["italic:other"],
  );
  assertRenders("a[^1]\n\n[^1]: note\n\nb", "a[1]\n\nb\n\n[1] note", []);
});

Deno.test("renderMarkdown keeps the brackets of a type with a path", () => {
  const type = "std::vector<std::string> and Result<core::fmt::Error>";
  assertRenders(type, type, []);
});

Deno.test("renderMarkdown keeps the language and the indentation of a fence", () => {
  assertRenders("```ts\n  a\n\tb\n```", "  a\n    b", ["pre(ts):  a\n    b"]);
});

Deno.test("renderMarkdown reads an unclosed fence as code to the end", () => {
  assertRenders("x\n```py\na = 1", "x\n\na = 1", ["pre(py):a = 1"]);
});

for (
  const [html, text, entities] of [
    ["<b>y</b> <i>a</i> <u>b</u> <s>c</s>", "y a b c", [
      "bold:y",
      "italic:a",
      "underline:b",
      "strikethrough:c",
    ]],
    ["<strong>a *b*</strong> *<em>c</em>*", "a b c", ["bold:a b", "italic:b", "italic:c"]],
    ["<kbd>Ctrl</kbd>+<code>a &lt; b</code>", "Ctrl+a < b", ["code:Ctrl", "code:a < b"]],
    ["H<sub>2</sub>O x<sup>2</sup> a<sup>th</sup> b<sub>i</sub>", "H₂O x² a^(th) b_i", []],
    ['<a href="https://x.yz">a <b>b</b></a>', "a b", ["text_link(https://x.yz):a b", "bold:b"]],
    ["a<br>b<br/>c", "a\nb\nc", []],
    ["a <!-- b --> c", "a  c", []],
    ["a\n\n<!-- b\n\nc -->\n\nd", "a\n\nd", []],
    ["`<!-- b -->`", "<!-- b -->", ["code:<!-- b -->"]],
    ["Vec<T> and <string>, <b>", "Vec<T> and <string>, <b>", []],
    ["<b>a <i>b</b> c", "a <i>b c", ["bold:a <i>b"]],
    ['<button onclick="x">y</button>', '<button onclick="x">y</button>', []],
    ["<pre>a &amp;\n  b</pre>", "a &\n  b", ["pre:a &\n  b"]],
    ['<img src="https://x.yz/a.png" alt="shot">', "shot", ["text_link(https://x.yz/a.png):shot"]],
  ] as const
) {
  Deno.test(`renderMarkdown reads HTML that shows something: ${html}`, () => {
    assertRenders(html, text, entities);
  });
}

for (
  const markdown of [
    "<details>\n<summary>Log</summary>\n\n- a\n\n```\nb\n```\n\n</details>\n\nc",
    "<details><summary>Log</summary>\n\n- a\n\n    b\n</details>\n\nc",
    "<details open>\n\n<summary>Log</summary>\n\n- a\n\n~~~\nb\n~~~\n</details>\n\nc",
  ]
) {
  Deno.test(`renderMarkdown folds details under their summary: ${JSON.stringify(markdown)}`, () => {
    const { text, entities } = renderMarkdown(markdown);
    assert.equal(text.split("\n")[0], "Log");
    assert.doesNotMatch(text, /<\/?(?:details|summary)/);
    assert.deepEqual(entities.slice(0, 2).map(({ type }) => type), [
      "bold",
      "expandable_blockquote",
    ]);
    assert.equal(text.at(-1), "c");
  });
}

Deno.test("renderMarkdown shows GitHub's alerts as quotes with a title", () => {
  assertRenders("> [!WARNING]\n> *a*\n\n> [!NOPE]\n> b", "⚠️ Warning\na\n\n[!NOPE]\nb", [
    "blockquote:⚠️ Warning\na",
    "bold:⚠️ Warning",
    "italic:a",
    "blockquote:[!NOPE]\nb",
  ]);
});

for (
  const math of [
    "F_{x}^{*} + G_{y}^{*}",
    "X^{*}_{i} + F_{x} - a_{*}",
    "\\(a\\) and \\(b_1 * c_2 * d\\)",
    "\\[ x_i * y_i * z \\]",
    "\\[\na_1 *b*\n- c\n= d\n\\]",
    "$a_1 * b_2 * c$ and $x$.",
    "$$ \\sum_{i}^{*} a *b* $$",
    "$$\na *b*\n+ c\n$$",
    "F^*_x + G^*_y",
    "\\begin{pmatrix} a & b \\\\ \\{c\\} & d \\end{pmatrix}",
    "\\begin{align*}\na &= b \\\\\n- c\n= d\n\\end{align*}",
    "so \\begin{cases} *a* \\\\ _b_ \\end{cases} holds",
    "24*60*60 = 86400",
    "5*4*3*2*1 = 120",
    "2*x*3 and 2*n*m",
    "a*b*c + width*height*2",
    "(a+b)*(c+d)*(e+f)",
    "n*(n-1)*(n-2)*(n-3)",
    "x_1*x_2*x_3",
    "\\frac{a}{b}*c*d",
    "x**2 + y**2 = z**2",
    "2**32 and 2**64",
    "2**n + 2**m",
    "(1+x)**2 - (1-x)**2",
    "src/**/*.ts and test/**/*.ts",
    "src/*.ts, lib/*.ts",
    "$HOME/*/a and $PATH/*/b",
    "/* a */ b /* c */",
    "a = '*' and y*2",
  ]
) {
  Deno.test(`renderMarkdown keeps every character of a formula: ${math}`, () => {
    assert.equal(renderMarkdown(math).text, math);
  });
}

for (
  const [markdown, text] of [
    ["$5 and **$6**", "$5 and $6"],
    ["from $5, **now** 3$ or", "from $5, now 3$ or"],
    ["`$HOME` or $HOME/*a*/$USER", "$HOME or $HOME/a/$USER"],
    ["US$5 *a* US$6", "US$5 a US$6"],
    ["\\[link\\](a) \\[x\\] \\*", "[link](a) [x] *"],
    ["_{a}_ *{b}* {*c*}", "{a} {b} {c}"],
  ] as const
) {
  Deno.test(`renderMarkdown takes no prices and no escapes for formulas: ${markdown}`, () => {
    assert.equal(renderMarkdown(markdown).text, text);
  });
}

for (
  const [markdown, shown] of [
    ["[mod.rs](/p/src/auth/mod.rs:41)", "src/auth/mod.rs:41"],
    ["[mod.rs](/p/src/billing/mod.rs:9)", "src/billing/mod.rs:9"],
    ["[`src/a.ts`](/p/src/a.ts#L3-L9)", "src/a.ts:3-9"],
    ["[c.png](/p/out/c.png)", "out/c.png"],
    ["【F:/p/src/a.ts†L3-L9】", "src/a.ts:3-9"],
    ["【F:src/a.ts†L3】", "src/a.ts:3"],
    [':codex-file-citation{path="/p/a b.ts" purpose="output"}', "a b.ts"],
    [":codex-file-citation[x]{line_range_start=3 line_range_end=9 path=src/a.ts}", "src/a.ts:3-9"],
    ["[mod.rs:41](/p/src/auth/mod.rs:41:7)", "src/auth/mod.rs:41"],
    ["[a b.ts](file:///p/a%20b.ts)", "a b.ts"],
    ["`/p/src/a.ts:1`", "src/a.ts:1"],
    ["`/pq/a.ts`", "/pq/a.ts"],
    ["`/p`", "/p"],
    ["[a.ts](/q/a.ts:1)", "a.ts:1"],
  ] as const
) {
  Deno.test(`renderMarkdown shows ${markdown} from the working folder on`, () => {
    const { text, entities } = renderMarkdown(markdown, { folder: "/p" });
    assert.deepEqual(describeEntities({ text, entities }), [`code:${shown}`]);
    assert.equal(text, shown);
  });
}

Deno.test("renderMarkdown shows the names of sources that only other clients can show", () => {
  const terminal = ":codex-terminal-citation[x]{line_range_start=1 terminal_chunk_id=7bb7d7}";
  assertRenders(`One【12†source】, two【4:0†L1-L3】 ${terminal}`, "One[12], two[4:0] [7bb7d7]");
  assertRenders(
    "It is\ue200cite\ue202turn0search1\ue202turn1view0\ue201.",
    "It is[turn0search1, turn1view0].",
  );
  const written = ":codex-file-citation{} 【大事】 :codex-file-citation";
  assertRenders(written, written);
  assertRenders("`【12†source】`", "【12†source】", ["code:【12†source】"]);
});

Deno.test("renderMarkdown shows where a link leads from the working folder on", () => {
  assert.equal(renderMarkdown("[see](/p/a.ts:3)", { folder: "/p/" }).text, "see (a.ts:3)");
});

Deno.test("renderMarkdown shows a definition that nothing refers to", () => {
  assertRenders("[INFO]: starting\n[b]: https://x.yz\n\n[b]", "[INFO]: starting\n\nb", [
    "text_link(https://x.yz):b",
  ]);
});

Deno.test("renderMarkdown moves footnotes to the end under numbers", () => {
  assertRenders("[^n]: the *note*\n\ntext[^n]", "text[1]\n\n[1] the note", ["italic:note"]);
});

for (
  const [sentence, address] of [
    ["**https://x.yz/a**를 보세요", "https://x.yz/a"],
    ["https://x.yz에서 열립니다", "https://x.yz"],
    ["https://x.yz/docs/a를 참고하세요.", "https://x.yz/docs/a"],
    ["(https://x.yz/a)를", "https://x.yz/a"],
    ["https://x.yz/A_(b)입니다", "https://x.yz/A_(b)"],
    ["*https://x.yz/a*는", "https://x.yz/a"],
    ['got {"url":"https://x.yz/a","b":1}', "https://x.yz/a"],
    ["见 https://x.yz/a。然后", "https://x.yz/a"],
    ["https://x.yz/a`b`", "https://x.yz/a"],
    ["https://ko.x.yz/wiki/서울", "https://ko.x.yz/wiki/서울"],
    ["https://ko.x.yz/wiki/C언어", "https://ko.x.yz/wiki/C언어"],
    ["https://한글.kr/a", "https://한글.kr/a"],
    ["https://x.yz/a_b_c*d~e?f=(g).", "https://x.yz/a_b_c*d~e?f=(g)"],
  ] as const
) {
  Deno.test(`renderMarkdown finds the address in ${sentence}`, () => {
    const shown = renderMarkdown(sentence);
    assertAccepted(shown);
    const links = shown.entities.flatMap((entity) =>
      entity.type === "text_link" ? [entity.url] : []
    );
    assert.deepEqual(links, [address]);
  });
}

Deno.test("renderMarkdown leaves a Korean particle out of an address without a link", () => {
  assertRenders("http://localhost:3000에서", "http://localhost:3000에서", [
    "code:http://localhost:3000",
  ]);
  assertRenders("http://localhost:3000/을", "http://localhost:3000/을", [
    "code:http://localhost:3000/",
  ]);
});

for (
  const text of [
    "src/__init__.py and obj.__dict__, __name__ is __main__, __DEV__",
    "**/node_modules/** and **/dist/**",
    '{ include: ["**/*.ts", "src/**"] }',
    'eslint "src/**" --fix "lib/**", (docs/**; lib/**)',
    '"*.ts", "*.js" (*.ts|*.js) *.* and *.*',
  ]
) {
  Deno.test(`renderMarkdown keeps the marks of names and patterns: ${text}`, () => {
    assertRenders(text, text);
  });
}

Deno.test("renderMarkdown still reads what looks like names and patterns as emphasis", () => {
  assertRenders("__two words__ and __Note__", "two words and Note", [
    "bold:two words",
    "bold:Note",
  ]);
  assertRenders("**/status** or **src/**", "/status or src/", ["code:/status", "bold:src/"]);
});

Deno.test("renderMarkdown keeps the numbers of a list as the agent gave them", () => {
  for (const text of ["1. a\n3. b\n7. c", "3. a\n2. b\n1. c"]) assertRenders(text, text);
  assertRenders("1. a\n1. b\n1. c", "1. a\n2. b\n3. c");
  assertRenders("2. a\n3. b\n3. c", "2. a\n3. b\n4. c");
});

Deno.test("renderMarkdown takes no sentence below a table for a row of it", () => {
  const table = "a │ b\n──┼──\n1 │ 2";
  assertRenders(
    "| a | b |\n|---|---|\n| 1 | 2 |\nThat is all,\nas said.",
    `${table}\n\nThat is all,\nas said.`,
    [
      `pre:${table}`,
    ],
  );
  assertRenders("|a|\n|-|\nb", "a\n─\nb", ["pre:a\n─\nb"]);
});

Deno.test("renderMarkdown keeps code with bars in its cell", () => {
  const shown = "a      │ b\n───────┼──\nx | y  │ 1\nx|`y|z │ 2";
  const rows = ["| `x | y` | 1 |", "| ``x|`y|z`` | 2 |"];
  assertRenders(["| a | b |", "|--|--|", ...rows].join("\n"), shown, [`pre:${shown}`]);
});

for (const json of ['{\n  "a": "**b** __c__",\n  "d": [1]\n}', '["*a*"]', "{}"]) {
  Deno.test(`renderMarkdown shows an answer in JSON as it is: ${json}`, () => {
    assertRenders(`${json}\n`, json, [`pre(json):${json}`]);
  });
}

Deno.test("renderMarkdown shows an answer that is a diff as it is", () => {
  for (const head of ["", "diff --git a/x b/x\nindex 1..2 100644\n"]) {
    const diff = `${head}--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n- **old**\n+ new\n  same`;
    assertRenders(diff, diff, [`pre(diff):${diff}`]);
  }
  assertRenders("--- a\n\n- b", "--- a\n\n• b");
});

Deno.test("renderMarkdown shows what only begins like JSON as Markdown", () => {
  assertRenders("[[a]] is {b}", "[[a]] is {b}");
  assertRenders('{"a": **b**}', '{"a": b}', ["bold:b"]);
});

Deno.test("renderMarkdown strips colours, control characters and direction overrides", () => {
  assertRenders("\x1b[31mred\x1b[0m \x07a\u202eb\r\n\x1b]8;;x\x07c", "red ab\nc");
});

Deno.test("renderMarkdown keeps words apart that only a separator of lines or pages parts", () => {
  assertRenders("a\u2028b\u2029c\fd\ve\u0085f", "a b c d e f");
});

Deno.test("renderMarkdown keeps the ring over a letter, which Telegram would remove", () => {
  assertRenders("A\u030angstro\u0308m x\u030a y\u0333", "\u00c5ngstro\u0308m x y");
});

Deno.test("renderMarkdown makes nothing of invisible text", () => {
  for (const nothing of [" \n\t\n```\n\n```\n", "`\u2800`", "**\u200b**", "> &nbsp;"]) {
    assert.deepEqual(renderMarkdown(nothing), { text: "", entities: [] });
  }
});

Deno.test("renderMarkdown keeps what nests thousands deep, and loses its look only", () => {
  const text = (markdown: string): string => renderMarkdown(markdown).text.replace(/[>\s]/g, "");
  assert.equal(text(">".repeat(20_000) + "x"), "x");
  assert.match(text("- 1. ".repeat(5000) + "x"), /x$/);
  assert.match(text("![a ".repeat(5000) + "x" + "](b)".repeat(5000)), /^(?:a)+x/);
  assert.match(text("*a _b ".repeat(5000) + "x" + " c_ d*".repeat(5000)), /^(?:ab)+x(?:cd)+$/);
  assert.equal(text("**".repeat(3000) + "a" + "**".repeat(3000)), "a");
});

Deno.test("renderMarkdown reads a document that is wide and not deep", () => {
  const items = Array.from(
    { length: 1200 },
    (_, index) => `- *[${index}](https://a.bc/x[y])* _z ]`,
  );
  assert.equal(renderMarkdown(items.join("\n")).entities.length, 2400);
  assertRenders(
    `${"*".repeat(400)}\n**b**\n\n+${"-+".repeat(200)}`,
    `────────────\n\nb\n\n+${"-+".repeat(200)}`,
    ["bold:b"],
  );
});
