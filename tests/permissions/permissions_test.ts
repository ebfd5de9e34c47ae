/** What the application's worker may do and what it may not, tried in a process like the real one. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { z } from "zod";
import manifest from "../../deno.json" with { type: "json" };
import { denoFolder } from "../support/deno_folder.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { writeProgram } from "../support/write_program.ts";

const outcomes = z.record(z.string(), z.string());
const findings = z.object({ refused: outcomes, allowed: outcomes, requested: outcomes });

const SERVED = { port: 0, hostname: "127.0.0.1", onListen: (): void => {} };

/** What the runtime says when a permission is missing, and SQLite when it may open no other file. */
const REFUSAL =
  /^NotCapable: |^TypeError: Requires (?:read|import) access|^Error: too many attached/;

Deno.test("the application may do what its configuration needs, and nothing else", async () => {
  await using folder = await temporaryFolder();
  const found = await probe(folder.path);
  const names = Object.keys(found.refused);
  assert.ok(names.length > 40, `${names.length} probes`);
  const wrong = Object.entries(found.refused).filter(([, outcome]) => !REFUSAL.test(outcome));
  assert.deepEqual(wrong, [], "each of these must be refused");
  for (const [name, outcome] of Object.entries(found.allowed)) {
    assert.equal(outcome, "allowed", name);
  }
  for (const [name, state] of Object.entries(found.requested)) {
    assert.equal(state, "denied", `the permission ${name}, asked for`);
  }
  await assert.rejects(Deno.lstat(join(folder.path, "outside")), Deno.errors.NotFound);
  assert.equal(await Deno.readTextFile(join(folder.path, "conf", "neighbour.txt")), "neighbour");
});

Deno.test("the probes succeed in a process that is not confined", async () => {
  await using folder = await temporaryFolder();
  await writeHome(folder.path, "http://127.0.0.1:1");
  const secret = join(folder.path, ".codex", "auth.json");
  const worker = new URL("./fixtures/unconfined.ts", import.meta.url).pathname;
  const { stdout } = await deno(["run", "-A", worker, secret], folder.path);
  assert.equal(stdout, "read secret, ran sh, saw HOME");
});

async function probe(home: string): Promise<z.infer<typeof findings>> {
  await using stranger = Deno.serve(SERVED, () => new Response("stranger"));
  const elsewhere = `http://127.0.0.1:${stranger.addr.port}`;
  await using api = Deno.serve(
    SERVED,
    ({ url }) => url.endsWith("/away") ? Response.redirect(elsewhere) : new Response("api"),
  );
  await writeHome(home, `http://127.0.0.1:${api.addr.port}`);
  const [, ...flags] = manifest.tasks.start.command.split(" ").slice(0, -1);
  const launcher = new URL("./fixtures/probe_launcher.ts", import.meta.url).pathname;
  const words = [...flags, launcher, elsewhere, String(Deno.pid)];
  const { stdout, stderr } = await deno(words, home);
  assert.notEqual(stdout, "", stderr);
  return findings.parse(JSON.parse(stdout));
}

/** A home with a configuration elsewhere, Codex's login, and programs that are called alike. */
async function writeHome(home: string, api: string): Promise<void> {
  for (const name of [".codex-orchestrator", ".codex", "conf", "bin", "other"]) {
    await Deno.mkdir(join(home, name));
  }
  await Deno.writeTextFile(join(home, ".codex", "auth.json"), '{"secret":"secret"}');
  await Deno.writeTextFile(join(home, "conf", "neighbour.txt"), "neighbour");
  const state = join(home, ".codex-orchestrator");
  await Deno.mkdir(join(state, "sessions"));
  await Deno.writeTextFile(join(state, ".env"), "A=b\n");
  await Deno.writeTextFile(join(state, "conf.toml"), "");
  for (const folder of ["bin", "other"]) {
    await writeProgram(join(home, folder, "codex"), "#!/bin/sh\nexit 0\n");
  }
  await Deno.writeTextFile(
    join(home, "conf", "conf.toml"),
    `[telegram]
allowed_users = [1]
api_root = "${api}"
[codex]
command = "${join(home, "bin", "codex")}"
mcp_command = "codex-of-tomorrow"
agent_working_directory = "${home}"
`,
  );
}

async function deno(
  words: string[],
  home: string,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: words,
    cwd: home,
    clearEnv: true,
    env: {
      HOME: home,
      PATH: `${join(home, "bin")}:/usr/bin:/bin`,
      DENO_DIR: denoFolder(),
      TELEGRAM_BOT_TOKEN: "123456:test-token",
    },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { stdout: decoder.decode(output.stdout), stderr: decoder.decode(output.stderr) };
}
