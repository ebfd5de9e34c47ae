import assert from "node:assert/strict";
import { GrammyError, HttpError } from "grammy";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { DOCUMENTED_FLOOD_LIMITS } from "../../../src/demo/bot_api/flood.ts";
import { refusalOf, start, type Started } from "./started.ts";

Deno.test("faults.add cuts connections before or after the effect", async () => {
  await using started = await start();
  const { server, world, chat } = started;
  server.faults.add({ kind: "drop-before", method: "sendMessage" });
  server.faults.add({ kind: "drop-after", method: "sendMessage" });
  server.faults.add({ kind: "html502", method: "sendMessage" });

  for (const text of ["lost", "kept", "page"]) {
    assert.ok(await failureOf(started, text) instanceof HttpError);
  }
  assert.deepEqual(world.botMessages(chat).map(({ text }) => text), ["kept"]);
  const outcomes = server.calls().map(({ outcome }) =>
    outcome?.type === "dropped" ? `dropped, applied ${outcome.applied}` : outcome?.type
  );
  assert.deepEqual(outcomes, ["dropped, applied false", "dropped, applied true", "refused"]);
});

Deno.test("faults.add answers the given number of calls with any status", async () => {
  await using started = await start();
  const { server, chat, world, api } = started;
  const other = world.privateChat(world.createPerson());
  const flood = server.faults.add({
    kind: "status",
    status: 429,
    retryAfterSeconds: 7,
    times: 2,
    chatId: chat.id,
  });
  const error = await failureOf(started, "x");
  assert.ok(error instanceof GrammyError);
  assert.equal(error.description, "Too Many Requests: retry after 7");
  assert.equal(error.parameters.retry_after, 7);
  assert.equal(await refusalOf(api.sendMessage(other.id, "x")), "accepted");
  assert.equal(flood.hits, 1);
  assert.ok(await failureOf(started, "x") instanceof GrammyError);
  assert.equal(await failureOf(started, "x"), undefined);

  server.faults.add({ kind: "status", status: 500, method: "getMe", times: Infinity });
  assert.equal(await refusalOf(api.getMe()), "500 Internal Server Error");
  server.faults.add({
    kind: "status",
    status: 400,
    description: "Bad Request: no",
    method: "getMe",
  });
  assert.equal(await refusalOf(api.getMe()), "500 Internal Server Error");
  server.faults.clear();
  assert.equal(await refusalOf(api.getMe()), "accepted");
});

Deno.test("faults.add delays a call by the clock", async () => {
  const clock = new FakeClock();
  await using started = await start({ clock });
  const { server, world, chat } = started;
  server.faults.add({ kind: "delay", delayMs: 3000 });
  const failure = failureOf(started, "late");
  await world.waitFor(() => server.calls().length === 1);
  assert.deepEqual(world.botMessages(chat), []);
  await clock.advance(3000);
  assert.equal(await failure, undefined);
  assert.equal(world.botMessages(chat).length, 1);
});

Deno.test("faults.add leaves a call without an answer until the client gives up or the server closes", async () => {
  const started = await start();
  const { server, world } = started;
  server.faults.add({ kind: "blackhole", times: 2 });
  const giveUp = new AbortController();
  const given = fetch(`${server.url}/bot7000000001:secret/getMe`, { signal: giveUp.signal });
  await world.waitFor(() => server.calls().length === 1);
  giveUp.abort();
  await assert.rejects(given);
  await world.waitForCall("getMe", (call) => call.outcome?.type === "dropped");

  const swallowed = failureOf(started, "x");
  await world.waitFor(() => server.calls().length === 2);
  await server.close();
  assert.ok(await swallowed instanceof HttpError);
});

Deno.test("addedFault.remove removes the fault", async () => {
  await using started = await start();
  started.server.faults.add({ kind: "html502" }).remove();
  assert.equal(await failureOf(started, "x"), undefined);
});

Deno.test("flood limits count each chat and answer 429 with the seconds to wait", async () => {
  const clock = new FakeClock();
  const flood = { privateChat: { burst: 2, perSecond: 0.25 } };
  await using started = await start({ clock, limits: { flood } });
  const { chat, world, call, api } = started;
  const other = world.privateChat(world.createPerson());
  const group = world.createGroup();
  const first = await api.sendMessage(chat.id, "1");
  await api.editMessageText(chat.id, first.message_id, "2");

  const refused = await call("sendMessage", { chat_id: chat.id, text: "3" });
  assert.equal(refused.status, 429);
  assert.equal(refused.description, "Too Many Requests: retry after 4");
  assert.equal(refused.headers.get("retry-after"), "4");
  assert.equal(await refusalOf(api.sendChatAction(chat.id, "typing")), "accepted");
  assert.equal(await refusalOf(api.sendMessage(other.id, "1")), "accepted");
  for (const text of ["1", "2", "3"]) await api.sendMessage(group.id, text);

  await clock.advance(3900);
  assert.equal(
    await refusalOf(api.sendMessage(chat.id, "3")),
    "429 Too Many Requests: retry after 1",
  );
  await clock.advance(100);
  assert.equal(await refusalOf(api.sendMessage(chat.id, "3")), "accepted");
});

Deno.test("the documented limits allow a group 20 messages a minute", async () => {
  const clock = new FakeClock();
  await using started = await start({ clock, limits: { flood: DOCUMENTED_FLOOD_LIMITS } });
  const group = started.world.createGroup();
  const answers: string[] = [];
  for (let number = 0; number < 21; number += 1) {
    answers.push(await refusalOf(started.api.sendMessage(group.id, String(number))));
  }
  assert.equal(answers.filter((answer) => answer === "accepted").length, 20);
  assert.equal(answers.at(-1), "429 Too Many Requests: retry after 3");
});

async function failureOf({ api, chat }: Started, text: string): Promise<unknown> {
  try {
    await api.sendMessage(chat.id, text);
    return undefined;
  } catch (error) {
    return error;
  }
}
