/** Turns of `codex mcp-server` that end before their time. */
import assert from "node:assert/strict";
import { HeldSleeps } from "../../fakes/held_sleeps.ts";
import { ask, CANCEL_GRACE_MS, mcpStage } from "./mcp_stage.ts";

Deno.test("McpThread gives every answer to its own turn, over twelve rounds of cancels", async () => {
  await using stage = await mcpStage();
  const { api, backend, options } = stage;
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

for (const begun of [false, true]) {
  const what = begun ? "a continued thread" : "a new thread";
  Deno.test(`McpThread stops ${what} at whatever moment it is cancelled, without a restart`, async () => {
    await using stage = await mcpStage();
    const { api, backend, options } = stage;
    api.script({
      when: ({ lastUserText }) => lastUserText.startsWith("hang"),
      steps: [{ until: new Promise(() => {}), then: { message: "never" } }],
    });
    await backend.start();
    for (const delayMs of [0, 1, 2, 4, 8, 16, 32, 64]) {
      const thread = backend.startThread(options);
      if (begun) await ask(thread, "first");
      const stop = new AbortController();
      const result = ask(thread, `hang ${delayMs}`, stop.signal);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      const stoppedAt = performance.now();
      stop.abort();
      assert.deepEqual((await result).status, "interrupted");
      const tookMs = performance.now() - stoppedAt;
      assert.ok(tookMs < CANCEL_GRACE_MS / 2, `took too long after ${delayMs} ms`);
      assert.equal((await ask(thread, `next ${delayMs}`)).answer, `ok: next ${delayMs}`);
    }
    assert.equal(backend.health().restarts, 0);
  });
}

Deno.test("McpThread goes on after an approval that was cancelled, whose call Codex never answers", async () => {
  await using stage = await mcpStage();
  const { api, backend, options } = stage;
  api.script({
    when: ({ lastUserText }) => lastUserText.startsWith("make"),
    steps: [{ command: "true", escalated: "It must be" }, { message: "made" }],
  });
  const thread = backend.startThread({ ...options, approvalPolicy: "on-request" });
  for (let round = 1; round <= 10; round++) {
    const turn = thread.run({ text: `make ${round}` }, {
      signal: new AbortController().signal,
      approve: () => Promise.resolve("cancel"),
    });
    assert.equal((await turn.result).status, "interrupted");
    for (const question of [`a${round}`, `b${round}`]) {
      assert.equal((await ask(thread, question)).answer, `ok: ${question}`);
    }
  }
  assert.equal(backend.health().restarts, 0);
});

Deno.test("McpThread ends a call that takes too long, and only that one", async () => {
  const clock = new HeldSleeps(400);
  await using stage = await mcpStage({ callTimeoutMs: 400, clock });
  const { api, backend, options } = stage;
  api.script({
    when: ({ lastUserText }) => lastUserText === "hang",
    steps: [{ silent: true }],
  });
  const thread = backend.startThread(options);
  const hanging = ask(thread, "hang");
  await api.received(({ lastUserText }) => lastUserText === "hang");
  clock.wake();
  const { status, failure } = await hanging;
  assert.equal(status, "failed");
  assert.equal(failure?.kind, "timeout");
  assert.match(failure?.message ?? "", /longer than 0\.4 s \(codex\.mcp_client_timeout_seconds\)/);
  assert.equal((await ask(thread, "next")).answer, "ok: next");
  assert.equal(backend.health().restarts, 0);
});

Deno.test("McpThread is not disturbed by the late end of an earlier call", async () => {
  const clock = new HeldSleeps(1_500);
  await using stage = await mcpStage({ callTimeoutMs: 1_500, clock });
  const { api, backend, options } = stage;
  api.script({ when: ({ lastUserText }) => lastUserText === "hang", steps: [{ silent: true }] });
  const thread = backend.startThread(options);
  const stop = new AbortController();
  const hanging = ask(thread, "hang", stop.signal);
  await api.received(({ lastUserText }) => lastUserText === "hang");
  stop.abort();
  assert.equal((await hanging).status, "interrupted");
  // Some of these calls are never answered; 1.5 s later each would be cancelled, and with it "slow".
  for (const question of ["a", "b", "c", "d"]) await ask(thread, question);
  assert.equal(clock.sleeping, 0, "nobody waits for their end any more");
  const passed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  await passed(1_000);
  api.script({
    when: ({ lastUserText }) => lastUserText === "slow",
    steps: [{ until: passed(1_000), then: { message: "slow but whole" } }],
  });
  assert.equal((await ask(thread, "slow")).answer, "slow but whole");
});
