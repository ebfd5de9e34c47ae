/** Turns of `codex mcp-server` that end before their time. */
import assert from "node:assert/strict";
import { ask, mcpStage } from "./mcp_stage.ts";

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
      assert.ok(performance.now() - stoppedAt < 2_000, `took too long after ${delayMs} ms`);
      assert.equal((await ask(thread, `next ${delayMs}`)).answer, `ok: next ${delayMs}`);
    }
    assert.equal(backend.health().restarts, 0);
  });
}
