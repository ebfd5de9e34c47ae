/** Whatever a document points at is there. */
import assert from "node:assert/strict";
import { type Document, documents, ROOT } from "./documents.ts";

const LINK = /(?:\]\(|\bsrc(?:set)?=")([^)"\s]+)[)"]/g;

for (const document of await documents()) {
  Deno.test(`${document.path}: its links and pictures lead somewhere`, async () => {
    const links = [...document.text.matchAll(LINK)].map(([, link = ""]) => link)
      .filter((link) => !/^[a-z]+:/.test(link));
    const dead = await Promise.all(links.map(async (link) => [link, await leads(document, link)]));
    assert.deepEqual(dead.filter(([, there]) => there === false).map(([link]) => link), []);
  });
}

Deno.test("a link that leads nowhere is noticed", async () => {
  const page = { path: "docs/page.md", text: "# One `thing`, and more\n" };
  assert.equal(await leads(page, "#one-thing-and-more"), true);
  assert.equal(await leads(page, "#another-thing"), false);
  assert.equal(await leads(page, "no-such-page.md"), false);
  assert.equal(await leads(page, "architecture.md#no-such-heading"), false);
  assert.equal(await leads(page, "../README.md"), true);
});

async function leads({ path, text }: Document, link: string): Promise<boolean> {
  const [file = "", anchor] = link.split("#", 2);
  const target = new URL(file, new URL(path, ROOT));
  try {
    if (file !== "") await Deno.lstat(target);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  if (anchor === undefined) return true;
  return headings(file === "" ? text : await Deno.readTextFile(target)).includes(anchor);
}

/** As GitHub names the headings of a page. */
function headings(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").trim().replaceAll(/\s/g, "-")
  );
}
