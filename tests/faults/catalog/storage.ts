/** Fills the disk, makes it read-only, or damages what is on it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Fault } from "../fault.ts";
import type { Scene } from "../scene.ts";
import { type SmallDisk, smallDiskAt } from "../../support/small_disk.ts";

export const STORAGE_FAULTS: readonly Fault[] = [
  {
    name: "disk full when a request arrives",
    needs: "mount",
    play: (scene) =>
      onSmallDisk(scene, async (disk) => {
        await serveOne(scene);
        await disk.fill();
        const asked = scene.ask("single");
        await scene.stage.reply(asked.messageId, /disk is full/);
        await scene.stage.reply(scene.stage.say("/status"), /^(?:⚠️[\s\S]*)?Status/);
        await disk.free();
        await scene.settle();
        assert.equal(scene.answers(asked).length, 1);
      }),
  },
  {
    name: "disk full while the developer is at work",
    needs: "mount",
    play: (scene) =>
      onSmallDisk(scene, async (disk) => {
        await scene.start();
        const asked = scene.ask("single");
        const go = await scene.holdAt("developer", asked);
        await disk.fill();
        go();
        await scene.settle();
        assert.equal(scene.answers(asked).length, 1);
        await disk.free();
        scene.ask("single");
        await scene.settle();
      }),
  },
  {
    name: "state folder read-only from the start",
    needs: "mount",
    play: (scene) =>
      onSmallDisk(scene, async (disk) => {
        await serveOne(scene);
        await scene.program.stop();
        await disk.remount("ro");
        await scene.start();
        const asked = scene.ask("single");
        await scene.stage.reply(asked.messageId, /cannot be written/);
        await disk.remount("rw");
        await scene.settle();
        assert.equal(scene.answers(asked).length, 1);
      }),
  },
  {
    name: "database damaged while the program was off",
    play: async (scene, random) => {
      await serveOne(scene);
      await scene.program.stop();
      const path = join(scene.stage.stateFolder, "state.db");
      const damaged = await damage(path, random.between(0, 2));
      const asked = scene.ask("single");
      await scene.start();
      await scene.stage.reply(
        asked.messageId,
        /database was damaged[\s\S]*kept as set-aside\/state\.db/,
      );
      await scene.settle();
      assert.deepEqual(await contentSetAside(scene, "state.db.damaged-"), damaged);
    },
  },
  {
    name: "write-ahead log of the database overwritten after a kill (-9)",
    play: async (scene) => {
      await serveOne(scene);
      await scene.program.kill();
      const path = join(scene.stage.stateFolder, "state.db-wal");
      await Deno.writeFile(path, crypto.getRandomValues(new Uint8Array(4_096)));
      const asked = scene.ask("single");
      await scene.start();
      await scene.settle();
      assert.equal(scene.answers(asked).length, 1);
    },
  },
  {
    name: "session file damaged",
    play: async (scene, random) => {
      await serveOne(scene);
      // It is written behind the answer.
      await scene.stage.session(({ history }) => Array.isArray(history) && history.length === 2);
      const text = await Deno.readTextFile(scene.stage.sessionFile);
      const damaged = text.slice(0, random.between(1, text.length - 3));
      await Deno.writeTextFile(scene.stage.sessionFile, damaged);
      const asked = scene.ask("single");
      await scene.stage.reply(asked.messageId, /damaged[\s\S]*kept as/);
      await scene.settle();
    },
  },
];

/** Starts the program and lets it answer a request, so that there is something to damage. */
async function serveOne(scene: Scene): Promise<void> {
  await scene.start();
  scene.ask("single");
  await scene.settle();
}

/** Moves the state folder to a disk of its own. */
async function onSmallDisk(
  scene: Scene,
  play: (disk: SmallDisk) => Promise<void>,
): Promise<void> {
  const { stateFolder } = scene.stage;
  const conf = await Deno.readTextFile(join(stateFolder, "conf.toml"));
  await using disk = await smallDiskAt(stateFolder);
  await Deno.writeTextFile(join(stateFolder, "conf.toml"), conf);
  try {
    await play(disk);
  } finally {
    await scene.program.end();
  }
}

/** @param how 0 = the header, 1 = the middle, 2 = cut in half */
async function damage(path: string, how: number): Promise<Uint8Array> {
  const bytes = await Deno.readFile(path);
  const noise = crypto.getRandomValues(new Uint8Array(1_024));
  const damaged = how === 2 ? bytes.slice(0, bytes.length / 2) : bytes.slice();
  if (how === 0) damaged.set(noise, 0);
  if (how === 1) {
    for (let at = 4_096; at < damaged.length - 1_024; at += 4_096) damaged.set(noise, at);
  }
  await Deno.writeFile(path, damaged);
  return damaged;
}

async function contentSetAside(scene: Scene, prefix: string): Promise<Uint8Array> {
  const folder = join(scene.stage.stateFolder, "set-aside");
  for await (const { name } of Deno.readDir(folder)) {
    if (name.startsWith(prefix) && name.endsWith("Z")) {
      return await Deno.readFile(join(folder, name));
    }
  }
  throw new Error(`Nothing named ${prefix}* was set aside`);
}
