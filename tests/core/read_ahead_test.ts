/** The folder of a request is read while its session is: where it works, and when nobody else does. */
import assert from "node:assert/strict";
import { setImmediate as settled } from "node:timers/promises";
import { type CodexBackend, onlyThisMachine } from "../../src/core/codex/codex.ts";
import type { Orchestrator } from "../../src/core/run/orchestrator.ts";
import type { Snapshot, Workspace } from "../../src/core/workspace/workspace.ts";
import { HeldTurn } from "../fakes/held_turn.ts";
import { ScriptedBackend, type ScriptedTurn } from "../fakes/scripted_backend.ts";
import { ANN, BEN, EngineHarness } from "./engine_harness.ts";

const TURNS = 9;

class Scene {
  readonly harness = new EngineHarness();
  readonly engine: Orchestrator;
  /** What was read, in this order. */
  readonly reads: string[] = [];
  #snapshots = 0;

  constructor(developer: readonly ScriptedTurn[] = Array<string>(TURNS).fill("done")) {
    const { sessions } = this.harness;
    const read = sessions.read.bind(sessions);
    sessions.read = async (key) => {
      await settled();
      this.reads.push(`session ${key.userId}`);
      return await read(key);
    };
    const script = new ScriptedBackend({ developer });
    this.engine = this.harness.orchestrator(script, onlyThisMachine(this.#backend(script)));
  }

  async asked(session = ANN): Promise<string> {
    const run = this.harness.run("words", session);
    this.reads.length = 0;
    this.engine.submit(run, run.id);
    await this.over(run.id);
    return run.id;
  }

  /** Waits until it is remembered, which reads the session once more. */
  async over(runId: string): Promise<void> {
    while (this.harness.runs.runs.get(runId)?.status !== "finished") await settled();
  }

  folderOf(runId: string): string | undefined {
    return this.harness.snapshots.of(runId).get(0)?.folder;
  }

  #backend(script: ScriptedBackend): CodexBackend {
    const { capabilities, queries, activity, terminals } = script;
    return {
      kind: "app-server",
      ...{ capabilities, queries, activity, terminals, workspace: this.#workspace() },
      start: () => script.start(),
      startThread: (options) => script.startThread(options),
      resumeThread: (id, options) => script.resumeThread(id, options),
      health: () => script.health(),
      restart: () => script.restart(),
      close: () => script.close(),
    };
  }

  #workspace(): Workspace {
    const nothing = (): never => {
      throw new Error("not asked for");
    };
    return {
      snapshot: (folder) => {
        this.reads.push(folder);
        const snapshot = snapshotOf(folder, `s${++this.#snapshots}`);
        return Promise.resolve({ type: "taken", snapshot });
      },
      locate: (path) => Promise.resolve({ path }),
      changes: () => Promise.resolve([]),
      patch: nothing,
      compare: nothing,
      commits: nothing,
      carry: nothing,
      putBack: nothing,
    };
  }
}

function snapshotOf(folder: string, id: string): Snapshot {
  const nothing = { repository: false, nested: 0, withoutContent: 0 };
  return { folder, id, tree: "t", top: folder, prefix: ".", ...nothing };
}

/** What was read first, as a session is read again when the answer is remembered. */
function begin({ reads }: Scene): readonly string[] {
  return reads.slice(0, 2);
}

Deno.test("a further request reads the folder of the last one at once, and only once", async () => {
  const scene = new Scene();
  await scene.harness.singleMode(ANN);
  await scene.asked();
  assert.deepEqual(begin(scene), ["session 1", "/a"]);
  const second = await scene.asked();
  assert.deepEqual(begin(scene), ["/a", "session 1"]);
  assert.equal(scene.reads.filter((each) => each === "/a").length, 1);
  assert.equal(scene.folderOf(second), "/a");
});

Deno.test("a request that works elsewhere by now has the record of that folder", async () => {
  const scene = new Scene();
  await scene.harness.singleMode(ANN);
  await scene.asked();
  await scene.engine.selectProfile(ANN, "other");
  const second = await scene.asked();
  assert.deepEqual(scene.reads.filter((each) => each.startsWith("/")), ["/a", "/b"]);
  assert.equal(scene.folderOf(second), "/b");
  assert.ok(!scene.engine.isFolderBusy(undefined, { path: "/a" }));
});

Deno.test("nothing is read ahead while another session is at work there", async () => {
  const held = new HeldTurn();
  const scene = new Scene(["done", held, "done"]);
  await scene.harness.singleMode(ANN, BEN);
  await scene.asked();
  const ahead = scene.harness.run("words", BEN);
  scene.engine.submit(ahead, ahead.id);
  await held.asked;
  const behind = scene.harness.run("words", ANN);
  scene.reads.length = 0;
  scene.engine.submit(behind, behind.id);
  await scene.harness.chat.seen(behind.id, "run.queued");
  assert.deepEqual(scene.reads, ["session 1"]);
  held.end({ answer: "done" });
  await scene.over(behind.id);
  assert.equal(scene.folderOf(behind.id), "/a");
});

Deno.test("a request that is stopped before its session is read lets others into the folder", async () => {
  const scene = new Scene();
  await scene.harness.singleMode(ANN);
  await scene.asked();
  const run = scene.harness.run("words");
  scene.engine.submit(run, run.id);
  assert.ok(scene.engine.isFolderBusy(undefined, { path: "/a" }));
  scene.engine.cancel(ANN, { all: false });
  await scene.over(run.id);
  assert.ok(!scene.engine.isFolderBusy(undefined, { path: "/a" }));
  assert.equal(scene.folderOf(run.id), undefined);
});

/** What was read before the request was there, and behind that. */
async function foreseen(scene: Scene, between: () => unknown): Promise<readonly string[]> {
  await scene.harness.singleMode(ANN, BEN);
  await scene.asked();
  scene.reads.length = 0;
  scene.engine.foresee(ANN);
  await between();
  const run = scene.harness.run("words");
  scene.engine.submit(run, run.id);
  await scene.over(run.id);
  return scene.reads.filter((each) => each === "/a");
}

Deno.test("the folder of a request that is about to come is read once, with nobody in it", async () => {
  const scene = new Scene();
  const reads = await foreseen(scene, () => {
    assert.deepEqual(scene.reads, ["/a"]);
    assert.ok(!scene.engine.isFolderBusy(undefined, { path: "/a" }));
  });
  assert.deepEqual(reads, ["/a"]);
});

Deno.test("a folder that was read too early for a request is read anew", async () => {
  const scene = new Scene();
  assert.equal((await foreseen(scene, () => scene.harness.clock.time += 300)).length, 2);
});

Deno.test("a folder in which another run has worked meanwhile is read anew", async () => {
  const scene = new Scene();
  const reads = await foreseen(scene, async () => {
    const other = scene.harness.run("words", BEN);
    scene.engine.submit(other, other.id);
    await scene.over(other.id);
  });
  assert.equal(reads.length, 3);
});

Deno.test("nothing is foreseen of a session that has asked nothing, or while somebody is at work", async () => {
  const held = new HeldTurn();
  const scene = new Scene(["done", held, "done"]);
  await scene.harness.singleMode(ANN, BEN);
  scene.reads.length = 0;
  scene.engine.foresee(ANN);
  assert.deepEqual(scene.reads, []);
  await scene.asked();
  const other = scene.harness.run("words", BEN);
  scene.engine.submit(other, other.id);
  await held.asked;
  scene.reads.length = 0;
  scene.engine.foresee(ANN);
  assert.deepEqual(scene.reads, []);
  held.end({ answer: "done" });
  await scene.over(other.id);
});
