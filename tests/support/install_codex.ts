/** Installs the Codex programs before the tests, so that no test waits for a download. */
import { CODEX_VERSIONS, codexProgram } from "./codex_programs.ts";

for (const version of CODEX_VERSIONS) {
  const started = performance.now();
  const program = await codexProgram(version);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const line = `Codex ${version}: ${program.split("/.cache/").at(-1)} (${seconds} s)\n`;
  Deno.stdout.writeSync(new TextEncoder().encode(line));
}
