import assert from "node:assert/strict";
import { join } from "node:path";
import type { CodexBackend, ThreadOptions, TurnResult } from "../../../src/core/codex/codex.ts";
import type { CodexSettings } from "../../../src/core/codex/codex_settings.ts";
import { CodexError } from "../../../src/core/errors.ts";
import { createCodexBackend } from "../../../src/integrations/codex/create_backend.ts";
import { parseReport } from "../../../src/integrations/codex/status_probe.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";
import { writeProgram } from "../../support/write_program.ts";

const APP_SERVER = new URL("../../fixtures/programs/app_server.ts", import.meta.url).pathname;
const OPTIONS: ThreadOptions = {
  workingDirectory: "/",
  sandbox: "read-only",
  approvalPolicy: "on-request",
  ephemeral: false,
};

function settings(folder: string, changes: Partial<CodexSettings> = {}): CodexSettings {
  const command = join(folder, "codex");
  return {
    backend: "auto",
    command,
    appServer: { command, arguments: ["app-server"] },
    mcp: { command, arguments: ["mcp-server"] },
    mcpClientTimeoutMs: 60_000,
    turnTimeoutMs: 60_000,
    turnIdleTimeoutMs: 60_000,
    cancelGraceMs: 1_000,
    reconnectMs: 1_000,
    goals: "ask",
    environmentNames: [],
    status: { direct: true, detectProcess: false },
    ...changes,
  };
}

function create(given: CodexSettings): CodexBackend {
  return createCodexBackend(given, {
    clock: createSystemClock(),
    log: new RecordingLog(),
    environment: { PATH: "/usr/bin:/bin", HOME: "/", TELEGRAM_BOT_TOKEN: "1:secret" },
    clientVersion: "0.0.0",
  });
}

/** Installs a Codex that is the well-behaved fixture. */
async function install(folder: string): Promise<void> {
  const script = `#!/bin/sh
if [ "$1" = --version ]; then echo codex-cli 0.169.0; exit; fi
exec ${Deno.execPath()} run --no-lock --no-config ${APP_SERVER} fine
`;
  await writeProgram(join(folder, "codex"), script);
}

/** As a run does it: Codex is started for every turn, wherever it is not running. */
async function run(backend: CodexBackend, text = "hello"): Promise<TurnResult> {
  await backend.start();
  return await backend.startThread(OPTIONS).run({ text }, {
    signal: new AbortController().signal,
    approve: () => Promise.resolve("decline"),
  }).result;
}

Deno.test("createCodexBackend starts nothing and says what it expects", async () => {
  await using folder = await temporaryFolder();
  const backend = create(settings(folder.path));
  assert.equal(backend.kind, "app-server");
  assert.deepEqual(backend.health(), {
    kind: "app-server",
    command: `${folder.path}/codex app-server`,
    running: false,
    ready: false,
    restarts: 0,
  });
  await backend.close();
});

Deno.test("createCodexBackend recovers once Codex is installed", async () => {
  await using folder = await temporaryFolder();
  const backend = create(settings(folder.path));
  for (const attempt of [() => backend.start(), () => run(backend)]) {
    await assert.rejects(attempt(), (error) => {
      assert.ok(error instanceof CodexError);
      assert.equal(error.kind, "not-installed");
      assert.match(error.message, /there is no program/);
      assert.match(error.remedy ?? "", /npm install -g @openai\/codex/);
      return true;
    });
  }
  assert.match(backend.health().lastError ?? "", /there is no program/);
  await install(folder.path);
  assert.equal((await run(backend)).answer, "hello");
  assert.equal(backend.health().version, "0.169.0");
  assert.equal(backend.health().lastError, undefined);
  await backend.close();
});

Deno.test("createCodexBackend tells a Codex whose interpreter is missing from one that is missing", async () => {
  await using folder = await temporaryFolder();
  const backend = create(settings(folder.path));
  const codex = `${folder.path}/codex`;
  await writeProgram(codex, "#!/nowhere/node --flag\n");
  await assert.rejects(backend.start(), {
    kind: "not-installed",
    message: `Cannot start Codex: ${codex} is there, and what runs it is not: /nowhere/node`,
  });
  await backend.close();
});

Deno.test("createCodexBackend has no threads before it was started, and those of Codex then", async () => {
  await using folder = await temporaryFolder();
  await install(folder.path);
  const backend = create(settings(folder.path));
  assert.throws(() => backend.startThread(OPTIONS), /has not been started/);
  assert.throws(() => backend.resumeThread("earlier", OPTIONS), /has not been started/);
  await backend.start();
  const thread = backend.startThread(OPTIONS);
  const options = {
    signal: new AbortController().signal,
    approve: () => Promise.resolve("decline" as const),
  };
  const turn = thread.run({ text: "hello" }, options);
  const events = await Array.fromAsync(turn.events);
  assert.deepEqual(events.map(({ type }) => type), ["started", "item.completed"]);
  assert.equal(thread.id, (await turn.result).threadId);
  assert.equal((await thread.run({ text: "again" }, options).result).answer, "again");
  await backend.close();
});

Deno.test("createCodexBackend.start gives up when its signal aborts before Codex is found", async () => {
  await using folder = await temporaryFolder();
  await install(folder.path);
  const backend = create(settings(folder.path));
  const reason = new Error("enough");
  await assert.rejects(backend.start(AbortSignal.abort(reason)), reason);
  await backend.close();
});

Deno.test("createCodexBackend tells the capabilities of what was chosen, and before of what is likely", async () => {
  await using folder = await temporaryFolder();
  const command = join(folder.path, "codex");
  await writeProgram(command, '#!/bin/sh\necho "codex-cli 0.100.0"\n');
  const backend = create(settings(folder.path));
  assert.deepEqual([backend.kind, backend.capabilities.steer], ["app-server", true]);
  // It is found, and does not answer the handshake.
  await assert.rejects(backend.start());
  assert.deepEqual([backend.kind, backend.capabilities.steer], ["mcp", false]);
  await backend.close();
});

Deno.test("createCodexBackend.close while Codex is being looked for leaves nothing", async () => {
  await using folder = await temporaryFolder();
  await install(folder.path);
  const backend = create(settings(folder.path));
  const start = backend.start().then(() => "started", () => "refused");
  await backend.close();
  assert.equal(await start, "refused");
});

Deno.test("createCodexBackend lets another program tell the status", async () => {
  await using folder = await temporaryFolder();
  const command = "echo running=true,ready=true,pid=77,uptime_sec=2";
  const status = {
    direct: false,
    command: { command: "/bin/sh", arguments: ["-c", command] },
    detectProcess: false,
  };
  const backend = create(settings(folder.path, { status }));
  let health = backend.health();
  while (!health.running) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    health = backend.health();
  }
  assert.equal(health.ready, true);
  assert.equal(health.pid, 77);
  assert.equal(health.uptimeMs, 2_000);
  await backend.close();
});

Deno.test("createCodexBackend needs no Codex for the echo", async () => {
  const backend = create(settings("/nowhere", { backend: "echo" }));
  await backend.start();
  assert.equal(backend.kind, "echo");
  assert.equal((await run(backend)).status, "completed");
  await backend.close();
});

Deno.test("parseReport reads both forms of a status command, and refuses others", () => {
  const expected = { running: true, ready: false, pid: 1, uptimeMs: 2_000 };
  assert.deepEqual(parseReport("running=true,ready=false,pid=1,uptime_sec=2\n"), expected);
  assert.deepEqual(
    parseReport('{"running":true,"ready":false,"pid":1,"uptime_sec":2,"more":[]}'),
    expected,
  );
  assert.deepEqual(parseReport("running=false,pid=-"), { running: false, ready: false });
  assert.throws(() => parseReport("all is well"));
});
