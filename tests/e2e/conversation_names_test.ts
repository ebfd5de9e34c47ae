/** What a conversation is called, here and where Codex lists it. */
import assert from "node:assert/strict";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import { singleModeTest } from "./single_mode.ts";
import type { Stage } from "./stage.ts";
import { NEWEST } from "../support/codex_versions.ts";

singleModeTest(
  "a name that was given before the first request, or after it, is the one that /resume lists",
  { codex: NEWEST, backend: "app-server" },
  async (stage) => {
    await stage.ask("/name The early one", /^Conversation named "The early one"\.$/);
    await stage.ask("first", /^ok: first$/);
    await listed(stage, /The early one/);
    await stage.ask("/name The later one", /^Conversation named "The later one"\.$/);
    await listed(stage, /The later one/);
    await stage.ask("/new", /^New conversation/);
    await stage.ask("second words", /^ok: second words$/);
    await stage.ask("/status", /\nConversation: second words\n/);
    const list = await listed(stage, /second words[\s\S]*The later one/);
    const button = list.buttons.flat().find(({ text }) => /The later one/.test(text));
    stage.world.press(stage.chat, list.id, button?.text ?? "");
    await stage.world.waitForMessage(stage.chat, /Continuing: The later one/);
    await stage.ask("/status", /\nConversation: The later one\n/);
  },
);

/** Asks for the list until its buttons fit: Codex may be told the name a moment after the answer. */
async function listed(stage: Stage, fits: RegExp): Promise<SeenMessage> {
  for (const deadline = Date.now() + 30_000;;) {
    const list = await stage.ask("/resume", /Which conversation/);
    const labels = list.buttons.flat().map(({ text }) => text).join("\n");
    if (fits.test(labels)) return list;
    assert.ok(Date.now() < deadline, `no list fits ${fits}:\n${labels}`);
  }
}
