/** Holds what the page draws and does, in a real browser over a real Bot API server. */
import assert from "node:assert/strict";
import { Browser } from "../support/browser/browser.ts";
import { findChromium, NO_CHROMIUM } from "../support/browser/chromium.ts";
import type { Tab } from "../support/browser/tab.ts";
import { type StartedPage, startPage } from "./page_started.ts";

const chromium = findChromium();

Deno.test({
  name: `the page draws every kind of message, none of them as markup${
    chromium ? "" : `: ${NO_CHROMIUM}`
  }`,
  ignore: chromium === undefined,
  async fn(): Promise<void> {
    await using page = await startPage();
    await using browser = await Browser.launch(chromium ?? "");
    const tab = await browser.newTab();
    await tab.speak("ko");
    await tab.show({ width: 900, height: 700 });
    await tab.go(page.url);
    await tab.until(`document.querySelector(".example")`);
    assert.equal(await tab.evaluate("document.documentElement.lang"), "ko");
    await drawsText(page, tab);
    await drawsBlocks(page, tab);
    await staysText(page, tab);
    await answersAlert(page, tab);
    await writes(page, tab);
    await followsOrWaits(page, tab);
    assert.deepEqual(tab.problems, []);
  },
});

async function drawsText({ started: { api, chat } }: StartedPage, tab: Tab): Promise<void> {
  const { message_id: id } = await api.sendMessage(
    chat.id,
    "<b>a</b><i>b</i><u>c</u><s>d</s><tg-spoiler>e</tg-spoiler><code>f</code>" +
      '<a href="https://example.com/">g</a> /help\n<pre><code class="language-ts">h\ni</code></pre>' +
      "\n<blockquote expandable>1\n2\n3\n4\n5\n6</blockquote>",
    { parse_mode: "HTML" },
  );
  const inside = `document.querySelector("#message-${id} .content")`;
  await tab.until(inside);
  const drawn = await tab.evaluate(`["b", "i", "u", "s", ".spoiler", ":scope > code", "a",
    ".command", "figcaption", "pre", ".expandable > div"].map((selector) =>
      ${inside}.querySelector(selector)?.textContent)`);
  assert.deepEqual(drawn, [
    ..."abcdefg",
    "/help",
    "ts",
    "h\ni",
    "1\n2\n3\n4\n5\n6",
  ]);
  assert.equal(await tab.evaluate(`${inside}.querySelector("a").rel`), "noopener noreferrer");
  await tab.click(`${inside}.querySelector(".spoiler")`);
  await tab.click(`${inside}.querySelector(".unfold")`);
  await api.setMessageReaction(chat.id, id, [{ type: "emoji", emoji: "🎉" }]);
  await tab.until(`document.querySelector("#message-${id} .reaction")`);
  // Opened parts stay open when the message is drawn again.
  assert.ok(await tab.evaluate(`${inside}.querySelector(".spoiler.shown")`));
  assert.ok(await tab.evaluate(`${inside}.querySelector(".expandable.open")`));
}

async function drawsBlocks({ started: { call, chat } }: StartedPage, tab: Tab): Promise<void> {
  const cell = (text: string): unknown => ({ text, align: "left", valign: "top" });
  const blocks = [
    { type: "heading", text: "Title", size: 2 },
    {
      type: "list",
      items: [3, 5].map((value) => ({ blocks: [{ type: "paragraph", text: "one" }], value })),
    },
    { type: "table", is_bordered: true, cells: [[cell("x"), cell("y")], [cell("1"), cell("2")]] },
  ];
  await call("sendRichMessage", { chat_id: chat.id, rich_message: { blocks } });
  await tab.until(`document.querySelector(".rich [role=heading]")?.textContent === "Title"`);
  assert.equal(await tab.evaluate(`document.querySelector(".rich ol").start`), 3);
  assert.equal(await tab.evaluate(`document.querySelector(".rich li:last-child").value`), 5);
  assert.equal(await tab.evaluate(`document.querySelectorAll(".rich td").length`), 4);
}

async function staysText({ started: { world, chat } }: StartedPage, tab: Tab): Promise<void> {
  const text = `<img src=x onerror="window.owned = 1"><script>window.owned = 1</script>`;
  const link = { type: "text_link", offset: 0, length: 4, details: { url: "javascript:owned=1" } };
  const { id } = world.send(chat, { text, entities: [link] });
  const inside = `document.querySelector("#message-${id} .content")`;
  assert.equal(await tab.until(`${inside}?.textContent`), text);
  assert.equal(await tab.evaluate(`${inside}.querySelectorAll("img, script, a").length`), 0);
  assert.equal(await tab.evaluate("String(window.owned)"), "undefined");
}

async function answersAlert({ started: { api, chat } }: StartedPage, tab: Tab): Promise<void> {
  const keys = [[{ text: "Press", callback_data: "p" }]];
  await api.sendMessage(chat.id, "?", { reply_markup: { inline_keyboard: keys } });
  await tab.click(`document.querySelector(".key")`);
  await tab.until(`document.querySelector(".key[aria-busy=true]")`);
  const updates = await api.getUpdates({ timeout: 50, allowed_updates: ["callback_query"] });
  const query = updates.map(({ callback_query }) => callback_query).find((each) => each);
  await api.answerCallbackQuery(query?.id ?? "", { text: "Pressed", show_alert: true });
  await tab.until(`document.querySelector("dialog.alert")?.innerText.includes("Pressed")`);
  await tab.click(`document.querySelector("dialog.alert button")`);
  await tab.until(`!document.querySelector("dialog")`);
}

/** Sends a file with a caption, a reply and an edit of it. */
async function writes({ started: { world, chat } }: StartedPage, tab: Tab): Promise<void> {
  const field = `document.querySelector("textarea")`;
  await tab.evaluate(`(() => {
    const dropped = new DataTransfer();
    dropped.items.add(new File(["hello"], "note.txt", { type: "text/plain" }));
    dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, cancelable: true }));
    ${field}.focus();
  })()`);
  await tab.type("read this");
  await tab.press("Enter");
  const own = `[...document.querySelectorAll(".mine .content")].at(-1)?.textContent`;
  await tab.until(`${own} === "read this"`);
  const sent = world.transcript(chat).at(-1);
  assert.equal(sent?.document?.name, "note.txt");

  await tab.evaluate(`document.querySelector("#message-1 .bubble")
    .dispatchEvent(new MouseEvent("dblclick", { bubbles: true }))`);
  await tab.type("first");
  await tab.press("Enter");
  await tab.until(`${own} === "first"`);
  const { id = 0, replyTo } = world.transcript(chat).at(-1) ?? {};
  assert.equal(replyTo, 1);

  await tab.press("ArrowUp");
  await tab.until(`${field}.value === "first"`);
  await tab.type(" and last");
  await tab.press("Enter");
  await tab.until(`${own} === "first and last"`);
  world.remove(chat, id);
  await tab.until(`!document.querySelector("#message-${id}")`);
}

/** Scrolled up, the list counts new messages and stays where it is. */
async function followsOrWaits({ started: { api, chat } }: StartedPage, tab: Tab): Promise<void> {
  const pane = `document.querySelector("#chat")`;
  const { message_id: id } = await api.sendMessage(chat.id, "line\n".repeat(60));
  // The messages above fill the pane, so wait for this one before waiting for the end.
  await tab.until(`document.querySelector("#message-${id}")`);
  await tab.until(`${pane}.scrollTop + ${pane}.clientHeight > ${pane}.scrollHeight - 2`);
  await tab.evaluate(`${pane}.scrollTop = 0`);
  await tab.until(`document.querySelector("#down.shown")`);
  await api.sendMessage(chat.id, "news");
  await tab.until(`document.querySelector("#down .count").textContent === "1"`);
  assert.equal(await tab.evaluate(`${pane}.scrollTop`), 0);
  await tab.click(`document.querySelector("#down")`);
  await tab.until(`!document.querySelector("#down.shown")`);
}
