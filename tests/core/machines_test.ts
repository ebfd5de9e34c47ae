import assert from "node:assert/strict";
import type { CodexBackend, Machines } from "../../src/core/codex/codex.ts";
import { carriedAttachments } from "../../src/core/chat/attachment.ts";
import { belongsTo, continuation, developerThread } from "../../src/core/session/session.ts";
import { CodexError } from "../../src/core/errors.ts";
import { EndedEarlyError, unhappyOutcome } from "../../src/core/run/workflow.ts";
import { MemoryAttachments } from "../fakes/memory_attachments.ts";
import { ScriptedBackend } from "../fakes/scripted_backend.ts";
import { ANN, developers, EngineHarness, FAR } from "./engine_harness.ts";

const HERE = { workingDirectory: "/a" };
const THERE = { workingDirectory: "/a", machine: "wss://build" };

Deno.test("a thread is continued on its machine and in its folder, and nowhere else", () => {
  const thread = developerThread("t", THERE);
  assert.deepEqual(continuation(thread, THERE), { developerThreadId: "t" });
  for (const place of [HERE, { ...THERE, workingDirectory: "/b" }, { ...THERE, machine: "x" }]) {
    assert.equal(belongsTo(thread, place), false);
    assert.deepEqual(continuation({ ...thread, chosen: true }, place), {});
  }
  assert.deepEqual(continuation({ ...thread, chosen: true }, THERE), {
    developerThreadId: "t",
    mustContinue: true,
  });
  assert.equal(belongsTo(developerThread("t", HERE), THERE), false);
  assert.deepEqual(continuation(undefined, HERE), {});
});

Deno.test("files are carried to another machine, and stay where they are for this one", async () => {
  const attachments = new MemoryAttachments();
  const there = new MemoryAttachments();
  const path = await attachments.keep(ANN, "7-notes.txt", new Uint8Array([1, 2]));
  const backend: CodexBackend = Object.assign(new ScriptedBackend({}), { attachments: there });
  const here = new ScriptedBackend({});
  const machines: Machines = {
    codexOn: (machine) => machine === undefined ? here : backend,
  };
  const run = { session: ANN, attachments: [{ kind: "file", path, name: "notes.txt" }] as const };
  assert.deepEqual(await carriedAttachments(run, {}, { machines, attachments }), run.attachments);
  const [carried] = await carriedAttachments(run, THERE, { machines, attachments });
  assert.equal(carried?.name, "notes.txt");
  assert.deepEqual(there.kept.get(carried.path), new Uint8Array([1, 2]));
  there.failure = new Error("too large");
  await assert.rejects(carriedAttachments(run, THERE, { machines, attachments }), /too large/);
});

Deno.test("a run works where its profile says, and says what is wrong with that machine", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const trouble = { kind: "refused", machine: "wss://build" } as const;
  const failure = { kind: "connection", message: "no", trouble } as const;
  const there = developers({ status: "failed", failure });
  const asked: (string | undefined)[] = [];
  const engine = harness.orchestrator(there, {
    codexOn: (machine) => {
      asked.push(machine);
      return there;
    },
  });
  await engine.selectProfile(ANN, "far");
  engine.submit(harness.run("hello"), "1");
  const outcome = await harness.chat.outcome("run-1");
  assert.deepEqual(outcome, { status: "failed", message: "no", trouble });
  assert.deepEqual([...new Set(asked)], [FAR]);
  await engine.close(0);
});

Deno.test("unhappyOutcome keeps what another machine was the reason of", () => {
  const trouble = { kind: "lost", machine: "wss://build" } as const;
  const error = new CodexError("exited", "gone", { trouble });
  assert.deepEqual(unhappyOutcome(error), { status: "failed", message: "gone", trouble });
  const early = new EndedEarlyError(error, { text: "so far" });
  assert.deepEqual(unhappyOutcome(early), {
    status: "failed",
    message: "gone",
    trouble,
    answer: { text: "so far" },
  });
});
