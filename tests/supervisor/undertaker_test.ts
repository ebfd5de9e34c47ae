import assert from "node:assert/strict";
import { type OrphanReaper, startUndertaker } from "../../src/supervisor/orphan_reaper.ts";
import { RecordingLog } from "../fakes/recording_log.ts";

/** Elsewhere nobody is shown another process's environment without a program of its own. */
const ignore = Deno.build.os !== "linux";
const NAME = "CODEX_ORCHESTRATOR_TEST_INSTANCE";

class Cemetery {
  readonly id = crypto.randomUUID();
  readonly mark = `${NAME}=${this.id}`;
  readonly log = new RecordingLog();

  undertaker(pid = Deno.pid): OrphanReaper {
    return startUndertaker({ mark: this.mark, pid, log: this.log });
  }

  /** A marked process whose parent has ended, so that it descends from nobody here. */
  async orphan(script = "sleep 95"): Promise<number> {
    const { stdout } = await new Deno.Command("sh", {
      args: ["-c", `setsid sh -c '${script}' > /dev/null 2>&1 & echo $!`],
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin", [NAME]: this.id },
    }).output();
    const pid = Number(new TextDecoder().decode(stdout));
    await until(() => marked(pid, this.mark));
    return pid;
  }
}

function marked(pid: number, mark: string): boolean {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/environ`).includes(mark);
  } catch {
    // It has ended.
    return false;
  }
}

/** What is waited for here would end by itself half a minute later. */
const PATIENCE_MS = 60_000;

async function until(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !holds();) {
    assert.ok(performance.now() < end, `it did not come to pass within ${PATIENCE_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

Deno.test({ name: "OrphanReaper ends marked orphans when it is called", ignore }, async () => {
  const cemetery = new Cemetery();
  const undertaker = cemetery.undertaker();
  const orphan = await cemetery.orphan();
  undertaker.call();
  await until(() => !marked(orphan, cemetery.mark));
  await until(() => cemetery.log.lines.some(({ message }) => message === "leftovers.ended"));
  await undertaker.close();
});

Deno.test({ name: "OrphanReaper kills what does not mind SIGTERM", ignore }, async () => {
  const cemetery = new Cemetery();
  const undertaker = cemetery.undertaker();
  const orphan = await cemetery.orphan('trap "" TERM; while :; do sleep 1; done');
  undertaker.call();
  await until(() => !marked(orphan, cemetery.mark));
  await undertaker.close();
});

Deno.test(
  { name: "OrphanReaper spares what descends from the program, and strangers", ignore },
  async () => {
    const cemetery = new Cemetery();
    const stranger = new Cemetery();
    const undertaker = cemetery.undertaker();
    await using child = new Deno.Command("sleep", {
      args: ["94"],
      env: { [NAME]: cemetery.id },
    }).spawn();
    const foreign = await stranger.orphan();
    const orphan = await cemetery.orphan();
    undertaker.call();
    await until(() => !marked(orphan, cemetery.mark));
    assert.ok(marked(child.pid, cemetery.mark));
    assert.ok(marked(foreign, stranger.mark));
    Deno.kill(foreign);
    await undertaker.close();
  },
);

Deno.test(
  { name: "OrphanReaper ends everything marked when the program is killed", ignore },
  async () => {
    const cemetery = new Cemetery();
    const program = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        new URL("./programs/keeps_undertaker.ts", import.meta.url).pathname,
        cemetery.mark,
      ],
      stdout: "piped",
    }).spawn();
    const reader = program.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const child = Number((await reader.read()).value);
    await until(() => marked(child, cemetery.mark));
    program.kill("SIGKILL");
    await program.status;
    await until(() => !marked(child, cemetery.mark));
    await reader.cancel();
  },
);
