/** Topics of the forum of a group, or of a private chat, and the program that works in them. */
import assert from "node:assert/strict";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import type { ChatHandle } from "../../src/demo/bot_api/world_view.ts";
import { Stage } from "./stage.ts";

/** One topic of a chat, and the owner in it. */
export class Topic {
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
      { what: `a reply to ${to} that fits ${fits}` },
    );
    assert.equal(message.topicId, this.id);
    return message;
  }

  async ask(text: string, fits: RegExp): Promise<SeenMessage> {
    return await this.reply(this.say(text), fits);
  }
}

/** The program with the echo backend, which takes every text of a group. */
export async function withEcho(
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

/** Of a question: the id that is typed to answer it. */
export const isTyped = /\/approve (\w{5})/;
