import assert from "node:assert/strict";
import { SecretLine } from "../../../src/cli/prompt/keyboard.ts";

for (
  const [name, keys, text] of [
    ["letters", "abc\r", "abc"],
    ["a paste between its marks", "\x1b[200~12:ab\x1b[201~\r", "12:ab"],
    ["backspace", "abX\x7fc\r", "abc"],
    ["backspace on wide characters", "a한글\x7f\x7fb😀\x7f\r", "ab"],
    ["backspace at the beginning", "\x7f\x08a\r", "a"],
    ["Ctrl-U", "wrong\x15right\r", "right"],
    ["arrow and function keys", "a\x1b[D\x1bOPb\x1b[3~\r", "ab"],
    ["other control characters", "a\x00\x01\tb\n", "ab"],
  ] as const
) {
  Deno.test(`a hidden line takes ${name}, in one piece and key by key`, () => {
    const whole = new SecretLine();
    assert.equal(whole.type(keys), keys.length);
    assert.deepEqual([whole.state, whole.text], ["entered", text]);

    const byKey = new SecretLine();
    let unread = "";
    for (const key of keys) {
      unread += key;
      unread = unread.slice(byKey.type(unread));
    }
    assert.deepEqual([byKey.state, byKey.text, unread], ["entered", text, ""]);
  });
}

for (const [name, keys] of [["Ctrl-C", "ab\x03"], ["Ctrl-D on an empty line", "\x04"]] as const) {
  Deno.test(`a hidden line is cancelled by ${name}`, () => {
    const line = new SecretLine();
    line.type(keys);
    assert.equal(line.state, "cancelled");
  });
}

Deno.test("what is typed behind the end of a hidden line belongs to the next one", () => {
  for (const end of ["\r", "\r\n", "\n"]) {
    assert.equal(new SecretLine().type(`a${end}next`), 1 + end.length, JSON.stringify(end));
  }
});
