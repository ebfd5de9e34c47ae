/** Rows: the first sign of life, and the calls of the Bot API. */
import { startBotApiServer } from "../../../src/demo/bot_api/server.ts";
import type { ChatHandle } from "../../../src/demo/bot_api/world_view.ts";
import type { World } from "../../../src/demo/bot_api/world.ts";
import { type Stage, TOKEN } from "../../e2e/stage.ts";
import { ask, benchStage, callsSince, nextTask, pause, warmUp } from "../bot_stage.ts";
import type { Figure, Row } from "../figures.ts";

export const FIRST_SIGN: Row = {
  name: "sign",
  about: "the first visible sign, beside a bot that does nothing but react",
  async measure({ quick }): Promise<Figure[]> {
    await using stage = await benchStage();
    await using bare = await startBotApiServer({ token: TOKEN });
    const person = bare.world.createPerson();
    const chat = bare.world.privateChat(person);
    const bot = new Deno.Command(Deno.execPath(), {
      args: ["run", "-N", programPath("bare_bot.ts"), `${bare.url}/bot${TOKEN}`],
    }).spawn();
    try {
      await stage.start();
      await warmUp(stage);
      for (let each = 0; each < 3; each++) await reacted(bare.world, chat);
      const times = { program: new Array<number>(), bare: new Array<number>() };
      for (let each = 0; each < (quick ? 6 : 20); each++) {
        await pause(1_500);
        times.program.push(await reacted(stage.world, stage.chat));
        times.bare.push(await reacted(bare.world, chat));
      }
      return [{
        what: "message to its first visible sign",
        values: times.program,
        unit: "ms",
        beside: { what: "a bot that only reacts", values: times.bare },
        target: { most: 2 },
        kind: "noisy",
      }];
    } finally {
      bot.kill("SIGTERM");
      await bot.status;
    }
  },
};

async function reacted(world: World, chat: ChatHandle): Promise<number> {
  const sentAt = performance.now();
  const { id } = world.send(chat, nextTask());
  await world.waitFor(() => world.message(chat, id).reactions.length > 0);
  return performance.now() - sentAt;
}

export function programPath(name: string): string {
  return new URL(`../programs/${name}`, import.meta.url).pathname;
}

export const CALLS: Row = {
  name: "calls",
  about: "calls of the Bot API for a short answer, and for a minute of work",
  async measure({ quick }): Promise<Figure[]> {
    await using stage = await benchStage();
    await stage.start();
    await warmUp(stage);
    const short: number[] = [];
    for (let each = 0; each < (quick ? 1 : 3); each++) {
      const before = stage.telegram.calls().length;
      await ask(stage, stage.chat);
      await pause(3_000);
      short.push(callsSince(stage, before).length);
    }
    const seconds = quick ? 10 : 60;
    const work = await callsOfWork(stage, seconds);
    return [
      {
        what: "calls for a short answer",
        values: short,
        unit: "calls",
        result: Math.max(...short),
        target: { most: 3 },
        kind: "exact",
      },
      {
        what: `calls for ${seconds} s of work with 5 events a second`,
        values: [work],
        unit: "calls",
        target: { most: Math.ceil(25 * seconds / 60) },
        kind: "noisy",
      },
    ];
  },
};

const EVENTS_A_SECOND = 5;
/** It comes in two pieces, each of them told as an event. */
const EVENTS_A_COMMENT = 2;

/** Each event is a message of Codex in between, as it comments on its work. */
async function callsOfWork(stage: Stage, seconds: number): Promise<number> {
  const count = seconds * EVENTS_A_SECOND / EVENTS_A_COMMENT;
  const comments = Array.from({ length: count }, (_, number) => ({
    message: `Looking at part ${number}.`,
    phase: "commentary" as const,
  }));
  stage.model.script({
    when: ({ lastUserText }) => lastUserText.includes("long work"),
    steps: [{
      all: [...comments, { message: "done long work." }],
      pauseMs: 1_000 / EVENTS_A_SECOND,
    }],
  });
  const before = stage.telegram.calls().length;
  stage.say("long work");
  await stage.world.waitForMessage(stage.chat, /done long work\./, {
    timeoutMs: (seconds + 60) * 1_000,
  });
  await pause(3_000);
  return callsSince(stage, before).length;
}
