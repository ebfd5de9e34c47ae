import assert from "node:assert/strict";
import { RunRecording } from "../../src/core/workspace/recording.ts";
import {
  RecordGoneError,
  type Snapshot,
  type Workspace,
} from "../../src/core/workspace/workspace.ts";
import { MemorySnapshots } from "../fakes/memory_snapshots.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { ScriptedBackend } from "../fakes/scripted_backend.ts";
import { ANN, EngineHarness } from "./engine_harness.ts";

const OWNER = { runId: "run", session: { chatId: "1", userId: "1" } };

const nothing = (): never => {
  throw new Error("not asked for");
};

const UNUSED = {
  locate: nothing,
  compare: nothing,
  commits: nothing,
  carry: nothing,
  putBack: nothing,
};

function newRecording(): RunRecording {
  const deps = { store: new MemorySnapshots(), log: new RecordingLog() };
  return new RunRecording(OWNER, "/w", deps);
}

function snapshot(id: string): Snapshot {
  return {
    folder: "/w",
    id,
    tree: id,
    top: "/w",
    prefix: ".",
    repository: false,
    nested: 0,
    withoutContent: 0,
  };
}

Deno.test("a run whose folder is missing begins nothing; one that cannot be recorded for another reason goes on", async () => {
  const { signal } = new AbortController();
  for (const reason of ["missing", "too-many-files", "unsupported"] as const) {
    const workspace: Workspace = {
      snapshot: () => Promise.resolve({ type: "refused", reason }),
      changes: nothing,
      patch: nothing,
      ...UNUSED,
    };
    const begun = newRecording().begin({ workspace }, signal);
    if (reason !== "missing") await begun;
    else {
      await assert.rejects(begun, { trouble: { kind: "storage", why: "no-folder", path: "/w" } });
    }
  }
});

Deno.test("a run's change is compared once, however often it is asked for", async () => {
  let taken = 0;
  const compared: string[] = [];
  const workspace: Workspace = {
    snapshot: () => Promise.resolve({ type: "taken", snapshot: snapshot(`s${taken++}`) }),
    changes: (from, to) => {
      compared.push(`${from.id}..${to.id}`);
      return Promise.resolve([{ path: `${to.id}.txt`, kind: "add" }]);
    },
    patch: () => Promise.resolve({ text: "patch", cut: false }),
    ...UNUSED,
  };
  const { signal } = new AbortController();
  const recording = newRecording();
  await recording.begin({ workspace }, signal);
  await recording.end({ workspace }, 1, signal);
  assert.deepEqual(await recording.changes({ workspace }), [{ path: "s1.txt", kind: "add" }]);
  assert.deepEqual(compared, ["s0..s1"]);
  await recording.end({ workspace }, 2, signal);
  assert.deepEqual(await recording.changes({ workspace }), [{ path: "s2.txt", kind: "add" }]);
  assert.deepEqual(compared, ["s0..s1", "s0..s2"]);
});

Deno.test("what a record tells of the difference is not asked for, but a part of its patch is", async () => {
  let taken = 0;
  const patches: (readonly string[] | undefined)[] = [];
  const files = ["a", "b"].map((path) => ({ path, kind: "add" as const }));
  const workspace: Workspace = {
    snapshot: (_folder, _signal, since) =>
      Promise.resolve({
        type: "taken",
        snapshot: snapshot(`s${taken++}`),
        ...(since === undefined ? {} : { difference: { files, patch: "whole" } }),
      }),
    changes: nothing,
    patch: (_from, _to, { paths }) => {
      patches.push(paths);
      return Promise.resolve({ text: "part", cut: false });
    },
    ...UNUSED,
  };
  const { signal } = new AbortController();
  const recording = newRecording();
  await recording.begin({ workspace }, signal);
  const record = await recording.end({ workspace }, 1, signal);
  assert.deepEqual(record.type === "recorded" && [record.files, record.diff], [files, "whole"]);
  assert.deepEqual(await recording.changes({ workspace }), files);
  assert.equal(await recording.patch({ workspace }, ["a", "b"]), "whole");
  assert.equal(await recording.patch({ workspace }, ["b"]), "part");
  // The last turn alone.
  const second = await recording.end({ workspace }, 2, signal);
  assert.equal(second.type === "recorded" && second.diff, "part");
  assert.deepEqual(patches, [["b"], undefined]);
});

/** Is too late with its second record, which tells what the first developer did. */
class LateBackend extends ScriptedBackend {
  #taken = 0;
  readonly workspace: Workspace = {
    ...UNUSED,
    snapshot: () =>
      this.#taken++ === 1
        ? Promise.reject(new DOMException("The operation timed out", "TimeoutError"))
        : Promise.resolve({ type: "taken", snapshot: snapshot("same") }),
    changes: () => Promise.resolve([]),
    patch: nothing,
  };
}

Deno.test("a request that failed ends as that, also where its folder cannot be recorded in time", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const message = "no";
  const failure = { kind: "model", message, trouble: { kind: "failed", said: message } } as const;
  const backend = new LateBackend({ developer: [{ status: "failed", failure }, "done"] });
  const engine = harness.orchestrator(backend);
  engine.submit(harness.run("first"), "1");
  assert.equal((await harness.chat.outcome("run-1")).status, "failed");
  assert.deepEqual(harness.snapshots.refusals(ANN), [{ runId: "run-1", reason: "failed" }]);
  engine.submit(harness.run("second"), "2");
  assert.equal((await harness.chat.outcome("run-2")).status, "answered");
});

/** The folder is there when a run begins, and gone when its developer has ended. */
class VanishingBackend extends ScriptedBackend {
  #isGone = false;
  readonly workspace: Workspace = {
    ...UNUSED,
    snapshot: () => {
      if (this.#isGone) return Promise.resolve({ type: "refused", reason: "missing" });
      this.#isGone = true;
      return Promise.resolve({ type: "taken", snapshot: snapshot("s1") });
    },
    changes: nothing,
    patch: nothing,
  };
}

Deno.test("a request whose folder vanishes meanwhile says so, once, whatever Codex answers", async () => {
  for (const mode of ["single", "plan"] as const) {
    const harness = new EngineHarness();
    if (mode === "single") await harness.singleMode(ANN);
    const verdict = (word: string): string =>
      JSON.stringify({ verdict: word, summary: "so", findings: [] });
    const written = (answer: string) => ({
      answer,
      changedFiles: [{ path: "a", kind: "add" } as const],
    });
    const backend = new VanishingBackend({
      selector: ['{"mode":"plan","reason":"large"}'],
      planner: ["a plan"],
      developer: [written("done"), written("done again")],
      reviewer: [verdict("needs_changes"), verdict("approved")],
    });
    harness.orchestrator(backend).submit(harness.run("first"), "1");
    await harness.chat.outcome("run-1");
    assert.deepEqual(
      harness.chat.notices.map(({ notice }) => notice),
      [{ type: "folder.missing", folder: "/a" }],
      mode,
    );
  }
});

Deno.test("a record whose parts git has removed is told as gone, not as a folder that cannot be read", async () => {
  let taken = 0;
  const gone = new RecordGoneError(new Error("gone"));
  const workspace: Workspace = {
    snapshot: () => Promise.resolve({ type: "taken", snapshot: snapshot(`s${taken++}`) }),
    changes: () => Promise.reject(gone),
    patch: () => Promise.reject(gone),
    ...UNUSED,
  };
  const { signal } = new AbortController();
  const recording = newRecording();
  await recording.begin({ workspace }, signal);
  const record = await recording.end({ workspace }, 1, signal);
  assert.deepEqual(record, { type: "not-recorded", reason: "gone" });
});

Deno.test("a round that goes on is recorded once more at its end, and one that has ended is not", async () => {
  let taken = 0;
  const workspace: Workspace = {
    snapshot: () => Promise.resolve({ type: "taken", snapshot: snapshot(`s${taken++}`) }),
    changes: (_from, to) => Promise.resolve([{ path: `${to.id}.txt`, kind: "add" }]),
    patch: (from, to) => Promise.resolve({ text: `${from.id}..${to.id}`, cut: false }),
    ...UNUSED,
  };
  const { signal } = new AbortController();
  const recording = newRecording();
  await recording.begin({ workspace }, signal);
  const seen = async (goesOn: boolean): Promise<readonly (string | undefined)[]> => {
    const record = await recording.end({ workspace }, 1, signal, goesOn);
    return record.type === "recorded" ? [record.tree, record.diff] : [];
  };
  assert.deepEqual(await seen(true), ["s1", "s0..s1"]);
  assert.deepEqual(await seen(true), ["s2", "s0..s2"]);
  assert.deepEqual(await seen(false), ["s3", "s0..s3"]);
  assert.deepEqual(await seen(false), ["s3", "s0..s3"]);
  assert.deepEqual(await recording.changes({ workspace }), [{ path: "s3.txt", kind: "add" }]);
});
