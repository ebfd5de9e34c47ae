/** The way back of docs/upgrading.md, walked with its own commands. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Stage } from "../e2e/stage.ts";
import { writeProgram } from "../support/write_program.ts";
import { ROOT, run } from "./building.ts";

Deno.test("an older version works again with the copy that docs/upgrading.md describes", async () => {
  await using stage = await Stage.set({ codex: "none", backend: "echo" });
  const before = await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  assert.equal(await before.stop(), 0);
  await follow(stage.home, "Before");

  upgradeState(stage.stateFolder);
  const older = stage.launch();
  assert.equal(await older.ended(), 78);
  const said = /Cannot use .*: it was written by a newer version of codex-orchestrator/;
  assert.match(older.log.join("\n"), said);
  assert.match(await section("Going back"), said);

  await follow(stage.home, "Going back");
  const again = await stage.start();
  await stage.ask("is it still single?", /is it still single\?/);
  assert.equal(await again.stop(), 0);
  const names = [".codex-orchestrator.before-upgrade", ".codex-orchestrator.newer"];
  for (const name of names) await Deno.stat(join(stage.home, name, "state.db"));
});

/** As a version with one more table would leave it. */
function upgradeState(folder: string): void {
  using database = new DatabaseSync(join(folder, "state.db"));
  database.exec("CREATE TABLE of_tomorrow (what); PRAGMA user_version = 1000");
}

async function section(heading: string): Promise<string> {
  const text = await Deno.readTextFile(join(ROOT, "docs", "upgrading.md"));
  const found = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  assert.ok(found !== undefined, heading);
  return found;
}

/** Runs what that section tells, with nobody behind `systemctl`. */
async function follow(home: string, heading: string): Promise<void> {
  const commands = [...(await section(heading)).matchAll(/^```sh\n(.*?)^```$/gms)]
    .map(([, block = ""]) => block);
  assert.equal(commands.length, 1);
  const bin = join(home, "bin");
  await Deno.mkdir(bin, { recursive: true });
  await writeProgram(join(bin, "systemctl"), "#!/bin/sh\n");
  const { code, stderr } = await run("sh", ["-eu", "-c", commands.join("")], {
    folder: home,
    variables: { HOME: home, PATH: `${bin}:/usr/bin:/bin` },
  });
  assert.equal(code, 0, stderr);
}
