/** Installs the Codex programs and what Deno bundles with, so that no test waits for a download. */
import { installBundler } from "./bundler.ts";
import { codexProgram } from "./codex_programs.ts";
import { CODEX_VERSIONS } from "./codex_versions.ts";

for (const version of CODEX_VERSIONS) {
  await timed(`Codex ${version}`, async () => await codexProgram(version));
}
await timed("esbuild", async () => {
  await installBundler();
  return "for `deno bundle`";
});

/** Says how long it took: finding it takes milliseconds. */
async function timed(what: string, install: () => Promise<string>): Promise<void> {
  const startedAt = performance.now();
  const found = await install();
  const seconds = (performance.now() - startedAt) / 1_000;
  const how = seconds < 0.5 ? "is there" : `installed in ${seconds.toFixed(1)} s`;
  Deno.stdout.writeSync(new TextEncoder().encode(`${what}: ${how}: ${found}\n`));
}
