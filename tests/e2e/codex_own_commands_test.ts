/** Commands of Codex's own that exist here as well, with the real program and real Codex. */
import assert from "node:assert/strict";
import { NEWEST } from "../support/codex_versions.ts";
import { Stage } from "./stage.ts";

Deno.test("/fork continues in a copy, also after a restart; the original stays", async () => {
  await using stage = await Stage.set({ codex: NEWEST, backend: "app-server" });
  await stage.start();
  const { model } = stage;
  await stage.ask("/mode single", /Mode set to single/);
  await stage.ask("/fork", /There is nothing to copy yet/);
  await stage.ask("first", /^ok: first$/);
  await stage.ask("/name Parser", /Conversation named/);
  const { developer_thread_id: original } = await stage.session();
  await stage.ask(
    "/fork",
    /^▶️ Copied: Parser\. Your next message continues in the copy\.\nThe orig/,
  );
  const { developer_thread_id: copy, history } = await stage.session();
  assert.notEqual(copy, original);
  assert.ok(Array.isArray(history) && history.length === 2);
  await stage.restart();
  await stage.ask("second", /^ok: second$/);
  assert.deepEqual(model.requests.at(-1)?.userTexts, ["first", "second"]);
  assert.equal((await stage.session()).developer_thread_id, copy);
  await stage.restart();
  await stage.ask("/fork", /^▶️ Copied: Parser/);
  await stage.ask("third", /^ok: third$/);
  assert.deepEqual(model.requests.at(-1)?.userTexts, ["first", "second", "third"]);
  const list = await stage.ask("/resume", /Which conversation/);
  const labels = list.buttons.flat().map(({ text }) => text);
  assert.equal(labels.filter((label) => /ago · Parser$/.test(label)).length, 3);
  await stage.ask(`/resume ${original}`, /Continuing: Parser/);
  await stage.ask("other way", /^ok: other way$/);
  assert.deepEqual(model.requests.at(-1)?.userTexts, ["first", "other way"]);
});

const SUMMARY = /CONTEXT CHECKPOINT COMPACTION/;

Deno.test("/compact is work of the session: shown, stopped, queued, and said when it is done", async () => {
  await using stage = await Stage.set({ codex: NEWEST, backend: "app-server" });
  await stage.start();
  const { model, world, chat } = stage;
  await stage.ask("/mode single", /Mode set to single/);
  await stage.ask("/compact", /There is nothing to summarize yet/);
  await stage.ask("first", /^ok: first$/);
  const written = Promise.withResolvers<void>();
  model.script({
    when: ({ lastUserText }) => SUMMARY.test(lastUserText),
    steps: [{ until: written.promise, then: { message: "what we did" } }],
  });
  const asked = stage.say("/compact");
  await model.received(({ lastUserText }) => SUMMARY.test(lastUserText));
  await stage.ask("/status", /Now: Summarizing the conversation, \d+ s/);
  const second = stage.say("second");
  await stage.ask(
    "/queue",
    /Now: Summarizing the conversation, .*\n\/compact\n\nQueued\n1\. second/,
  );
  assert.equal(model.requests.filter(({ lastUserText }) => lastUserText === "second").length, 0);
  // Stopped, it leaves the conversation as it is, and the queue goes on.
  await stage.ask("/cancel", /^Stopping the current request/);
  await stage.reply(second, /^ok: second$/);
  assert.deepEqual(model.requests.at(-1)?.userTexts, ["first", "second"]);

  written.resolve();
  await stage.ask(
    "/compact",
    /^The conversation is summarized\..* Codex goes on with the summary\.$/,
  );
  assert.equal(
    world.botMessages(chat).some(({ text }) => text.includes("summarized the older part")),
    false,
  );
  const { developer_thread_id: thread, history, conversation_name } = await stage.session();
  assert.equal(conversation_name, "first");
  assert.ok(Array.isArray(history) && history.length === 4);
  await stage.ask("third", /^ok: third$/);
  assert.match(model.requests.at(-1)?.userTexts.join("\n") ?? "", /what we did/);
  assert.equal((await stage.session()).developer_thread_id, thread);
  // What is repeated is the last request.
  await stage.ask("/retry", /^ok: third$/);
  assert.notEqual(world.message(chat, asked).reactions, undefined);

  model.script({
    when: ({ lastUserText }) => SUMMARY.test(lastUserText),
    steps: [{ status: 500 }],
  });
  const failed = await stage.ask("/compact", /Failed: The model's service did not answer/);
  assert.deepEqual(failed.buttons, []);
  model.script({
    when: ({ lastUserText }) => lastUserText === "long",
    steps: [{ failed: "context_length_exceeded" }],
  });
  await stage.ask("long", /longer than the model can read\. .*\/compact/);
});
