import assert from "node:assert/strict";
import { unsupportedQueries } from "../../src/integrations/codex/backend_parts.ts";
import { HeldTurn } from "../fakes/held_turn.ts";
import { ScriptedBackend } from "../fakes/scripted_backend.ts";
import { ANN, EngineHarness } from "./engine_harness.ts";

/** Plays a request of a named conversation. @returns what Codex was told, until it took a name */
async function told(
  refusals: number,
  meanwhile: (harness: EngineHarness) => Promise<unknown> = () => Promise.resolve(),
): Promise<string[]> {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  await harness.sessions.change(ANN, (session) => ({ ...session, name: "The early one" }));
  const names: string[] = [];
  const tried = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<void>();
  const turn = new HeldTurn();
  const nameThread = (_id: string, name: string): Promise<void> => {
    names.push(name);
    tried.resolve();
    if (names.length <= refusals) return Promise.reject(new Error("the rollout is empty"));
    taken.resolve();
    return Promise.resolve();
  };
  const queries = { ...unsupportedQueries("the script"), nameThread };
  const engine = harness.orchestrator(new ScriptedBackend({ developer: [turn] }, queries));
  engine.submit(harness.run("first"), "1");
  await tried.promise;
  await meanwhile(harness);
  turn.end({ answer: "done" });
  await harness.chat.outcome("run-1");
  await taken.promise;
  await engine.close(1_000);
  return names;
}

Deno.test("a name that Codex took at the beginning of the thread is told once", async () => {
  assert.deepEqual(await told(0), ["The early one"]);
});

Deno.test("a name that Codex could not write yet is told again at the end of the run", async () => {
  assert.deepEqual(await told(1), ["The early one", "The early one"]);
});

Deno.test("the name that the conversation got meanwhile is the one that is told again", async () => {
  const renamed = (harness: EngineHarness): Promise<unknown> =>
    harness.sessions.change(ANN, (session) => ({ ...session, name: "The later one" }));
  assert.deepEqual(await told(1, renamed), ["The early one", "The later one"]);
});
