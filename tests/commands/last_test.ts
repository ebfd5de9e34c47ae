import assert from "node:assert/strict";
import type { LastRun } from "../../src/core/session/session.ts";
import { type BotStage, botStage, messageFrom, OWNER } from "../fuzz/bot_stage.ts";

const SESSION = { chatId: String(OWNER), userId: String(OWNER) };

async function asked(answer: string | undefined): Promise<BotStage> {
  const stage = botStage();
  if (answer !== undefined) stage.runLogs.saveAnswer(SESSION, "r1", answer);
  await stage.router.route(messageFrom(OWNER, "/last"));
  return stage;
}

Deno.test("/last shows the last answer again, as it was formatted", async () => {
  const { outbox } = await asked("It is **done**.");
  assert.deepEqual(outbox.sent.map(({ content }) => content.text), ["It is done."]);
  assert.deepEqual(outbox.sent[0]?.content.entities.map(({ type }) => type), ["bold"]);
  assert.deepEqual(outbox.documents, []);
});

Deno.test("/last tells two files of one name apart, as the answer did", async () => {
  const { outbox } = await asked(
    "[a.ts](/project/x/a.ts:4) [a.ts](/project/y/a.ts:9)",
  );
  assert.equal(outbox.sent[0]?.content.text, "x/a.ts:4 y/a.ts:9");
});

Deno.test("/last shows a long answer whole, also as a file; a very long one by its beginning", async () => {
  const long = Array.from({ length: 800 }, (_, line) => `line ${line}`).join("\n\n");
  const { outbox } = await asked(long);
  const said = outbox.sent.map(({ content }) => content.text).join("\n");
  assert.match(said, /line 0\n[\s\S]*line 799\n[\s\S]*answer\.md/);
  assert.deepEqual(outbox.documents, ["answer.md"]);
  const veryLong = await asked(long.repeat(4));
  assert.equal(veryLong.outbox.sent.length, 1);
  assert.deepEqual(veryLong.outbox.documents, ["answer.md"]);
});

Deno.test("/last says what to do where there is no answer yet", async () => {
  const { outbox } = await asked(undefined);
  assert.match(outbox.sent[0]?.content.text ?? "", /There is no answer yet\. Write/);
});

const ENDED = { latencyMs: 0, endedAt: "2026-01-01T00:00:00.000Z", reviewRound: 0 };
const NOTHING = { rounds: 0, open: 0 };

async function askedAfter(lastRun: LastRun, language = "en"): Promise<string | undefined> {
  const stage = botStage();
  stage.runLogs.saveAnswer(SESSION, "r1", "It is done.");
  stage.engine.remembered = { lastRun };
  await stage.router.route(messageFrom(OWNER, "/last", language));
  return stage.outbox.sent[0]?.content.text;
}

Deno.test("/last shows how the run of the answer ended, and not how a later one did", async () => {
  const stopped = {
    ...ENDED,
    status: "cancelled",
    end: { verdict: "cancelled", ...NOTHING },
  } as const;
  assert.equal(await askedAfter({ ...stopped, runId: "r1" }), "It is done.\n\n⏹ Stopped");
  assert.equal(await askedAfter({ ...stopped, runId: "r2" }), "It is done.");
});

Deno.test("/last says in the person's language why there is no answer", async () => {
  const failed = {
    ...ENDED,
    runId: "r1",
    status: "error",
    end: { verdict: "failed", ...NOTHING },
    error: "It is done.",
    trouble: { kind: "late", said: "Codex was stopped." },
  } as const;
  assert.match(await askedAfter(failed, "ko") ?? "", /^제한 시간이 지나 .*\n\n❌ 실패$/);
  const review = { ...failed, task: "review" } as const;
  assert.match(await askedAfter(review) ?? "", /^Codex was stopped\. \/review tries again\.\n/);
});
