/** Makes Codex say a secret. */
import assert from "node:assert/strict";
import type { Fault } from "../fault.ts";

export const SECRET_FAULTS: readonly Fault[] = [
  {
    name: "Codex answers with the bot token",
    play: async (scene) => {
      await scene.start();
      const asked = scene.askForSecret();
      await scene.settle();
      assert.match(scene.answers(asked)[0]?.text ?? "", /•{20,}/);
    },
  },
];
