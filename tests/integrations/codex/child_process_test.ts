import assert from "node:assert/strict";
import { CodexError } from "../../../src/core/errors.ts";
import { ChildProcess, startChild } from "../../../src/integrations/codex/child_process.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { until } from "../../support/processes.ts";

function start(
  script: string,
  { log = new RecordingLog(), terminateGraceMs = 60_000 } = {},
): Promise<ChildProcess> {
  return startChild({
    program: { command: "/bin/sh", arguments: ["-c", script] },
    environment: { ONLY: "this" },
    clock: createSystemClock(),
    log,
    terminateGraceMs,
  });
}

async function end(child: ChildProcess): Promise<void> {
  await child.close();
  await child.stdout.cancel();
  await child.stdin.close().catch(() => undefined);
}

async function firstOutput(child: ChildProcess): Promise<string> {
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  return new TextDecoder().decode(value);
}

Deno.test("ChildProcess keeps the last lines of standard error and logs them", async () => {
  const log = new RecordingLog();
  const child = await start(
    "for n in $(seq 30); do echo line $n >&2; done; read line; printf '\\033[31mlast' >&2; exit 0",
    { log },
  );
  await until(() => child.errorLines.at(-1) === "line 30");
  await child.stdin.close();
  assert.deepEqual(await child.exited, { code: 0, signal: null });
  assert.equal(child.errorLines.length, 20);
  assert.equal(child.errorLines.at(-1), "last");
  assert.equal(log.lines.filter(({ message }) => message === "codex.stderr").length, 31);
  await end(child);
});

Deno.test("ChildProcess gets the environment it is given and no other", async () => {
  const child = await start('echo "only=$ONLY home=$HOME"; read line');
  assert.equal(await firstOutput(child), "only=this home=\n");
  await end(child);
});

Deno.test("ChildProcess.close ends by SIGTERM", async () => {
  const child = await start("echo up; read line");
  await firstOutput(child);
  await end(child);
  assert.deepEqual(await child.exited, { code: 143, signal: "SIGTERM" });
});

Deno.test("ChildProcess.close kills what ignores SIGTERM", async () => {
  const log = new RecordingLog();
  const child = await start("trap '' TERM; echo up; while :; do read line || sleep 0.05; done", {
    log,
    terminateGraceMs: 200,
  });
  await firstOutput(child);
  await end(child);
  assert.equal((await child.exited).signal, "SIGKILL");
  assert.deepEqual(
    log.lines.filter(({ level }) => level === "warn").map(({ message }) => message),
    [
      "codex.killed",
    ],
  );
});

Deno.test("ChildProcess has exited even when something it left behind holds its output", async () => {
  const child = await start("sleep 300 & echo $!");
  const left = Number(await firstOutput(child));
  assert.equal((await child.exited).code, 0);
  // Fails when it has ended, and with it what it held.
  Deno.kill(left, "SIGTERM");
  await end(child);
});

Deno.test("startChild says that there is no such program", async () => {
  const settings = {
    program: { command: "/nowhere/codex", arguments: [] },
    environment: {},
    clock: createSystemClock(),
    log: new RecordingLog(),
  };
  await assert.rejects(startChild(settings), (error) => {
    assert.ok(error instanceof CodexError);
    assert.equal(error.kind, "not-installed");
    return true;
  });
});
