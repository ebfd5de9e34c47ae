/** What belongs to a topic that is gone finds its way all the same. */
import assert from "node:assert/strict";
import { GROUP_ID } from "./stage.ts";
import { isTyped, Topic, withEcho } from "./topics.ts";

for (const end of ["deleted", "closed"] as const) {
  Deno.test(`what belongs to a ${end} topic goes to the chat itself, questions included`, () =>
    withEcho(async (stage) => {
      const { world } = stage;
      const group = world.createGroup({ id: GROUP_ID, isForum: true });
      const topic = new Topic(stage, group, "Builds");
      await topic.ask("/mode@codex_test_bot single", /Mode set to single/);
      topic.say("@codex_test_bot approval, please");
      if (end === "deleted") world.deleteTopic(group, topic.id);
      else world.closeTopic(group, topic.id);
      const question = await world.waitForMessage(
        group,
        (message) => /Codex wants/.test(message.text) && message.topicId === undefined,
      );
      const id = isTyped.exec(question.text)?.[1] ?? "";
      world.send(group, { text: `/approve@codex_test_bot ${id}`, from: stage.owner });
      await world.waitFor(() => /Allowed once by Ann/.test(world.message(group, question.id).text));
      // Each message is refused once before it goes to the chat, at the pace of a group.
      if (end === "deleted") return;
      const answer = await world.waitForMessage(group, /\[ECHO\]/);
      assert.equal(answer.topicId, undefined);
    }));
}
