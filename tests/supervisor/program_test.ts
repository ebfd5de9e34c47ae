/** The supervisor in the whole program: one instance, no orphans, the confined application. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import manifest from "../../deno.json" with { type: "json" };
import { readCrashes } from "../../src/supervisor/crash_record.ts";
import { Stage } from "../e2e/stage.ts";
import { CACHE, codexProgram } from "../support/codex_programs.ts";
import { type CodexVersion, NEWEST } from "../support/codex_versions.ts";
import { removeFolder, temporaryFolder } from "../support/temporary_folder.ts";
import { writeProgram } from "../support/write_program.ts";

/** Where the reaper works, and processes can be looked at. */
const ignore = Deno.build.os !== "linux";
/** By itself, what is left behind here would stay for five minutes. */
const GONE_WITHIN_MS = 60_000;

Deno.test("a second instance ends with 75 and says who runs, where, and what to do", async () => {
  await using stage = await Stage.set({ codex: "none", backend: "echo" });
  const first = await stage.start();
  const second = stage.launch();
  assert.equal(await second.ended(), 75);
  assert.equal(second.log.length, 1);
  const said = second.log[0] ?? "";
  assert.ok(said.includes(`process ${first.pid}`), said);
  assert.ok(said.includes(join(stage.home, ".codex-orchestrator")), said);
  assert.ok(said.includes(`kill ${first.pid}`), said);
  assert.equal((await readCrashes(stage.stateFolder)).running?.pid, first.pid);
  assert.equal(await first.stop(), 0);
  assert.deepEqual(await readCrashes(stage.stateFolder), { crashes: [], running: undefined });
  assert.equal(await (await stage.start()).stop(), 0);
});

Deno.test("a start with state of a newer version ends with 78 and changes nothing", async () => {
  await using stage = await Stage.set({ codex: "none", backend: "echo" });
  const path = join(stage.stateFolder, "state.db");
  using database = new DatabaseSync(path);
  database.exec("CREATE TABLE of_tomorrow (what); PRAGMA user_version = 1000");
  const before = await Deno.readFile(path);
  const program = stage.launch();
  assert.equal(await program.ended(), 78);
  assert.equal(program.log.length, 1);
  const said = program.log[0] ?? "";
  assert.ok(said.includes(`${path}: it was written by a newer version`), said);
  assert.ok(said.includes("docs/upgrading.md"), said);
  assert.deepEqual(await Deno.readFile(path), before);
  assert.deepEqual((await readCrashes(stage.stateFolder)).crashes, []);
});

Deno.test("the application is confined to what its configuration needs", async () => {
  await using stage = await Stage.set({ codex: "none", backend: "auto", command: "/opt/no-codex" });
  const program = await stage.start();
  const line = await program.logged(/ permissions\.confined /);
  const state = join(stage.home, ".codex-orchestrator");
  const host = new URL(stage.telegram.url).host;
  const files = ["state.db", "state.db-wal", "state.db-shm", "state.db-journal", "set-aside"]
    .concat("sessions", "inbox", "traces").map((name) => `${state}/${name}`);
  assert.ok(
    line.endsWith(
      `INFO permissions.confined read=${files},/opt/no-codex write=${files} net=${host} run=none broker=/opt/no-codex`,
    ),
    line,
  );
  assert.equal(await program.stop(), 0);
  // Whatever it keeps, it may keep.
  assert.ok(!stage.output.includes("storage.failed"), stage.output);
});

Deno.test("what the last start was allowed is loaded ahead, and a file of somebody else allows nothing", async () => {
  await using stage = await Stage.set({ codex: "none", backend: "echo" });
  const kept = join(stage.stateFolder, "last-permissions.json");
  const starts = async (ahead: boolean): Promise<string> => {
    const program = await stage.start("--verbose");
    await program.logged(new RegExp(` application\\.loading ahead=${ahead}$`));
    const confined = await program.logged(/ permissions\.confined /);
    await stage.ask("/mode single", /Mode set to single/);
    const second = stage.launch();
    assert.equal(await second.ended(), 75);
    assert.equal(second.log.length, 1, second.log.join("\n"));
    assert.equal(await program.stop(), 0);
    return confined.replace(/^.* permissions/, "");
  };
  const confined = await starts(false);
  const permissions = await Deno.readTextFile(kept);
  assert.equal(await starts(true), confined);
  const { net, ...others } = JSON.parse(permissions);
  const wider = { ...others, net: [...net, "stranger.example:443"] };
  await Deno.writeTextFile(kept, JSON.stringify(wider));
  assert.equal(await starts(false), confined);
  assert.equal(await Deno.readTextFile(kept), permissions, "the next start has it right");
});

Deno.test({
  name: "processes left by a killed Codex, and then by a killed program, are ended at once",
  ignore,
}, async () => {
  await using codex = await untidyCodex(NEWEST);
  await using stage = await Stage.set({ codex: "none", backend: "auto", command: codex.command });
  const killed = await stage.start();
  const started = await killed.logged(/codex\.started .*restarts=0/);
  const leftByCodex = await codex.left();
  Deno.kill(Number(/pid=(\d+)/.exec(started)?.[1]), "SIGKILL");
  await isGone(leftByCodex);
  await killed.logged(/codex\.started .*restarts=1/);
  const leftByProgram = await codex.left();
  assert.equal(await isAlive(leftByProgram), true);
  await killed.kill();
  await isGone(leftByProgram);
});

Deno.test({ name: "orphans without a reaper are ended by the next start", ignore }, async () => {
  await using codex = await untidyCodex(NEWEST);
  await using stage = await Stage.set({ codex: "none", backend: "auto", command: codex.command });
  const killed = await stage.start();
  await killed.logged(/codex\.started /);
  const pid = await codex.left();
  // As somebody does who kills everything of ours but Codex.
  Deno.kill(reaperOf(killed.pid), "SIGKILL");
  await killed.kill();
  assert.equal(await isAlive(pid), true, "what Codex has started outlives a killed program");
  const next = await stage.start();
  await next.logged(/WARN leftovers\.ended count=\d+/);
  assert.equal(await isAlive(pid), false);
  const { crashes } = await readCrashes(stage.stateFolder);
  assert.deepEqual(crashes.map(({ how }) => how), ["unheard"]);
  assert.ok(crashes[0]?.reason.startsWith(`process ${killed.pid}, started `));
});

Deno.test(
  { name: "a reaper that is late leaves the next launch alone", ignore },
  async () => {
    await using stage = await Stage.set({ codex: NEWEST, backend: "auto" });
    const killed = await stage.start();
    await killed.logged(/codex\.started /);
    const reaper = reaperOf(killed.pid);
    Deno.kill(reaper, "SIGSTOP");
    await killed.kill();
    const next = await stage.start();
    const pid = Number(/pid=(\d+)/.exec(await next.logged(/codex\.started .*pid=\d+/))?.[1]);
    Deno.kill(reaper, "SIGCONT");
    while (await isAlive(reaper)) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(await isAlive(pid), true);
  },
);

Deno.test({ name: "Codex gets the mark of the instance, and no token", ignore }, async () => {
  await using stage = await Stage.set({ codex: NEWEST, backend: "auto" });
  const program = await stage.start();
  const pid = /pid=(\d+)/.exec(await program.logged(/codex\.started .*pid=\d+/))?.[1];
  const environment = await Deno.readTextFile(`/proc/${pid}/environ`);
  const names = environment.split("\0").map((entry) => entry.split("=", 1)[0]);
  assert.ok(names.includes("CODEX_ORCHESTRATOR_INSTANCE"), names.join(" "));
  assert.ok(!names.includes("TELEGRAM_BOT_TOKEN"));
});

Deno.test("a second signal ends the program at once", async () => {
  const conf = "[runs]\nshutdown_grace_seconds = 60";
  await using stage = await Stage.set({ codex: "none", backend: "echo", conf });
  const program = await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  await stage.reply(stage.say("this needs an approval"), /Codex wants/);
  Deno.kill(program.pid, "SIGTERM");
  await program.logged(/ program\.stopping /);
  // A press that is handed on twice counts once; nobody presses again as soon as that.
  await new Promise((resolve) => setTimeout(resolve, 700));
  Deno.kill(program.pid, "SIGINT");
  assert.equal(await program.ended(), 130);
});

async function isGone(pid: number): Promise<void> {
  for (const end = performance.now() + GONE_WITHIN_MS; await isAlive(pid);) {
    assert.ok(performance.now() < end, "what Codex has started outlives its end");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function reaperOf(program: number): number {
  const found = [...Deno.readDirSync("/proc")].filter(({ name }) => /^\d+$/.test(name))
    .filter(({ name }) => {
      const status = statusOf(name);
      return /^Name:\s*sh$/m.test(status) && status.includes(`PPid:\t${program}\n`);
    });
  assert.equal(found.length, 1, "there is one reaper");
  return Number(found[0]?.name);
}

function statusOf(pid: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/status`);
  } catch {
    // It has ended between two looks.
    return "";
  }
}

interface CodexScript extends AsyncDisposable {
  readonly command: string;
}

/** A program in a folder of its own that is taken for Codex. */
async function codexScript(script: string): Promise<CodexScript> {
  const folder = await Deno.makeTempDir({ dir: CACHE, prefix: "script-" });
  const command = join(folder, "codex");
  await writeProgram(command, script);
  return {
    command,
    [Symbol.asyncDispose]: () => removeFolder(folder),
  };
}

interface UntidyCodex extends CodexScript {
  /** The process that the latest one has left. */
  left(): Promise<number>;
}

const LEFT = "sleep 313";

/** A Codex that leaves something behind, as a command that it ran may do. */
async function untidyCodex(version: CodexVersion): Promise<UntidyCodex> {
  const { command, ...script } = await codexScript(`#!/bin/sh
if [ "$1" = app-server ]; then
  ${LEFT} > /dev/null 2>&1 &
  echo $! > "$0.left"
fi
exec "${await codexProgram(version)}" "$@"
`);
  const left = async (): Promise<number> => Number(await Deno.readTextFile(`${command}.left`));
  return {
    command,
    left,
    async [Symbol.asyncDispose](): Promise<void> {
      // Its number may be somebody else's by now.
      const pid = await left();
      if (commandOf(pid) === LEFT) Deno.kill(pid, "SIGKILL");
      await script[Symbol.asyncDispose]();
    },
  };
}

/** Empty for a process that has ended. */
function commandOf(pid: number): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0").join(" ").trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/** One that has ended may still be listed until its parent has asked how. */
async function isAlive(pid: number): Promise<boolean> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", `${pid}`] })
    .output();
  return /^[^Z\s]/.test(new TextDecoder().decode(stdout));
}

Deno.test("the launcher gives up all its rights before the application starts", async () => {
  await using home = await temporaryFolder();
  const program = new URL("./programs/gives_rights_up.ts", import.meta.url).pathname;
  const [, ...flags] = manifest.tasks.start.command.split(" ").slice(0, -1);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    // Whatever the start gives it, and the rest.
    args: [
      ...flags,
      "--allow-sys",
      "--allow-ffi",
      "--allow-import",
      program,
      home.path,
      "http://127.0.0.1:9",
    ],
    stdin: "null",
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const lines = new TextDecoder().decode(stdout).split("\n");
  const rights = lines.filter((line) => /^[a-z]+ [a-z]+$/.test(line));
  assert.equal(rights.length, 8, lines.join("\n"));
  assert.deepEqual(rights.filter((line) => line.endsWith(" granted")), []);
});
