/** What `codex mcp-server` gets wrong, and that it does not reach anybody. */
import assert from "node:assert/strict";
import { ask, mcpStage } from "./mcp_stage.ts";

Deno.test("McpThread refuses to go on after a failed turn, where the server would answer nothing", async () => {
  await using stage = await mcpStage();
  const { api, backend, options } = stage;
  api.script({ when: ({ lastUserText }) => lastUserText === "fail", steps: [{ status: 500 }] });
  const thread = backend.startThread(options);
  assert.equal((await ask(thread, "first")).status, "completed");
  assert.equal((await ask(thread, "fail")).failure?.kind, "model");
  const after = await ask(thread, "next");
  assert.equal(after.failure?.kind, "thread-unavailable");
  assert.equal((await ask(backend.startThread(options), "elsewhere")).answer, "ok: elsewhere");
});

Deno.test("McpBackend.resumeThread() goes on with a thread of the living process, from another object", async () => {
  await using stage = await mcpStage();
  const { api, backend, options } = stage;
  const { threadId } = await ask(backend.startThread(options), "first");
  assert.ok(threadId !== undefined);
  assert.equal((await ask(backend.resumeThread(threadId, options), "second")).status, "completed");
  assert.deepEqual(api.requests.at(-1)?.userTexts, ["first", "second"]);
});

Deno.test("McpBackend.resumeThread() gives up a thread whose settings a reply cannot change", async () => {
  await using stage = await mcpStage();
  const { backend, options } = stage;
  const { threadId } = await ask(backend.startThread(options), "first");
  assert.ok(threadId !== undefined);
  const other = backend.resumeThread(threadId, { ...options, sandbox: "workspace-write" });
  assert.equal((await ask(other, "second")).failure?.kind, "thread-unavailable");
});

Deno.test("McpThread runs many threads of one process at once", async () => {
  await using stage = await mcpStage();
  const { backend, options } = stage;
  const questions = Array.from({ length: 12 }, (_, index) => `question ${index}`);
  const results = await Promise.all(
    questions.map((question) => ask(backend.startThread(options), question)),
  );
  assert.deepEqual(results.map(({ answer }) => answer), questions.map((each) => `ok: ${each}`));
});
