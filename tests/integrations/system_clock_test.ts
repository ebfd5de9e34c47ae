import assert from "node:assert/strict";
import { createSystemClock } from "../../src/integrations/system_clock.ts";

Deno.test("sleep resolves no earlier than asked", async () => {
  const clock = createSystemClock();
  const before = clock.monotonic();
  await clock.sleep(10);
  assert.ok(clock.monotonic() - before >= 9);
});

Deno.test("sleep rejects with the signal's reason and leaves no timer behind", async () => {
  const stop = new AbortController();
  const sleeping = createSystemClock().sleep(60_000, stop.signal);
  const reason = new Error("enough");
  stop.abort(reason);
  await assert.rejects(sleeping, (error) => error === reason);
});

Deno.test("sleep does not begin under an aborted signal", async () => {
  const reason = new Error("before");
  await assert.rejects(
    createSystemClock().sleep(60_000, AbortSignal.abort(reason)),
    (error) => error === reason,
  );
});

Deno.test("sleep is no shorter where it is longer than a timer can run", async () => {
  const clock = createSystemClock();
  const stop = new AbortController();
  let ended = false;
  const sleeping = clock.sleep(2 ** 31, stop.signal).then(() => ended = true, () => undefined);
  await clock.sleep(20);
  stop.abort();
  await sleeping;
  assert.equal(ended, false);
});

Deno.test("now is the present time", () => {
  const before = Date.now();
  assert.ok(createSystemClock().now().getTime() >= before);
});
