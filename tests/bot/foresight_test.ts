/** What is begun for a message before it is stored: only for what is a request beyond doubt. */
import assert from "node:assert/strict";
import { StorageError } from "../../src/core/errors.ts";
import { diskFailure } from "../fakes/disk_failure.ts";
import { settle } from "../fakes/fake_clock.ts";
import { type BotStage, botStage, GROUP, OWNER } from "../fuzz/bot_stage.ts";

function written(
  { text = "build it", from: id = OWNER, chat = { id, type: "private" }, ...fields }: {
    readonly text?: string | undefined;
    readonly from?: number;
    readonly chat?: object;
    readonly [field: string]: unknown;
  },
): object {
  const from = { id, is_bot: false, first_name: "Ann", language_code: "en" };
  return { update_id: 1, message: { message_id: 5, date: 1, chat, from, text, ...fields } };
}

function withFile(): object {
  const from = { id: OWNER, is_bot: false, first_name: "Ann" };
  const document = { file_id: "f", file_unique_id: "u" };
  const chat = { id: OWNER, type: "private" };
  return {
    update_id: 1,
    message: { message_id: 5, date: 1, chat, from, caption: "look", document },
  };
}

function foreseen(stage: BotStage, update: object): readonly unknown[] {
  const begun = stage.router.foresee(update);
  assert.equal(begun, stage.engine.foreseen.length > 0);
  return [...stage.outbox.reactions, ...stage.engine.foreseen];
}

Deno.test("a message of words is acknowledged before it is routed, and once", async () => {
  const stage = botStage();
  const update = written({});
  const session = { chatId: String(OWNER), userId: String(OWNER) };
  assert.deepEqual(foreseen(stage, update), ["👀", session]);
  assert.deepEqual(stage.engine.submitted, []);
  await stage.router.route(update);
  assert.deepEqual(stage.outbox.reactions, ["👀"]);
  assert.deepEqual(stage.engine.submitted.map(({ prompt }) => prompt), ["build it"]);
  await stage.router.route(written({ text: "and test it" }));
  assert.deepEqual(stage.outbox.reactions, ["👀", "👀"]);
});

Deno.test("a message that the disk refuses at first is acknowledged once", async () => {
  const stage = botStage();
  stage.engine.failure = diskFailure();
  const update = written({});
  stage.router.foresee(update);
  await assert.rejects(stage.router.route(update), StorageError);
  stage.engine.failure = undefined;
  await stage.router.route(update);
  assert.deepEqual(stage.outbox.reactions, ["👀"]);
});

Deno.test("nothing is begun for what may be no request", () => {
  const origin = { type: "hidden_user", sender_user_name: "Ben", date: 1 };
  const replied = { message_id: 4, date: 1, chat: { id: OWNER, type: "private" }, text: "yes?" };
  const group = { id: GROUP, type: "supergroup" };
  const updates: Readonly<Record<string, object>> = {
    "a command": written({
      text: "/status",
      entities: [{ type: "bot_command", offset: 0, length: 7 }],
    }),
    "a command behind a space": written({ text: " /new" }),
    "a command without a slash": written({ text: "Profile other" }),
    "nothing that can be seen": written({ text: "\u200b" }),
    "a stranger": written({ from: 666 }),
    "a stranger in the group": written({ from: 666, chat: group, text: "@our_bot build it" }),
    "talk in the group": written({ chat: group }),
    "another group": written({ chat: { id: -5, type: "supergroup" }, text: "@our_bot build it" }),
    "not simply a person": written({ sender_chat: { id: -5, type: "channel" } }),
    "a reply": written({ reply_to_message: replied }),
    "somebody else's words": written({ forward_origin: origin }),
    "a part of a long text": written({ text: "x".repeat(4_000) }),
    "a file": withFile(),
    "an edit": { update_id: 1, edited_message: { message_id: 5, date: 1, edit_date: 2 } },
    "no update": {},
  };
  for (const [what, update] of Object.entries(updates)) {
    assert.deepEqual(foreseen(botStage(), update), [], what);
  }
});

Deno.test("words to the bot in its group are acknowledged ahead, too", () => {
  const chat = { id: GROUP, type: "supergroup" };
  const entities = [{ type: "mention", offset: 0, length: 8 }];
  const update = written({ chat, text: "@our_bot build it", entities });
  const session = { chatId: String(GROUP), userId: String(OWNER) };
  assert.deepEqual(foreseen(botStage(), update), ["👀", session]);
});

Deno.test("nothing is begun while the person is asked something", async () => {
  const stage = botStage();
  const run = {
    id: "r1",
    session: { chatId: String(OWNER), userId: String(OWNER) },
    prompt: "build it",
    origin: { chatId: String(OWNER), messageId: 1, language: "en" },
    createdAt: "2026-01-01T00:00:00.000Z",
  } as const;
  const ids = { id: "q1", threadId: "t", turnId: "u", itemId: "i" };
  const withdrawn = new AbortController();
  const request = { kind: "command", ...ids, command: "git push" } as const;
  const answer = stage.approvals.ask(run, request, withdrawn.signal);
  await settle();
  assert.deepEqual(foreseen(stage, written({})), []);
  withdrawn.abort();
  await answer.catch(() => undefined);
});

Deno.test("words that join a file are no request of their own: nothing is begun for them", async () => {
  const stage = botStage();
  await stage.router.route(withFile());
  assert.deepEqual(stage.outbox.reactions, ["👀"]);
  const words = { ...written({ text: "fix this", message_id: 6 }), update_id: 2 };
  assert.deepEqual(foreseen(stage, words), ["👀"]);
  await stage.router.route(words);
  assert.deepEqual(stage.outbox.reactions, ["👀"], "the file's message stands for both");
  stage.stop.abort();
});

Deno.test("what was acknowledged ahead and joins a file after all is acknowledged no more", async () => {
  const stage = botStage();
  const words = { ...written({ text: "fix this", message_id: 6 }), update_id: 2 };
  // The file has come before, and is routed after the words were looked at.
  stage.router.foresee(words);
  await stage.router.route(withFile());
  await stage.router.route(words);
  assert.deepEqual(stage.outbox.reactions, ["👀", "👀", undefined]);
  stage.stop.abort();
});

Deno.test("a chat is heard from before its message is acknowledged, and by nobody else", () => {
  const stage = botStage();
  stage.router.foresee(written({ from: 666 }));
  assert.deepEqual(stage.outbox.heardFrom, []);
  stage.router.foresee(written({}));
  assert.deepEqual(stage.outbox.heardFrom, [OWNER]);
});
