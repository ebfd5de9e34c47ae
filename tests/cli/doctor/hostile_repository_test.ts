/** A repository whose settings somebody else has written: looking at it starts nothing. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { CheckResult } from "../../../src/cli/doctor/report.ts";
import { namesIn } from "../../support/temporary_folder.ts";
import { writeProgram } from "../../support/write_program.ts";
import { DoctorStage, git } from "./doctor_stage.ts";

const FILES = ["cleaned", "processed", "equal", "submodule/inner"];

Deno.test("git status of a hostile repository starts no program that its settings name", async () => {
  await using stage = await DoctorStage.set();
  const traps = join(stage.home, "traps");
  await Deno.mkdir(traps);
  await setTraps(stage, (name) => `touch ${join(traps, name)}`);
  const sprung = async (look: () => Promise<unknown>): Promise<readonly string[]> => {
    await makeFilesLookChanged(stage);
    for (const name of namesIn(traps)) await Deno.remove(join(traps, name));
    await look();
    return namesIn(traps);
  };
  const examine = async (): Promise<CheckResult> =>
    (await stage.examine(["--offline"])).check("folders.git");

  const looked = await sprung(async () => {
    const { status, summary } = await examine();
    assert.equal(status, "ok");
    assert.match(summary, /on main/);
  });
  assert.deepEqual(looked, []);

  await git(stage.project, "config", "filter.a=b.clean", `touch ${join(traps, "equal")}; cat`);
  const refused = await sprung(async () => {
    const { status, summary } = await examine();
    assert.equal(status, "warn");
    assert.match(summary, /git status was skipped/);
  });
  assert.deepEqual(refused, []);
  await git(stage.project, "config", "--unset", "filter.a=b.clean");

  // Each of the traps works: a git that nobody holds back springs them all.
  // Its first look ends with that filter, which does not speak to it.
  const further = (): Promise<unknown> =>
    gitIn(stage.project, "-c", "filter.Two.process=", "status");
  const asked = await sprung(() => gitIn(stage.project, "status").then(further));
  assert.deepEqual(asked, ["clean", "hook", "monitor", "process", "submodule"]);

  await loseTree(stage.project);
  assert.deepEqual(await sprung(examine), []);
  assert.ok((await sprung(further)).includes("fetch"));
});

/** One for each way in which `git status` can be made to start a program. */
async function setTraps(stage: DoctorStage, trap: (name: string) => string): Promise<void> {
  const { project } = stage;
  const hooks = join(stage.home, "hooks");
  const submodule = join(stage.home, "submodule");
  await Promise.all([hooks, submodule].map((folder) => Deno.mkdir(folder)));
  await git(submodule, "init", "-q", "-b", "main");
  await commit(submodule, ["inner"]);
  await git(project, "-c", "protocol.file.allow=always", "submodule", "add", "-q", submodule);
  await commit(project, ["cleaned", "processed", "equal"]);
  await writeProgram(join(hooks, "post-index-change"), `#!/bin/sh\n${trap("hook")}\n`);
  const repository = join(project, ".git");
  const inner = join(repository, "modules", "submodule");
  await writeLines(join(repository, "info", "attributes"), [
    "cleaned filter=one",
    "processed filter=Two",
    "equal filter=a=b",
  ]);
  await writeLines(join(inner, "info", "attributes"), ["inner filter=within"]);
  await git(join(project, "submodule"), "config", "filter.within.clean", trap("submodule"));
  const settings = {
    "filter.one.clean": `${trap("clean")}; cat`,
    "filter.one.required": "true",
    "filter.Two.process": trap("process"),
    "core.repositoryFormatVersion": "1",
    "extensions.partialClone": "elsewhere",
    "remote.elsewhere.promisor": "true",
    "remote.elsewhere.url": project,
    "remote.elsewhere.uploadpack": `${trap("fetch")}; git-upload-pack`,
    "core.hooksPath": hooks,
    "core.fsmonitor": trap("monitor"),
  };
  for (const [name, value] of Object.entries(settings)) await git(project, "config", name, value);
}

async function commit(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) await Deno.writeTextFile(join(folder, name), `${name}\n`);
  await git(folder, "add", ".");
  await git(folder, "commit", "-q", "-m", "first");
}

async function writeLines(path: string, lines: readonly string[]): Promise<void> {
  await Deno.writeTextFile(path, lines.map((line) => `${line}\n`).join(""));
}

/** Git has to read them, to know. */
async function makeFilesLookChanged({ project }: DoctorStage): Promise<void> {
  const time = new Date(Date.now() + Math.random() * 3_600_000);
  for (const name of FILES) await Deno.utime(join(project, name), time, time);
}

/** What is not there is fetched, by a program of the repository's choice. */
async function loseTree(project: string): Promise<void> {
  const { stdout } = await gitIn(project, "rev-parse", "HEAD^{tree}");
  const id = new TextDecoder().decode(stdout).trim();
  await Deno.remove(join(project, ".git", "objects", id.slice(0, 2), id.slice(2)));
}

function gitIn(project: string, ...words: string[]): Promise<Deno.CommandOutput> {
  return new Deno.Command("git", { args: ["-C", project, ...words] }).output();
}
