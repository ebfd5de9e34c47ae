/** What has to hold before a run is taken back, and what is remembered of it. */
import assert from "node:assert/strict";
import type { CarryResult, Snapshot, Workspace } from "../../src/core/workspace/workspace.ts";
import { Undo, type UndoWish } from "../../src/core/workspace/undo.ts";
import { MemorySnapshots } from "../fakes/memory_snapshots.ts";
import { MemorySessions } from "../fakes/memory_stores.ts";
import { ANN, BEN } from "./engine_harness.ts";

function snapshot(tree: string): Snapshot {
  const place = { folder: "/w", top: "/w", prefix: ".", repository: false };
  return { ...place, id: tree, tree, nested: 0, withoutContent: 0 };
}

/** A run of Ann's that has brought the folder from one state to another. */
class Scene {
  readonly snapshots = new MemorySnapshots();
  readonly sessions = new MemorySessions();
  readonly carried: string[] = [];
  result: CarryResult = { type: "carried", files: [] };
  readonly #undo: Undo;

  constructor() {
    const owner = { runId: "r1", session: ANN };
    this.snapshots.add(owner, 0, snapshot("before"));
    this.snapshots.add(owner, 1, snapshot("after"));
    const refuse = () => Promise.reject(new Error("not asked for"));
    const workspace: Workspace = {
      snapshot: refuse,
      changes: refuse,
      patch: refuse,
      compare: refuse,
      locate: refuse,
      putBack: refuse,
      commits: () => Promise.resolve([]),
      carry: (from, to) => {
        this.carried.push(`${from.tree} to ${to.tree}`);
        return Promise.resolve(this.result);
      },
    };
    const codex = { start: () => Promise.resolve(), workspace };
    const machines = { codexOn: () => codex };
    const { snapshots, sessions } = this;
    this.#undo = new Undo({ machines, snapshots, sessions });
  }

  async carry(
    direction: "undo" | "redo",
    wish: Partial<UndoWish> = {},
    session = ANN,
  ): Promise<string> {
    const whole = { isBusy: () => false, ...wish };
    return (await this.#undo.carryOut(session, direction, whole)).type;
  }

  get isUndone(): boolean {
    return this.snapshots.run(ANN, "r1")?.undone === true;
  }
}

Deno.test("a run is taken back once by its own session, and brought again", async () => {
  const scene = new Scene();
  assert.equal(await scene.carry("undo", {}, BEN), "none");
  assert.equal(await scene.carry("undo", { runId: "r1" }, BEN), "none");
  assert.equal(await scene.carry("redo"), "none");
  assert.deepEqual(scene.carried, []);
  assert.equal(await scene.carry("undo", { runId: "r1" }), "done");
  assert.ok(scene.isUndone);
  assert.equal(await scene.carry("undo", { runId: "r1" }), "none");
  assert.equal(await scene.carry("redo"), "done");
  assert.ok(!scene.isUndone);
  assert.deepEqual(scene.carried, ["after to before", "before to after"]);
});

Deno.test("nothing is written beside a run at work, nor over the work of others unless that is wanted", async () => {
  const scene = new Scene();
  assert.equal(
    await scene.carry("undo", { isBusy: (_machine, { path }) => path === "/w" }),
    "busy",
  );
  scene.snapshots.addMixed([{ runId: "r1", other: { runId: "r2", own: false } }]);
  assert.equal(await scene.carry("undo"), "mixed");
  assert.deepEqual([scene.carried, scene.isUndone], [[], false]);
  assert.equal(await scene.carry("undo", { evenMixed: true }), "done");
});

Deno.test("what could not be taken back does not count as taken back", async () => {
  const scene = new Scene();
  for (
    const result of [
      { type: "overlaps", overlaps: [{ path: "a", why: "same-lines" }] },
      { type: "failed", reason: "write" },
    ] as const
  ) {
    scene.result = result;
    assert.equal(await scene.carry("undo"), result.type);
    assert.ok(!scene.isUndone);
  }
  scene.result = { type: "nothing" };
  assert.equal(await scene.carry("undo"), "nothing");
  assert.ok(scene.isUndone);
});

Deno.test("/undo takes back nothing else than the latest request, also where that was not recorded", async () => {
  for (const runId of ["r1", "r2"]) {
    const scene = new Scene();
    scene.snapshots.addRefusal({ runId, session: ANN }, "failed");
    assert.deepEqual(await scene.carry("undo"), "later");
    assert.deepEqual([scene.carried, scene.isUndone], [[], false]);
    // Whoever names the request, or wants it all the same, means it.
    assert.equal(await scene.carry("undo", { runId: "r1" }), "done");
    assert.equal(await scene.carry("redo"), "done");
    assert.equal(await scene.carry("undo", { evenMixed: true }), "done");
  }
  const scene = new Scene();
  scene.snapshots.addRefusal({ runId: "r2", session: BEN }, "failed");
  assert.equal(await scene.carry("undo"), "done");
});

Deno.test("what was not recorded before the latest request does not hold it up", async () => {
  const scene = new Scene();
  scene.snapshots.addRefusal({ runId: "r0", session: ANN }, "failed");
  scene.snapshots.add({ runId: "r2", session: ANN }, 0, snapshot("after"));
  scene.snapshots.add({ runId: "r2", session: ANN }, 1, snapshot("later"));
  assert.equal(await scene.carry("undo"), "done");
  assert.deepEqual(scene.carried, ["later to after"]);
  assert.equal(await scene.carry("undo"), "later");
});
