import assert from "node:assert/strict";
import { InputFile } from "grammy";
import { post, start, TOKEN } from "./started.ts";

Deno.test("startBotApiServer refuses a wrong token, an unknown method and any other path", async () => {
  await using started = await start();
  const { url } = started.server;
  const cases = [
    { path: "/bot1:wrong/getMe", status: 401, description: "Unauthorized" },
    { path: `/bot${TOKEN}/getMee`, status: 404, description: "Not Found: method not found" },
    { path: "/getMe", status: 404, description: "Not Found" },
    { path: `/file/bot${TOKEN}/documents/none`, status: 404, description: "Not Found" },
    { path: "/file/bot1:wrong/documents/none", status: 401, description: "Unauthorized" },
  ];
  for (const { path, status, description } of cases) {
    const answer = await post(url + path, "");
    assert.deepEqual([answer.status, answer.ok, answer.description], [status, false, description]);
  }
});

Deno.test("startBotApiServer takes GET, JSON, urlencoded and multipart alike", async () => {
  await using started = await start();
  const { server, world, chat } = started;
  const url = `${server.url}/bot${TOKEN}/sendMessage`;
  const fields = { chat_id: String(chat.id), text: "a & b" };
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const query = new URLSearchParams(fields);

  const got = await fetch(`${url}?${query}`);
  await got.body?.cancel();
  await post(
    url,
    JSON.stringify({ ...fields, chat_id: chat.id, entities: null }),
    "application/json",
  );
  await post(url, query);
  await post(url, form);

  assert.deepEqual(world.botMessages(chat).map((message) => message.text), Array(4).fill("a & b"));
});

Deno.test("startBotApiServer finds methods in any case of letters", async () => {
  await using started = await start();
  assert.equal((await started.call("GETME")).status, 200);
});

Deno.test("startBotApiServer refuses bodies that do not match their content type", async () => {
  await using started = await start();
  const url = `${started.server.url}/bot${TOKEN}/getMe`;
  const broken = [
    await post(url, "{", "application/json"),
    await post(url, "[]", "application/json"),
    await post(url, "no parts", "multipart/form-data; boundary=x"),
    await post(url, "x", "text/plain"),
  ];
  assert.deepEqual(broken.map((answer) => answer.status), [400, 400, 400, 400]);
});

Deno.test("startBotApiServer serves an uploaded file under its path", async () => {
  await using started = await start();
  const { server, api, chat } = started;
  const bytes = new TextEncoder().encode("# notes\n");
  const message = await api.sendDocument(chat.id, new InputFile(bytes, "notes.md"), {
    caption: "Here",
  });
  assert.equal(message.document.file_name, "notes.md");
  assert.equal(message.caption, "Here");

  const file = await api.getFile(message.document.file_id);
  const response = await fetch(`${server.url}/file/bot${TOKEN}/${file.file_path}`);
  assert.equal(await response.text(), "# notes\n");
});

Deno.test("calls lists every call with its parameters, outcome and unknown parameters", async () => {
  await using started = await start();
  const { server, api, chat, call } = started;
  await api.sendDocument(chat.id, new InputFile(new Uint8Array([1]), "a.bin"));
  await call("sendMessage", { chat_id: chat.id, text: "{}", replyTo: 5 });
  await call("sendMessage", { chat_id: 5, text: "x" });

  const [upload, sent, refused] = server.calls();
  assert.deepEqual(upload?.parameters, {
    chat_id: chat.id,
    document: { name: "a.bin", mime_type: "application/octet-stream", size: 1 },
  });
  assert.deepEqual(upload?.unknownParameters, []);
  assert.deepEqual(sent?.unknownParameters, ["replyTo"]);
  assert.equal(sent?.parameters["text"], "{}");
  assert.equal(sent?.outcome?.type, "answered");
  const { at: _at, ...outcome } = refused?.outcome ?? {};
  assert.deepEqual(outcome, {
    type: "refused",
    status: 400,
    description: "Bad Request: chat not found",
  });
});

Deno.test("close ends a long poll and may be called twice", async () => {
  const started = await start();
  const poll = started.api.getUpdates({ timeout: 50 });
  await started.world.waitFor(() => started.server.calls().length === 1);
  await Promise.all([started.server.close(), assert.rejects(poll)]);
  await started.server.close();
});
