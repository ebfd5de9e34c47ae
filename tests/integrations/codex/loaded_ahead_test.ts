/** A conversation that is loaded before its turn, with an app-server that the test plays. */
import assert from "node:assert/strict";
import type { ThreadOptions } from "../../../src/core/codex/codex.ts";
import { AppServerBackend } from "../../../src/integrations/codex/app_server/backend.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { type Play, PLAYED_THREAD, playedLink, usual } from "../../fakes/played_app_server.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";

const OPTIONS: ThreadOptions = {
  workingDirectory: "/",
  sandbox: "read-only",
  approvalPolicy: "on-request",
  ephemeral: false,
};

function backendOf(play: Play): AppServerBackend {
  return new AppServerBackend({
    endpoint: { open: () => Promise.resolve(playedLink(play)), commandLine: "codex" },
    limits: {
      turnTimeoutMs: 60_000,
      turnIdleTimeoutMs: 60_000,
      cancelGraceMs: 200,
      reconnectMs: 0,
    },
    clock: createSystemClock(),
    log: new RecordingLog(),
    clientVersion: "0.0.0",
  });
}

Deno.test("a conversation that was loaded ahead is given the default effort, as any other", async () => {
  const efforts: (string | undefined)[] = [];
  const resumed: string[] = [];
  const backend = backendOf((asked) => {
    const { id, method, params } = asked;
    switch (method) {
      case "model/list":
        return [{ id, result: { data: [] } }];
      case "config/read":
        return [{ id, result: { config: { model: "own", model_reasoning_effort: "medium" } } }];
      case "thread/resume":
        resumed.push("once");
        return usual(asked);
      case "turn/start": {
        efforts.push(params?.effort);
        const turn = { id: `turn-${efforts.length}`, status: "completed", items: [] };
        return [
          { id, result: { turn: { id: turn.id } } },
          { method: "turn/completed", params: { threadId: PLAYED_THREAD, turn } },
        ];
      }
      default:
        return usual(asked);
    }
  });
  const how = {
    signal: new AbortController().signal,
    approve: () => Promise.resolve("accept" as const),
  };
  await backend.start();
  for (const text of ["first", "second"]) {
    const thread = backend.resumeThread(PLAYED_THREAD, OPTIONS);
    thread.prepare?.(how.signal);
    const { status } = await thread.run({ text }, how).result;
    assert.equal(status, "completed");
  }
  assert.deepEqual(efforts, ["medium", "medium"]);
  assert.deepEqual(resumed, ["once"]);
  await backend.close();
});
