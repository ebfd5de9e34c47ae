/** Tests what the router waits for, and what it ignores. */
import assert from "node:assert/strict";
import type { ModelInfo } from "../../src/core/codex/codex_queries.ts";
import type { Run } from "../../src/core/run/run.ts";
import { unsupportedQueries } from "../../src/integrations/codex/backend_parts.ts";
import { settle } from "../fakes/fake_clock.ts";
import { type BotStage, botStage, GROUP, messageFrom, OWNER } from "../fuzz/bot_stage.ts";

function inGroup(text: string): unknown {
  const from = { id: OWNER, is_bot: false, first_name: "Ann", language_code: "en" };
  const length = text.split(/\s/, 1)[0]?.length;
  const entities = [{ type: "bot_command", offset: 0, length }];
  const chat = { id: GROUP, type: "supergroup" };
  return { update_id: 1, message: { message_id: 5, date: 1, chat, from, text, entities } };
}

function runOf(prompt: string): Run {
  const session = { chatId: String(OWNER), userId: String(OWNER) };
  const origin = { chatId: session.chatId, messageId: 5, language: "en" } as const;
  return { id: "r", session, prompt, origin, createdAt: "2026-01-01T00:00:00Z" };
}

function saidBy({ outbox }: BotStage): string[] {
  return outbox.sent.map(({ content }) => content.text);
}

Deno.test("Router.route() does not wait for a slow Codex", async () => {
  const limits = Promise.withResolvers<undefined>();
  const queries = { ...unsupportedQueries("the stage"), rateLimits: () => limits.promise };
  const stage = botStage(queries);
  const remainder = await stage.router.route(messageFrom(OWNER, "/usage"));
  assert.deepEqual(saidBy(stage), []);
  await (await stage.router.route(messageFrom(OWNER, "/cancel")))?.ended;
  assert.match(saidBy(stage).join(), /Nothing is running/);
  limits.resolve(undefined);
  assert.equal(await remainder?.ended, "done");
  assert.equal(saidBy(stage).length, 2);
});

Deno.test("Router.route() lets no request overtake a command that decides what it works with", async () => {
  const models = Promise.withResolvers<readonly ModelInfo[]>();
  const queries = { ...unsupportedQueries("the stage"), models: () => models.promise };
  const stage = botStage(queries);
  const said = (): string => saidBy(stage).join("\n");
  const chosen = await stage.router.route(messageFrom(OWNER, "/model gpt-9"));
  const behind = [];
  for (const text of ["fix it", "/retry", "/mode single", "/cancel"]) {
    behind.push(await stage.router.route(messageFrom(OWNER, text)));
  }
  const log = await stage.router.route(messageFrom(OWNER, "/log"));
  assert.equal(log, undefined);
  assert.match(said(), /^No steps/);
  await settle();
  assert.deepEqual([stage.engine.submitted, saidBy(stage).length], [[], 1]);
  // What works is stopped at once.
  stage.engine.running = runOf("at work");
  await (await stage.router.route(messageFrom(OWNER, "/cancel")))?.ended;
  assert.equal(saidBy(stage).length, 2);
  stage.engine.running = undefined;

  models.resolve([{ slug: "gpt-9", name: "GPT-9", description: "", efforts: [], isDefault: true }]);
  for (const each of [chosen, ...behind]) assert.equal(await each?.ended, "done");
  assert.deepEqual(stage.engine.submitted.map(({ prompt }) => prompt), ["fix it"]);
  const order = [
    /Model set to GPT-9/,
    /no earlier request/,
    /Mode set to single/,
    /Nothing is run/,
  ];
  const places = order.map((words) => saidBy(stage).findLastIndex((text) => words.test(text)));
  assert.deepEqual(places, [2, 3, 4, 5]);
  assert.equal(await stage.router.route(messageFrom(OWNER, "and that")), undefined);
});

Deno.test("a choice that queued requests take up, too, says so", async () => {
  const stage = botStage();
  const answers = async (text: string): Promise<string> => {
    await (await stage.router.route(messageFrom(OWNER, text)))?.ended;
    return saidBy(stage).at(-1) ?? "";
  };
  assert.match(await answers("/model gpt-9"), /^Takes effect with your next message\.$/m);
  stage.engine.waiting = [runOf("one")];
  assert.match(await answers("/effort high"), /^Takes effect with the queued request, and with/m);
  stage.engine.waiting = [runOf("one"), runOf("two")];
  assert.match(await answers("/plan auto"), /^Takes effect with the 2 queued requests, and with/m);
  stage.engine.waiting = [];
  stage.engine.running = runOf("one");
  assert.match(await answers("/model gpt-9"), /^Takes effect with your next message\.$/m);
  stage.engine.held = {};
  assert.match(await answers("/model gpt-9"), /^Takes effect with the queued request, and with/m);
  // Those keep the mode and the profile under which they were asked.
  assert.match(await answers("/mode single"), /^Takes effect with your next message\.$/m);
});

Deno.test("Router.route() reads names and paths in whatever shape they come, and leaves what Codex reads its shape", async () => {
  const stage = botStage();
  const shaped = async (name: string, word: string, type = "code"): Promise<void> => {
    const from = { id: OWNER, is_bot: false, first_name: "Ann", language_code: "en" };
    const entities = [
      { type: "bot_command", offset: 0, length: name.length + 1 },
      { type, offset: name.length + 2, length: word.length },
    ];
    const chat = { id: OWNER, type: "private", first_name: "Ann" };
    const message = { message_id: 5, date: 1, chat, from, text: `/${name} ${word}`, entities };
    await (await stage.router.route({ update_id: 1, message }))?.ended;
  };
  await shaped("mode", "single");
  await shaped("mode", "plan", "bold");
  assert.deepEqual(saidBy(stage).map((text) => text.split("\n", 1)[0]), [
    "Mode set to single.",
    "Mode set to plan.",
  ]);
  await shaped("goal", "pause");
  assert.match(saidBy(stage).at(-1) ?? "", /^No goal is at work/);
  await shaped("goal", "src/a.ts compiles");
  assert.deepEqual(stage.engine.submitted.map(({ prompt }) => prompt), ["`src/a.ts compiles`"]);
});

Deno.test("Router.route() ignores commands for other bots in a group", async () => {
  const stage = botStage();
  for (const text of ["/ban @spammer", "/statu", "/roll 2d6"]) {
    await stage.router.route(inGroup(text));
  }
  assert.deepEqual([stage.engine.submitted, saidBy(stage)], [[], []]);
  await stage.router.route(inGroup("/statu@our_bot"));
  assert.match(saidBy(stage).join(), /Did you mean \/status/);
  await stage.router.route(inGroup("/summarise@our_bot the diff"));
  assert.deepEqual(stage.engine.submitted.map(({ prompt }) => prompt), [
    "/summarise the diff",
  ]);
});

Deno.test("Router.route() takes what looks like a command where the bot is mentioned or replied to", async () => {
  const stage = botStage();
  const from = { id: OWNER, is_bot: false, first_name: "Ann" };
  const message = { message_id: 5, date: 1, chat: { id: GROUP, type: "supergroup" }, from };
  const us = { id: 9, is_bot: true, first_name: "B", username: "our_bot" };
  const command = (offset: number): unknown => ({ type: "bot_command", offset, length: 4 });
  const mention = { type: "mention", offset: 0, length: 8 };
  await stage.router.route({
    update_id: 1,
    message: { ...message, text: "@our_bot /etc/hosts is wrong", entities: [mention, command(9)] },
  });
  await stage.router.route({
    update_id: 2,
    message: {
      ...message,
      text: "/etc is meant",
      entities: [command(0)],
      reply_to_message: { message_id: 4, from: us, sticker: {} },
    },
  });
  await settle();
  await stage.clock.advance(2_000);
  await settle();
  assert.deepEqual(stage.engine.submitted.map(({ prompt }) => prompt), [
    "/etc/hosts is wrong",
    "/etc is meant",
  ]);
});

Deno.test("Router.route() ignores stickers and edits that are not for the bot", async () => {
  const stage = botStage();
  const from = { id: OWNER, is_bot: false, first_name: "Ann" };
  const message = { message_id: 5, date: 1, chat: { id: GROUP, type: "supergroup" }, from };
  await stage.router.route({ update_id: 1, message: { ...message, sticker: {} } });
  await stage.router.route({
    update_id: 2,
    edited_message: { ...message, text: "lunch at one?", edit_date: 2 },
  });
  await settle();
  assert.deepEqual(saidBy(stage), []);
});

Deno.test("Router.route() says that it takes nothing of an inline bot, and nothing about its edits", async () => {
  const stage = botStage();
  const from = { id: OWNER, is_bot: false, first_name: "Ann" };
  const chat = { id: OWNER, type: "private" };
  const message = { message_id: 5, date: 1, chat, from, via_bot: { id: 9 }, text: "rm -rf" };
  await stage.router.route({ update_id: 1, message });
  await stage.router.route({ update_id: 2, edited_message: { ...message, edit_date: 2 } });
  assert.deepEqual(saidBy(stage), [
    "I don't take what is sent through another bot. Write it yourself.",
  ]);
  assert.deepEqual(stage.engine.submitted, []);
});

Deno.test("Router.route() runs neither /new nor /retry with text, and says what to do with the text", async () => {
  for (const command of ["/new", "/retry"]) {
    const stage = botStage();
    stage.engine.last = { prompt: "build it", attachments: [] };
    await stage.router.route(messageFrom(OWNER, `${command} build another one`));
    assert.deepEqual([stage.engine.askedFor, stage.engine.submitted], [[], []]);
    assert.match(saidBy(stage).join(), new RegExp(`^${command} takes no text`));
    await stage.router.route(messageFrom(OWNER, command));
    assert.notEqual(stage.engine.askedFor.length, 0);
  }
});

Deno.test("Router.route() starts nothing for an invisible text", async () => {
  for (const text of ["\u200b", "\u3164 \u2800", " \n ", "\u202e\u202c", "\u{e0041}"]) {
    const stage = botStage();
    await stage.router.route(messageFrom(OWNER, text));
    assert.deepEqual(stage.engine.submitted, []);
    assert.match(saidBy(stage).join(), /nothing to work on/);
  }
});

Deno.test("Router.route() refuses a file with a command, and accepts any other caption with a slash", async () => {
  const stage = botStage();
  const from = { id: OWNER, is_bot: false, first_name: "Ann" };
  const chat = { id: OWNER, type: "private" };
  const photo = [{ file_id: "aaa" }];
  const captioned = (caption: string): unknown => ({
    update_id: 1,
    message: { message_id: 5, date: 1, chat, from, photo, caption },
  });
  await stage.router.route(captioned("/New"));
  assert.match(saidBy(stage).join(), /^\/New takes no files/);
  await stage.router.route(captioned("/etc/hosts looks like this"));
  await stage.clock.advance(2_000);
  assert.deepEqual(stage.engine.submitted.map(({ prompt }) => prompt), [
    "/etc/hosts looks like this",
  ]);
});
