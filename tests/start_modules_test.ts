/**
 * Holds what a start of the bot loads before it asks Telegram for the first time: each module that is
 * read, compiled and run there is waited for. What is needed later is imported where it is used.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../", import.meta.url);

/** Everything that runs on the way to the first `getUpdates`, and the most files each may have. */
const STARTED = [
  { entry: "main.ts", files: 45 },
  { entry: "src/supervisor/supervised_run.ts", files: 55 },
  { entry: "src/cli/launch/configuration_worker.ts", files: 40 },
  { entry: "src/cli/command_worker.ts", files: 60 },
  { entry: "src/supervisor/spawner_worker.ts", files: 15 },
  { entry: "src/supervisor/broker_worker.ts", files: 15 },
  { entry: "src/supervisor/bot_worker.ts", files: 410 },
] as const;

/** What no start of the bot over app-server needs. */
const LATER: Readonly<Record<string, RegExp>> = {
  "the MCP SDK": /^npm:\/?@modelcontextprotocol\//,
  "the MCP backend": /\/src\/integrations\/codex\/mcp\/(?!settings)/,
  "the proposals of checks": /\/src\/core\/checks\/proposals\.ts/,
  "the terminal chat": /\/src\/(?:terminal\/|chat_app\.ts)/,
  "OpenTelemetry": /^npm:\/?@opentelemetry\//,
  "spans": /\/src\/integrations\/telemetry\/run_spans\.ts/,
  "the page of a report or a diff": /\/src\/report\/html\/(?:report_|diff_)?page\.ts/,
  "what hashes for pages and names of folders": /^node:crypto$/,
  "the library that splits command lines": /^npm:\/?shell-quote/,
  "the demo": /\/src\/demo\//,
  "plans and reviews": /\/src\/workflows\/(?:plan|planning|review)\.ts/,
  "the reading of traces": /\/src\/integrations\/traces\/trace_(?:line|reader)\.ts/,
  "the other commands": /\/src\/cli\/(?:doctor|init|service|prompt)\/|\/src\/cli\/command_line\.ts/,
};

for (const { entry, files } of STARTED) {
  Deno.test(`a start loads only what it needs: ${entry}`, async () => {
    const loaded = await loadedAtOnce(entry);
    for (const [what, pattern] of Object.entries(LATER)) {
      assert.deepEqual(
        loaded.filter((module) => pattern.test(module)),
        [],
        `${entry} loads ${what}`,
      );
    }
    const own = loaded.filter((module) => module.startsWith(ROOT.href));
    assert.ok(own.length > 3, `the modules of ${entry} are seen`);
    assert.ok(own.length <= files, `${entry} loads ${own.length} files, more than ${files}`);
  });
}

Deno.test("the spawner loads no module of Node, which takes as long as all of its own", async () => {
  const loaded = await loadedAtOnce("src/supervisor/spawner_worker.ts");
  assert.deepEqual(loaded.filter((module) => module.startsWith("node:")), []);
});

Deno.test("a start of the bot finds no more than it loads where it reads conf.toml", async () => {
  const found = await loadedAtOnce("src/cli/launch/configuration_worker.ts", { later: true });
  const own = found.filter((module) => module.startsWith(ROOT.href));
  assert.ok(own.length <= 45, `${own.length} files are read`);
});

interface Graph {
  readonly roots: readonly string[];
  readonly redirects?: Readonly<Record<string, string>>;
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly isDynamic?: boolean;
      /** Absent where only types are imported. */
      readonly code?: { readonly specifier?: string };
    }[];
  }[];
}

/** Everything that runs when the module is loaded. @param later with what is imported later, too */
async function loadedAtOnce(
  entry: string,
  { later = false }: { readonly later?: boolean } = {},
): Promise<readonly string[]> {
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
    for (const { code, isDynamic } of known.get(specifier)?.dependencies ?? []) {
      if ((isDynamic === true && !later) || code?.specifier === undefined) continue;
      reached.add(redirects[code.specifier] ?? code.specifier);
    }
  }
  return [...reached];
}
