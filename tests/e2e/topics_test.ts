/** A topic is a session of its own: in the forum of a group, and in a private chat. */
import assert from "node:assert/strict";
import { GROUP_ID } from "./stage.ts";
import { isTyped, Topic, withEcho } from "./topics.ts";

for (const kind of ["forum", "private chat"] as const) {
  Deno.test(`two topics of a ${kind} work side by side and do not touch each other`, () =>
    withEcho(async (stage, restart) => {
      const { world } = stage;
      const chat = kind === "forum"
        ? world.createGroup({ id: GROUP_ID, isForum: true, botStatus: "administrator" })
        : stage.chat;
      const one = new Topic(stage, chat, "Builds");
      const two = new Topic(stage, chat, "Docs");
      await one.ask("/mode single", /Mode set to single/);
      const waiting = one.say("this needs an approval");
      const question = await one.reply(waiting, /Codex wants/);
      const id = isTyped.exec(question.text)?.[1] ?? "";
      await one.reply(waiting, /Needs your decision/);

      await two.ask("/mode", /● plan: /);
      await two.ask("hello", /\[ECHO\]/);
      const status = await two.ask("/status", /^Status/);
      assert.match(status.text, /Now: idle/);
      assert.doesNotMatch(status.text, /needs your decision/);
      await two.ask("/cancel", /Nothing is running/);
      await two.ask(`/approve ${id}`, /No open question/);

      const busy = await one.ask("/status", /^Status/);
      assert.match(busy.text, new RegExp(`needs your decision \\(/approve or /deny ${id}\\)`));
      one.say(`/approve ${id}`);
      await one.reply(waiting, /Allowed once by Ann/);
      await one.reply(waiting, /\[ECHO\]/);
      await one.reply(waiting, /^✅ Done/);

      await restart();
      await one.ask("/mode", /● single: /);
      await two.ask("/mode", /● plan: /);
    }));
}

Deno.test("/cancel and the button of a status message stop the run of their topic only", () =>
  withEcho(async (stage) => {
    const group = stage.world.createGroup({ id: GROUP_ID, isForum: true });
    const begin = async (name: string): Promise<[Topic, number]> => {
      const topic = new Topic(stage, group, name);
      await topic.ask("/mode@codex_test_bot single", /Mode set to single/);
      const asked = topic.say("@codex_test_bot this needs an approval");
      await topic.reply(asked, /Codex wants/);
      return [topic, asked];
    };
    const [one, first] = await begin("Builds");
    const [two, second] = await begin("Docs");
    await one.ask("/cancel", /Stopping the current request/);
    await one.reply(first, /^⏹ Stopped/);
    const status = await two.reply(second, /Needs your decision/);
    stage.world.press(group, status.id, "Cancel", stage.owner);
    await two.reply(second, /^⏹ Stopped/);
  }));
