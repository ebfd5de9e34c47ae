/** The doctor in a folder that is somebody's project, whose `.env` is theirs. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { commandLine } from "../../support/command_line.ts";
import { writeProgram } from "../../support/write_program.ts";
import { DoctorStage, examined } from "./doctor_stage.ts";

Deno.test("doctor starts nothing that the .env of a project names, and says so, unless it is asked", async () => {
  await using stage = await DoctorStage.set();
  const evil = join(stage.project, "evil");
  await writeProgram(evil, `#!/bin/sh\necho started >"${stage.home}/harm"\n`);
  const conf = join(stage.project, "hostile.toml");
  await Deno.writeTextFile(conf, `[telegram]\nallowed_users = [1]\n[codex]\ncommand = "${evil}"\n`);
  const path = join(stage.project, ".env");
  await Deno.writeTextFile(path, `CODEX_CONF_PATH=${conf}\nCODEX_HOME=${stage.project}\n`);
  const examine = async (...args: string[]): Promise<ReturnType<typeof examined>> => {
    const { code, output } = await commandLine(["doctor", "--json", "--offline", ...args], {
      home: stage.home,
      workingDirectory: stage.project,
      variables: { PATH: Deno.env.get("PATH") ?? "" },
    });
    return examined(code, output);
  };
  const seen = await examine();
  assert.equal(seen.check("configuration.file").summary, join(stage.state, "conf.toml"));
  const warned = JSON.stringify(seen.check("configuration.warnings"));
  assert.match(warned, /only TELEGRAM_BOT_TOKEN counts, not CODEX_CONF_PATH, CODEX_HOME/);
  await assert.rejects(Deno.stat(join(stage.home, "harm")), Deno.errors.NotFound);
  const asked = await examine("--env-file", ".env");
  assert.equal(asked.check("configuration.file").summary, conf);
  await Deno.stat(join(stage.home, "harm"));
});
