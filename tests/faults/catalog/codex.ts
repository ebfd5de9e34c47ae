/** Kills Codex. */
import assert from "node:assert/strict";
import type { Fault } from "../fault.ts";
import { noOrphans } from "../invariants.ts";

export const CODEX_FAULTS: readonly Fault[] = [
  {
    name: "Codex killed (-9) while the planner is at work",
    play: async (scene) => {
      await scene.start();
      const asked = scene.ask("plan");
      await scene.holdAt("planner", asked);
      await scene.killCodex();
      await scene.settle();
      assert.equal(scene.answers(asked).length, 1);
    },
  },
  {
    name: "Codex killed (-9) while the developer is at work",
    play: async (scene) => {
      await scene.start();
      const asked = scene.ask("single");
      await scene.holdAt("developer", asked);
      await scene.killCodex();
      await scene.settle();
      assert.equal(scene.failures(asked).length, 1);
      const next = scene.ask("single");
      await scene.settle();
      assert.equal(scene.answers(next).length, 1);
      await noOrphans(scene);
    },
  },
  {
    name: "Codex killed (-9) while a command of it runs",
    play: async (scene) => {
      await scene.start();
      const asked = await scene.askForCommand();
      await scene.killCodex();
      await scene.settle();
      assert.equal(scene.failures(asked).length, 1);
      await noOrphans(scene);
    },
  },
  {
    name: "Codex killed (-9) while idle",
    play: async (scene) => {
      await scene.start();
      await scene.killCodex();
      const asked = scene.ask("single");
      await scene.settle();
      assert.equal(scene.answers(asked).length, 1);
    },
  },
];
