import assert from "node:assert/strict";
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
