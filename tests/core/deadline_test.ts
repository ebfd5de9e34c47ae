import assert from "node:assert/strict";
import {
  abortable,
  callWithDeadline,
  pause,
  waitAtMost,
  withDeadline,
} from "../../src/core/deadline.ts";
import { FakeClock } from "../fakes/fake_clock.ts";

const never = <Value>(): Promise<Value> => new Promise(() => {});
const late = (): Error => new Error("too late");

Deno.test("a pause says whether it lasted its time", async () => {
  const clock = new FakeClock();
  const stop = new AbortController();
  const [whole, cut] = [pause(clock, 10, stop.signal), pause(clock, 20, stop.signal)];
  await clock.advance(10);
  stop.abort();
  assert.deepEqual(await Promise.all([whole, cut]), [true, false]);
});

Deno.test("waiting at most a while says whether the work was done in time, and passes its error on", async () => {
  const clock = new FakeClock();
  assert.equal(await waitAtMost(clock, 10, Promise.resolve("done")), true);
  await assert.rejects(waitAtMost(clock, 10, Promise.reject(new Error("broken"))), /broken/);
  const waiting = waitAtMost(clock, 10, never());
  await clock.advance(10);
  assert.equal(await waiting, false);
});

Deno.test("work that misses its deadline fails with the error made for it", async () => {
  const clock = new FakeClock();
  assert.equal(await withDeadline(Promise.resolve(1), { clock, ms: 10, late }), 1);
  const waiting = assert.rejects(withDeadline(never(), { clock, ms: 10, late }), /too late/);
  await clock.advance(10);
  await waiting;
});

Deno.test("a call is aborted at its deadline or with its caller, and says itself how it failed", async () => {
  const clock = new FakeClock();
  const stop = new AbortController();
  const call = (signal: AbortSignal): Promise<void> =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("cut"))));
  assert.equal(await callWithDeadline(clock, 10, stop.signal, () => Promise.resolve(1)), 1);
  const slow = assert.rejects(callWithDeadline(clock, 10, stop.signal, call), /cut/);
  await clock.advance(10);
  await slow;
  const stopped = assert.rejects(callWithDeadline(clock, 10, stop.signal, call), /cut/);
  stop.abort();
  await stopped;
  await callWithDeadline(clock, 10, stop.signal, async (signal) => {
    assert.ok(signal.aborted, "a caller that has gone starts nothing that lasts");
    await Promise.resolve();
  });
});

Deno.test("work is let go when the signal aborts, with the signal's reason", async () => {
  const stop = new AbortController();
  assert.equal(await abortable(Promise.resolve(1), stop.signal), 1);
  stop.abort(new Error("stopped"));
  await assert.rejects(abortable(never(), stop.signal), /stopped/);
});
