/** Whatever does not answer, the doctor comes to an end, and leaves nothing running. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { CHECKS, examine } from "../../../src/cli/doctor/examination.ts";
import { Installation } from "../../../src/cli/doctor/installation.ts";
import type { CheckResult } from "../../../src/cli/doctor/report.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { processOf } from "../../support/command_line.ts";
import { writeProgram } from "../../support/write_program.ts";
import { DoctorStage } from "./doctor_stage.ts";

/** How long a second of the doctor's takes before a deadline, and behind it: ending takes real time. */
const [BEFORE_MS, BEHIND_MS] = [20, 250];
/** Part of a script for a Codex that is one by its version. */
const HANGS_AT_ITS_START =
  `[ "$1" = --version ] && echo codex-cli 0.169.0 && exit 0\n[ "$1" = app-server ] || exit 1`;

interface Looking {
  readonly stop?: AbortSignal;
  /** Default: it stands still. */
  readonly clock?: FakeClock;
}

async function results(
  stage: DoctorStage,
  { stop, clock = new FakeClock() }: Looking,
): Promise<Map<string, CheckResult>> {
  const { process } = processOf([], {
    home: stage.home,
    variables: { PATH: Deno.env.get("PATH") ?? "", CODEX_HOME: stage.codexHome },
    ...(stop === undefined ? {} : { stop }),
  });
  const installation = new Installation({ process, conf: undefined, offline: false, clock });
  const seen = await Array.fromAsync(examine(CHECKS, installation, process.stop));
  return new Map(seen.map((result) => [result.id, result]));
}

/** The same, while time passes from the moment on in which the Codex hangs. */
async function resultsInTime(
  stage: DoctorStage,
  { hangs }: HangingCodex,
  deadlineSeconds: number,
): Promise<Map<string, CheckResult>> {
  const clock = new FakeClock();
  let over = false;
  const seen = results(stage, { clock }).finally(() => over = true);
  await hangs();
  for (let second = 0; !over; second++) {
    await clock.advance(1_000);
    await pause(second < deadlineSeconds ? BEFORE_MS : BEHIND_MS);
  }
  return await seen;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

interface HangingCodex {
  /** Resolves when it does. */
  readonly hangs: () => Promise<void>;
  readonly isAlive: () => Promise<boolean>;
}

/** A Codex in a folder of the stage; `$0.pid` tells which process hangs. */
async function hangingCodex(stage: DoctorStage, script: string): Promise<HangingCodex> {
  const command = join(stage.home, "codex");
  const hang = `echo $$ > "$0.pid"\nexec sleep 313\n`;
  await writeProgram(command, `#!/bin/sh\n${script}\n${hang}`);
  const conf = await Deno.readTextFile(join(stage.state, "conf.toml"));
  await stage.writeConf(
    conf.replace(/backend = .*/, `backend = "auto"`).replace(
      /command = .*/,
      `command = "${command}"`,
    ),
  );
  const pid = (): Promise<string> => Deno.readTextFile(`${command}.pid`);
  return {
    hangs: async () => {
      for (const end = performance.now() + 30_000; !/\n/.test(await pid().catch(() => ""));) {
        assert.ok(performance.now() < end, "Codex is started");
        await pause(5);
      }
    },
    isAlive: async () => {
      const args = ["-o", "stat=", "-p", (await pid()).trim()];
      const { stdout } = await new Deno.Command("ps", { args }).output();
      return /^[^Z\s]/.test(new TextDecoder().decode(stdout));
    },
  };
}

Deno.test("with Telegram and Codex both silent, the doctor still ends and says so", async () => {
  await using stage = await DoctorStage.set();
  stage.telegram.faults.add({ kind: "blackhole", times: Infinity });
  const codex = await hangingCodex(stage, "");
  const seen = await resultsInTime(stage, codex, 6);
  assert.equal(seen.size, CHECKS.length);
  assert.match(seen.get("telegram.account")?.summary ?? "", /: no answer in time$/);
  assert.match(seen.get("codex.version")?.summary ?? "", /did not tell its version within 6 s$/);
  assert.equal(seen.get("folders.work")?.status, "ok");
  assert.equal(await codex.isAlive(), false);
});

Deno.test("a Codex that never answers its handshake fails its check and is killed", async () => {
  await using stage = await DoctorStage.set();
  const codex = await hangingCodex(stage, HANGS_AT_ITS_START);
  const seen = await resultsInTime(stage, codex, 10);
  assert.equal(seen.get("codex.version")?.status, "ok");
  assert.equal(seen.get("codex.handshake")?.summary, "Codex did not answer within 10 s");
  assert.equal(seen.get("codex.handshake")?.status, "fail");
  assert.equal(await codex.isAlive(), false);
});

Deno.test("a Codex that does not tell its login fails that check, which is no fault of the check", async () => {
  await using stage = await DoctorStage.set();
  const others =
    `[ "$1" = --version ] && echo codex-cli 0.169.0 && exit 0\n[ "$1" = login ] || exit 1`;
  const codex = await hangingCodex(stage, others);
  const login = (await resultsInTime(stage, codex, 6)).get("codex.login");
  assert.equal(login?.summary, "Codex did not answer within 6 s");
  assert.match(login?.remedy ?? "", /^Start ".*codex login status" by hand/);
  assert.equal(await codex.isAlive(), false);
});

Deno.test("a doctor that is stopped kills the Codex that it has started", async () => {
  await using stage = await DoctorStage.set();
  const codex = await hangingCodex(stage, HANGS_AT_ITS_START);
  const stop = new AbortController();
  const seen = results(stage, { stop: stop.signal });
  await codex.hangs();
  stop.abort();
  assert.equal((await seen).get("codex.handshake")?.summary, "stopped");
  assert.equal(await codex.isAlive(), false);
});

Deno.test("a doctor that is stopped skips the other checks and says so", async () => {
  await using stage = await DoctorStage.set();
  const seen = await results(stage, { stop: AbortSignal.abort() });
  assert.deepEqual([...new Set([...seen.values()].map(({ summary }) => summary))], [
    "stopped",
  ]);
});
