import assert from "node:assert/strict";
import type { Update } from "@grammyjs/types";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { refusalOf, start, type Started, TOKEN } from "./started.ts";

Deno.test("getMe returns the bot", async () => {
  await using started = await start({ botUser: { username: "mine_bot", hasTopicsEnabled: true } });
  const me = await started.api.getMe();
  assert.equal(me.username, "mine_bot");
  assert.equal(me.is_bot, true);
  assert.equal(me.has_topics_enabled, true);
});

Deno.test("getUpdates returns the same updates until an offset confirms them", async () => {
  await using started = await start();
  const { api } = started;
  const ids = sendTexts(started, "one", "two", "three");

  assert.deepEqual(textsOf(await api.getUpdates({ limit: 2 })), ["one", "two"]);
  assert.deepEqual(textsOf(await api.getUpdates()), ["one", "two", "three"]);
  assert.deepEqual(textsOf(await api.getUpdates({ offset: ids[1] ?? 0 })), ["two", "three"]);
  assert.deepEqual(textsOf(await api.getUpdates()), ["two", "three"]);
  assert.deepEqual(await api.getUpdates({ offset: (ids[2] ?? 0) + 1 }), []);
});

Deno.test("getUpdates with a negative offset starts at the end and forgets the rest", async () => {
  await using started = await start();
  sendTexts(started, "one", "two", "three");
  assert.deepEqual(textsOf(await started.api.getUpdates({ offset: -1 })), ["three"]);
  assert.deepEqual(textsOf(await started.api.getUpdates()), ["three"]);
});

Deno.test("getUpdates ignores an offset far behind the newest update", async () => {
  await using started = await start();
  const [id = 0] = sendTexts(started, "one");
  assert.deepEqual(textsOf(await started.api.getUpdates({ offset: id + 11 })), ["one"]);
  assert.deepEqual(textsOf(await started.api.getUpdates({ offset: id + 10 })), []);
});

Deno.test("getUpdates waits for the next update", async () => {
  await using started = await start();
  const poll = started.api.getUpdates({ timeout: 50 });
  await untilCalls(started, 1);
  sendTexts(started, "late");
  assert.deepEqual(textsOf(await poll), ["late"]);
});

Deno.test("getUpdates returns nothing after its timeout of at most 50 seconds", async () => {
  const clock = new FakeClock();
  await using started = await start({ clock });
  const poll = started.api.getUpdates({ timeout: 9999 });
  await untilCalls(started, 1);
  await clock.advance(50_000);
  assert.deepEqual(await poll, []);
});

Deno.test("getUpdates ends the older of two polls with a 409", async () => {
  await using started = await start();
  const older = started.api.getUpdates({ timeout: 50 });
  await untilCalls(started, 1);
  const newer = started.api.getUpdates({ timeout: 50 });
  assert.equal(
    await refusalOf(older),
    "409 Conflict: terminated by other getUpdates request; make sure that only one bot instance " +
      "is running",
  );
  sendTexts(started, "for the newer");
  assert.deepEqual(textsOf(await newer), ["for the newer"]);
});

Deno.test("getUpdates does not end a waiting poll for one that does not wait", async () => {
  await using started = await start();
  const older = started.api.getUpdates({ timeout: 50 });
  await untilCalls(started, 1);
  assert.deepEqual(await started.api.getUpdates({}), []);
  sendTexts(started, "for the older");
  assert.deepEqual(textsOf(await older), ["for the older"]);
});

Deno.test("getUpdates forgets a poll whose client hung up", async () => {
  await using started = await start();
  const { world, server } = started;
  const hangUp = new AbortController();
  const url = `${server.url}/bot${TOKEN}/getUpdates?timeout=50`;
  const poll = fetch(url, { signal: hangUp.signal });
  await untilCalls(started, 1);
  hangUp.abort();
  await assert.rejects(poll);
  await world.waitFor(() => server.calls()[0]?.outcome?.type === "dropped");
});

Deno.test("getUpdates is refused while a webhook is set", async () => {
  await using started = await start();
  const { api } = started;
  const poll = api.getUpdates({ timeout: 50 });
  await untilCalls(started, 1);
  await api.setWebhook("https://example.org/hook", { allowed_updates: ["message"] });
  assert.equal(await refusalOf(poll), "409 Conflict: terminated by setWebhook request");
  assert.equal(
    await refusalOf(api.getUpdates()),
    "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to " +
      "delete the webhook first",
  );
  const info = await api.getWebhookInfo();
  assert.equal(info.url, "https://example.org/hook");
  assert.deepEqual(info.allowed_updates, ["message"]);

  await api.deleteWebhook();
  assert.deepEqual(await api.getUpdates(), []);
});

Deno.test("setWebhook requires https", async () => {
  await using started = await start();
  assert.equal(
    await refusalOf(started.api.setWebhook("http://example.org")),
    "400 Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
  );
});

Deno.test("deleteWebhook drops pending updates only when asked to", async () => {
  await using started = await start();
  sendTexts(started, "kept");
  await started.api.deleteWebhook();
  assert.deepEqual(textsOf(await started.api.getUpdates()), ["kept"]);
  await started.api.deleteWebhook({ drop_pending_updates: true });
  assert.deepEqual(await started.api.getUpdates(), []);
});

Deno.test("getUpdates keeps allowed_updates until they are changed", async () => {
  await using started = await start();
  const { api, world, chat, person } = started;
  await api.getUpdates({ allowed_updates: ["callback_query", "message_reaction"] });
  await api.getUpdates();
  const { id } = world.send(chat, "unseen");
  world.react(chat, id, person, ["👍"]);
  assert.deepEqual(typesOf(await api.getUpdates()), ["message_reaction"]);

  await api.getUpdates({ allowed_updates: [] });
  world.send(chat, "seen");
  world.react(chat, id, person, []);
  assert.deepEqual(typesOf(await api.getUpdates()), ["message_reaction", "message"]);
});

Deno.test("getUpdates refuses parameters of the wrong type", async () => {
  await using started = await start();
  const cases: [Record<string, unknown>, string][] = [
    [{ offset: "x" }, 'Bad Request: field "offset" must be a valid Number'],
    [{ limit: 1.5 }, 'Bad Request: field "limit" must be a valid Number'],
    [{ allowed_updates: "message" }, "Bad Request: can't parse allowed_updates JSON object"],
    [{ allowed_updates: {} }, "Bad Request: expected an Array of allowed updates"],
    [{ allowed_updates: [1] }, "Bad Request: allowed update must be of type String"],
  ];
  for (const [parameters, description] of cases) {
    const answer = await started.call("getUpdates", parameters);
    assert.deepEqual([answer.status, answer.description], [400, description]);
  }
});

Deno.test("updates are kept for a day, callback queries for 150 seconds", async () => {
  const clock = new FakeClock();
  await using started = await start({ clock });
  const { api, world, chat } = started;
  sendTexts(started, "old");
  world.forcePress(chat, 1, "x");
  await clock.advance(151_000);
  assert.deepEqual(typesOf(await api.getUpdates()), ["message"]);
  await clock.advance(86_400_000);
  assert.deepEqual(await api.getUpdates(), []);
});

Deno.test("getUpdates slows down clients that poll too often when penalties are on", async () => {
  const clock = new FakeClock();
  await using started = await start({ clock, limits: { pollPenalties: true } });
  sendTexts(started, "one", "two");
  assert.equal((await started.api.getUpdates()).length, 2);
  assert.equal((await started.api.getUpdates()).length, 1);
});

function sendTexts({ world, chat }: Started, ...texts: string[]): number[] {
  return texts.map((text) => world.send(chat, text).updateId ?? 0);
}

function untilCalls({ world, server }: Started, count: number): Promise<boolean> {
  return world.waitFor(() => server.calls().length === count, { what: `${count} calls` });
}

function textsOf(updates: readonly Update[]): (string | undefined)[] {
  return updates.map((update) => update.message?.text);
}

function typesOf(updates: readonly Update[]): string[] {
  return updates.flatMap((update) => Object.keys(update)).filter((name) => name !== "update_id");
}
