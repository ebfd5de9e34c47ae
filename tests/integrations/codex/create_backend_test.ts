import assert from "node:assert/strict";
import { join } from "node:path";
import type { CodexBackend, ThreadOptions, TurnResult } from "../../../src/core/codex/codex.ts";
import type { CodexSettings } from "../../../src/core/codex/codex_settings.ts";
import { CodexError } from "../../../src/core/errors.ts";
import { createCodexBackend } from "../../../src/integrations/codex/create_backend.ts";
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

async function run(backend: CodexBackend, signal?: AbortSignal): Promise<TurnResult> {
  return await backend.startThread(OPTIONS).run({ text: "hello" }, {
    signal: signal ?? new AbortController().signal,
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
  await assert.rejects(backend.start(), (error) => {
    assert.ok(error instanceof CodexError);
    assert.equal(error.kind, "not-installed");
    return true;
  });
  const { status, failure } = await run(backend);
  assert.equal(status, "failed");
  assert.equal(failure?.kind, "process");
  assert.match(failure?.message ?? "", /there is no program.*npm install -g @openai\/codex/);
  assert.match(backend.health().lastError ?? "", /there is no program/);
  await install(folder.path);
  assert.equal((await run(backend)).answer, "hello");
  assert.equal(backend.health().version, "0.169.0");
  assert.equal(backend.health().lastError, undefined);
  await backend.close();
});

Deno.test("createCodexBackend streams the events of a turn that had to wait for Codex", async () => {
  await using folder = await temporaryFolder();
  await install(folder.path);
  const backend = create(settings(folder.path));
  const thread = backend.startThread(OPTIONS);
  const options = {
    signal: new AbortController().signal,
    approve: () => Promise.resolve("decline" as const),
  };
  const turn = thread.run({ text: "hello" }, options);
  assert.throws(() => thread.run({ text: "too early" }, options), /still being started/);
  const events = await Array.fromAsync(turn.events);
  assert.deepEqual(events.map(({ type }) => type), ["started", "item.completed"]);
  assert.equal(thread.id, (await turn.result).threadId);
  assert.equal((await thread.run({ text: "again" }, options).result).answer, "again");
  await backend.close();
});

Deno.test("createCodexBackend ends a turn interrupted that is stopped before Codex is found", async () => {
  await using folder = await temporaryFolder();
  await install(folder.path);
  const backend = create(settings(folder.path));
  assert.equal((await run(backend, AbortSignal.abort())).status, "interrupted");
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
