import assert from "node:assert/strict";
import { createSystemClock } from "../../src/integrations/system_clock.ts";
import {
  endOrphans,
  type OrphanReaper,
  startOrphanReaper,
} from "../../src/supervisor/orphan_reaper.ts";
import { parseProc, parsePs } from "../../src/supervisor/process_list.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { isListed, until as eventually, unusualSleep } from "../support/processes.ts";

/** Only Linux shows another process's environment without a further program. */
const onlyLinux = Deno.build.os !== "linux";
const NAME = "CODEX_ORCHESTRATOR_TEST_INSTANCE";

class Orphans {
  readonly id = crypto.randomUUID();
  readonly mark = `${NAME}=${this.id}`;
  readonly log = new RecordingLog();

  reaper(pid = Deno.pid): OrphanReaper {
    return startOrphanReaper({ mark: this.mark, pid, log: this.log });
  }

  /** A marked process whose parent has ended, so that it descends from nobody here. */
  async start(script = "sleep 95"): Promise<number> {
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

Deno.test({ name: "OrphanReaper ends marked orphans when asked", ignore: onlyLinux }, async () => {
  const orphans = new Orphans();
  const reaper = orphans.reaper();
  const orphan = await orphans.start();
  reaper.reap();
  await until(() => !marked(orphan, orphans.mark));
  await until(() => orphans.log.lines.some(({ message }) => message === "leftovers.ended"));
  await reaper.close();
});

Deno.test(
  { name: "OrphanReaper kills what does not obey SIGTERM", ignore: onlyLinux },
  async () => {
    const orphans = new Orphans();
    const reaper = orphans.reaper();
    const orphan = await orphans.start('trap "" TERM; while :; do sleep 1; done');
    reaper.reap();
    await until(() => !marked(orphan, orphans.mark));
    await reaper.close();
  },
);

Deno.test(
  { name: "OrphanReaper spares what descends from the program, and strangers", ignore: onlyLinux },
  async () => {
    const orphans = new Orphans();
    const strangers = new Orphans();
    const reaper = orphans.reaper();
    await using child = new Deno.Command("sleep", {
      args: ["94"],
      env: { [NAME]: orphans.id },
    }).spawn();
    const foreign = await strangers.start();
    const orphan = await orphans.start();
    reaper.reap();
    await until(() => !marked(orphan, orphans.mark));
    assert.ok(marked(child.pid, orphans.mark));
    assert.ok(marked(foreign, strangers.mark));
    Deno.kill(foreign);
    await reaper.close();
  },
);

Deno.test(
  { name: "OrphanReaper ends everything marked when the program is killed", ignore: onlyLinux },
  async () => {
    const orphans = new Orphans();
    const program = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        new URL("./programs/keeps_reaper.ts", import.meta.url).pathname,
        orphans.mark,
      ],
      stdout: "piped",
    }).spawn();
    const reader = program.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const child = Number((await reader.read()).value);
    await until(() => marked(child, orphans.mark));
    program.kill("SIGKILL");
    await program.status;
    await until(() => !marked(child, orphans.mark));
    await reader.cancel();
  },
);

/** Windows shows no other process's environment. */
const onWindows = Deno.build.os === "windows";

interface MarkedStage {
  readonly mark: string;
  readonly log: RecordingLog;
  start(script: string, value?: string): Deno.ChildProcess;
  end(): Promise<number>;
}

function markedStage(): MarkedStage {
  const id = crypto.randomUUID();
  const mark = `${NAME}=${id}`;
  const log = new RecordingLog();
  return {
    mark,
    log,
    start: (script, value = id) =>
      new Deno.Command("sh", {
        args: ["-c", script],
        clearEnv: true,
        env: { PATH: "/usr/bin:/bin", [NAME]: value },
        stdin: "null",
        stdout: "piped",
      }).spawn(),
    end: () => endOrphans({ mark, pid: Deno.pid, clock: createSystemClock(), log }),
  };
}

/** Waits until the script has written something. */
async function begun(child: Deno.ChildProcess): Promise<void> {
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
}

Deno.test(
  { name: "endOrphans ends a marked process and its descendants", ignore: onWindows },
  async () => {
    const stage = markedStage();
    const command = unusualSleep();
    await using child = stage.start(`${command} & echo x; wait`);
    await begun(child);
    await eventually(() => isListed(command));
    assert.equal(await stage.end(), 2);
    assert.equal((await child.status).signal, "SIGTERM");
    assert.deepEqual(stage.log.lines, [
      { level: "warn", message: "leftovers.ended", fields: { count: 2 } },
    ]);
    assert.equal(await stage.end(), 0);
  },
);

Deno.test({ name: "endOrphans kills what does not obey SIGTERM", ignore: onWindows }, async () => {
  const stage = markedStage();
  await using child = stage.start('trap "" TERM; echo x; while :; do sleep 98; done');
  await begun(child);
  await stage.end();
  assert.equal((await child.status).signal, "SIGKILL");
});

Deno.test(
  { name: "endOrphans leaves other people's processes alone", ignore: onWindows },
  async () => {
    const stage = markedStage();
    await using child = stage.start("echo x; sleep 99; true", crypto.randomUUID());
    await begun(child);
    assert.equal(await stage.end(), 0);
    assert.deepEqual(stage.log.lines, []);
    child.kill("SIGTERM");
    assert.equal((await child.status).signal, "SIGTERM");
  },
);

Deno.test(
  { name: "endOrphans spares the process itself and its ancestors", ignore: onWindows },
  async () => {
    const stage = markedStage();
    const program = new URL("./programs/ends_orphans.ts", import.meta.url).pathname;
    // The shell stays, as its last command is not the program.
    const child = stage.start(
      `sleep 96 & "${Deno.execPath()}" run -A "${program}" "${stage.mark}"; echo " survived $?"`,
    );
    const { stdout } = await child.output();
    assert.equal(new TextDecoder().decode(stdout), "ended 1 survived 0\n");
  },
);

Deno.test("endOrphans logs when processes cannot be listed, and lets the program start", async () => {
  const log = new RecordingLog();
  const list = (): Promise<never> => Promise.reject(new Error("no grep"));
  assert.equal(await endOrphans({ mark: "A=b", pid: 1, clock: new FakeClock(), log, list }), 0);
  assert.deepEqual(log.lines, [
    { level: "warn", message: "leftovers.unknown", fields: { reason: "no grep" } },
  ]);
});

Deno.test("endOrphans goes on when it may not end a process", async () => {
  const log = new RecordingLog();
  const clock = new FakeClock();
  const killed: string[] = [];
  const ending = endOrphans({
    mark: "A=b",
    pid: 1,
    clock,
    log,
    list: () => Promise.resolve({ marked: [1, 2, 3, 4], ancestors: new Set([1, 2]) }),
    kill: (pid, signal) => {
      killed.push(`${signal} ${pid}`);
      if (pid === 3) throw new Deno.errors.PermissionDenied("not yours");
    },
  });
  await clock.advance(3_000);
  assert.equal(await ending, 2);
  assert.deepEqual(killed, ["SIGTERM 3", "SIGTERM 4", "SIGKILL 3", "SIGKILL 4"]);
});

Deno.test("parseProc tells ancestors from marked processes", () => {
  const output = "a 12\na 3\na 1\n/proc/3/environ\n/proc/44/environ\n";
  assert.deepEqual(parseProc(output), { marked: [3, 44], ancestors: new Set([12, 3, 1]) });
  assert.deepEqual(parseProc(""), { marked: [], ancestors: new Set() });
});

Deno.test("parsePs finds the mark at the beginning of a word and climbs to the first process", () => {
  const output = `    1     0 /sbin/launchd
  300     1 /bin/zsh HOME=/Users/a X=1
  301   300 deno run main.ts A=b
  400     1 codex app-server PATH=/bin A=b HOME=/Users/a
  401   400 sleep 9 XA=b
  402   400 sleep 9 A=c
  403   400 sleep 9 A=b-1
`;
  assert.deepEqual(parsePs(output, "A=b", 301), {
    marked: [301, 400, 403],
    ancestors: new Set([301, 300, 1]),
  });
});

Deno.test("parsePs does not climb in circles", () => {
  assert.deepEqual(parsePs("2 3 a\n3 2 b\n", "A=b", 2).ancestors, new Set([2, 3]));
});
