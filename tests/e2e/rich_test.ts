/** Answers as native rich messages, chosen by the chat, end to end with the echo. */
import assert from "node:assert/strict";
import { Stage } from "./stage.ts";

const onEchoStage = async (test: (stage: Stage) => Promise<void>): Promise<void> => {
  await using stage = await Stage.set({ codex: "none", backend: "echo" });
  await stage.start();
  await test(stage);
};

Deno.test("a chat that wants them gets answers as rich messages until it does not", () =>
  onEchoStage(async (stage) => {
    await stage.ask("/rich", /Rich messages are off.*\n.*\/rich on/s);
    await stage.ask("/rich on", /Rich messages are on.*blank.*\/rich off/s);
    const answer = await stage.ask("# Title\n\n- **one**", /Title\n\n• one/);
    assert.ok(Array.isArray(answer.blocks));
    assert.equal(answer.silent, false);
    await stage.ask("/rich", /Rich messages are on/);
    await stage.ask("/rich off", /Rich messages are off/);
    const plain = await stage.ask("# Other\n\n- **two**", /Other\n\n• two/);
    assert.equal(plain.blocks, undefined);
    assert.ok(plain.entities.some(({ type }) => type === "bold"));
  }));

Deno.test("an answer comes once as an ordinary message where the server knows no rich ones", () =>
  onEchoStage(async (stage) => {
    await stage.ask("/rich on", /Rich messages are on/);
    const status = await stage.ask("/status", /Codex/);
    assert.doesNotMatch(status.text, /rich message/);
    stage.telegram.faults.add({
      kind: "status",
      method: "sendRichMessage",
      status: 404,
      description: "Not Found: method not found",
    });
    const asked = stage.say("# Title\n\n- **one**");
    await stage.reply(asked, /Title\n\n• one/);
    await stage.ask("/status", /Messages: 1 rich message was refused and sent as a plain one/);
    const answers = stage.world.botMessages(stage.chat)
      .filter(({ replyTo, text }) => replyTo === asked && text.includes("• one"));
    assert.deepEqual(answers.map(({ blocks }) => blocks), [undefined]);
    await stage.logged(/outbox\.rich_refused/);
  }));
