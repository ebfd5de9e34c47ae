/** Tests which repeats are marked and how, and how many there are. */
import assert from "node:assert/strict";
import { CAPTION_LIMIT, markedRepeat, MESSAGE_LIMIT } from "../../../src/bot/outbox/operations.ts";
import { plainText } from "../../../src/bot/render/formatted_text.ts";
import type { MemoryOutboxStore } from "../../fakes/memory_outbox_store.ts";
import { networkError, refusal } from "../../fakes/recording_api.ts";
import { CHAT, editOf, message, setUp } from "./setup.ts";

const NOTE = "🔁 perhaps you have this already:";

Deno.test("Outbox marks no repeat of what certainly did not arrive", async () => {
  for (
    const failure of [
      networkError("no-connection"),
      networkError("error-page"),
      refusal(429, "Too Many Requests", { retry_after: 1 }),
    ]
  ) {
    const { outbox, api, clock, store } = setUp();
    api.failNext("sendMessage", failure, failure);
    const delivery = outbox.send({ ...message("a"), key: "a" }, "final");
    await clock.advance(0);
    assert.deepEqual(store.states(), ["a waiting"]);
    await clock.advance(60_000);
    assert.equal((await delivery).status, "sent");
    assert.deepEqual(api.summary(), ["sendMessage a", "sendMessage a", "sendMessage a"]);
  }
});

Deno.test("Outbox marks every repeat after one that may have arrived, in the next process too", async () => {
  const first = setUp();
  first.api.failNext("sendMessage", refusal(500, "Internal"), networkError("no-connection"));
  void first.outbox.send({ ...message("a"), key: "a", repeatNote: NOTE }, "final");
  await first.clock.advance(1_000);
  assert.deepEqual(first.api.summary(), ["sendMessage a", `sendMessage ${NOTE}\na`]);
  assert.deepEqual(first.store.states(), ["a sending"]);

  const second = setUp(first.store);
  second.outbox.restore();
  await second.clock.advance(0);
  assert.deepEqual(second.api.summary(), [`sendMessage ${NOTE}\na`]);
});

Deno.test("Outbox counts uncertain calls over all processes, and gives up after the sixth", async () => {
  let store: MemoryOutboxStore | undefined;
  for (const expected of [1, 2, 3, 4, 5, 6]) {
    const process = setUp(store);
    process.api.failNext("sendMessage", "never-answer");
    if (store === undefined) void process.outbox.send({ ...message("a"), key: "a" }, "final");
    else process.outbox.restore();
    await process.clock.advance(0);
    assert.equal(process.store.entries[0]?.uncertain, expected);
    store = process.store;
  }
  const last = setUp(store);
  last.outbox.restore();
  await last.clock.advance(3_600_000);
  assert.deepEqual([last.api.calls.length, last.store.states()], [0, ["a done"]]);
  assert.deepEqual(last.log.lines.map(({ level, message }) => [level, message]), [
    ["error", "outbox.failed"],
  ]);
});

Deno.test("Outbox does not count edits, which are the same twice", async () => {
  const { outbox, api, clock, store } = setUp();
  api.failNext("editMessageText", ...Array.from({ length: 20 }, () => networkError("lost")));
  const delivery = outbox.edit({ ...editOf(9, "done"), key: "a" }, "final");
  await clock.advance(0);
  assert.deepEqual(store.states(), ["a waiting"]);
  await clock.advance(3_600_000);
  assert.equal((await delivery).status, "sent");
  assert.equal(api.calls.length, 21);
});

Deno.test("Outbox marks a document in its caption", async () => {
  const { outbox, api, clock } = setUp();
  const file = { chatId: CHAT, fileName: "a.md", bytes: new Uint8Array(1), repeatNote: NOTE };
  for (const caption of [undefined, plainText("c".repeat(CAPTION_LIMIT - 5))]) {
    api.failNext("sendDocument", networkError("lost"));
    void outbox.sendDocument({ ...file, ...(caption === undefined ? {} : { caption }) }, "final");
    await clock.advance(60_000);
  }
  const [, bare, , long] = api.calls.map(({ options }) => captionOf(options));
  assert.equal(bare, `${NOTE}\n`);
  assert.equal(long, `🔁 ${"c".repeat(CAPTION_LIMIT - 5)}`);
});

Deno.test("markedRepeat moves the entities and stays within the limit", () => {
  const bold = { type: "bold", offset: 2, length: 3 } as const;
  assert.deepEqual(markedRepeat({ text: "a bold", entities: [bold] }, MESSAGE_LIMIT, NOTE), {
    text: `${NOTE}\na bold`,
    entities: [{ ...bold, offset: NOTE.length + 3 }],
  });
  for (const length of [MESSAGE_LIMIT - 4, MESSAGE_LIMIT - 3, MESSAGE_LIMIT - 2, MESSAGE_LIMIT]) {
    const text = "😀".repeat(length / 2) + "x".repeat(length % 2);
    const whole = { type: "bold", offset: 0, length } as const;
    const marked = markedRepeat({ text, entities: [whole] }, MESSAGE_LIMIT, NOTE);
    assert.ok(marked.text.length <= MESSAGE_LIMIT, String(marked.text.length));
    assert.ok(marked.text.isWellFormed() && marked.text.startsWith("🔁 😀"));
    assert.deepEqual(marked.entities, [
      { type: "bold", offset: 3, length: marked.text.length - 3 },
    ]);
  }
});

function captionOf(options: unknown): unknown {
  return typeof options === "object" && options !== null && "caption" in options
    ? options.caption
    : undefined;
}
