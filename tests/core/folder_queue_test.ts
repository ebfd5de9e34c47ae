/** Runs of different sessions in one folder: who waits for whom, in which order, until when. */
import assert from "node:assert/strict";
import { setImmediate as settled } from "node:timers/promises";
import { RunCancelledError } from "../../src/core/errors.ts";
import { FolderQueue, type FolderWish } from "../../src/core/run/folder_queue.ts";
import type { FolderPlace } from "../../src/core/workspace/folder_place.ts";

interface Work {
  readonly name: string;
}

class Scene {
  readonly places = new Map<string, FolderPlace>();
  readonly located: string[] = [];
  readonly working: string[] = [];
  readonly waits = new Map<string, readonly string[]>();
  readonly mixed: string[] = [];
  /** How many pairs were told at once. */
  readonly mixedAtOnce: number[] = [];
  readonly ended = new Map<string, unknown>();
  readonly queue = new FolderQueue<Work>({
    locate: ({ folder }) => {
      this.located.push(folder);
      return Promise.resolve(this.places.get(folder));
    },
    waits: ({ name }, ahead) => this.waits.set(name, ahead.map((each) => each.name)),
    mixed: (pairs) => {
      this.mixedAtOnce.push(pairs.length);
      this.mixed.push(...pairs.map(([{ name }, other]) => `${name}+${other.name}`));
    },
  });
  readonly #items = new Map<string, Work & { readonly stop: AbortController }>();

  async enter(name: string, wish: Partial<FolderWish> = {}): Promise<void> {
    const item = { name, stop: new AbortController() };
    this.#items.set(name, item);
    const asked = { session: name, folder: "/a", writes: true, beside: false, ...wish };
    this.queue.enter(item, asked, item.stop.signal).then(
      () => this.working.push(name),
      (error) => this.ended.set(name, error),
    );
    await settled();
  }

  #item(name: string): Work & { readonly stop: AbortController } {
    const item = this.#items.get(name);
    assert.ok(item);
    return item;
  }

  async leave(name: string): Promise<void> {
    this.queue.leave(this.#item(name));
    await settled();
  }

  async stop(name: string): Promise<void> {
    this.#item(name).stop.abort();
    await settled();
  }

  async beside(name: string): Promise<boolean> {
    const ran = this.queue.runBeside(this.#item(name));
    await settled();
    return ran;
  }
}

Deno.test("who joins many in their folder is told of all of them at once", async () => {
  const scene = new Scene();
  for (const name of ["a", "b", "c", "d"]) await scene.enter(name, { beside: true });
  assert.deepEqual(scene.mixedAtOnce, [2, 4, 6]);
  assert.equal(scene.mixed.length, 12);
});

Deno.test("one after another, in the order in which they came; alone nothing is looked up", async () => {
  const scene = new Scene();
  await scene.enter("a");
  assert.deepEqual(scene.located, []);
  await scene.enter("b");
  await scene.enter("c");
  assert.deepEqual(scene.working, ["a"]);
  assert.deepEqual(scene.waits.get("c"), ["a", "b"]);
  await scene.leave("a");
  assert.deepEqual(scene.working, ["a", "b"]);
  assert.deepEqual(scene.waits.get("c"), ["b"]);
  await scene.leave("b");
  assert.deepEqual(scene.working, ["a", "b", "c"]);
  assert.deepEqual(scene.mixed, []);
  await scene.leave("c");
  await scene.leave("c");
});

Deno.test("inside of one another, by a link, in one repository: one tree; elsewhere not", async () => {
  const scene = new Scene();
  scene.places.set("/link", { path: "/a/b" });
  scene.places.set("/repo/one", { path: "/repo/one", top: "/repo" });
  scene.places.set("/repo/two", { path: "/repo/two", top: "/repo" });
  await scene.enter("a");
  await scene.enter("inside", { folder: "/a/b/c" });
  await scene.enter("link", { folder: "/link" });
  await scene.enter("beginning", { folder: "/ab" });
  await scene.enter("elsewhere", { machine: "far" });
  await scene.enter("one", { folder: "/repo/one" });
  await scene.enter("two", { folder: "/repo/two" });
  assert.deepEqual(scene.working, ["a", "beginning", "elsewhere", "one"]);
  assert.deepEqual(scene.waits.get("link"), ["a", "inside"]);
  assert.deepEqual(scene.waits.get("two"), ["one"]);
  assert.ok(scene.queue.isBusy(undefined, { path: "/a/x" }));
  assert.ok(!scene.queue.isBusy("far", { path: "/b" }));
});

Deno.test("a person runs it beside: both are mixed, and who came between waits for both", async () => {
  const scene = new Scene();
  await scene.enter("a");
  await scene.enter("b");
  await scene.enter("c");
  assert.equal(await scene.beside("c"), true);
  assert.equal(await scene.beside("c"), false);
  assert.deepEqual(scene.working, ["a", "c"]);
  assert.deepEqual(scene.mixed.toSorted(), ["a+c", "c+a"]);
  assert.deepEqual(scene.waits.get("b"), ["a", "c"]);
  await scene.leave("a");
  assert.deepEqual(scene.waits.get("b"), ["c"]);
  await scene.leave("c");
  assert.deepEqual(scene.working, ["a", "c", "b"]);
});

Deno.test("what only reads waits for nobody, and has the changes of others in its record", async () => {
  const scene = new Scene();
  await scene.enter("reads", { writes: false });
  await scene.enter("a");
  await scene.enter("late", { writes: false });
  assert.deepEqual(scene.working, ["reads", "a", "late"]);
  assert.deepEqual(scene.mixed, ["reads+a", "late+a"]);
});

Deno.test("who is stopped while it waits lets the next one pass, and nobody waits for ever", async () => {
  const scene = new Scene();
  await scene.enter("a");
  await scene.enter("b");
  await scene.enter("c");
  await scene.stop("b");
  assert.ok(scene.ended.get("b") instanceof RunCancelledError);
  assert.deepEqual(scene.waits.get("c"), ["a"]);
  await scene.leave("a");
  assert.deepEqual(scene.working, ["a", "c"]);
  await scene.stop("c");
  await scene.leave("c");
  await scene.enter("d");
  assert.deepEqual(scene.working, ["a", "c", "d"]);
});

Deno.test("a folder is busy where somebody works who may change it, not where one waits or reads", async () => {
  const scene = new Scene();
  await scene.enter("a", { folder: "/a/x" });
  await scene.enter("waits", { folder: "/a" });
  await scene.enter("reads", { folder: "/b", writes: false });
  assert.deepEqual(scene.working, ["a", "reads"]);
  const busy = ["/a/x", "/a/x/y", "/a/z", "/b"]
    .filter((path) => scene.queue.isBusy(undefined, { path }));
  assert.deepEqual(busy, ["/a/x", "/a/x/y"]);
  await scene.leave("a");
  assert.ok(scene.queue.isBusy(undefined, { path: "/a/z" }));
});
