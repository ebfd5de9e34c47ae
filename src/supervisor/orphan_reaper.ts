/**
 * Ends processes that Codex has left behind, at once: when Codex has died, and when this program
 * has, however it ended. The launcher itself may end nothing any more once it has given its rights
 * up, so a shell does it that was started before, and that knows how to do this one thing.
 */
import { describeError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { PARENT_OF } from "./process_list.ts";

export interface OrphanReaper {
  /** Somebody has died: looks for what was left behind. Returns at once. */
  call(): void;
  /** Lets it go, with a last look around; resolves when it has gone. */
  close(): Promise<void>;
}

export interface UndertakerParts {
  /** `NAME=VALUE` in the environment of everything that descends from this life of the instance. */
  readonly mark: string;
  /** This process: what descends from it is alive and well. */
  readonly pid: number;
  readonly log: Log;
}

/**
 * Waits for lines, and for the end of its input, which is the end of the program. It then looks at
 * the marked processes once and ends those that do not descend from the program; those of the next
 * life have a mark of their own. Each time it prints how many it ended.
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
  strays=
  for file in $(grep -lsaF -- "$mark" /proc/[0-9]*/environ); do
    pid=\${file#/proc/}
    pid=\${pid%/environ}
    descends "$pid" || strays="$strays $pid"
  done
  [ -z "$strays" ] && return
  kill -TERM $strays 2>/dev/null
  for round in 1 2 3 4 5 6 7 8 9 10; do
    left=
    for pid in $strays; do marked "$pid" && left="$left $pid"; done
    [ -z "$left" ] && break
    sleep 0.1
  done
  [ -n "$left" ] && kill -KILL $left 2>/dev/null
  set -- $strays
  echo $# 2>/dev/null
}
trap '' PIPE
while read -r line; do reap; done
program=none
reap
`;

/** Where the shell cannot be had, or cannot see into processes, what is left waits for the next start. */
const NOBODY: OrphanReaper = { call: () => {}, close: () => Promise.resolve() };

/** Starts it; to be called while programs may still be started. Never throws. */
export function startUndertaker({ mark, pid, log }: UndertakerParts): OrphanReaper {
  if (Deno.build.os !== "linux") return NOBODY;
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
    log.warn("undertaker.missing", { reason: describeError(error) });
    return NOBODY;
  }
}

function watched(shell: Deno.ChildProcess, log: Log): OrphanReaper {
  const orders = shell.stdin.getWriter();
  const tell = async (work: Promise<void>): Promise<void> => {
    // It has ended itself: what is left waits for the next start.
    await work.catch((error) => log.debug("undertaker.gone", { reason: describeError(error) }));
  };
  const listen = async (): Promise<void> => {
    for await (const text of shell.stdout.pipeThrough(new TextDecoderStream())) {
      for (const count of text.match(/\d+/g) ?? []) log.warn("leftovers.ended", { count });
    }
  };
  const listening = tell(listen());
  return {
    // Does not reject.
    call: () => void tell(orders.write(new TextEncoder().encode("look\n"))),
    close: async () => {
      await tell(orders.close());
      await listening;
      await shell.status;
    },
  };
}
