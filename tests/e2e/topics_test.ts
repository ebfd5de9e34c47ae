/** A topic is a session of its own: in the forum of a group, and in a private chat. */
import assert from "node:assert/strict";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import type { ChatHandle } from "../../src/demo/bot_api/world_types.ts";
import { GROUP_ID, Stage } from "./stage.ts";

/** One topic of a chat, and the owner in it. */
class Topic {
  readonly id: number;
  readonly #stage: Stage;
  readonly #chat: ChatHandle;

  constructor(stage: Stage, chat: ChatHandle, name: string) {
    this.#stage = stage;
    this.#chat = chat;
    this.id = stage.world.createTopic(chat, name, stage.owner);
  }

  say(text: string): number {
    const { world, owner } = this.#stage;
    return world.send(this.#chat, { text, from: owner, topicId: this.id }).id;
  }

  /** The bot's reply, which must stand in this topic. */
  async reply(to: number, fits: RegExp): Promise<SeenMessage> {
    const message = await this.#stage.world.waitForMessage(
      this.#chat,
      (each) => each.replyTo === to && fits.test(each.text),
      { timeoutMs: 15_000, what: `a reply to ${to} that fits ${fits}` },
    );
    assert.equal(message.topicId, this.id);
    return message;
  }

  async ask(text: string, fits: RegExp): Promise<SeenMessage> {
    return await this.reply(this.say(text), fits);
  }
}

async function withEcho(
  body: (stage: Stage, restart: () => Promise<void>) => Promise<void>,
): Promise<void> {
  await using stage = await Stage.set({
    codex: "none",
    backend: "echo",
    telegramConf: 'group_trigger = "all"',
  });
  let program = await stage.start();
  await body(stage, async () => {
    await program.stop();
    program = await stage.start();
  });
}

const isTyped = /\/approve (\w{5})/;

for (const kind of ["forum", "private chat"] as const) {
  Deno.test(`two topics of a ${kind} work side by side and do not touch each other`, () =>
    withEcho(async (stage, restart) => {
      const { world } = stage;
      const chat = kind === "forum"
        ? world.createGroup({ id: GROUP_ID, isForum: true, botStatus: "administrator" })
        : stage.chat;
      const one = new Topic(stage, chat, "Builds");
      const two = new Topic(stage, chat, "Docs");
      await one.ask("/mode single", /mode is single/);
      const waiting = one.say("this needs an approval");
      const question = await one.reply(waiting, /Codex asks/);
      const id = isTyped.exec(question.text)?.[1] ?? "";
      await one.reply(waiting, /Waiting for your decision/);

      await two.ask("/mode", /mode is plan/);
      await two.ask("hello", /\[ECHO\]/);
      const status = await two.ask("/status", /^Status/);
      assert.match(status.text, /Now: idle/);
      assert.doesNotMatch(status.text, /waits for your decision/);
      await two.ask("/cancel", /no running task to cancel/);
      await two.ask(`/approve ${id}`, /No open question/);

      const busy = await one.ask("/status", /^Status/);
      assert.match(busy.text, new RegExp(`waits for your decision \\(/approve or /deny ${id}\\)`));
      one.say(`/approve ${id}`);
      await one.reply(waiting, /Allowed once by Ann/);
      await one.reply(waiting, /\[ECHO\]/);
      await one.reply(waiting, /^✅ Done/);

      await restart();
      await one.ask("/mode", /mode is single/);
      await two.ask("/mode", /mode is plan/);
    }));
}

Deno.test("/cancel and the button of a status message stop the run of their topic only", () =>
  withEcho(async (stage) => {
    const group = stage.world.createGroup({ id: GROUP_ID, isForum: true });
    const begin = async (name: string): Promise<[Topic, number]> => {
      const topic = new Topic(stage, group, name);
      await topic.ask("/mode@codex_test_bot single", /mode is single/);
      const asked = topic.say("@codex_test_bot this needs an approval");
      await topic.reply(asked, /Codex asks/);
      return [topic, asked];
    };
    const [one, first] = await begin("Builds");
    const [two, second] = await begin("Docs");
    await one.ask("/cancel", /Stopping: Developing/);
    await one.reply(first, /^⏹ Stopped/);
    const status = await two.reply(second, /Waiting for your decision/);
    stage.world.press(group, status.id, "Cancel", stage.owner);
    await two.reply(second, /^⏹ Stopped/);
  }));

for (const end of ["deleted", "closed"] as const) {
  Deno.test(`what belongs to a ${end} topic goes to the chat itself, questions included`, () =>
    withEcho(async (stage) => {
      const { world } = stage;
      const group = world.createGroup({ id: GROUP_ID, isForum: true });
      const topic = new Topic(stage, group, "Builds");
      await topic.ask("/mode@codex_test_bot single", /mode is single/);
      topic.say("@codex_test_bot approval, please");
      if (end === "deleted") world.deleteTopic(group, topic.id);
      else world.closeTopic(group, topic.id);
      const question = await world.waitForMessage(
        group,
        (message) => /Codex asks/.test(message.text) && message.topicId === undefined,
        { timeoutMs: 15_000 },
      );
      const id = isTyped.exec(question.text)?.[1] ?? "";
      world.send(group, { text: `/approve@codex_test_bot ${id}`, from: stage.owner });
      await world.waitFor(
        () => /Allowed once by Ann/.test(world.message(group, question.id).text),
        { timeoutMs: 30_000 },
      );
      // Each message is refused once before it goes to the chat, at the pace of a group.
      if (end === "deleted") return;
      const answer = await world.waitForMessage(group, /\[ECHO\]/, { timeoutMs: 45_000 });
      assert.equal(answer.topicId, undefined);
    }));
}

/** A run that waits in a forum for a decision, and what is outside of its topics. */
async function withRunInTopic(
  body: (scene: {
    readonly stage: Stage;
    readonly group: ChatHandle;
    readonly topic: Topic;
    readonly asked: number;
    /** Writes outside of topics. */
    readonly say: (text: string) => void;
    readonly said: (fits: RegExp) => Promise<SeenMessage>;
  }) => Promise<void>,
): Promise<void> {
  await withEcho(async (stage) => {
    const { world, owner } = stage;
    const group = world.createGroup({ id: GROUP_ID, isForum: true });
    const topic = new Topic(stage, group, "Builds");
    await topic.ask("/mode@codex_test_bot single", /mode is single/);
    const asked = topic.say("@codex_test_bot this needs an approval");
    const say = (text: string): void => void world.send(group, { text, from: owner });
    const said = (fits: RegExp): Promise<SeenMessage> =>
      world.waitForMessage(
        group,
        ({ text, topicId }) => fits.test(text) && topicId === undefined,
        { timeoutMs: 45_000, what: `a message outside of topics that fits ${fits}` },
      );
    await body({ stage, group, topic, asked, say, said });
  });
}

const CANCELLED = /run\.finished .*cancelled/;

Deno.test("a run whose status went with its topic is cancelled by /cancel outside of topics", () =>
  withRunInTopic(async ({ stage, group, topic, asked, say, said }) => {
    const { world, owner } = stage;
    await topic.reply(asked, /Waiting for your decision/);
    world.deleteTopic(group, topic.id);
    say("/cancel@codex_test_bot");
    const found = await said(/Developing[^]*this needs an approval$/);
    world.press(group, found.id, "Cancel 1", owner);
    await world.waitFor(() => CANCELLED.test(stage.output), { timeoutMs: 15_000 });
  }));

Deno.test("a run whose status stands outside of its deleted topic is cancelled by the button", () =>
  withRunInTopic(async ({ stage, group, topic, said }) => {
    const { world, owner } = stage;
    world.deleteTopic(group, topic.id);
    const status = await said(/Developing/);
    world.press(group, status.id, "Cancel", owner);
    await said(/^⏹ Stopped/);
    assert.match(stage.output, CANCELLED);
  }));

Deno.test("a run whose status went with its topic answers outside of topics", () =>
  withRunInTopic(async ({ stage: { world }, group, topic, asked, say, said }) => {
    const question = await topic.reply(asked, /Codex asks/);
    await topic.reply(asked, /Waiting for your decision/);
    world.deleteTopic(group, topic.id);
    say(`/approve@codex_test_bot ${isTyped.exec(question.text)?.[1]}`);
    await said(/\[ECHO\]/);
  }));
