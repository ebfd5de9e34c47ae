/** Every text that docs/troubleshooting.md quotes is one that the program can print. */
import assert from "node:assert/strict";
import { ROOT } from "./documents.ts";

const text = await Deno.readTextFile(new URL("docs/troubleshooting.md", ROOT));
const quoted = [...text.matchAll(/^### `(.+)`$/gm)].map(([, quote = ""]) => quote);
/** Shorter pieces between two gaps stand in any file. */
const SHORTEST = 7;

Deno.test("docs/troubleshooting.md quotes what stands in the sources", () => {
  assert.ok(quoted.length > 40);
  const sources = [...sourcesIn("src/"), ...sourcesIn("release/")];
  assert.deepEqual(quoted.filter((quote) => !isPrinted(quote, sources)), []);
});

Deno.test("a text that nothing prints is noticed", () => {
  const sources = ["throw new Error(`Cannot use ${path}: it ` +\n  `is \\`gone\\``)"];
  assert.equal(isPrinted("Cannot use …: it is `gone`", sources), true);
  assert.equal(isPrinted("Cannot use …: it was gone", sources), false);
  assert.equal(isPrinted("… … …", sources), false);
});

/** All of its pieces stand in one file. */
function isPrinted(quote: string, sources: readonly string[]): boolean {
  const pieces = quote.split("…").filter((piece) => piece.trim().length >= SHORTEST);
  return pieces.length > 0 &&
    sources.some((source) => pieces.every((piece) => inOnePiece(source).includes(piece)));
}

/** The text of its string literals, those put together that the code puts together. */
function inOnePiece(source: string): string {
  return source.replaceAll(/["'`] \+\s*["'`]/g, "").replaceAll(/\\(["'`])/g, "$1");
}

function sourcesIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap((entry) =>
    entry.isDirectory
      ? sourcesIn(`${folder}${entry.name}/`)
      : entry.name.endsWith(".ts")
      ? [Deno.readTextFileSync(new URL(`${folder}${entry.name}`, ROOT))]
      : []
  );
}
