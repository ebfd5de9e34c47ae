import assert from "node:assert/strict";
import { jsonText } from "../../src/core/text/control_characters.ts";

Deno.test("JSON for a terminal holds nothing invisible, and reads back as it was", () => {
  const hidden = ["\u202e", "\u2066", "\u200b", "\ufeff", "\x7f", "\x9b", "\u2028", "\u3164"]
    .concat(["\u{e0041}", "\u{e0100}", "\ufe00", "\ud800", "\x1b", "\0"]);
  const value = { [hidden.join("a")]: hidden.map((character) => `${character}한글`), b: [1, null] };
  for (const indent of [undefined, 2]) {
    const text = jsonText(value, indent);
    assert.deepEqual(JSON.parse(text), value);
    assert.match(text, /^[\n -~한글]*$/);
  }
});

Deno.test("JSON without anything invisible is as anybody writes it", () => {
  const value = { text: 'a "b" \\ \n\t é 한 ⚠️', list: [1.5, true] };
  assert.equal(jsonText(value, 2), JSON.stringify(value, null, 2));
});
