import assert from "node:assert/strict";
import { RunRecording } from "../../src/core/workspace/recording.ts";
import type { Snapshot, Workspace } from "../../src/core/workspace/workspace.ts";
import { MemorySnapshots } from "../fakes/memory_snapshots.ts";
import { RecordingLog } from "../fakes/recording_log.ts";

const OWNER = { runId: "run", session: { chatId: "1", userId: "1" } };

Deno.test("a run's change is compared once, however often it is asked for", async () => {
  let taken = 0;
  const compared: string[] = [];
  const snapshot = (id: string): Snapshot => ({
    folder: "/w",
    id,
    tree: id,
    top: "/w",
    prefix: ".",
    repository: false,
    nested: 0,
    withoutContent: 0,
  });
  const nothing = (): never => {
    throw new Error("not asked for");
  };
  const workspace: Workspace = {
    snapshot: () => Promise.resolve({ type: "taken", snapshot: snapshot(`s${taken++}`) }),
    changes: (from, to) => {
      compared.push(`${from.id}..${to.id}`);
      return Promise.resolve([{ path: `${to.id}.txt`, kind: "add" }]);
    },
    patch: () => Promise.resolve({ text: "patch", cut: false }),
    locate: nothing,
    compare: nothing,
    commits: nothing,
    carry: nothing,
    putBack: nothing,
  };
  const { signal } = new AbortController();
  const deps = { store: new MemorySnapshots(), log: new RecordingLog() };
  const recording = new RunRecording(OWNER, "/w", deps);
  await recording.begin({ workspace }, signal);
  await recording.end({ workspace }, 1, signal);
  assert.deepEqual(await recording.changes({ workspace }), [{ path: "s1.txt", kind: "add" }]);
  assert.deepEqual(compared, ["s0..s1"]);
  await recording.end({ workspace }, 2, signal);
  assert.deepEqual(await recording.changes({ workspace }), [{ path: "s2.txt", kind: "add" }]);
  assert.deepEqual(compared, ["s0..s1", "s0..s2"]);
});
