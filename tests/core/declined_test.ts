/** What Codex asked and nobody was asked about is told to the person: each reason, and no flood. */
import assert from "node:assert/strict";
import type { CodexThread, ThreadOptions, TurnEvent } from "../../src/core/codex/codex.ts";
import type { DeclineReason } from "../../src/core/codex/question.ts";
import { ScriptedBackend } from "../fakes/scripted_backend.ts";
import { ANN, EngineHarness } from "./engine_harness.ts";

class DecliningBackend extends ScriptedBackend {
  readonly #reasons: readonly DeclineReason[];

  constructor(reasons: readonly DeclineReason[]) {
    super({ developer: ["done"] });
    this.#reasons = reasons;
  }

  override startThread(options: ThreadOptions): CodexThread {
    const thread = super.startThread(options);
    const reasons = this.#reasons;
    return {
      ...thread,
      run: (input, how) => {
        const turn = thread.run(input, how);
        async function* events(): AsyncGenerator<TurnEvent> {
          yield* turn.events;
          for (const reason of reasons) yield { type: "declined", reason };
        }
        return { ...turn, events: events() };
      },
    };
  }
}

Deno.test("each thing that is declined on a person's behalf is told, the same once", async () => {
  const unsupported = { type: "unsupported", method: "item/new" } as const;
  const secret = { type: "secret", title: "Key" } as const;
  const other = { type: "secret", title: "Password" } as const;
  const form = { type: "form", server: "desk", fields: ["floor"] } as const;
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const backend = new DecliningBackend([
    unsupported,
    secret,
    form,
    unsupported,
    secret,
    form,
    other,
  ]);
  harness.orchestrator(backend).submit(harness.run("x"), "1");
  await harness.chat.outcome("run-1");
  assert.deepEqual(harness.chat.notices.map(({ notice }) => notice), [
    { type: "declined", reason: unsupported },
    { type: "declined", reason: secret },
    { type: "declined", reason: form },
    { type: "declined", reason: other },
  ]);
});
