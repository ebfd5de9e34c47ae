/** What must hold of the calls that a bot makes, whatever happens to it. */
import assert from "node:assert/strict";
import { DEFAULT_PACINGS, type Pacing } from "../../../src/bot/outbox/pacing.ts";
import type { ApiCall } from "../../../src/demo/bot_api/call_log.ts";
import { FLOOD_METHODS } from "../../../src/demo/bot_api/flood.ts";
import type { Stage } from "../stage.ts";

/** On a busy machine a call may arrive later than it was sent, and the next one may not. */
const MARGIN_MS = 400;

/** Calls to the chat that Telegram counts, in the order in which they came. */
export function countedCalls(
  { telegram, chat }: Stage,
  { id }: { readonly id: number } = chat,
): readonly ApiCall[] {
  return telegram.calls().filter(({ method, parameters }) =>
    FLOOD_METHODS.has(method) && String(parameters.chat_id) === String(id)
  );
}

export function editsOf(stage: Stage, messageId: number): readonly ApiCall[] {
  return countedCalls(stage).filter(({ method, parameters }) =>
    method === "editMessageText" && Number(parameters.message_id) === messageId
  );
}

/** Telegram never had to ask for a pause. */
export function assertNoFlood(stage: Stage): void {
  assert.deepEqual(refusals(stage, 429), []);
}

export function refusals({ telegram }: Stage, status: number): readonly ApiCall[] {
  return telegram.calls().filter(({ outcome }) =>
    outcome?.type === "refused" && outcome.status === status
  );
}

/** In any stretch of time the chat gets no more calls than the pace allows. */
export function assertPace(stage: Stage, chat: { readonly id: number } = stage.chat): void {
  const { burst, gapMs }: Pacing = DEFAULT_PACINGS[chat.id < 0 ? "group" : "private"];
  const times = countedCalls(stage, chat).map(({ startedAt }) => startedAt.getTime());
  for (const [first, start] of times.entries()) {
    for (let last = first; last < times.length; last++) {
      const spanMs = (times[last] ?? start) - start;
      const calls = last - first + 1;
      const most = Math.floor(burst + (spanMs + MARGIN_MS) / gapMs);
      assert.ok(calls <= most, `${calls} calls within ${spanMs} ms, ${most} are allowed`);
    }
  }
}

/** While Telegram has asked for a pause, the chat gets nothing. */
export function assertPausesKept(stage: Stage): void {
  const calls = countedCalls(stage);
  for (const { outcome } of refusals(stage, 429)) {
    if (outcome?.type !== "refused") continue;
    const from = outcome.at.getTime();
    const until = from + (outcome.retryAfterSeconds ?? 0) * 1000 - MARGIN_MS;
    const early = calls.filter(({ startedAt }) =>
      startedAt.getTime() > from && startedAt.getTime() < until
    );
    assert.deepEqual(early.map(({ method }) => method), [], "calls during a pause");
  }
}

/** The message ends with that text, and nothing has touched it since. */
export function assertLastEdit(stage: Stage, messageId: number, fits: RegExp): void {
  const applied = editsOf(stage, messageId).filter(({ outcome }) => outcome?.type === "answered");
  assert.match(String(applied.at(-1)?.parameters.text), fits);
  const ends = applied.filter(({ parameters }) => fits.test(String(parameters.text)));
  assert.equal(ends.length, 1, "the end was drawn more than once");
}
