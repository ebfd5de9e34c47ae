import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "shell-quote";
import { shellWords } from "../../src/core/text/shell_words.ts";

Deno.test("words are split by the quoting rules of a shell", () => {
  const lines: readonly (readonly [string, readonly string[]])[] = [
    ["", []],
    ["  a  b\tc\n", ["a", "b", "c"]],
    [`'a b' "c d" e\\ f`, ["a b", "c d", "e f"]],
    [`a'b'"c"d`, ["abcd"]],
    [`'' ""`, ["", ""]],
    [`"a \\"b\\" \\\\ \\$c \\d"`, ['a "b" \\ $c \\d']],
    ["'$HOME | #*'", ["$HOME | #*"]],
    ["\\$a \\| \\# \\*", ["$a", "|", "#", "*"]],
    ["--a=b [c] ~/d {e,f} 한국어", ["--a=b", "[c]", "~/d", "{e,f}", "한국어"]],
  ];
  for (const [line, words] of lines) {
    assert.deepEqual(shellWords(line), { words, work: undefined }, line);
  }
});

Deno.test("what only a shell could do is named, with the words before it", () => {
  const lines: readonly (readonly [string, readonly string[], object])[] = [
    ["a && b", ["a"], { kind: "operator", text: "&&" }],
    ["a>>b", ["a"], { kind: "operator", text: ">>" }],
    ["a 2>&1", ["a", "2"], { kind: "operator", text: ">&" }],
    ["a b$HOME/x", ["a"], { kind: "variable", text: "HOME" }],
    ['"${a b}"', [], { kind: "variable", text: "a b" }],
    ["a $", ["a"], { kind: "variable", text: "" }],
    ["a s?c/*.ts b", ["a"], { kind: "pattern", text: "s?c/*.ts" }],
    ["a # b", ["a"], { kind: "comment" }],
    ["a 'b", ["a"], { kind: "open-quote" }],
  ];
  for (const [line, words, work] of lines) {
    assert.deepEqual(shellWords(line), { words, work }, line);
  }
});

Deno.test("variables can be kept as they are written, if they are whole", () => {
  const kept = (line: string): object => shellWords(line, { keepVariables: true });
  assert.deepEqual(kept('"a $b ${c} $"'), { words: ["a $b ${c} $"], work: undefined });
  assert.deepEqual(kept('a "${b"'), { words: ["a"], work: { kind: "variable", text: "b" } });
});

Deno.test("it splits what the library splits that it is held against", () => {
  // Not the escaped `*`, which that library takes for a pattern, and not `$'…'`.
  const piece = fc.constantFrom(
    "a",
    "b1",
    " ",
    "'x y'",
    '"x\\"y"',
    '"\\z"',
    "\\ ",
    "\\'",
    "=",
    "/",
  );
  const end = fc.constantFrom("", "|", " && c", " > d", "$HOME", '"$X"', " *", " #");
  fc.assert(fc.property(fc.array(piece), end, (pieces, last) => {
    const line = pieces.join("") + last;
    const parts = parse(line, (variable) => ({ variable }));
    const { words, work } = shellWords(line);
    const isPlain = parts.every((part) => typeof part === "string");
    assert.equal(work === undefined, isPlain, line);
    if (isPlain) assert.deepEqual(words, parts);
  }));
});
