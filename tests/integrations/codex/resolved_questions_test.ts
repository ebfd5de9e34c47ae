/** A question that Codex withdraws before anybody could be asked, with an app-server that the test plays. */
import assert from "node:assert/strict";
import { AppServerBackend } from "../../../src/integrations/codex/app_server/backend.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { type Asked, PLAYED_THREAD, playedLink, usual } from "../../fakes/played_app_server.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";

const TURN = "turn-1";
const about = { threadId: PLAYED_THREAD, turnId: TURN };

/** Tells all of a turn before it has answered that it began one. */
function play(said: Asked): readonly unknown[] {
  const { id, method } = said;
  if (method !== "turn/start") return usual(said);
  const asking = { ...about, itemId: "i", command: "rm -r build", cwd: "/" };
  return [
    { id: 7, method: "item/commandExecution/requestApproval", params: asking },
    { method: "serverRequest/resolved", params: { threadId: PLAYED_THREAD, requestId: 7 } },
    { id, result: { turn: { id: TURN } } },
    {
      method: "turn/completed",
      params: { ...about, turn: { id: TURN, status: "completed", items: [] } },
    },
  ];
}

Deno.test("a question that was withdrawn while it was on its way is asked nobody", async () => {
  const backend = new AppServerBackend({
    endpoint: { open: () => Promise.resolve(playedLink(play)), commandLine: "codex" },
    limits: {
      turnTimeoutMs: 60_000,
      turnIdleTimeoutMs: 60_000,
      cancelGraceMs: 200,
      reconnectMs: 10_000,
    },
    clock: createSystemClock(),
    log: new RecordingLog(),
    clientVersion: "0.0.0",
  });
  try {
    const asked: unknown[] = [];
    const turn = backend.startThread({
      workingDirectory: "/",
      sandbox: "read-only",
      approvalPolicy: "on-request",
      ephemeral: false,
    }).run({ text: "go" }, {
      signal: new AbortController().signal,
      approve: (request) => {
        asked.push(request);
        return Promise.resolve("decline");
      },
    });
    const events = await Array.fromAsync(turn.events);
    assert.equal((await turn.result).status, "completed");
    assert.deepEqual(asked, []);
    assert.ok(!events.some(({ type }) => type === "approval.requested"));
  } finally {
    await backend.close();
  }
});
