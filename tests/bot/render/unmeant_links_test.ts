/** Tests that Telegram makes no link of what an answer says: a touch on `/new` would be a command. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { withoutUnmeantLinks } from "../../../src/bot/render/unmeant_links.ts";
import { ReplyBuilder } from "../../../src/commands/reply.ts";
import { drawReply } from "../../../src/bot/render/reply.ts";
import { type FormattedText, plainText } from "../../../src/bot/render/formatted_text.ts";
import { renderMarkdown } from "../../../src/bot/render/markdown.ts";
import { assertValid, describeEntities } from "./formatted_checks.ts";
import { markdownTexts } from "./markdown_documents.ts";

const WORD = /[\p{L}\p{N}_]/u;
const HELD = new Set(["code", "pre", "text_link"]);

/** Reads a message as Telegram does, character by character. */
function tappable({ text, entities }: FormattedText): string[] {
  const found: string[] = [];
  for (let at = text.indexOf("/"); at >= 0; at = text.indexOf("/", at + 1)) {
    const [before = ""] = [...text.slice(0, at)].slice(-1);
    if (/[/<>]/.test(before) || WORD.test(before)) continue;
    let end = at + 1;
    while (/\w/.test(text[end] ?? "")) end += 1;
    const [behind = ""] = [...text.slice(end, end + 2)];
    if (end === at + 1 || end > at + 65 || /[/<>]/.test(behind) || WORD.test(behind)) continue;
    const command = text.slice(at, end);
    const isHeld = entities.some(({ type, offset, length }) =>
      HELD.has(type) && offset < end && offset + length > at
    );
    if (!isHeld && !/^\/\d+$/.test(command)) found.push(command);
  }
  return found;
}

function codeOf(text: string): string[] {
  return describeEntities(renderMarkdown(text)).filter((entity) => entity.startsWith("code"));
}

Deno.test("a command in an answer is code, and reads as it was written", () => {
  const text = "Run /new, (/cancel) or /status@some_bot now.";
  const message = renderMarkdown(text);
  assert.equal(message.text, text);
  assert.deepEqual(describeEntities(message), [
    "code:/new",
    "code:/cancel",
    "code:/status@some_bot",
  ]);
  assert.deepEqual(describeEntities(renderMarkdown("**Use /new all**\n\n> /drop\n\n- /undo")), [
    "bold:Use",
    "code:/new",
    "bold:all",
    "blockquote:/drop",
    "code:/drop",
    "code:/undo",
  ]);
});

Deno.test("all of a path or an address is code of which Telegram would make a command", () => {
  assert.deepEqual(codeOf("./run ~/new src/*/foo.ts /index.html /api?x=1 /api-v2/users."), [
    "code:./run",
    "code:~/new",
    "code:src/*/foo.ts",
    "code:/index.html",
    "code:/api?x=1",
    "code:/api-v2/users",
  ]);
});

Deno.test("what is no command to Telegram stays as it is", () => {
  const text =
    "and/or /home/ann (a+b)/2 24 /7 실행/new /new로 a/new <x>/new</x> https://a.com/?b=/new";
  assert.deepEqual(codeOf(text), []);
  assert.deepEqual(codeOf("[/new](https://example.com) `/new`"), ["code:/new"]);
  const address = plainText("See https://example.com/?next=/new");
  assert.deepEqual(withoutUnmeantLinks(address), address);
});

Deno.test("a file whose ending is a domain is code, and no link to somebody's page", () => {
  assert.deepEqual(
    codeOf("I read README.md, (main.rs) and **app.py**. deploy.sh:10 v1.2.zip? a.md?"),
    [
      "code:README.md",
      "code:main.rs",
      "code:app.py",
      "code:deploy.sh:10",
      "code:v1.2.zip",
      "code:a.md",
    ],
  );
  assert.deepEqual(codeOf("# README.md\n\n- lib.rs: see README.md#install"), [
    "code:README.md",
    "code:lib.rs",
    "code:README.md#install",
  ]);
  const none =
    "docs/a.md tests/a.rs README.md를 docs.rs/serde a.rs?b=c a@b.rs @c.rs x.ts .md example.com a.md.ts";
  assert.deepEqual(codeOf(`${none} https://docs.rs/x [b.md](https://example.com)`), []);
});

Deno.test("a name behind an @ is code, and calls no person", () => {
  assert.deepEqual(codeOf("@Override (@types/node), **@ann_b** @pytest.fixture: 한글 @name."), [
    "code:@Override",
    "code:@types/node",
    "code:@ann_b",
    "code:@pytest.fixture",
    "code:@name",
  ]);
  assert.deepEqual(codeOf("a@name.com @app @name에게 x@2024 a_@name <b@example.com>"), []);
});

Deno.test("a list of many files is not cut in pieces for its looks", () => {
  assert.deepEqual(codeOf("a.md\n".repeat(101)), []);
});

Deno.test("a command in a log is code, one in a sentence of a reply is a link", () => {
  const reply = new ReplyBuilder().line("Nothing ran. /retry tries again.")
    .folded([new ReplyBuilder().icon("message").text("I look at /new now").spans()]).build();
  const code = describeEntities(drawReply(reply)).filter((entity) => entity.startsWith("code"));
  assert.deepEqual(code, ["code:/new"]);
});

Deno.test("no answer shows a command that a touch would send", () => {
  const command = fc.constantFrom("/new", "/cancel all", "**/x**", "./a", "(/b@some_bot)", "|/c|");
  const texts = fc.array(fc.oneof(command, markdownTexts), { maxLength: 6 });
  fc.assert(fc.property(texts, fc.constantFrom(" ", "\n", "\n\n", ""), (pieces, between) => {
    const message = renderMarkdown(pieces.join(between));
    assertValid(message);
    assert.deepEqual(tappable(message), []);
  }));
});
