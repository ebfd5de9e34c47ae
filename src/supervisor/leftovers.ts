/**
 * Ends what an earlier life of this instance has left running: after a crash or a power cut of the
 * program, a busy Codex works on for a while, on the same files as the new one would.
 */
import type { Clock } from "../core/clock.ts";
import { describeError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { listMarked, type MarkedProcesses } from "./process_list.ts";

export interface LeftoverParts {
  /** How an entry begins in the environment of everything that descends from this instance. */
  readonly mark: string;
  /** This process. */
  readonly pid: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly list?: (mark: string, pid: number) => Promise<MarkedProcesses>;
  readonly kill?: (pid: number, signal: Deno.Signal) => void;
}

const GRACE_MS = 2_000;
const LOOK_EVERY_MS = 50;

/**
 * SIGTERM, and SIGKILL for whoever is still there after two seconds. This process and its ancestors
 * are spared: a person may start the program from within a command that Codex runs.
 *
 * To be called while the lock of the instance is held, so that nobody alive owns what is found.
 * Never rejects: where the processes cannot be listed the program starts all the same.
 * @returns how many processes were told to end
 */
export async function endLeftovers(parts: LeftoverParts): Promise<number> {
  const { log } = parts;
  try {
    const found = await leftovers(parts);
    if (found.length === 0) return 0;
    signal(parts, found, "SIGTERM");
    signal(parts, await stillThere(parts), "SIGKILL");
    log.warn("leftovers.ended", { count: found.length });
    return found.length;
  } catch (error) {
    log.warn("leftovers.unknown", { reason: describeError(error) });
    return 0;
  }
}

async function leftovers(
  { mark, pid, list = listMarked }: LeftoverParts,
): Promise<readonly number[]> {
  const { marked, ancestors } = await list(mark, pid);
  return marked.filter((found) => found !== pid && !ancestors.has(found));
}

/** Waits for them to go. @returns those that have not gone, listed anew, as ids are used again */
async function stillThere(parts: LeftoverParts): Promise<readonly number[]> {
  const { clock } = parts;
  const until = clock.monotonic() + GRACE_MS;
  let left = await leftovers(parts);
  while (left.length > 0 && clock.monotonic() < until) {
    await clock.sleep(LOOK_EVERY_MS);
    left = await leftovers(parts);
  }
  return left;
}

function signal(
  { kill = Deno.kill, log }: LeftoverParts,
  pids: readonly number[],
  name: Deno.Signal,
): void {
  for (const pid of pids) {
    try {
      kill(pid, name);
    } catch (error) {
      // It has ended in the meantime, or is somebody else's after all.
      log.debug("leftovers.not-ended", { pid, signal: name, reason: describeError(error) });
    }
  }
}
