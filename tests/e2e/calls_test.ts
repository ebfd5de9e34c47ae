/** What requests cost in calls to Telegram, and when a status message comes, with a real Codex. */
import assert from "node:assert/strict";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import type { ChatHandle } from "../../src/demo/bot_api/world_view.ts";
import type { CodexVersion } from "../support/codex_versions.ts";
import { LAST_WITH_MCP_SERVER, NEWEST } from "../support/codex_versions.ts";
import type { ReceivedRequest, Step } from "../support/responses_api.ts";
import { USUAL_PACE } from "../fakes/usual_pace.ts";
import { QUICK_PACE } from "./pace.ts";
import { GROUP_ID, Stage } from "./stage.ts";

const says = (text: string) => ({ lastUserText }: ReceivedRequest): boolean =>
  lastUserText.includes(text);
const HANGS: Step = { until: new Promise(() => {}), then: { message: "never" } };

/** For work of which all is quick, however busy the machine is. */
const NOTHING_LASTS = { ...QUICK_PACE, statusAfterMs: 300_000 };
const SOME_LASTS = { ...QUICK_PACE, statusAfterMs: USUAL_PACE.statusAfterMs };

const BACKENDS: readonly (readonly ["auto" | "mcp", CodexVersion])[] = [
  ["auto", NEWEST],
  ["mcp", LAST_WITH_MCP_SERVER],
];

for (const [backend, codex] of BACKENDS) {
  Deno.test(`${backend} ${codex}: a request that is answered soon costs three calls`, async () => {
    await using stage = await Stage.set({ codex, backend, pace: NOTHING_LASTS });
    const { world, chat, model, owner } = stage;
    await stage.start();
    await stage.ask("/mode single", /Mode set to single/);
    const group = world.createGroup({ id: GROUP_ID, botStatus: "administrator", isForum: true });
    const topicId = world.createTopic(group, "Bugs", owner);
    const mention = `@${world.bot.username}`;
    world.send(group, { text: `/mode${mention} single`, from: owner, topicId });
    await world.waitForMessage(group, /Mode set to single/);

    const three = ["one", "two", "three"].map((text) => stage.say(text));
    for (const [index, request] of three.entries()) {
      await ended(stage, chat, request, "👌");
      await stage.reply(request, [/ok: .*one/, /ok: .*two/, /ok: .*three/][index] ?? /^$/);
      assert.deepEqual(callsAbout(stage, chat, request), ["👀", "sendMessage", "👌"]);
    }
    const elsewhere = world.send(group, { text: `${mention} four`, from: owner, topicId });
    await ended(stage, group, elsewhere.id, "👌");
    assert.deepEqual(callsAbout(stage, group, elsewhere.id), ["👀", "sendMessage", "👌"]);

    model.script({ when: says("fail"), steps: [{ status: 400 }] });
    const failing = stage.say("fail");
    await ended(stage, chat, failing, "😢");
    assert.deepEqual(callsAbout(stage, chat, failing), ["👀", "sendMessage", "😢"]);
    const failed = await stage.reply(failing, /failed/i);
    assert.ok(labels(failed).includes("Retry"), `${labels(failed)}`);

    // With the MCP server the failed conversation is not gone on with, and that is told.
    await stage.ask("/new now", /./);
    model.script({ when: says("hang"), steps: [HANGS] });
    const stopped = stage.say("hang");
    await model.received(says("hang"));
    await stage.ask("/cancel", /./);
    await ended(stage, chat, stopped, undefined);
    // It has no answer that would tell its end.
    await stage.reply(stopped, /^⏹ Stopped/);
    assert.deepEqual(callsAbout(stage, chat, stopped).sort(), ["", "sendMessage", "👀"]);
  });
}

Deno.test("work that lasts has a status message, by which it is followed and stopped", async () => {
  await using stage = await Stage.set({ codex: NEWEST, backend: "auto", pace: SOME_LASTS });
  const { world, chat, model, owner } = stage;
  model.script({ when: says("hang"), steps: [HANGS] });
  model.script({ when: says("기다려"), steps: [HANGS] });
  await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  const request = stage.say("hang");
  const status = await stage.reply(request, /Developing/);
  assert.ok(labels(status).includes("Cancel"));
  await stage.ask("/status", /Developing|single/);
  const next = stage.say("and then");
  const queued = await stage.reply(next, /^⏳ Queued · next/);
  assert.deepEqual(labels(queued), ["Cancel"]);
  world.press(chat, status.id, "Cancel");
  await world.waitFor(() => world.message(chat, status.id).text.startsWith("⏹ Stopped"));
  await ended(stage, chat, next, "👌");
  await world.waitFor(() => /^✅ Done/.test(world.message(chat, queued.id).text));
  assert.equal(statuses(stage, chat, next).length, 1, "the one that said that it waits");

  const korean = world.createPerson({ ...owner, languageCode: "ko" });
  const asked = world.send(chat, { text: "기다려", from: korean });
  const shown = await stage.reply(asked.id, /개발/);
  // By then the program knows under which id the message stands.
  await stage.ask("/queue", /기다려/);
  await stage.startAfterKill();
  // The next process goes on with the same message.
  await world.waitFor(() => world.message(chat, shown.id).text !== shown.text);
  assert.equal(statuses(stage, chat, asked.id).length, 1);
});

Deno.test("a run that was cut short before it had a status message has one afterwards", async () => {
  await using stage = await Stage.set({ codex: NEWEST, backend: "auto", pace: NOTHING_LASTS });
  const { world, chat, model } = stage;
  model.script({ when: says("hang"), steps: [HANGS] });
  await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  const request = stage.say("hang");
  await model.received(says("hang"));
  assert.deepEqual(statuses(stage, chat, request), []);
  await stage.startAfterKill();
  const status = await stage.reply(request, /Interrupted/);
  world.press(chat, status.id, "Discard");
  await ended(stage, chat, request, undefined);
  assert.deepEqual(statuses(stage, chat, request).map(({ id }) => id), [status.id]);
});

/** Waits for the last reaction to the request; undefined = that there is none any more. */
async function ended(
  { world, telegram }: Stage,
  chat: ChatHandle,
  request: number,
  emoji: string | undefined,
): Promise<void> {
  await world.waitFor(() => {
    const { reactions } = world.message(chat, request);
    const set = telegram.calls().filter(({ method, parameters, outcome }) =>
      method === "setMessageReaction" && Number(parameters.message_id) === request &&
      outcome?.type === "answered"
    );
    return emoji === undefined
      ? set.length >= 2 && reactions.length === 0
      : reactions.includes(emoji);
  }, { what: `the reaction ${emoji} to ${request}` });
}

/** Lists the calls about a request: reactions to it, replies to it, edits of these. */
function callsAbout({ telegram, world }: Stage, chat: ChatHandle, request: number): string[] {
  const replies = world.botMessages(chat).filter(({ replyTo }) => replyTo === request)
    .map(({ id }) => id);
  return telegram.calls().flatMap(({ method, parameters }) => {
    if (Number(parameters.chat_id) !== chat.id) return [];
    if (method === "setMessageReaction") {
      if (Number(parameters.message_id) !== request) return [];
      return [/[👀👌😢🤔]/u.exec(JSON.stringify(parameters.reaction))?.[0] ?? ""];
    }
    const to = /"message_id":(\d+)/.exec(JSON.stringify(parameters.reply_parameters ?? ""))?.[1];
    const isAbout = Number(to) === request || replies.includes(Number(parameters.message_id));
    return isAbout ? [method] : [];
  });
}

function statuses({ world }: Stage, chat: ChatHandle, request: number): readonly SeenMessage[] {
  return world.botMessages(chat).filter(({ replyTo, history }) =>
    replyTo === request && /^(?:⏳|🛠|⏹|⚠️|👨‍💻|💻)/u.test(history[0]?.text ?? "")
  );
}

function labels({ buttons }: SeenMessage): string[] {
  return buttons.flat().map(({ text }) => text);
}
