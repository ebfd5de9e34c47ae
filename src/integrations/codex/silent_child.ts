/** A process that has closed one of its pipes is of no use any more, however long it lives on. */
import type { BackendCommons } from "./backend_parts.ts";
import type { ChildProcess } from "./child_process.ts";
import { waitAtMost } from "../../core/deadline.ts";

/** A process that is ending closes them a moment before. */
const END_GRACE_MS = 1_000;

/** Ends the process unless it does so by itself. Never rejects. */
export async function endSilentChild(
  child: ChildProcess,
  { clock, log }: BackendCommons,
): Promise<void> {
  // Never rejects.
  if (await waitAtMost(clock, END_GRACE_MS, child.exited)) return;
  log.warn("codex.silent", { pid: child.pid, reason: "it closed a pipe and did not end" });
  await child.close().catch((error) => log.error("codex.not-ended", { pid: child.pid, error }));
}
