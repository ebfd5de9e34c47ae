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
const QUESTION = /Codex wants/;

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
 * In any stretch of time the chat gets no more edits of status messages than the pace allows, which
 * leaves one call to what is urgent. A call may arrive long after it was let go, on a busy machine;
 * but it was not let go before the edit in front of it had ended, as decoration goes one at a time.
 * What is urgent goes at once, in a lane of its own.
 */
export function assertPace(stage: Stage, chat: { readonly id: number } = stage.chat): void {
  const { burst, gapMs } = paceOf(stage.pace, chat.id);
  const edits = countedCalls(stage, chat).filter(isDecoration);
  for (const [before, { outcome }] of edits.entries()) {
    const start = outcome?.at.getTime() ?? Infinity;
    for (let last = before + 1; last < edits.length; last++) {
      const spanMs = (edits[last]?.startedAt.getTime() ?? start) - start;
      const most = Math.floor(Math.max(burst - 1, 1) + (spanMs + MARGIN_MS) / gapMs);
      const count = last - before;
      assert.ok(count <= most, `${count} edits within ${spanMs} ms, ${most} are allowed`);
    }
  }
}

/** An edit of a status message; a question is edited, too, but it is urgent. */
function isDecoration({ method, parameters }: ApiCall): boolean {
  return method === "editMessageText" && !QUESTION.test(String(parameters.text));
}

/**
 * The question of Codex has passed whatever waited. Since it was asked, nothing came before it but one
 * call that was on its way by then, and what decorates, in its own lane and at its pace. To be called
 * when the program has ended.
 */
export async function assertAskedFirst(stage: Stage): Promise<void> {
  const traced = (await stage.traces()).find(({ type }) => type === "approval");
  const askedAt = Date.parse(String(traced?.started_at));
  const calls = countedCalls(stage);
  const question = calls.findIndex(({ parameters }) => QUESTION.test(String(parameters.text)));
  const tookMs = (calls[question]?.startedAt.getTime() ?? Infinity) - askedAt;
  assert.ok(tookMs < ASKED_WITHIN_MS, `the question took ${tookMs} ms`);
  const passed = calls.slice(0, question).filter(({ startedAt }) => startedAt.getTime() > askedAt);
  const urgent = passed.filter((call) => !isDecoration(call)).length;
  assert.ok(urgent <= 1, `${urgent} urgent calls came before the question`);
  const edits = passed.length - urgent;
  const { gapMs } = paceOf(stage.pace, stage.chat.id);
  const most = Math.floor(1 + (tookMs + MARGIN_MS) / gapMs);
  assert.ok(edits <= most, `${edits} edits came before the question, ${most} are allowed`);
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
