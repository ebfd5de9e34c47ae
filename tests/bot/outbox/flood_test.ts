/** Tests what matters more than progress after progress has met flood control. */
import assert from "node:assert/strict";
import { refusal } from "../../fakes/recording_api.ts";
import { CHAT, editOf, GROUP, message, setUp } from "./setup.ts";

const RETRY_AFTER = refusal(429, "Too Many Requests: retry after 10", { retry_after: 10 });
/** The pause that Telegram asks for, and a margin. */
const PAUSE_MS = 10_200;
/** The gap between calls to a private chat: usually, and right after a flood. */
const GAP_MS = 1_200;
const SLOWER_GAP_MS = 1_800;

for (const priority of ["approval", "reply", "final"] as const) {
  for (const [where, chatId] of [["a chat", CHAT], ["a group", GROUP]] as const) {
    Deno.test(`Outbox sends as soon as a pause for progress ends: ${priority} in ${where}`, async () => {
      const { outbox, api, clock } = setUp();
      api.failNext("editMessageText", RETRY_AFTER);
      const flooding = outbox.edit(editOf(9, "step 1", chatId), "progress");
      await clock.advance(4_000);
      assert.equal((await flooding).status, "failed");
      void outbox.edit(editOf(9, "step 2", chatId), "progress");
      const delivery = outbox.send(message("wanted", chatId), priority);
      void outbox.edit(editOf(9, "step 3", chatId), "progress");
      await clock.advance(PAUSE_MS - 4_001);
      assert.equal(api.calls.length, 1);
      await clock.advance(1);
      assert.equal((await delivery).status, "sent");
      assert.deepEqual(api.summary().slice(1), ["sendMessage wanted"]);
      await clock.advance(60_000);
      assert.deepEqual(api.summary().slice(2), ["editMessageText 9: step 3"]);
    });
  }
}

Deno.test("Outbox sends everything else before progress when a pause for progress ends", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("editMessageText", RETRY_AFTER);
  void outbox.edit(editOf(9, "step 1"), "progress");
  await clock.advance(1_000);
  void outbox.edit(editOf(9, "step 2"), "progress");
  for (const key of ["final 1", "final 2"]) void outbox.send({ ...message(key), key }, "final");
  void outbox.send(message("approval"), "approval");
  await clock.advance(60_000);
  const [, ...after] = api.calls;
  assert.deepEqual(after.map(({ what }) => what), ["approval", "final 1", "final 2", "9: step 2"]);
  const [approval, first, second] = after.map(({ atMs }) => atMs);
  assert.equal(approval, PAUSE_MS);
  for (const [from, to] of [[approval, first], [first, second]]) {
    const gapMs = (to ?? 0) - (from ?? 0);
    assert.ok(gapMs > GAP_MS && gapMs < SLOWER_GAP_MS, `${gapMs} ms between two calls`);
  }
});

for (
  const [what, method] of [["a reaction", "setMessageReaction"], [
    "typing",
    "sendChatAction",
  ]] as const
) {
  Deno.test(`Outbox pauses reactions and typing alone when Telegram asks for a pause of ${what}`, async () => {
    const { outbox, api, clock } = setUp();
    api.failNext(method, RETRY_AFTER);
    if (method === "sendChatAction") outbox.typing(CHAT, undefined);
    else void outbox.react(CHAT, 1, "👀");
    await clock.advance(100);
    const answer = outbox.send(message("answer"), "final");
    const progress = outbox.edit(editOf(9, "step 1"), "progress");
    void outbox.react(CHAT, 2, "👀");
    await clock.advance(5_000);
    assert.equal((await answer).status, "sent");
    assert.equal((await progress).status, "sent");
    assert.deepEqual(api.summary().slice(1), ["sendMessage answer", "editMessageText 9: step 1"]);
    await clock.advance(PAUSE_MS);
    assert.equal(api.calls.at(-1)?.method, "setMessageReaction");
    assert.equal(api.calls.at(-1)?.atMs, PAUSE_MS);
  });
}

Deno.test("Outbox sets a reaction that must arrive when the pause for it has ended", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("setMessageReaction", RETRY_AFTER);
  const marked = outbox.mark({ chatId: CHAT, messageId: 1, emoji: "👌", key: "end" });
  await clock.advance(PAUSE_MS + 100);
  assert.equal((await marked).status, "sent");
  assert.deepEqual(api.calls.map(({ atMs }) => atMs), [0, PAUSE_MS]);
});
