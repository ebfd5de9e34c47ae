/** Tests native rich messages, and the ordinary ones in their place. */
import assert from "node:assert/strict";
import { deliverMarkdown } from "../../../src/bot/outbox/answer.ts";
import type { Outbox } from "../../../src/bot/outbox/outbox.ts";
import type { Delivery } from "../../../src/bot/outbox/outgoing.ts";
import { networkError, refusal } from "../../fakes/recording_api.ts";
import { onStage } from "./process.ts";
import { CHAT, setUp } from "./setup.ts";

const MARKDOWN = "# Done\n\n- **a**\n- `b`";
const target = { chatId: CHAT, topicId: 3, replyTo: 4 };
const rich = { rich: true, key: "answer:1" };

Deno.test("deliverMarkdown sends one rich message as a reply that makes a sound", async () => {
  const { outbox, api, store } = setUp();
  const buttons = [[{ label: "Again", data: "a" }]];
  const delivery = await deliverMarkdown(outbox, target, MARKDOWN, "final", { ...rich, buttons });
  assert.deepEqual(delivery, { status: "sent", messageId: 1 });
  assert.deepEqual(api.calls.map(({ method }) => method), ["sendRichMessage"]);
  assert.deepEqual(api.calls[0]?.options, {
    message_thread_id: 3,
    reply_parameters: { message_id: 4, allow_sending_without_reply: true },
    reply_markup: { inline_keyboard: [[{ text: "Again", callback_data: "a" }]] },
  });
  assert.deepEqual(store.states(), ["answer:1:1 done"]);
});

Deno.test("deliverMarkdown sends as ordinary messages what does not fit into a rich one", async () => {
  const { outbox, api } = setUp();
  await deliverMarkdown(outbox, target, "a\n\n".repeat(600), "final", rich);
  assert.deepEqual(api.calls.map(({ method }) => method), ["sendMessage"]);
  assert.equal(outbox.stats().richFallbacks, 0);
});

Deno.test("Outbox redacts every text of a rich message", async () => {
  const { outbox, api } = setUp();
  const secret = "# hunter2\n\n- *hunter2* [hunter2](https://a.bc/hunter2)\n- [ ] `hunter2`\n\n" +
    "> hunter2\n\n```hunter2\nhunter2\n```\n\n| hunter2 |\n|---|\n| hunter2 |";
  const labelled = { ...rich, buttons: [[{ label: "hunter2", data: "a" }]] };
  await deliverMarkdown(outbox, target, secret, "final", labelled);
  assert.equal(api.calls[0]?.method, "sendRichMessage");
  assert.doesNotMatch(JSON.stringify(api.calls), /hunter2/);
});

Deno.test("Outbox redacts what the styles of a rich message take apart", async () => {
  const { outbox, api } = setUp();
  const secret =
    "# hun**ter2**\n\na [hunt](https://a.bc)er2\n\n- `hun`ter2\n\n| **hunt**er2 |\n|---|\n| x |";
  await deliverMarkdown(outbox, target, secret, "final", rich);
  const said = JSON.stringify(api.calls);
  assert.equal(api.calls[0]?.method, "sendRichMessage");
  assert.doesNotMatch(said, /hun|ter2/);
  assert.ok(said.includes("•••") && said.includes("https://a.bc"), said);
});

for (
  const [what, error] of [
    ["does not know them", refusal(404, "Not Found: method not found")],
    ["refuses this one", refusal(400, "Bad Request: RICH_MESSAGE_INVALID")],
    ["cannot parse it", refusal(400, "Bad Request: can't parse entities")],
  ] as const
) {
  Deno.test(`Outbox sends an ordinary message once where the server ${what}`, async () => {
    const { outbox, api, store, log } = setUp();
    api.failNext("sendRichMessage", error);
    const delivery = await deliverMarkdown(outbox, target, MARKDOWN, "final", rich);
    assert.deepEqual(delivery, { status: "sent", messageId: 1 });
    assert.deepEqual(api.summary().slice(1), ["sendMessage Done\n\n• a\n• b"]);
    assert.deepEqual(store.states(), ["answer:1:1 done"]);
    assert.equal(outbox.stats().richFallbacks, 1);
    assert.ok(log.lines.some(({ message }) => message === "outbox.rich_refused"));
  });
}

Deno.test("Outbox sends all parts of a refused rich message in their order", async () => {
  const { outbox, api, clock, store } = setUp();
  api.failNext("sendRichMessage", refusal(404, "Not Found: method not found"));
  const parts = ["a", "b", "c"].map((letter) => letter.repeat(3000));
  void deliverMarkdown(outbox, target, parts.join("\n\n"), "final", rich);
  await clock.advance(10_000);
  assert.deepEqual(api.calls.slice(1).map(({ what }) => what), parts);
  assert.deepEqual(store.states(), [
    "answer:1:1 done",
    "answer:1:classic:2 done",
    "answer:1:classic:3 done",
  ]);
});

Deno.test("Outbox sends the file of a refused rich message that would be many parts", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("sendRichMessage", refusal(404, "Not Found: method not found"));
  void deliverMarkdown(outbox, target, "word ".repeat(4000), "final", rich);
  await clock.advance(10_000);
  assert.deepEqual(api.calls.map(({ method }) => method), [
    "sendRichMessage",
    "sendMessage",
    "sendDocument",
  ]);
});

Deno.test("Outbox tries a rich message again that did not arrive, and marks a repeat", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("sendRichMessage", networkError("no-connection"), networkError("lost"));
  const options = { ...rich, repeatNote: "🔁 again:" };
  void deliverMarkdown(outbox, target, "a", "final", options);
  await clock.advance(10_000);
  const note = '{"type":"paragraph","text":"🔁 again:"},';
  const blocks = api.calls.map(({ what }) => what);
  assert.deepEqual(blocks.map((text) => text.includes(note)), [false, false, true]);
  assert.equal(outbox.stats().richFallbacks, 0);
});

const deliver = (outbox: Outbox, chatId: number, markdown = MARKDOWN): Promise<Delivery> =>
  deliverMarkdown(outbox, { chatId }, markdown, "final", rich);

Deno.test("Outbox sends a rich message that an earlier process left, once", () =>
  onStage(async ({ server, chat, start, left }) => {
    server.faults.add({ kind: "html502" });
    const first = start();
    void deliver(first.outbox, chat.id);
    await first.turnedAway;
    await first.crash();
    server.faults.clear();
    assert.deepEqual(left(), [["answer:1:1", 0]]);
    const second = start();
    void deliver(second.outbox, chat.id);
    await second.outbox.idle();
    const seen = server.world.botMessages(chat);
    assert.deepEqual(seen.map(({ text, silent }) => [text, silent]), [["Done\n\n• a\n• b", false]]);
    assert.notEqual(seen[0]?.blocks, undefined);
    assert.deepEqual(left(), []);
    await second.outbox.close(0);
  }));

Deno.test("Outbox sends every part of a refused rich message once after a crash", () =>
  onStage(async ({ server, chat, start, texts, left }) => {
    const parts = ["a", "b"].map((letter) => letter.repeat(3000));
    server.faults.add({ kind: "status", method: "sendRichMessage", status: 404, times: Infinity });
    server.faults.add({ kind: "html502", method: "sendMessage" });
    const first = start();
    void deliver(first.outbox, chat.id, parts.join("\n\n"));
    await first.turnedAway;
    await first.crash();
    server.faults.clear();
    server.faults.add({ kind: "status", method: "sendRichMessage", status: 404, times: Infinity });
    assert.deepEqual(left(), [["answer:1:1", 0], ["answer:1:classic:2", 0]]);
    const second = start();
    await second.outbox.idle();
    assert.deepEqual(texts(), parts);
    assert.deepEqual(left(), []);
    await second.outbox.close(0);
  }));
