/** What `codex mcp-server` gets wrong, and that it does not reach anybody. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { CodexThread, ThreadOptions, TurnResult } from "../../../src/core/codex.ts";
import { McpBackend } from "../../../src/integrations/codex/mcp/backend.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { CACHE, codexProgram, writeCodexHome } from "../../support/codex_programs.ts";
import { type ResponsesApi, startResponsesApi } from "../../support/responses_api.ts";

interface Stage extends AsyncDisposable {
  readonly api: ResponsesApi;
  readonly backend: McpBackend;
  readonly options: ThreadOptions;
}

async function stage(): Promise<Stage> {
  const folder = join(CACHE, "homes", crypto.randomUUID());
  await Deno.mkdir(folder, { recursive: true });
  const api = startResponsesApi();
  await writeCodexHome(join(folder, "codex"), api.url);
  const backend = new McpBackend({
    program: { command: await codexProgram("0.153.4"), arguments: ["mcp-server"] },
    commandLine: "codex mcp-server",
    version: "0.153.4",
    environment: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: folder,
      CODEX_HOME: join(folder, "codex"),
    },
    limits: { turnTimeoutMs: 60_000, turnIdleTimeoutMs: 30_000, cancelGraceMs: 5_000 },
    callTimeoutMs: 60_000,
    clock: createSystemClock(),
    log: new RecordingLog(),
    clientVersion: "0.0.0",
  });
  return {
    api,
    backend,
    options: {
      workingDirectory: folder,
      sandbox: "read-only",
      approvalPolicy: "never",
      ephemeral: false,
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await backend.close();
      await api.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function ask(thread: CodexThread, text: string, signal?: AbortSignal): Promise<TurnResult> {
  const turn = thread.run({ text }, {
    signal: signal ?? new AbortController().signal,
    approve: () => Promise.resolve("decline"),
  });
  return turn.result;
}

Deno.test("McpThread gives every answer to its own turn, over twelve rounds of cancels", async () => {
  await using stage_ = await stage();
  const { api, backend, options } = stage_;
  const never = new Promise(() => {});
  api.script({
    when: ({ lastUserText }) => lastUserText.startsWith("hang"),
    steps: [{ until: never, then: { message: "never" } }],
  });
  const thread = backend.startThread(options);
  for (let round = 1; round <= 12; round++) {
    const stop = new AbortController();
    const turn = thread.run({ text: `hang ${round}` }, {
      signal: stop.signal,
      approve: () => Promise.resolve("decline"),
    });
    for await (const event of turn.events) if (event.type === "started") stop.abort();
    assert.equal((await turn.result).status, "interrupted");
    for (const question of [`a${round}`, `b${round}`, `c${round}`]) {
      const result = await ask(thread, question);
      assert.equal(result.answer, `ok: ${question}`, `round ${round}`);
    }
  }
});

Deno.test("McpThread refuses to go on after a failed turn, where the server would answer nothing", async () => {
  await using stage_ = await stage();
  const { api, backend, options } = stage_;
  api.script({ when: ({ lastUserText }) => lastUserText === "fail", steps: [{ status: 500 }] });
  const thread = backend.startThread(options);
  assert.equal((await ask(thread, "first")).status, "completed");
  assert.equal((await ask(thread, "fail")).failure?.kind, "model");
  const after = await ask(thread, "next");
  assert.equal(after.failure?.kind, "thread-unavailable");
  assert.equal((await ask(backend.startThread(options), "elsewhere")).answer, "ok: elsewhere");
});

Deno.test("McpBackend.resumeThread() goes on with a thread of the living process, from another object", async () => {
  await using stage_ = await stage();
  const { api, backend, options } = stage_;
  const { threadId } = await ask(backend.startThread(options), "first");
  assert.ok(threadId !== undefined);
  assert.equal((await ask(backend.resumeThread(threadId, options), "second")).status, "completed");
  assert.deepEqual(api.requests.at(-1)?.userTexts, ["first", "second"]);
});

Deno.test("McpBackend.resumeThread() gives up a thread whose settings a reply cannot change", async () => {
  await using stage_ = await stage();
  const { backend, options } = stage_;
  const { threadId } = await ask(backend.startThread(options), "first");
  assert.ok(threadId !== undefined);
  const other = backend.resumeThread(threadId, { ...options, sandbox: "workspace-write" });
  assert.equal((await ask(other, "second")).failure?.kind, "thread-unavailable");
});

Deno.test("McpThread runs many threads of one process at once", async () => {
  await using stage_ = await stage();
  const { backend, options } = stage_;
  const questions = Array.from({ length: 12 }, (_, index) => `question ${index}`);
  const results = await Promise.all(
    questions.map((question) => ask(backend.startThread(options), question)),
  );
  assert.deepEqual(results.map(({ answer }) => answer), questions.map((each) => `ok: ${each}`));
});
