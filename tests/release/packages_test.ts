/** Which modules and packages the shipped program is made of. */
import assert from "node:assert/strict";
import { ENTRIES } from "../../release/bundle.ts";
import { graphOf } from "../../release/packages.ts";
import { ROOT } from "./building.ts";

/** Packages that only tests or the development need. */
const NOT_SHIPPED = ["fast-check", "yaml", "esbuild"];

const variables = Deno.env.toObject();

for (const entry of ENTRIES) {
  Deno.test(`${entry} needs nothing of the tests or the release`, async () => {
    const { modules, packages } = await graphOf({ root: ROOT, entry, variables });
    assert.ok(modules.includes(entry), modules.join());
    assert.deepEqual(modules.filter((path) => !isShipped(path)), []);
    assert.deepEqual(packages.filter(({ name }) => NOT_SHIPPED.includes(name)), []);
  });
}

Deno.test("the graph of a test contains what must not be shipped", async () => {
  const entry = "tests/fuzz/updates_fuzz_test.ts";
  const { modules, packages } = await graphOf({ root: ROOT, entry, variables });
  assert.ok(modules.includes("tests/fuzz/updates.ts"), modules.join());
  assert.ok(!modules.every((path) => isShipped(path)));
  const names = packages.map(({ name }) => name);
  assert.ok(names.includes("fast-check") && names.includes("pure-rand"), names.join());
});

function isShipped(path: string): boolean {
  const files = ["main.ts", "deno.json"];
  return files.includes(path) || path.startsWith("src/");
}
