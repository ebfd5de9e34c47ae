/** Which modules the shipped program is made of. */
import assert from "node:assert/strict";
import { z } from "zod";
import { ENTRIES } from "../../release/bundle.ts";
import { ROOT, run } from "./building.ts";

const graphSchema = z.object({
  modules: z.array(z.object({
    specifier: z.string(),
    npmPackage: z.string().optional(),
    error: z.string().optional(),
  })),
  /** Everything in the lock file, by its id. */
  npmPackages: z.record(
    z.string(),
    z.object({ name: z.string(), dependencies: z.array(z.string()) }),
  ),
});

type Graph = z.infer<typeof graphSchema>;

/** Packages that only tests, the demo or the development need. */
const NOT_SHIPPED = ["fast-check", "yaml", "esbuild"];

for (const entry of ENTRIES) {
  Deno.test(`${entry} needs nothing of the tests, the demo or the release`, async () => {
    const { modules, packages } = await graphOf(entry);
    assert.deepEqual(modules.filter((path) => !isShipped(path)), []);
    assert.deepEqual(packages.filter((name) => NOT_SHIPPED.includes(name)), []);
  });
}

Deno.test("the graph of a test shows what is not to be shipped", async () => {
  const { modules, packages } = await graphOf("tests/fuzz/updates_fuzz_test.ts");
  assert.ok(modules.some((path) => path.startsWith("tests/")));
  assert.ok(!modules.every((path) => isShipped(path)));
  assert.ok(packages.includes("fast-check") && packages.includes("pure-rand"), packages.join());
});

function isShipped(path: string): boolean {
  const files = ["main.ts", "deno.json", "conf.toml.example"];
  return files.includes(path) || path.startsWith("src/") && !path.startsWith("src/demo/bot_api/");
}

async function graphOf(
  entry: string,
): Promise<{ readonly modules: readonly string[]; readonly packages: readonly string[] }> {
  const { stdout, stderr } = await run(Deno.execPath(), ["info", "--json", entry], {
    folder: ROOT,
  });
  assert.notEqual(stdout, "", stderr);
  const graph = graphSchema.parse(JSON.parse(stdout));
  const { modules } = graph;
  assert.deepEqual(modules.filter(({ error }) => error !== undefined), []);
  const local = new URL(`file://${ROOT}`).href;
  return {
    modules: modules.map(({ specifier }) => specifier)
      .filter((specifier) => specifier.startsWith("file:"))
      .map((specifier) => specifier.replace(local, "")),
    packages: packagesOf(graph),
  };
}

/** Those that the modules import, and those that these need. */
function packagesOf({ modules, npmPackages }: Graph): readonly string[] {
  const ids = new Set(modules.flatMap(({ npmPackage }) => npmPackage ?? []));
  for (const id of ids) {
    for (const dependency of npmPackages[id]?.dependencies ?? []) ids.add(dependency);
  }
  return [...ids].flatMap((id) => npmPackages[id]?.name ?? []);
}
