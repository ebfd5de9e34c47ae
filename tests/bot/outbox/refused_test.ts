/** What becomes of an answer that Telegram refuses for good, and of what says that it is here. */
import assert from "node:assert/strict";
import { deliverMarkdown } from "../../../src/bot/outbox/answer.ts";
import { MemoryOutboxStore } from "../../fakes/memory_outbox_store.ts";
import { networkError, refusal } from "../../fakes/recording_api.ts";
import { CHAT, editOf, type Setup, setUp } from "./setup.ts";

const UNKNOWN = refusal(400, "Bad Request: SOMETHING_NOBODY_KNOWS");
const NOTE = "Not accepted, see /last";
const DAY_MS = 86_400_000;

/** Delivers an answer of a run, its end and its reaction. */
function finish({ outbox }: Setup, text = "the **answer**"): Promise<unknown> {
  const options = { key: "answer:r", lostNote: NOTE };
  const answer = deliverMarkdown(outbox, { chatId: CHAT, replyTo: 5 }, text, "final", options);
  const end = outbox.edit({
    ...editOf(9, "Done"),
    key: "end:r",
    after: "answer:r",
    otherwise: { text: "Not delivered", entities: [] },
  }, "status");
  const reaction = outbox.mark({
    key: "reaction:r",
    chatId: CHAT,
    messageId: 5,
    emoji: "👌",
    otherwise: "😢",
    after: "answer:r",
  });
  return Promise.all([answer, end, reaction]);
}

function entitiesOf(options: unknown): unknown {
  return typeof options === "object" && options !== null && "entities" in options
    ? options.entities
    : undefined;
}

Deno.test("Done and 👌 are said when the last part has been accepted, never before", async () => {
  const setup = setUp();
  const { api, clock } = setup;
  api.failNext("sendMessage", networkError("no-connection"), networkError("no-connection"));
  const finished = finish(setup, "word ".repeat(2_000));
  await clock.advance(1_000);
  assert.ok(api.calls.every(({ method }) => method === "sendMessage"));
  await clock.advance(60_000);
  await finished;
  const methods = api.calls.map(({ method }) => method);
  const lastPart = methods.lastIndexOf("sendMessage");
  assert.equal(methods.filter((method) => method === "sendMessage").length, 2 + 3);
  assert.ok(methods.indexOf("editMessageText") > lastPart);
  assert.ok(methods.indexOf("setMessageReaction") > lastPart);
});

Deno.test("an answer that is refused comes as plain text", async () => {
  const setup = setUp();
  const { api, clock, store } = setup;
  api.failNext("sendMessage", UNKNOWN);
  const finished = finish(setup);
  await clock.advance(10_000);
  await finished;
  assert.deepEqual(api.summary().slice(0, 2), ["sendMessage the answer", "sendMessage the answer"]);
  assert.notDeepEqual(entitiesOf(api.calls[0]?.options), undefined);
  assert.deepEqual(entitiesOf(api.calls[1]?.options), undefined);
  assert.deepEqual(api.summary().slice(2).sort(), [
    "editMessageText 9: Done",
    "setMessageReaction 5: 👌",
  ]);
  assert.ok(store.states().every((state) => state.endsWith(" done")));
});

Deno.test("an answer whose plain text is refused comes as a file", async () => {
  const setup = setUp();
  const { api, clock } = setup;
  api.failNext("sendMessage", UNKNOWN, UNKNOWN);
  const finished = finish(setup);
  await clock.advance(10_000);
  await finished;
  assert.equal(api.summary()[2], "sendDocument answer.txt");
  assert.deepEqual(api.summary().slice(3).sort(), [
    "editMessageText 9: Done",
    "setMessageReaction 5: 👌",
  ]);
});

Deno.test("an answer that is refused in every form is told as not delivered, with 😢", async () => {
  const setup = setUp();
  const { api, clock } = setup;
  api.failNext("sendMessage", UNKNOWN, UNKNOWN);
  api.failNext("sendDocument", UNKNOWN);
  const finished = finish(setup);
  await clock.advance(10_000);
  await finished;
  assert.deepEqual(api.summary().slice(2, 4), ["sendDocument answer.txt", `sendMessage ${NOTE}`]);
  assert.deepEqual(api.summary().slice(4).sort(), [
    "editMessageText 9: Not delivered",
    "setMessageReaction 5: 😢",
  ]);
});

Deno.test("nothing says Done where even the note is refused", async () => {
  const setup = setUp();
  const { api, clock } = setup;
  api.failNext("sendMessage", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);
  api.failNext("sendDocument", UNKNOWN);
  const finished = finish(setup);
  await clock.advance(10_000);
  await finished;
  assert.ok(!api.summary().some((call) => /Done|👌/.test(call)));
  assert.ok(api.summary().includes("setMessageReaction 5: 😢"));
});

/** The number of calls that are made before the process is killed. */
for (const calls of [0, 1, 2, 3, 4, 5]) {
  Deno.test(`an answer that is refused in every form survives a kill after ${calls} calls`, async () => {
    const store = new MemoryOutboxStore();
    let alive = true;
    // Nothing that the dead process learns later reaches the disk.
    const first = setUp(mortalStore(store, () => !alive));
    first.api.failNext("sendMessage", UNKNOWN, UNKNOWN);
    first.api.failNext("sendDocument", UNKNOWN);
    void finish(first);
    while (first.api.calls.length < calls) await Promise.resolve();
    alive = false;

    const second = setUp(store);
    second.api.failNext("sendMessage", ...(calls <= 2 ? [UNKNOWN, UNKNOWN] : []));
    second.api.failNext("sendDocument", UNKNOWN);
    second.outbox.restore();
    await second.clock.advance(60_000);
    const said = second.api.summary();
    assert.ok(!said.some((call) => /Done|👌/.test(call)), said.join("\n"));
    assert.ok(said.includes("setMessageReaction 5: 😢"), said.join("\n"));
    const notes = said.filter((call) => call.includes(NOTE)).length;
    assert.equal(notes, calls < 5 ? 1 : 0, said.join("\n"));
  });
}

Deno.test("an answer that may have come six times is told as not delivered", async () => {
  const setup = setUp();
  const { api, clock } = setup;
  api.failNext("sendMessage", ...Array.from({ length: 6 }, () => networkError("lost")));
  const finished = finish(setup);
  await clock.advance(DAY_MS);
  await finished;
  assert.equal(api.summary().filter((call) => call.includes(NOTE)).length, 1);
  assert.ok(api.summary().includes("setMessageReaction 5: 😢"));
});

function mortalStore(store: MemoryOutboxStore, isDead: () => boolean): MemoryOutboxStore {
  return new Proxy(store, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function" || !isDead()) {
        return typeof value === "function" ? value.bind(target) : value;
      }
      return name === "unsent" ? () => [] : () => true;
    },
  });
}
