/** Holds uploads and downloads of the page. */
import assert from "node:assert/strict";
import { InputFile } from "grammy";
import { UPLOAD_LIMIT } from "../../src/demo/page/actions.ts";
import { startPage } from "./page_started.ts";

const PNG = { type: "image/png" };

Deno.test("uploaded documents and photos reach the bot, several as an album", async () => {
  await using page = await startPage();
  const { api } = page.started;
  const one = formOf({ kind: "document", caption: "read this" });
  one.append("file", new File(["hello"], "노트.txt", { type: "text/plain" }));
  assert.equal((await sent(page.post("upload", one))).status, 200);
  const two = formOf({ kind: "photo", caption: "", replyTo: "1" });
  two.append("file", new File(["a"], "a.png", PNG));
  two.append("file", new File(["b"], "b.png", PNG));
  assert.deepEqual((await sent(page.post("upload", two))).body, { ids: [2, 3] });

  const messages = (await api.getUpdates()).map(({ message }) => message);
  assert.equal(messages[0]?.document?.file_name, "노트.txt");
  assert.equal(messages[0]?.caption, "read this");
  assert.ok((messages[1]?.photo?.length ?? 0) > 0);
  assert.equal(messages[1]?.reply_to_message?.message_id, 1);
  assert.ok(messages[1]?.media_group_id);
  assert.equal(messages[1]?.media_group_id, messages[2]?.media_group_id);
});

Deno.test("documents are always downloads, photos may be shown", async () => {
  await using page = await startPage();
  const { chat, api, world } = page.started;
  const evil = new TextEncoder().encode("<script>alert(1)</script>");
  await api.sendDocument(chat.id, new InputFile(evil, "보고 (1)'.html"));
  const photo = { name: "p.png", mimeType: "image/png", bytes: new Uint8Array([1, 2]) };
  world.send(chat, { photo });
  world.send(chat, { photo: { ...photo, name: "p.svg", mimeType: "image/svg+xml" } });
  const document = await fetch(`${page.url}files/1`);
  assert.equal(document.headers.get("content-type"), "application/octet-stream");
  assert.equal(
    document.headers.get("content-disposition"),
    "attachment; filename*=UTF-8''%EB%B3%B4%EA%B3%A0%20%281%29%27.html",
  );
  assert.deepEqual(await document.bytes(), evil);
  const shown = await fetch(`${page.url}files/2`);
  assert.equal(shown.headers.get("content-type"), "image/png");
  await shown.body?.cancel();
  const drawing = await fetch(`${page.url}files/3`);
  assert.match(drawing.headers.get("content-disposition") ?? "", /^attachment/);
  await drawing.body?.cancel();
  await api.deleteMessage(chat.id, 1);
  const gone = await fetch(`${page.url}files/1`);
  assert.equal(gone.status, 404);
  await gone.body?.cancel();
});

Deno.test("uploads that are too large, have no length or are no form are refused", async () => {
  await using page = await startPage();
  const { world, chat } = page.started;
  const large = await page.post("upload", new Uint8Array(UPLOAD_LIMIT + 1));
  assert.equal(large.status, 413);
  await large.body?.cancel();
  const long = await page.post("send", `"${"x".repeat(1024 * 1024)}"`);
  assert.equal(long.status, 413);
  await long.body?.cancel();
  const endless = await page.post("send", new Blob(["{}"]).stream());
  assert.equal(endless.status, 411);
  await endless.body?.cancel();
  assert.equal((await sent(page.post("upload", "no form"))).status, 400);
  assert.equal((await sent(page.post("upload", formOf({ kind: "document" })))).status, 400);
  assert.deepEqual(world.transcript(chat), []);
});

function formOf(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

async function sent(response: Promise<Response>): Promise<{ status: number; body: unknown }> {
  const { status } = await response;
  return { status, body: await (await response).json() };
}
