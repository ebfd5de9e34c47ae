/** A run whose topic is gone can still be stopped, and still answers. */
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import type { ChatHandle } from "../../src/demo/bot_api/world_view.ts";
import { GROUP_ID, type Stage } from "./stage.ts";
import { isTyped, Topic, withEcho } from "./topics.ts";

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
    await topic.ask("/mode@codex_test_bot single", /Mode set to single/);
    const asked = topic.say("@codex_test_bot this needs an approval");
    const say = (text: string): void => void world.send(group, { text, from: owner });
    const said = (fits: RegExp): Promise<SeenMessage> =>
      world.waitForMessage(
        group,
        ({ text, topicId }) => fits.test(text) && topicId === undefined,
        { what: `a message outside of topics that fits ${fits}` },
      );
    await body({ stage, group, topic, asked, say, said });
  });
}

const CANCELLED = /run\.finished .*cancelled/;

Deno.test("a run whose status went with its topic is cancelled by /cancel outside of topics", () =>
  withRunInTopic(async ({ stage, group, topic, asked, say, said }) => {
    const { world, owner } = stage;
    await topic.reply(asked, /Needs your decision/);
    world.deleteTopic(group, topic.id);
    say("/cancel@codex_test_bot");
    const found = await said(/Developing[^]*this needs an approval$/);
    world.press(group, found.id, "Cancel 1", owner);
    await stage.logged(CANCELLED);
  }));

Deno.test("a run whose status stands outside of its deleted topic is cancelled by the button", () =>
  withRunInTopic(async ({ stage, group, topic, said }) => {
    const { world, owner } = stage;
    world.deleteTopic(group, topic.id);
    const status = await said(/Developing/);
    world.press(group, status.id, "Cancel", owner);
    await said(/^⏹ Stopped/);
    await stage.logged(CANCELLED);
  }));

Deno.test("a run whose status went with its topic answers outside of topics", () =>
  withRunInTopic(async ({ stage: { world }, group, topic, asked, say, said }) => {
    const question = await topic.reply(asked, /Codex wants/);
    await topic.reply(asked, /Needs your decision/);
    world.deleteTopic(group, topic.id);
    say(`/approve@codex_test_bot ${isTyped.exec(question.text)?.[1]}`);
    await said(/\[ECHO\]/);
  }));
