import assert from "node:assert/strict";
import fc from "fast-check";
import { splitCommandLine } from "../../src/config/value_kinds.ts";

Deno.test("splitCommandLine follows the shell's quoting", () => {
  assert.deepEqual(splitCommandLine(`-y codex 'a b' "c \\"d" e\\ f`), {
    ok: true,
    words: ["-y", "codex", "a b", 'c "d', "e f"],
  });
});

for (
  const [text, reason] of [
    ["a | b", "the shell operator | has no meaning here"],
    ["a > b", "the shell operator > has no meaning here"],
    ["a *.ts", "the pattern *.ts would not be expanded"],
    ["a $HOME/x", "$HOME would not be expanded"],
    ["a # b", "a # comment has no meaning here"],
    ["a 'b", "a quote is not closed"],
  ] as const
) {
  Deno.test(`splitCommandLine refuses ${text}`, () => {
    assert.deepEqual(splitCommandLine(text), { ok: false, reason });
  });
}

Deno.test("splitCommandLine keeps plain words", () => {
  const word = fc.stringMatching(/^[A-Za-z0-9_./:=@-]+$/);
  fc.assert(fc.property(fc.array(word), (words) => {
    assert.deepEqual(splitCommandLine(words.join(" ")), { ok: true, words });
  }));
});
