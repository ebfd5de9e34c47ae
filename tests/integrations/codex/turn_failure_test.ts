/** What a failed turn means, and what a turn used. */
import assert from "node:assert/strict";
import { turnFailure } from "../../../src/integrations/codex/turn_failure.ts";
import { UsageMeter } from "../../../src/integrations/codex/usage_meter.ts";

Deno.test("turnFailure sorts what models say, by class or by words", () => {
  const cases: [string, unknown, string][] = [
    ["no", { httpConnectionFailed: { httpStatusCode: 401 } }, "login"],
    ["unexpected status 401 Unauthorized: bad key", "other", "login"],
    ["Missing environment variable: `MY_KEY`", "other", "login"],
    ["stop", "usageLimitExceeded", "rate-limit"],
    ["stop", "usage_limit_exceeded", "rate-limit"],
    ["401 tokens left", "contextWindowExceeded", "model"],
    ["somethingNew", "somethingNew", "model"],
    ["exceeded retry limit, last status: 429 Too Many Requests", "other", "rate-limit"],
    ["boom", "internalServerError", "model"],
    ["Selected model is at capacity", "serverOverloaded", "model"],
  ];
  for (const [message, info, kind] of cases) {
    assert.equal(turnFailure({ message, info }).kind, kind, message);
  }
});

Deno.test("UsageMeter counts the turn, not the thread", () => {
  const meter = new UsageMeter();
  const of = (totalTokens: number): Parameters<UsageMeter["read"]>[0] => ({
    inputTokens: totalTokens,
    cachedInputTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    totalTokens,
  });
  assert.equal(meter.read(of(1_000), of(100)).totalTokens, 100);
  assert.equal(meter.read(of(1_250), of(250)).totalTokens, 350);
});

Deno.test("UsageMeter takes no full window for tokens that were used", () => {
  const used = { inputTokens: 100, cachedInputTokens: 40, outputTokens: 20, reasoningTokens: 5 };
  const nothing = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 };
  const meter = new UsageMeter();
  meter.read({ ...used, totalTokens: 120 }, { ...used, totalTokens: 120 });
  const full = meter.read({ ...used, totalTokens: 258_400 }, { ...nothing, totalTokens: 258_400 });
  assert.deepEqual(full, { ...used, totalTokens: 120 });
});
