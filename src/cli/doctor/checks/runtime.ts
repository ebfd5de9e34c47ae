/** What the program itself runs on. */
import { type Check, type Finding, ok, warn } from "../check.ts";
import { askProgram } from "../other_program.ts";

/** The first release that the source was tried with. */
const SINCE = [2, 9] as const;

export const runtimeCheck: Check = {
  id: "system.runtime",
  async look(installation, signal): Promise<Finding> {
    const { os, arch, standalone } = Deno.build;
    const system = await askProgram("uname", ["-sr"], { signal });
    const where = `${system?.output.trim() || os} (${arch})`;
    const { version } = installation.process;
    if (standalone) return ok(`codex-orchestrator ${version}, compiled, on ${where}`);
    const { deno } = Deno.version;
    const [major = 0, minor = 0] = deno.split(".").map(Number);
    const summary = `codex-orchestrator ${version}, Deno ${deno}, on ${where}`;
    return major > SINCE[0] || (major === SINCE[0] && minor >= SINCE[1])
      ? ok(summary)
      : warn(summary, "Use Deno 2.9.6: `npx -y deno@2.9.6 task start`");
  },
};
