/** Keeps what the benchmarks measure within generous bounds. */
import assert from "node:assert/strict";
import { simulateHour } from "./hour.ts";
import { FLOOD_LIMITS } from "./limits.ts";
import { measureRenderer, quickestMs } from "./renderer.ts";
import { stormInNoHurry } from "./storm.ts";

/**
 * Answers and questions go out at once and Telegram's 429 is the judge: none comes under the limits
 * that are documented, a few under the strictest that were ever seen.
 */
const mostRefused = (limits: string): number => limits === "documented" ? 0 : 3;
/** After a refusal: as long as Telegram asks for, and a moment. */
const mostWaitMs = (limits: string): number => limits === "documented" ? 1000 : 4000;

for (const [name, limits] of Object.entries(FLOOD_LIMITS)) {
  for (const [where, chatId, mostCalls] of [["private", 7, 1600], ["group", -100, 1000]] as const) {
    Deno.test(`an hour of work in a ${where} chat gets on under ${name} limits and keeps nobody waiting`, async () => {
      const hour = await simulateHour(chatId, limits);
      assert.ok(hour.refused <= mostRefused(name), `${hour.refused} refused`);
      assert.equal(hour.staleEdits, 0);
      assert.ok(hour.calls > 400 && hour.calls < mostCalls, `${hour.calls} calls`);
      assert.ok(hour.approvalMs <= mostWaitMs(name), `an approval waited ${hour.approvalMs} ms`);
      assert.ok(hour.replyMs <= mostWaitMs(name), `a reply waited ${hour.replyMs} ms`);
      assert.ok(hour.finalMs <= mostWaitMs(name), `the answer waited ${hour.finalMs} ms`);
    });
  }
  for (const where of ["private", "group"] as const) {
    Deno.test(`a storm of progress in a ${where} chat gets on under ${name} limits`, async () => {
      const storm = await stormInNoHurry(where, limits);
      assert.ok(storm.refused <= mostRefused(name), `${storm.refused} refused`);
      assert.equal(storm.lastShown, "done");
      assert.ok(storm.calls <= 25, `${storm.calls} calls`);
      assert.ok(storm.approvalMs < 2000, `the approval waited ${storm.approvalMs} ms`);
      assert.ok(storm.replyMs < 2000, `the reply waited ${storm.replyMs} ms`);
    });
  }
}

/**
 * A quiet machine takes 4 ms and 11 ms for them. Generous, for a busy one that counts lines: the
 * quickest of several times.
 */
const MOST_MS = { "typical (an answer)": 100, "typical, five times": 400 };

Deno.test("an answer of 4 KB and one of 20 KB are drawn in a moment", () => {
  for (const [document, mostMs] of Object.entries(MOST_MS)) {
    const tookMs = quickestMs(document, 20);
    assert.ok(tookMs <= mostMs, `${document}: ${tookMs} ms`);
  }
});

/** Generous, for a busy machine that counts lines: quadratic time would take minutes. */
const MOST_MICROSECONDS = 2_000_000;

Deno.test("the renderer takes less than two seconds per kilobyte on any machine", () => {
  for (const { document, classicMicroseconds, richMicroseconds } of measureRenderer(0)) {
    assert.ok(
      classicMicroseconds < MOST_MICROSECONDS,
      `${document}: ${classicMicroseconds} µs per KB`,
    );
    assert.ok(richMicroseconds < MOST_MICROSECONDS, `${document}: ${richMicroseconds} µs per KB`);
  }
});
