/** Processes of this machine, as a test sees them. */
import assert from "node:assert/strict";

/** A length of sleep that nobody else uses, to find it among all processes. */
export function unusualSleep(): string {
  return `sleep 300.${crypto.getRandomValues(new Uint32Array(1))[0]}`;
}

export async function isRunning(pid: number): Promise<boolean> {
  return (await new Deno.Command("kill", { args: ["-0", `${pid}`], stderr: "null" }).output())
    .success;
}

/**
 * Whether a process with exactly this command line exists. Exactly, as the sandbox around a command
 * has it in its own command line, and Codex loses the command when it is stopped just then.
 */
export async function isListed(commandLine: string): Promise<boolean> {
  const pattern = commandLine.replaceAll(".", "[.]");
  return (await new Deno.Command("pgrep", { args: ["-f", "-x", pattern] }).output()).success;
}

/** So long that a busy machine is no reason; a test that hung would hide all that come behind it. */
const PATIENCE_MS = 120_000;
const LOOK_EVERY_MS = 20;

/** Waits for a condition that nothing tells of. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !await condition();) {
    assert.ok(performance.now() < end, `it did not come to pass: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
