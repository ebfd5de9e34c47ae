import assert from "node:assert/strict";
import { join } from "node:path";
import { commandLine, type CommandLineEnd } from "../support/command_line.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

async function permissions(
  home: string,
  conf: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandLineEnd> {
  const path = join(home, "conf.toml");
  await Deno.writeTextFile(path, conf);
  return await commandLine(["permissions", "--conf", path], { home, variables });
}

Deno.test("permissions prints what the application may do, even without a token", async () => {
  await using folder = await temporaryFolder();
  const conf = `[telegram]\nallowed_users = [1]\n[codex]\ncommand = "/opt/codex"\n`;
  const { code, output, errors } = await permissions(folder.path, conf, {
    PATH: "/bin",
    NEVER: "x",
    NODE_OPTIONS: "--require=/x.js",
  });
  assert.equal(errors, "");
  assert.equal(code, 0);
  const state = join(folder.path, ".codex-orchestrator");
  for (
    const line of [
      `  read              ${join(state, "state.db")}`,
      `  write             ${join(state, "state.db")}`,
      "  reach             api.telegram.org:443",
      "  start             none",
      "The broker, which starts programs for it and holds what it asks of them, may",
      "  start             /opt/codex",
      "  variables         none",
      "  sys, ffi, import  none",
      "  CODEX_ORCHESTRATOR_INSTANCE HOME PATH",
    ]
  ) {
    assert.ok(output.split("\n").includes(line), `${line} in\n${output}`);
  }
  assert.doesNotMatch(output, /NEVER|TELEGRAM_BOT_TOKEN|NODE_OPTIONS/);
  assert.ok(!output.includes(`${state}\n`), "the folder itself is nobody's");
  await assert.rejects(Deno.lstat(state), Deno.errors.NotFound);
});

Deno.test("permissions ends with 78 when the configuration cannot be used", async () => {
  await using folder = await temporaryFolder();
  const { code, output, errors } = await permissions(folder.path, "[codex]\nbackend = 1\n");
  assert.equal(code, 78);
  assert.equal(output, "");
  assert.match(errors, /codex\.backend/);
});

Deno.test("permissions writes nothing when there is no configuration", async () => {
  await using folder = await temporaryFolder();
  const first = await commandLine(["permissions"], { home: folder.path });
  assert.equal(first.code, 0, first.errors);
  assert.match(
    first.output,
    /^.*conf\.toml does not exist yet; .*\n\nWith .* the application may\n/,
  );
  const slip = await commandLine(["permissions", "--conf", "typo.toml"], { home: folder.path });
  assert.equal(slip.code, 78);
  assert.match(slip.errors, /typo\.toml.*does not exist/);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(folder.path)), []);
});
