import assert from "node:assert/strict";
import { createSystemClock } from "../../src/integrations/system_clock.ts";
import { endLeftovers } from "../../src/supervisor/leftovers.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { RecordingLog } from "../fakes/recording_log.ts";

/** Windows shows nobody another process's environment. */
const ignore = Deno.build.os === "windows";
const NAME = "CODEX_ORCHESTRATOR_TEST_INSTANCE";

interface Marked {
  readonly mark: string;
  readonly log: RecordingLog;
  start(script: string, value?: string): Deno.ChildProcess;
  end(): Promise<number>;
}

function marked(): Marked {
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
    end: () => endLeftovers({ mark, pid: Deno.pid, clock: createSystemClock(), log }),
  };
}

/** Waits until the script has written something. */
async function begun(child: Deno.ChildProcess): Promise<void> {
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
}

Deno.test({ name: "endLeftovers ends a marked process and its descendants", ignore }, async () => {
  const stage = marked();
  await using child = stage.start("sleep 97 & echo x; wait");
  await begun(child);
  assert.equal(await stage.end(), 2);
  assert.equal((await child.status).signal, "SIGTERM");
  assert.deepEqual(stage.log.lines, [
    { level: "warn", message: "leftovers.ended", fields: { count: 2 } },
  ]);
  assert.equal(await stage.end(), 0);
});

Deno.test({ name: "endLeftovers kills what does not mind SIGTERM", ignore }, async () => {
  const stage = marked();
  await using child = stage.start('trap "" TERM; echo x; while :; do sleep 98; done');
  await begun(child);
  await stage.end();
  assert.equal((await child.status).signal, "SIGKILL");
});

Deno.test({ name: "endLeftovers leaves other people's processes alone", ignore }, async () => {
  const stage = marked();
  await using child = stage.start("echo x; sleep 99; true", crypto.randomUUID());
  await begun(child);
  assert.equal(await stage.end(), 0);
  assert.deepEqual(stage.log.lines, []);
  child.kill("SIGTERM");
  assert.equal((await child.status).signal, "SIGTERM");
});

Deno.test(
  { name: "endLeftovers spares the process itself and its ancestors", ignore },
  async () => {
    const stage = marked();
    const program = new URL("./programs/ends_leftovers.ts", import.meta.url).pathname;
    // The shell stays, as its last command is not the program.
    const child = stage.start(
      `sleep 96 & "${Deno.execPath()}" run -A "${program}" "${stage.mark}"; echo " survived $?"`,
    );
    const { stdout } = await child.output();
    assert.equal(new TextDecoder().decode(stdout), "ended 1 survived 0\n");
  },
);

Deno.test("endLeftovers says when it cannot know, and lets the program start", async () => {
  const log = new RecordingLog();
  const list = (): Promise<never> => Promise.reject(new Error("no grep"));
  assert.equal(await endLeftovers({ mark: "A=b", pid: 1, clock: new FakeClock(), log, list }), 0);
  assert.deepEqual(log.lines, [
    { level: "warn", message: "leftovers.unknown", fields: { reason: "no grep" } },
  ]);
});

Deno.test("endLeftovers lets nothing that it may not end stop the program", async () => {
  const log = new RecordingLog();
  const clock = new FakeClock();
  const killed: string[] = [];
  const ending = endLeftovers({
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
