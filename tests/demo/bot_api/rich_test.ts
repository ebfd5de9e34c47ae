import assert from "node:assert/strict";
import { start } from "./started.ts";

const text = { type: "paragraph", text: "a" };
const nested = (levels: number): unknown =>
  levels === 1 ? text : { type: "blockquote", blocks: [nested(levels - 1)] };
const cell = { text: "a", align: "left", valign: "top" };
const table = (columns: number): unknown => ({
  type: "table",
  cells: [Array.from({ length: columns }, () => cell)],
});

Deno.test("sendRichMessage stores the blocks and their text", async () => {
  await using started = await start();
  const { world, chat, call } = started;
  const blocks = [
    { type: "heading", size: 1, text: ["a", { type: "bold", text: "b" }] },
    { type: "list", items: [{ blocks: [text], value: 2 }, { blocks: [text], has_checkbox: true }] },
  ];
  const answer = await call("sendRichMessage", { chat_id: chat.id, rich_message: { blocks } });
  assert.equal(answer.ok, true);
  const [seen] = world.botMessages(chat);
  assert.deepEqual([seen?.text, seen?.blocks], ["ab\n\n2. a\n☐ a", blocks]);
});

for (
  const [what, message, reason] of [
    ["no form", {}, "exactly one of the fields"],
    ["two forms", { blocks: [text], html: "a" }, "exactly one of the fields"],
    ["Markdown", { markdown: "a" }, "markdown is not available here"],
    ["nothing to see", { blocks: [{ type: "paragraph", text: "\u200b" }] }, "must be non-empty"],
    ["too long a text", { blocks: [{ ...text, text: "a".repeat(32_769) }] }, "is too long"],
    ["too many blocks", { blocks: Array.from({ length: 501 }, () => text) }, "too many blocks"],
    ["too many levels", { blocks: [nested(17)] }, "nested too deep"],
    ["too many columns", { blocks: [table(21)] }, "too many columns"],
    ["an empty list", { blocks: [{ type: "list", items: [] }] }, "must be non-empty"],
    ["a button", { blocks: [{ type: "buttons", buttons: [] }] }, "Unsupported block type"],
    ["a button in a text", { blocks: [{ ...text, text: { type: "button" } }] }, "Unsupported type"],
    [
      "a link that leads nowhere",
      { blocks: [{ ...text, text: { type: "url", text: "a", url: "http://localhost" } }] },
      "Wrong HTTP URL",
    ],
  ] as const
) {
  Deno.test(`sendRichMessage refuses ${what}`, async () => {
    await using started = await start();
    const { chat, call } = started;
    const parameters = { chat_id: chat.id, rich_message: message };
    const { status, description } = await call("sendRichMessage", parameters);
    assert.equal(status, 400);
    assert.ok(description?.includes(reason), description);
  });
}

Deno.test("sendRichMessage takes messages at the limits", async () => {
  await using started = await start();
  const { chat, call } = started;
  const blocks = [nested(16), table(20), ...Array.from({ length: 482 }, () => text)];
  const { ok } = await call("sendRichMessage", { chat_id: chat.id, rich_message: { blocks } });
  assert.equal(ok, true);
});
