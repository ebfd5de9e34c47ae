/**
 * Ends processes that Codex has left behind: they would go on working on the same files as the next
 * Codex.
 *
 * At once, by the reaper, when Codex or this program has died; and by the next start, where the
 * reaper was killed as well or the system has none.
 */
import type { Clock } from "../core/clock.ts";
import { describeError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { listMarked, type MarkedProcesses, PARENT_OF } from "./process_list.ts";

/**
 * A shell that was started while this program could still start others. The launcher gives its
 * rights up and cannot end a process afterwards.
 */
export interface OrphanReaper {
  /** Has it look for orphans, because Codex or the application has ended. Returns at once. */
  reap(): void;
  /** Lets it look a last time and end; resolves when it has. */
  close(): Promise<void>;
}

interface OrphanReaperParts {
  /** `NAME=VALUE` in the environment of everything that descends from this launch of the program. */
  readonly mark: string;
  /** This process; what descends from it is no orphan. */
  readonly pid: number;
  readonly log: Log;
}

/**
 * Waits for lines, and for the end of its input, which is the end of the program. Each time it looks
 * at the marked processes once, ends those that do not descend from the program, and prints how many
 * there were. Those of the next launch have another mark.
 */
const SCRIPT = `${PARENT_OF}
mark=$1
program=$2
descends() {
  at=$1
  while [ "\${at:-0}" -gt 1 ]; do
    [ "$at" = "$program" ] && return 0
    parent_of "$at"
    at=$parent
  done
  return 1
}
marked() {
  grep -qsaF -- "$mark" "/proc/$1/environ"
}
reap() {
  orphans=
  for file in $(grep -lsaF -- "$mark" /proc/[0-9]*/environ); do
    pid=\${file#/proc/}
    pid=\${pid%/environ}
    descends "$pid" || orphans="$orphans $pid"
  done
  [ -z "$orphans" ] && return
  kill -TERM $orphans 2>/dev/null
  for round in 1 2 3 4 5 6 7 8 9 10; do
    left=
    for pid in $orphans; do marked "$pid" && left="$left $pid"; done
    [ -z "$left" ] && break
    sleep 0.1
  done
  [ -n "$left" ] && kill -KILL $left 2>/dev/null
  set -- $orphans
  echo $# 2>/dev/null
}
trap '' PIPE
while read -r line; do reap; done
program=none
reap
`;

/** Where there is no shell, or it cannot look into processes, the next start ends the orphans. */
const NO_REAPER: OrphanReaper = { reap: () => {}, close: () => Promise.resolve() };

/** Starts the reaper; to be called while programs may still be started. Never throws. */
export function startOrphanReaper({ mark, pid, log }: OrphanReaperParts): OrphanReaper {
  if (Deno.build.os !== "linux") return NO_REAPER;
  try {
    const shell = new Deno.Command("sh", {
      args: ["-c", SCRIPT, "sh", mark, String(pid)],
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
      // Neither Ctrl-C nor the end of the terminal is meant for it.
      detached: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    return watched(shell, log);
  } catch (error) {
    log.warn("orphan-reaper.missing", { reason: describeError(error) });
    return NO_REAPER;
  }
}

function watched(shell: Deno.ChildProcess, log: Log): OrphanReaper {
  const orders = shell.stdin.getWriter();
  const tell = async (work: Promise<void>): Promise<void> => {
    // The shell is gone: the next start ends the orphans.
    await work.catch((error) => log.debug("orphan-reaper.gone", { reason: describeError(error) }));
  };
  const listen = async (): Promise<void> => {
    for await (const text of shell.stdout.pipeThrough(new TextDecoderStream())) {
      for (const count of text.match(/\d+/g) ?? []) log.warn("leftovers.ended", { count });
    }
  };
  const listening = tell(listen());
  return {
    // Cannot reject.
    reap: () => void tell(orders.write(new TextEncoder().encode("look\n"))),
    close: async () => {
      await tell(orders.close());
      await listening;
      await shell.status;
    },
  };
}

interface OrphanParts {
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
 * Ends what an earlier launch of this instance has left running: with SIGTERM, and with SIGKILL what
 * is still there after two seconds. Spares this process and its ancestors, since a person may start
 * the program from within a command that Codex runs.
 *
 * To be called while the lock of the instance is held, so that no running program owns what is found.
 * Never rejects: where processes cannot be listed, the program starts all the same.
 * @returns how many processes were told to end
 */
export async function endOrphans(parts: OrphanParts): Promise<number> {
  const { log } = parts;
  try {
    const found = await orphansOf(parts);
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

async function orphansOf(
  { mark, pid, list = listMarked }: OrphanParts,
): Promise<readonly number[]> {
  const { marked, ancestors } = await list(mark, pid);
  return marked.filter((found) => found !== pid && !ancestors.has(found));
}

/** Waits for them to end. @returns those that have not, listed anew, because ids are used again */
async function stillThere(parts: OrphanParts): Promise<readonly number[]> {
  const { clock } = parts;
  const until = clock.monotonic() + GRACE_MS;
  let left = await orphansOf(parts);
  while (left.length > 0 && clock.monotonic() < until) {
    await clock.sleep(LOOK_EVERY_MS);
    left = await orphansOf(parts);
  }
  return left;
}

function signal(
  { kill = Deno.kill, log }: OrphanParts,
  pids: readonly number[],
  name: Deno.Signal,
): void {
  for (const pid of pids) {
    try {
      kill(pid, name);
    } catch (error) {
      // It has ended in the meantime, or belongs to another user.
      log.debug("leftovers.not-ended", { pid, signal: name, reason: describeError(error) });
    }
  }
}
