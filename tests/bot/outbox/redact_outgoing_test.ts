/** Tests that secrets are masked; the setup masks one word. */
import assert from "node:assert/strict";
import { deliverMarkdown } from "../../../src/bot/outbox/answer.ts";
import { plainText } from "../../../src/bot/render/formatted_text.ts";
import { CHAT, editOf, setUp } from "./setup.ts";

Deno.test("Outbox masks secrets in text, buttons, addresses and files, on disk too", async () => {
  const { outbox, api, clock, store } = setUp();
  const url = "https://example.com/hunter2";
  void outbox.send({
    chatId: CHAT,
    content: {
      text: "it is hunter2",
      entities: [{ type: "text_link", offset: 0, length: 2, url }],
    },
    buttons: [[{ label: "hunter2", data: "x" }]],
    key: "a",
  }, "final");
  void outbox.sendDocument({
    chatId: CHAT,
    fileName: "a.md",
    bytes: new TextEncoder().encode("hunter2"),
    caption: plainText("hunter2"),
    key: "b",
  }, "final");
  assert.ok(!JSON.stringify(store.entries.map(({ message }) => message)).includes("hunter2"));
  assert.equal(new TextDecoder().decode(store.entries[1]?.file), "•••••••");
  await clock.advance(60_000);
  assert.ok(!JSON.stringify(api.calls).includes("hunter2"));
});

Deno.test("Outbox masks secrets in edits, languages, file names and toasts", async () => {
  const { outbox, api } = setUp();
  const pre = { type: "pre", offset: 0, length: 1, language: "hunter2" } as const;
  const edit = { ...editOf(9, "hunter2"), content: { text: "hunter2", entities: [pre] } };
  await outbox.edit(edit, "final");
  const file = { chatId: CHAT, fileName: "hunter2.md", bytes: new Uint8Array() };
  await outbox.sendDocument(file, "final");
  await outbox.answerCallback("q", "hunter2");
  assert.equal(api.calls.length, 3);
  assert.ok(!JSON.stringify(api.calls).includes("hunter2"));
});

Deno.test("Outbox leaves bytes alone in which there is no secret", async () => {
  const { outbox, store, clock } = setUp();
  const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0xff, 0xfe, 0x00]);
  void outbox.sendDocument({ chatId: CHAT, fileName: "a", bytes, key: "a" }, "final");
  assert.deepEqual(store.entries[0]?.file, bytes);
  await clock.advance(0);
});

Deno.test("deliverMarkdown masks a secret that its parts or its Markdown would take apart", async () => {
  const { outbox, api, clock } = setUp();
  const cut = `${"a".repeat(3996)}hunter2 ${"b".repeat(300)}`;
  for (const markdown of [cut, "**hunt**er2 and hunter2", cut.repeat(20)]) {
    void deliverMarkdown(outbox, { chatId: CHAT }, markdown, "final");
    await clock.advance(60_000);
  }
  const shown = api.calls.map(({ what }) => what).join("\n");
  assert.ok(shown.includes("a•") && !shown.includes("ahunt"), "the secret was at the cut");
});
