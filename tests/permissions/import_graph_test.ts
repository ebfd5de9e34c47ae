/**
 * The parts of the program that may do more than the application load no code of others: neither
 * themselves nor what they import may come from npm or from anywhere else.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);

/** Each runs with rights that the application does not have. */
const PRIVILEGED = [
  "main.ts",
  "src/supervisor/broker_worker.ts",
  "src/supervisor/spawner_worker.ts",
];

for (const entry of PRIVILEGED) {
  Deno.test(`${entry} loads files of ours and Deno's own modules only`, async () => {
    const { files, foreign } = await loadedBy(entry);
    assert.ok(files.length > 3, files.join(" "));
    assert.deepEqual(foreign, []);
    assert.deepEqual(files.filter((file) => !file.startsWith(ROOT.href)), []);
  });
}

Deno.test("what the application loads of others is seen", async () => {
  const { foreign } = await loadedBy("src/supervisor/bot_worker.ts");
  for (const name of ["zod", "grammy"]) {
    assert.ok(foreign.some((specifier) => specifier.startsWith(`npm:/${name}@`)), name);
  }
});

interface Graph {
  readonly roots: readonly string[];
  readonly redirects?: Readonly<Record<string, string>>;
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      /** Absent where only types are imported. */
      readonly code?: { readonly specifier?: string };
    }[];
  }[];
}

/** Everything that runs when the module is loaded. */
async function loadedBy(
  entry: string,
): Promise<{ readonly files: readonly string[]; readonly foreign: readonly string[] }> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: fileURLToPath(ROOT),
    stdin: "null",
  }).output();
  assert.ok(success);
  const { roots, redirects = {}, modules }: Graph = JSON.parse(new TextDecoder().decode(stdout));
  const known = new Map(modules.map((module) => [module.specifier, module]));
  const reached = new Set(roots);
  for (const specifier of reached) {
    for (const { code } of known.get(specifier)?.dependencies ?? []) {
      if (code?.specifier !== undefined) reached.add(redirects[code.specifier] ?? code.specifier);
    }
  }
  const all = [...reached];
  return {
    files: all.filter((specifier) => specifier.startsWith("file:")),
    foreign: all.filter((specifier) => !/^(?:file|node):/.test(specifier)),
  };
}
