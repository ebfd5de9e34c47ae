/** Ends the program at every stage of a request, by a kill or by a signal to stop. */
import assert from "node:assert/strict";
import { type Fault, pause } from "../fault.ts";
import { noOrphans, nothingLeft } from "../invariants.ts";
import type { Mode, RoleName, Scene } from "../scene.ts";

const STAGES: readonly (readonly [Mode, RoleName])[] = [
  ["single", "developer"],
  ["plan", "selector"],
  ["plan", "planner"],
  ["plan", "developer"],
  ["plan", "reviewer"],
];

export const PROGRAM_FAULTS: readonly Fault[] = [
  ...STAGES.map(([mode, role]): Fault => ({
    name: `program killed (-9) in ${mode} mode while the ${role} is at work`,
    play: async (scene) => {
      const asked = await begin(scene, mode);
      await scene.holdAt(role, asked);
      await scene.restart();
      await noOrphans(scene);
      await scene.settle();
    },
  })),
  {
    name: "program killed (-9) while a command of Codex runs",
    play: async (scene) => {
      await scene.start();
      await scene.askForCommand();
      await scene.restart();
      await noOrphans(scene);
      await scene.settle();
    },
  },
  {
    name: "program stopped (SIGTERM) while a command of Codex runs",
    play: async (scene) => {
      await scene.start();
      await scene.askForCommand();
      assert.equal(await scene.program.stop(), 0);
      await nothingLeft(scene);
      await scene.start();
      await scene.settle();
    },
  },
  {
    name: "program killed (-9) while a second request waits",
    play: async (scene) => {
      const asked = await begin(scene, "single");
      await scene.holdAt("developer", asked);
      const second = scene.ask("single");
      await scene.stage.reply(second.messageId, /Queued/);
      await scene.restart();
      await scene.settle();
      assert.equal(scene.continued.get(second.tag), undefined);
    },
  },
  {
    name: "program killed (-9) at random moments, three times in a row",
    play: async (scene, random) => {
      scene.slow = true;
      await scene.start();
      for (let time = 0; time < 3; time++) {
        scene.ask(random.pick(["single", "plan"]));
        await pause(random.between(0, 1_200));
        await scene.restart();
      }
      await noOrphans(scene);
      await scene.settle();
    },
  },
  {
    name: "program killed (-9) while the answer is on its way to Telegram",
    play: async (scene, random) => {
      const asked = await begin(scene, "single");
      const go = await scene.holdAt("developer", asked);
      await scene.stage.reply(asked.messageId, /Developing/);
      const { faults } = scene.stage.telegram;
      const fault = faults.add({ method: "sendMessage", kind: "delay", delayMs: 700 });
      go();
      // Calls are reported when they end; this one has just begun.
      while (fault.hits === 0) await pause(5);
      await pause(random.between(0, 600));
      await scene.restart();
      await scene.settle();
      // A repeat may still be under way when the first copy has settled the request.
      await pause(1_500);
    },
  },
  {
    name: "program killed (-9) while Codex waits for an approval",
    play: async (scene) => {
      await scene.start();
      const asked = scene.askForApproval();
      const question = await scene.stage.reply(asked.messageId, /Codex wants to run a command/);
      await scene.restart();
      const { world, chat } = scene.stage;
      // A kill right after the sending leaves a message with an unknown id, until it is pressed.
      await pause(1_000);
      if (world.message(chat, question.id).buttons.length > 0) {
        world.press(chat, question.id, "Allow once");
      }
      await world.waitFor(() => /Expired/.test(world.message(chat, question.id).text), {
        what: "the question to be expired",
      });
      assert.deepEqual(world.message(chat, question.id).buttons, []);
      await scene.settle();
    },
  },
  ...(["SIGTERM", "SIGINT"] as const).map((signal): Fault => ({
    name: `program stopped (${signal}) while the developer is at work`,
    play: async (scene) => {
      const asked = await begin(scene, "plan");
      await scene.holdAt("developer", asked);
      assert.equal(await scene.program.stop(signal), 0);
      await nothingLeft(scene);
      await scene.stage.reply(asked.messageId, /The program is shutting down/);
      await scene.start();
      await scene.settle();
      assert.equal(scene.continued.get(asked.tag), 1);
    },
  })),
  {
    name: "program stopped while idle",
    play: async (scene) => {
      scene.ask("single");
      await scene.start();
      await scene.settle();
      assert.equal(await scene.program.stop(), 0);
      await nothingLeft(scene);
      await scene.start();
      scene.ask("single");
      await scene.settle();
    },
  },
];

/** Starts the program and one request. */
async function begin(scene: Scene, mode: Mode): Promise<ReturnType<Scene["ask"]>> {
  await scene.start();
  return scene.ask(mode);
}
