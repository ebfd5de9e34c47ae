/** That nothing is left running, as the bot says it. */
import type { Stage } from "./stage.ts";

const PATIENCE_MS = 120_000;

/** Asks with /ps until Codex has told: while it starts on a busy machine, it may take too long to. */
export async function noneRuns(stage: Stage): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS;;) {
    const told = await stage.ask("/ps", /./);
    if (/^No command is still running/.test(told.text)) return;
    const isLate = /^Some commands may still run: .*Try again in a moment/s.test(told.text);
    if (!isLate || performance.now() > end) throw new Error(`It says: ${told.text}`);
  }
}
