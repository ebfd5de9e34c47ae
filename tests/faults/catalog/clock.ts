/** Moves the clock while the program is off: a long downtime, or time that runs backwards. */
import assert from "node:assert/strict";
import type { Fault } from "../fault.ts";
import { FAKETIME } from "../faketime.ts";
import type { Scene } from "../scene.ts";

export const CLOCK_FAULTS: readonly Fault[] = [
  {
    name: "clock three hours ahead after a stop: what waited is offered, not run",
    needs: "faketime",
    play: async (scene) => {
      const { first, second } = await killedWithTwo(scene);
      moveClock(scene, "+3h");
      await scene.start();
      await scene.settle();
      assert.equal(scene.continued.get(first.tag), 1);
      assert.equal(scene.continued.get(second.tag), 1);
    },
  },
  {
    name: "clock three hours back after a stop: what waited goes on",
    needs: "faketime",
    play: async (scene) => {
      const { first, second } = await killedWithTwo(scene);
      moveClock(scene, "-3h");
      await scene.start();
      await scene.settle();
      assert.equal(scene.continued.get(first.tag), 1);
      assert.equal(scene.continued.get(second.tag), undefined);
    },
  },
];

async function killedWithTwo(
  scene: Scene,
): Promise<{ first: ReturnType<Scene["ask"]>; second: ReturnType<Scene["ask"]> }> {
  await scene.start();
  const first = scene.ask("single");
  await scene.holdAt("developer", first);
  const second = scene.ask("single");
  await scene.stage.reply(second.messageId, /Queued/);
  await scene.program.kill();
  return { first, second };
}

/** Moves wall time only, as setting a machine's clock does not change its timers. */
function moveClock(scene: Scene, offset: string): void {
  scene.stage.variables = {
    LD_PRELOAD: FAKETIME,
    FAKETIME: offset,
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
}
