/** What must hold of the calls that a bot makes, whatever happens to it. */
import assert from "node:assert/strict";
import { paceOf } from "../../../src/bot/pace.ts";
import type { ApiCall } from "../../../src/demo/bot_api/call_log.ts";
import { FLOOD_METHODS } from "../../../src/demo/bot_api/flood.ts";
import type { Stage } from "../stage.ts";

/** Two clocks, of which each rounds. */
const MARGIN_MS = 50;
/** What a question may take at most: the machine may be busy. */
const ASKED_WITHIN_MS = 15_000;

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

/**
 * In any stretch of time the chat gets no more calls than the pace allows. A call may arrive long
 * after it was let go, on a busy machine; but it was not let go before the one in front of it had
 * ended, as there is one at a time.
 */
export function assertPace(stage: Stage, chat: { readonly id: number } = stage.chat): void {
  const { burst, gapMs } = paceOf(stage.pace, chat.id);
  const calls = countedCalls(stage, chat);
  for (const [before, { outcome }] of calls.entries()) {
    const start = outcome?.at.getTime() ?? Infinity;
    for (let last = before + 1; last < calls.length; last++) {
      const spanMs = (calls[last]?.startedAt.getTime() ?? start) - start;
      const most = Math.floor(burst + (spanMs + MARGIN_MS) / gapMs);
      const count = last - before;
      assert.ok(count <= most, `${count} calls within ${spanMs} ms, ${most} are allowed`);
    }
  }
}

/**
 * The question of Codex has passed whatever waited: since it was asked, one call may have come before
 * it, which was on its way by then. To be called when the program has ended.
 */
export async function assertAskedFirst(stage: Stage): Promise<void> {
  const traced = (await stage.traces()).find(({ type }) => type === "approval");
  const askedAt = Date.parse(String(traced?.started_at));
  const calls = countedCalls(stage);
  const question = calls.findIndex(({ parameters }) => /Codex wants/.test(String(parameters.text)));
  const tookMs = (calls[question]?.startedAt.getTime() ?? Infinity) - askedAt;
  assert.ok(tookMs < ASKED_WITHIN_MS, `the question took ${tookMs} ms`);
  const passed = calls.slice(0, question).filter(({ startedAt }) => startedAt.getTime() > askedAt);
  assert.ok(passed.length <= 1, `${passed.length} calls came before the question`);
}

/**
 * While Telegram has asked for a pause, the chat gets nothing: but for one call of the other lane,
 * which may have been let go before the bot has heard of the pause.
 */
export function assertPausesKept(stage: Stage): void {
  const calls = countedCalls(stage);
  for (const refused of refusals(stage, 429)) {
    const { from, until } = pauseOf(refused);
    const early = calls.filter(({ startedAt }) =>
      startedAt.getTime() > from && startedAt.getTime() < until
    );
    const methods = early.map(({ method }) => method);
    assert.ok(
      methods.length <= 1 && !methods.includes(refused.method),
      `${methods.join(", ")} during the pause of ${refused.method}`,
    );
  }
}

/** What was let go when the bot knew of the pause comes after it. */
export function assertAfterPauses(stage: Stage, text: RegExp): void {
  const call = countedCalls(stage).find(({ parameters }) => text.test(String(parameters.text)));
  assert.ok(call !== undefined, `nothing said ${text}`);
  const startedAt = call.startedAt.getTime();
  const pauses = refusals(stage, 429).map(pauseOf).filter(({ from }) => from < startedAt);
  assert.ok(pauses.length > 0, "there was no pause");
  for (const { until } of pauses) assert.ok(startedAt >= until, `${text} came during a pause`);
}

function pauseOf({ outcome }: ApiCall): { readonly from: number; readonly until: number } {
  assert.ok(outcome?.type === "refused");
  const from = outcome.at.getTime();
  return { from, until: from + (outcome.retryAfterSeconds ?? 0) * 1000 - MARGIN_MS };
}

/** The message ends with that text, and nothing has touched it since. */
export function assertLastEdit(stage: Stage, messageId: number, fits: RegExp): void {
  const applied = editsOf(stage, messageId).filter(({ outcome }) => outcome?.type === "answered");
  assert.match(String(applied.at(-1)?.parameters.text), fits);
  const ends = applied.filter(({ parameters }) => fits.test(String(parameters.text)));
  assert.equal(ends.length, 1, "the end was drawn more than once");
}
