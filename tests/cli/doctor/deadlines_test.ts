/** Whatever does not answer, the doctor comes to an end, and leaves nothing running. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { examine } from "../../../src/cli/doctor/examination.ts";
import { Installation } from "../../../src/cli/doctor/installation.ts";
import type { CheckResult } from "../../../src/cli/doctor/report.ts";
import { CHECKS } from "../../../src/cli/doctor/table.ts";
import { fastClock } from "../../fakes/fast_clock.ts";
import { processOf } from "../../support/command_line.ts";
import { DoctorStage } from "./doctor_stage.ts";

const FACTOR = 20;
/** Part of a script for a Codex that is one by its version. */
const HANGS_AT_ITS_START =
  `[ "$1" = --version ] && echo codex-cli 0.169.0 && exit 0\n[ "$1" = app-server ] || exit 1`;

async function results(stage: DoctorStage, stop?: AbortSignal): Promise<Map<string, CheckResult>> {
  const { process } = processOf([], {
    home: stage.home,
    variables: { PATH: Deno.env.get("PATH") ?? "", CODEX_HOME: stage.codexHome },
    ...(stop === undefined ? {} : { stop }),
  });
  const clock = fastClock(FACTOR);
  const installation = new Installation({ process, conf: undefined, offline: false, clock });
  const seen = await Array.fromAsync(examine(CHECKS, installation, process.stop));
  return new Map(seen.map((result) => [result.id, result]));
}

/** A Codex in a folder of the stage; `$0.pid` tells which process hangs. */
async function hangingCodex(stage: DoctorStage, script: string): Promise<() => Promise<boolean>> {
  const command = join(stage.home, "codex");
  const hang = `echo $$ > "$0.pid"\nexec sleep 313\n`;
  await Deno.writeTextFile(command, `#!/bin/sh\n${script}\n${hang}`, { mode: 0o755 });
  const conf = await Deno.readTextFile(join(stage.state, "conf.toml"));
  await stage.writeConf(
    conf.replace(/backend = .*/, `backend = "auto"`).replace(
      /command = .*/,
      `command = "${command}"`,
    ),
  );
  return async () => {
    const pid = Number(await Deno.readTextFile(`${command}.pid`));
    const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", `${pid}`] })
      .output();
    return /^[^Z\s]/.test(new TextDecoder().decode(stdout));
  };
}

Deno.test("with Telegram and Codex both silent the doctor ends, and says so", async () => {
  await using stage = await DoctorStage.set();
  stage.telegram.faults.add({ kind: "blackhole", times: Infinity });
  const isAlive = await hangingCodex(stage, "");
  const seen = await results(stage);
  assert.equal(seen.size, CHECKS.length);
  assert.match(seen.get("telegram.account")?.summary ?? "", /: no answer in time$/);
  assert.match(seen.get("codex.version")?.summary ?? "", /did not tell its version within 6 s$/);
  assert.equal(seen.get("folders.work")?.status, "ok");
  assert.equal(await isAlive(), false);
});

Deno.test("a Codex that never answers its handshake is given up and ended", async () => {
  await using stage = await DoctorStage.set();
  const isAlive = await hangingCodex(stage, HANGS_AT_ITS_START);
  const seen = await results(stage);
  assert.equal(seen.get("codex.version")?.status, "ok");
  assert.equal(seen.get("codex.handshake")?.summary, "Codex did not answer within 10 s");
  assert.equal(seen.get("codex.handshake")?.status, "fail");
  assert.equal(await isAlive(), false);
});

Deno.test("a doctor that is stopped ends the Codex that it has started", async () => {
  await using stage = await DoctorStage.set();
  const isAlive = await hangingCodex(stage, HANGS_AT_ITS_START);
  const stop = new AbortController();
  const seen = results(stage, stop.signal);
  const pidFile = join(stage.home, "codex.pid");
  for (const end = performance.now() + 5_000; !await exists(pidFile);) {
    assert.ok(performance.now() < end, "Codex is started");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  stop.abort();
  assert.equal((await seen).get("codex.handshake")?.summary, "it was stopped");
  assert.equal(await isAlive(), false);
});

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

Deno.test("a doctor that is stopped says what it has not looked at", async () => {
  await using stage = await DoctorStage.set();
  const seen = await results(stage, AbortSignal.abort());
  assert.deepEqual([...new Set([...seen.values()].map(({ summary }) => summary))], [
    "it was stopped",
  ]);
});
