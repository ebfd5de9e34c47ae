/** Where the status message of a failed run leads, with a real Codex. */
import assert from "node:assert/strict";
import type { ReceivedRequest } from "../support/responses_api.ts";
import type { Stage } from "./stage.ts";
import { singleModeTest } from "./single_mode.ts";
import { NEWEST } from "../support/codex_versions.ts";

singleModeTest(
  "a failed run says why and can be tried again by a button, once",
  { codex: NEWEST, backend: "app-server" },
  async (stage) => {
    const { world, chat, model } = stage;
    let tries = 0;
    const asked = ({ lastUserText }: ReceivedRequest): boolean => lastUserText === "do it";
    model.script({
      when: asked,
      steps: () => ++tries === 1 ? [{ status: 400 }] : [{ message: "done it" }],
    });
    const request = stage.say("do it");
    const failed = await stage.reply(request, /^❌ Failed · \d+ s/);
    assert.match(failed.text, /^❌ Failed · \d+ s\n\S[^\n]+$/, "why, in one line");
    const labels = failed.buttons.map((row) => row.map(({ text }) => text));
    assert.deepEqual(labels, [["Log", "Retry"]]);
    assert.equal(await toast(stage, failed.id), "");
    await stage.reply(request, /^done it$/);
    assert.notEqual(await toast(stage, failed.id), "", "a second press is told of");
    assert.equal(model.requests.filter(asked).length, 2);
    world.press(chat, failed.id, "Log");
    await stage.reply(failed.id, /^📜 Steps\ndo it/);
  },
);

/** Presses Retry below the message, and waits for what is shown for a moment. */
async function toast({ world, chat }: Stage, messageId: number): Promise<string> {
  return (await world.waitForAnswer(world.press(chat, messageId, "Retry"))).text ?? "";
}

singleModeTest(
  "a status message whose sending was lost is not repeated, and a press makes it the request's",
  { codex: NEWEST, backend: "app-server" },
  async (stage) => {
    const { world, chat, model } = stage;
    const hangs = ({ lastUserText }: ReceivedRequest): boolean => lastUserText === "hang";
    model.script({
      when: hangs,
      steps: [{ until: new Promise(() => {}), then: { message: "never" } }],
    });
    const lost = stage.telegram.faults.add({ method: "sendMessage", kind: "drop-after" });
    const request = stage.say("hang");
    const shown = await stage.reply(request, /./);
    await model.received(hangs);
    assert.equal(lost.hits, 1);
    // What is said later arrives later, so a repeat would be here by now.
    await stage.ask("/queue", /hang/);
    world.press(chat, shown.id, "Cancel");
    await world.waitFor(() => world.message(chat, shown.id).text.startsWith("⏹ Stopped"));
    const said = world.botMessages(chat).filter(({ replyTo }) => replyTo === request);
    assert.deepEqual(said.map(({ id }) => id), [shown.id]);
  },
);
