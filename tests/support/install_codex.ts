/** Installs the Codex programs before the tests, so that no test waits for a download. */
import { CODEX_VERSIONS, codexProgram } from "./codex_programs.ts";

const encoder = new TextEncoder();
for (const version of CODEX_VERSIONS) {
  const startedAt = performance.now();
  const program = await codexProgram(version);
  const seconds = (performance.now() - startedAt) / 1_000;
  // Finding it takes milliseconds.
  const how = seconds < 0.5 ? "is there" : `installed in ${seconds.toFixed(1)} s`;
  Deno.stdout.writeSync(encoder.encode(`Codex ${version}: ${how}: ${program}\n`));
}
