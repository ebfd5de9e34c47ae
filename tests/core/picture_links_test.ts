import assert from "node:assert/strict";
import { pictureLinks } from "../../src/core/text/picture_links.ts";
import { readDocument } from "../../src/core/text/markdown.ts";

function found(markdown: string): readonly (readonly [string, string])[] {
  const document = readDocument(markdown);
  return document === undefined ? [] : pictureLinks(document).map(({ path, label }) => [
    path,
    label,
  ]);
}

Deno.test("pictureLinks() finds pictures of the folder wherever the document shows them", () => {
  assert.deepEqual(
    found(
      "![shot](shot.png)\n\n- see [the *chart*](./out/chart.JPG)\n\n> ![a](/p/a%20b.webp?raw=1)\n\n" +
        '| a |\n|---|\n| ![t](t.gif) |\n\n<details>\n\n<img src="d.png" alt="d">\n\n</details>',
    ),
    [
      ["shot.png", "shot"],
      ["out/chart.JPG", "the chart"],
      ["/p/a b.webp", "a"],
      ["t.gif", "t"],
      ["d.png", "d"],
    ],
  );
});

Deno.test("pictureLinks() leaves out addresses, other files and what is code", () => {
  assert.deepEqual(
    found("![a](https://x.yz/a.png) [b](b.ts) ![c](c) `![d](d.png)`\n\n    ![e](e.png)"),
    [],
  );
});

Deno.test("pictureLinks() names each file once", () => {
  assert.deepEqual(found("![a](a.png) ![b](a.png) [a.png](a.png)"), [["a.png", "a"]]);
});

Deno.test("pictureLinks() finds a picture by the link that names its file", () => {
  assert.deepEqual(
    found("[c.png](/p/out/c.png) [`d.png`](d.png) :codex-file-citation{path=e.png} `f.png`"),
    [["/p/out/c.png", "c.png"], ["d.png", ""], ["e.png", ""]],
  );
});
