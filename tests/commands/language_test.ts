import assert from "node:assert/strict";
import { botStage, messageFrom, OWNER } from "../fuzz/bot_stage.ts";

function pressOf(userId: number, data: string): unknown {
  const from = { id: userId, is_bot: false, first_name: "Ann", language_code: "en" };
  const message = { message_id: 70, date: 1, chat: { id: userId, type: "private" } };
  return { update_id: 2, callback_query: { id: "q", from, data, message } };
}

Deno.test("/language without a choice asks with a button for each language", async () => {
  const { router, outbox, preferences } = botStage();
  await router.route(messageFrom(OWNER, "/language klingon"));
  const [question] = outbox.sent;
  assert.match(question?.content.text ?? "", /Which language/);
  assert.deepEqual(question?.buttons?.flat().map(({ data }) => data), ["lang:en", "lang:ko"]);
  assert.equal(preferences.language(OWNER), undefined);
});

for (const typed of ["/language ko", "/language KOREAN", "/language 한국어"]) {
  Deno.test(`${typed} counts from its own answer on, whatever the client says`, async () => {
    const { router, outbox, preferences, chosen } = botStage();
    await router.route(messageFrom(OWNER, typed, "en"));
    assert.match(outbox.sent[0]?.content.text ?? "", /이제부터 한국어로/);
    assert.deepEqual([preferences.language(OWNER), chosen], ["ko", [[OWNER, "ko"]]]);
    await router.route(messageFrom(OWNER, "/mode", "en"));
    assert.match(outbox.sent[1]?.content.text ?? "", /바꾸려면/);
  });
}

Deno.test("the buttons of /language choose for who presses them", async () => {
  const { router, outbox, preferences } = botStage();
  await router.route(pressOf(OWNER, "lang:ko"));
  assert.equal(preferences.language(OWNER), "ko");
  assert.match(outbox.edited[0]?.content.text ?? "", /이제부터 한국어로/);
  await router.route(pressOf(OWNER, "lang:xx"));
  assert.match(outbox.toasts.at(-1) ?? "", /더 이상 쓸 수 없는 버튼/);
});

Deno.test("a request carries the chosen language along", async () => {
  const { router, engine } = botStage();
  await router.route(messageFrom(OWNER, "/language ko"));
  await router.route(messageFrom(OWNER, "do it"));
  assert.equal(engine.submitted[0]?.origin.language, "ko");
});
