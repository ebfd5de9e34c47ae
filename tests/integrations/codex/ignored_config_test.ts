/** What Codex says where its own config.toml cannot be read: the login is not what is wrong. */
import assert from "node:assert/strict";
import { AppServerBackend } from "../../../src/integrations/codex/app_server/backend.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { type Asked, playedLink, usual } from "../../fakes/played_app_server.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";

const WHERE = "/home/ann/.codex/config.toml:1:10: unclosed array";
const LIMITS = { turnTimeoutMs: 60_000, turnIdleTimeoutMs: 60_000, cancelGraceMs: 200 };

/** @param summary of the warning that follows the greeting */
function backendThatWarns(summary: string, account: unknown): AppServerBackend {
  const play = (asked: Asked): readonly unknown[] => {
    const { id, method } = asked;
    if (method === "account/read") return [{ id, result: { account, requiresOpenaiAuth: true } }];
    const warning = { method: "configWarning", params: { summary, details: WHERE } };
    return method === "initialize" ? [...usual(asked), warning] : usual(asked);
  };
  return new AppServerBackend({
    endpoint: { open: () => Promise.resolve(playedLink(play)), commandLine: "codex" },
    limits: { ...LIMITS, reconnectMs: 0 },
    clock: createSystemClock(),
    log: new RecordingLog(),
    clientVersion: "0.0.0",
  });
}

const IGNORED = "Invalid configuration; using defaults.";

Deno.test("a Codex that cannot read its configuration is not said to need a login", async () => {
  await using ignoring = backendOf(IGNORED, null);
  await assert.rejects(ignoring.backend.start(), {
    kind: "handshake",
    message: `Codex cannot read its configuration: ${WHERE}`,
  });
  await using warning = backendOf("Unknown key", null);
  await assert.rejects(warning.backend.start(), { kind: "not-logged-in" });
  await using known = backendOf(IGNORED, { type: "apiKey" });
  await known.backend.start();
  assert.equal(known.backend.health().ready, true);
});

function backendOf(
  ...said: Parameters<typeof backendThatWarns>
): AsyncDisposable & { readonly backend: AppServerBackend } {
  const backend = backendThatWarns(...said);
  return { backend, [Symbol.asyncDispose]: () => backend.close() };
}
