/** What becomes of a command's reply that Telegram refuses for good. */
import assert from "node:assert/strict";
import { Preferences } from "../../src/bot/preferences.ts";
import { plainText } from "../../src/bot/render/formatted_text.ts";
import type { DrawnReply } from "../../src/bot/render/reply.ts";
import { Replies } from "../../src/bot/replies.ts";
import type { Sender } from "../../src/bot/sender.ts";
import { textsFor } from "../../src/texts/texts.ts";
import { MemoryPreferences, MemoryProgramMessages } from "../fakes/memory_bot_stores.ts";
import { refusal } from "../fakes/recording_api.ts";
import { CHAT, type Setup, setUp } from "./outbox/setup.ts";

const UNKNOWN = refusal(400, "Bad Request: SOMETHING_NOBODY_KNOWS");
const ASKED: Sender = {
  updateId: 1,
  chatId: CHAT,
  chatKind: "private",
  userId: CHAT,
  firstName: "Ann",
  messageId: 5,
  impersonalFields: [],
};
const NOTE = textsFor("en").run.messageRefused;

function repliesOf({ outbox }: Setup): Replies {
  return new Replies(
    outbox,
    new Preferences(new MemoryPreferences()),
    new MemoryProgramMessages(),
  );
}

/** @param refused how many calls of each method Telegram refuses */
async function said(
  refused: Readonly<Record<string, number>>,
  say: (replies: Replies) => void,
): Promise<{ readonly summary: readonly string[]; readonly setup: Setup }> {
  const setup = setUp();
  for (const [method, times] of Object.entries(refused)) {
    setup.api.failNext(method, ...Array.from({ length: times }, () => UNKNOWN));
  }
  say(repliesOf(setup));
  await setup.clock.advance(10_000);
  return { summary: setup.api.summary(), setup };
}

const REPLY: DrawnReply = {
  text: "a bold one",
  entities: [{ type: "bold", offset: 2, length: 4 }],
};

for (const name of ["reply", undefined]) {
  const kept = name === undefined ? "that is not kept on disk" : "that is kept on disk";
  Deno.test(`a reply ${kept} goes as plain text, then as a file, then it is told`, async () => {
    const send = (replies: Replies): void => replies.send(ASKED, REPLY, name);
    const plain = await said({ sendMessage: 1 }, send);
    assert.deepEqual(plain.summary, ["sendMessage a bold one", "sendMessage a bold one"]);
    const file = await said({ sendMessage: 2 }, send);
    assert.deepEqual(file.summary.slice(2), ["sendDocument message.txt"]);
    const none = await said({ sendMessage: 2, sendDocument: 1 }, send);
    assert.deepEqual(none.summary.slice(2), ["sendDocument message.txt", `sendMessage ${NOTE}`]);
    const stillKept = none.setup.store.states().filter((state) => !state.endsWith(" done"));
    assert.deepEqual(stillKept, []);
    // Nothing follows a note that is refused as well.
    const not = await said({ sendMessage: 4, sendDocument: 1 }, send);
    assert.equal(not.summary.length, 5);
  });
}

Deno.test("a file of a reply that is refused is told", async () => {
  const document = { fileName: "changes.diff", bytes: new Uint8Array(3) };
  const { summary } = await said(
    { sendDocument: 1 },
    (replies) => replies.send(ASKED, { ...plainText("Changes"), documents: [document] }, "reply"),
  );
  assert.deepEqual(summary, [
    "sendMessage Changes",
    "sendDocument changes.diff",
    `sendMessage ${NOTE}`,
  ]);
});

Deno.test("what a press leads to is sent anew where Telegram refuses the change", async () => {
  const press = (replies: Replies): void => replies.replace(ASKED, REPLY);
  const { summary } = await said({ editMessageText: 2 }, press);
  assert.deepEqual(summary.slice(2), ["sendMessage a bold one"]);
  const setup = setUp();
  setup.api.failNext("editMessageText", refusal(400, "Bad Request: message to edit not found"));
  press(repliesOf(setup));
  await setup.clock.advance(10_000);
  assert.equal(setup.api.calls.length, 1);
});

Deno.test("a reply that was refused is told in the language of the person", async () => {
  const korean = { ...ASKED, languageCode: "ko" };
  const { summary } = await said(
    { sendMessage: 2, sendDocument: 1 },
    (replies) => replies.say(korean, () => "상태"),
  );
  assert.equal(summary.at(-1), `sendMessage ${textsFor("ko").run.messageRefused}`);
});
