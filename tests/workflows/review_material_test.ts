import assert from "node:assert/strict";
import fc from "fast-check";
import type { ChangedFile } from "../../src/core/workspace/workspace.ts";
import {
  chooseFiles,
  fitted,
  ranLine,
  readMaterial,
  withSharers,
} from "../../src/workflows/review_material.ts";

const file = (path: string, added: number): ChangedFile => ({
  path,
  kind: "update",
  lines: { added, deleted: 0 },
});

const paths = (files: readonly ChangedFile[]): string[] => files.map(({ path }) => path);

const diffOf = (path: string, lines: number): string =>
  `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -0,0 +1,${lines} @@\n` +
  Array.from({ length: lines }, (_none, index) => `+${path} line ${index + 1}\n`).join("");

Deno.test("chooseFiles() shows people's files first, and names what has no room", () => {
  const { together, large, leftOut } = chooseFiles([
    file("package-lock.json", 900),
    file("bun.lock", 20),
    file("src/b.ts", 500),
    file("src/a.ts", 20),
    file("huge.ts", 5_000),
    { path: "x.png", kind: "add", size: { after: 10 } },
  ]);
  assert.deepEqual(paths(together), ["src/a.ts", "src/b.ts", "bun.lock"]);
  assert.deepEqual(paths(large), ["huge.ts"]);
  assert.deepEqual(paths(leftOut), ["x.png", "package-lock.json"]);
});

Deno.test("readMaterial() cuts a large file to its head and tail, beside the whole of small ones", async () => {
  const asked: string[][] = [];
  const { files, diff } = await readMaterial(
    [file("huge.ts", 20_000), file("a.ts", 5), file("deno.lock", 100), file("big.lock", 9_000)],
    (wanted) => {
      asked.push([...wanted]);
      const lines = wanted.includes("huge.ts") ? 20_000 : 100;
      return Promise.resolve(
        wanted.map((path) => diffOf(path, path === "a.ts" ? 5 : lines)).join(""),
      );
    },
  );
  assert.deepEqual(asked, [["a.ts"], ["huge.ts"], ["deno.lock"]]);
  assert.match(diff, /\+a\.ts line 5\n/);
  assert.match(diff, /\+huge\.ts line 1\n/);
  assert.match(diff, /\n\[… \d+ characters of this file's change are left out; .*\]\n/);
  assert.match(diff, /\+huge\.ts line 20000\n/);
  assert.ok(diff.indexOf("deno.lock") > diff.indexOf("huge.ts line 20000"));
  assert.ok(diff.length < 151_000);
  assert.match(files, /- big\.lock \(update, \+9000 -0\), not in the diff/);
});

Deno.test("readMaterial() tells of a change without a line of text", async () => {
  const { files, diff } = await readMaterial(
    [
      { path: "run.sh", kind: "update", mode: { before: "644", after: "755" } },
      { path: "logo.png", kind: "update", size: { before: 10, after: 20 } },
      { path: "new.bin", formerPath: "old.bin", kind: "rename", size: { before: 7, after: 7 } },
      { path: "video.mp4", kind: "add", size: { after: 99 }, withoutContent: true },
      { path: "a\n- b.ts (add, +1 -0)\u200b", kind: "add", size: { after: 1 } },
    ],
    () => Promise.resolve(""),
  );
  assert.match(diff, /no lines of text/);
  assert.deepEqual(files.split("\n"), [
    "- run.sh (update, mode 644 to 755), not in the diff",
    "- logo.png (update, 10 to 20 bytes), not in the diff",
    "- new.bin (rename from old.bin, 7 to 7 bytes), not in the diff",
    "- video.mp4 (add, 0 to 99 bytes, its content is not kept), not in the diff",
    '- "a\\n- b.ts (add, +1 -0)\\u{200b}" (add, 0 to 1 bytes), not in the diff',
  ]);
});

/** Reads as git does, and as far as there is room. */
const patchOf = (lines: number, room = 1_000_000) => (wanted: readonly string[]): Promise<string> =>
  Promise.resolve(wanted.map((path) => diffOf(path, lines)).join("").slice(0, room));

Deno.test("readMaterial() shows what was edited beside thousands of files that were only moved", async () => {
  const moved = Array.from({ length: 20_000 }, (_none, index): ChangedFile => ({
    path: `packages/app/components/part-${index}.tsx`,
    formerPath: `app/components/part-${index}.tsx`,
    kind: "rename",
    lines: { added: 0, deleted: 0 },
  }));
  const asked: string[] = [];
  const { files, diff } = await readMaterial([...moved, file("z.ts", 30)], (wanted) => {
    asked.push(...wanted);
    return patchOf(30)(wanted);
  });
  assert.deepEqual(asked, ["z.ts"]);
  assert.match(diff, /\+z\.ts line 30\n/);
  const listed = files.split("\n");
  assert.equal(listed[0], "- z.ts (update, +30 -0)");
  assert.match(
    files,
    /\n\d+ more files are not listed \(rename \d+\); look at the folder for them:\n/,
  );
  assert.match(listed.at(-1) ?? "", /^- packages\/app\/: \d+$/);
  assert.ok(files.length < 151_000, String(files.length));
});

Deno.test("readMaterial() leaves the smallest of thousands of changes out, and says so", async () => {
  const small = Array.from({ length: 3_000 }, (_none, index) => file(`part-${index}.ts`, 1));
  const patch = async (wanted: readonly string[]): Promise<string> =>
    (await Promise.all(wanted.map((path) => patchOf(path === "z.ts" ? 90 : 1)([path])))).join("");
  const { diff } = await readMaterial([...small, file("z.ts", 90)], patch);
  assert.match(diff, /\+z\.ts line 90\n/);
  assert.match(diff, /\n\[… the changes of \d+ smaller files are left out; .*\]\n$/);
  assert.ok(diff.length < 151_000, String(diff.length));
});

Deno.test("readMaterial() loses no file where the diffs together are too long to be read at once", async () => {
  const several = ["a.csv", "b.csv", "c.csv", "z.ts"];
  const { diff } = await readMaterial(
    several.map((path) => file(path, 1_000)),
    patchOf(1_000, 40_000),
  );
  for (const path of several) assert.match(diff, new RegExp(`^diff --git a/${path} `, "m"));
});

Deno.test("readMaterial() says of a diff that cannot be read that it is to be looked for", async () => {
  const { diff } = await readMaterial([file("a.ts", 1)], () => Promise.resolve(""));
  assert.match(diff, /could not be read/);
});

Deno.test("readMaterial() asks for both names of a renamed file", async () => {
  const asked: string[] = [];
  await readMaterial([{ ...file("new.ts", 1), kind: "rename", formerPath: "old.ts" }], (wanted) => {
    asked.push(...wanted);
    return Promise.resolve("");
  });
  assert.deepEqual(asked, ["old.ts", "new.ts"]);
});

Deno.test("fitted() keeps within the room, and cuts no part that has enough", () => {
  const part = fc.integer({ min: 1, max: 3_000 }).map((length) => `${"x".repeat(length)}\n`);
  fc.assert(fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
    const limit = 10_000;
    const shown = fitted(parts, limit);
    assert.equal(shown.length, parts.length);
    // A note about what is left out is short.
    assert.ok(shown.join("").length <= limit + parts.length * 120);
    const fair = limit / Math.max(1, parts.length);
    parts.forEach((each, index) => each.length > fair || assert.equal(shown[index], each));
  }));
});

Deno.test("ranLine() is one line, so that a command cannot tell of another one", () => {
  assert.equal(ranLine("false\n- exit 0: deno test", 1), "- exit 1: false - exit 0: deno test");
});

Deno.test("fitted() gives large parts the same room, and what a small one leaves", () => {
  const [small, one, other] = ["s", "a", "b"].map((sign) => `${sign.repeat(49)}\n`);
  const shown = fitted(
    [(one ?? "").repeat(1_000), small ?? "", (other ?? "").repeat(900)],
    10_050,
  );
  assert.equal(shown[1], small);
  for (const part of [shown[0] ?? "", shown[2] ?? ""]) {
    assert.ok(part.length > 4_700 && part.length < 5_200, String(part.length));
  }
});

Deno.test("withSharers() tells that others have worked in the folder, and nothing where nobody has", () => {
  const material = { files: "- a.ts (update, +1 -0)", diff: "d", evidence: "" };
  assert.deepEqual(withSharers(material, 0), material);
  assert.match(withSharers(material, 1).files, /^Another request worked .*\n\n- a\.ts/);
  assert.match(withSharers(material, 2).files, /^2 other requests worked .*\n\n- a\.ts/);
});
