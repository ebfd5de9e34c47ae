/** What /status, /new and /fork say in words of the program. */
import assert from "node:assert/strict";
import { type BotStage, botStage, messageFrom, OWNER } from "../fuzz/bot_stage.ts";

async function said(stage: BotStage, text: string): Promise<string> {
  await (await stage.router.route(messageFrom(OWNER, text)))?.ended;
  return stage.outbox.sent.at(-1)?.content.text ?? "";
}

Deno.test("/status shows no signs of code around what is to be run", async () => {
  const stage = botStage();
  stage.engine.remembered = {
    lastRun: {
      runId: "r1",
      status: "error",
      latencyMs: 0,
      endedAt: "2026-01-01T00:00:00.000Z",
      reviewRound: 0,
      error: "refused",
      trouble: { kind: "login", said: "Refused." },
    },
  };
  const status = await said(stage, "/status");
  assert.match(status, /Run codex login on the machine/);
  assert.doesNotMatch(status, /`/);
});

Deno.test("/status names the command by which a task that failed is tried again", async () => {
  const stage = botStage();
  const lastRun = {
    runId: "r1",
    status: "error",
    latencyMs: 0,
    endedAt: "2026-01-01T00:00:00.000Z",
    reviewRound: 0,
    error: "late",
    trouble: { kind: "late", said: "Codex was stopped." },
  } as const;
  stage.engine.remembered = { lastRun };
  assert.match(await said(stage, "/status"), /Codex was stopped\. \/retry tries again\./);
  stage.engine.remembered = { lastRun: { ...lastRun, task: "compact" } };
  assert.match(await said(stage, "/status"), /Codex was stopped\. \/compact tries again\./);
  stage.engine.remembered = { lastRun: { ...lastRun, task: "checks" } };
  assert.match(await said(stage, "/status"), /Codex was stopped\. \/checks run tries again\./);
  // What is named tries it again.
  assert.match(await said(stage, "/retry"), /no request: \/checks run tries it again\./);
  stage.engine.remembered = { lastRun: { ...lastRun, goal: "kept" } };
  assert.match(await said(stage, "/retry"), /no request: \/goal resume tries it again\./);
  stage.engine.remembered = { lastRun: { ...lastRun, goal: "unset" } };
  assert.match(await said(stage, "/retry"), /not set: set it again with \/goal TEXT\. /);
});

Deno.test("/new tells what is on hold from what is queued", async () => {
  const stage = botStage();
  const run = {
    id: "r1",
    session: { chatId: String(OWNER), userId: String(OWNER) },
    prompt: "first",
    origin: { chatId: String(OWNER), messageId: 1, language: "en" },
    createdAt: "2026-01-01T00:00:00.000Z",
  } as const;
  stage.engine.toConfirm = [run];
  assert.match(await said(stage, "/new"), /^1 request on hold\.\nStop and start/);
  stage.engine.running = run;
  stage.engine.waiting = [run, run];
  assert.match(
    await said(stage, "/new"),
    /^A request is running, 2 requests queued, 1 request on hold\.\n/,
  );
});

Deno.test("/fork and /resume say which command to send again", async () => {
  const stage = botStage();
  stage.engine.running = {
    id: "r1",
    session: { chatId: String(OWNER), userId: String(OWNER) },
    prompt: "first",
    origin: { chatId: String(OWNER), messageId: 1, language: "en" },
    createdAt: "2026-01-01T00:00:00.000Z",
  };
  assert.match(await said(stage, "/fork"), /; then \/fork again\.$/);
  assert.match(await said(stage, "/resume some-thread"), /; then \/resume again\.$/);
  stage.engine.toConfirm = [stage.engine.running];
  stage.engine.running = undefined;
  assert.match(
    await said(stage, "/fork"),
    /is on hold\. Send \/continue or \/drop; then \/fork again/,
  );
});

Deno.test("/status counts no more rounds than there may be, however many a person asked for", async () => {
  const stage = botStage();
  const lastRun = {
    runId: "r1",
    status: "ok",
    latencyMs: 0,
    endedAt: "2026-01-01T00:00:00.000Z",
    reviewRound: 40,
    reviewResult: "approved",
  } as const;
  stage.engine.remembered = { lastRun };
  assert.match(await said(stage, "/status"), /\nReview: 40\/40, /);
});

Deno.test("/status tells the checks that fail on work that nobody reviews", async () => {
  const stage = botStage();
  const end = {
    ...{ verdict: "done", rounds: 0, open: 0 } as const,
    checks: { passed: 1, failed: 1, notRun: 0 },
  };
  const lastRun = {
    runId: "r1",
    status: "ok",
    latencyMs: 2_000,
    endedAt: "2026-01-01T00:00:00.000Z",
    reviewRound: 0,
    end,
  } as const;
  stage.engine.remembered = { lastRun };
  assert.match(
    await said(stage, "/status"),
    /\nLast request: done in 2 s, [^\n]+ · ✘ 1 of 2 checks\n/,
  );
});
