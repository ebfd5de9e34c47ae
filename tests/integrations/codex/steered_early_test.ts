/** Words for a turn that Codex has told of, but does not take in yet, with an app-server that the test plays. */
import assert from "node:assert/strict";
import type { Turn } from "../../../src/core/codex/codex.ts";
import { AppServerBackend } from "../../../src/integrations/codex/app_server/backend.ts";
import { INVALID_REQUEST } from "../../../src/integrations/codex/app_server/json_rpc.ts";
import { fastClock } from "../../fakes/fast_clock.ts";
import { type Play, PLAYED_THREAD, playedLink, usual } from "../../fakes/played_app_server.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";

const TURN = "turn-1";
const ENDED = {
  method: "turn/completed",
  params: { threadId: PLAYED_THREAD, turn: { id: TURN, status: "completed", items: [] } },
};

/** @param refusals what Codex says to each steering but the last, which it takes */
function playing(refusals: readonly string[]): Play {
  let steers = 0;
  return (asked) => {
    const { id, method } = asked;
    if (method === "turn/start") return [{ id, result: { turn: { id: TURN } } }];
    if (method !== "turn/steer") return usual(asked);
    const message = refusals[steers++];
    return message === undefined
      ? [{ id, result: { turnId: TURN } }, ENDED]
      : [{ id, error: { code: INVALID_REQUEST, message } }];
  };
}

async function duringTurn(play: Play, body: (turn: Turn) => Promise<void>): Promise<void> {
  const backend = new AppServerBackend({
    endpoint: { open: () => Promise.resolve(playedLink(play)), commandLine: "codex" },
    limits: {
      turnTimeoutMs: 3_600_000,
      turnIdleTimeoutMs: 3_600_000,
      cancelGraceMs: 200,
      reconnectMs: 10_000,
    },
    clock: fastClock(5),
    log: new RecordingLog(),
    clientVersion: "0.0.0",
  });
  try {
    await body(
      backend.startThread({
        workingDirectory: "/",
        sandbox: "read-only",
        approvalPolicy: "on-request",
        ephemeral: false,
      }).run({ text: "go" }, {
        signal: new AbortController().signal,
        approve: () => Promise.resolve("decline"),
      }),
    );
  } finally {
    await backend.close();
  }
}

Deno.test("words that come before a slow Codex takes any in are taken in when it does", async () => {
  await duringTurn(playing(Array<string>(20).fill("no active turn to steer")), async (turn) => {
    await turn.steer("and that");
    assert.equal((await turn.result).status, "completed");
  });
});

Deno.test("words that Codex refuses for another reason are not sent again", async () => {
  await duringTurn(playing(["cannot steer a review turn"]), async (turn) => {
    await assert.rejects(turn.steer("and that"), /cannot steer a review turn/);
  });
});
