/** From what a terminal sends to the line that is typed. */
import assert from "node:assert/strict";
import { type Key, KeyReader } from "../../src/terminal/input/keys.ts";
import { LiveInput } from "../../src/terminal/input/live_input.ts";
import { LineEditor } from "../../src/terminal/input/line_editor.ts";
import { typedRows } from "../../src/terminal/input/typed_line.ts";
import { textOf } from "../../src/terminal/text/styled_line.ts";

function keys(reader: KeyReader, text: string): Key[] {
  return reader.read(new TextEncoder().encode(text));
}

/** The line after these were pressed. */
function typed(text: string, history: readonly string[] = []): LineEditor {
  const editor = new LineEditor(history);
  for (const key of keys(new KeyReader(), text)) {
    if (key.type === "text") editor.insert(key.text);
    else editor.press(key.name);
  }
  return editor;
}

Deno.test("KeyReader puts together what arrives in pieces, and passes over what it does not know", () => {
  const reader = new KeyReader();
  const bytes = new TextEncoder().encode("가");
  assert.deepEqual(reader.read(bytes.slice(0, 1)), []);
  assert.deepEqual(reader.read(bytes.slice(1)), [{ type: "text", text: "가" }]);
  assert.deepEqual(keys(reader, "\x1b["), []);
  assert.deepEqual(keys(reader, "D\x1b[99;9Zx"), [
    { type: "key", name: "left" },
    { type: "text", text: "x" },
  ]);
  assert.deepEqual(keys(reader, "\x1b[200~one\rtw"), []);
  assert.deepEqual(keys(reader, "o\x1b[201~\r"), [
    { type: "text", text: "one\ntwo" },
    { type: "key", name: "enter" },
  ]);
});

for (
  const [what, text, line, cursor] of [
    ["characters as a person sees them", "a👍🏽가\x7f\x7f", "a", 1],
    ["words with Ctrl-W", "one two  \x17", "one ", 4],
    ["before and behind the cursor", "one two\x1b[1;5D\x15\x1b[F!", "two!", 4],
    ["at Home, End and Delete", "abc\x01\x1b[3~\x05d", "bcd", 3],
    ["a new line with Alt-Enter, and with nothing else,", "a\x1b\rb\x1b[Hc", "a\ncb", 3],
    ["nothing that would steer the terminal", "a\x1b[200~\x1b[2J\tb\x1b[201~", "a    b", 6],
  ] as const
) {
  Deno.test(`LineEditor edits ${what}`, () => {
    const editor = typed(text);
    assert.deepEqual([editor.text, editor.cursor], [line, cursor]);
  });
}

Deno.test("LineEditor brings earlier lines back, and the draft behind them", () => {
  const editor = typed("draft\x1b[A\x1b[A\x1b[A", ["first", "second"]);
  assert.equal(editor.text, "first");
  editor.press("down");
  editor.press("down");
  assert.equal(editor.text, "draft");
  assert.equal(editor.take(), "draft");
  editor.press("up");
  assert.equal(editor.text, "draft");
});

Deno.test("typedRows() breaks a long line, keeps the cursor in sight and counts wide characters", () => {
  const rows = (text: string, cursor: number, most = 9): unknown => {
    const laid = typedRows({ label: "› ", text, cursor }, 8, most);
    return [laid.rows.map(textOf), laid.cursor];
  };
  assert.deepEqual(rows("", 0), [["› "], { row: 0, column: 2 }]);
  assert.deepEqual(rows("가나다라", 4), [["› 가나다", "  라"], { row: 1, column: 4 }]);
  assert.deepEqual(rows("ab\ncd", 3), [["› ab", "  cd"], { row: 1, column: 2 }]);
  assert.deepEqual(rows("1\n2\n3\n4", 2, 2), [["› 1", "  2"], { row: 1, column: 2 }]);
});

Deno.test("LiveInput empties the line of the answer when another question takes the place of one", async () => {
  let question: object | undefined = { of: "the first command" };
  const entered: string[] = [];
  async function* input(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode("1");
    assert.equal(live.typed()?.text, "1");
    // The first one was withdrawn or nobody answered in time.
    question = { of: "the second command" };
    yield new TextEncoder().encode("\r");
    yield new TextEncoder().encode("3\r");
  }
  const live = new LiveInput({
    terminal: { input, setRaw: () => {}, write: () => {} },
    asked: () => question,
    answerLabel: () => "answer",
    talks: true,
    history: [],
    onLine: (line) => void entered.push(line),
    onInterrupt: () => {},
    onEnd: () => {},
    onChange: () => {},
  });
  await live.read(new AbortController().signal);
  assert.deepEqual(entered, ["", "3"]);
});
