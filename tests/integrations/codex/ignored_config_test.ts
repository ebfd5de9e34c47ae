/** What Codex says where its own config.toml cannot be read: the login is not what is wrong. */
import assert from "node:assert/strict";
import { AppServerBackend } from "../../../src/integrations/codex/app_server/backend.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { type Asked, playedLink, usual } from "../../fakes/played_app_server.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";

const WHERE = "/home/ann/.codex/config.toml:1:10: unclosed array";
const LIMITS = { turnTimeoutMs: 60_000, turnIdleTimeoutMs: 60_000, cancelGraceMs: 200 };

/**
 * @param summary of the warning that follows the greeting
 * @param corrected whether the file can be read by now; the warning stays as it was
 */
function backendThatWarns(
  summary: string,
  account: unknown,
  corrected: () => boolean = () => false,
): AppServerBackend {
  const play = (asked: Asked): readonly unknown[] => {
    const { id, method } = asked;
    if (method === "config/read") {
      return [{ id, ...(corrected() ? { result: { config: {} } } : { error: UNREAD }) }];
    }
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

const UNREAD = { code: -32603, message: `failed to read configuration layers: ${WHERE}` };
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

Deno.test("that Codex works without its configuration is told for as long as it is so", async () => {
  let corrected = false;
  await using known = backendOf(IGNORED, { type: "apiKey" }, () => corrected);
  const { backend } = known;
  await backend.start();
  const ignored = { type: "config.ignored", reason: WHERE };
  assert.deepEqual(backend.health().standing, [ignored]);
  await backend.restart();
  assert.deepEqual(backend.health().standing, [ignored]);
  // The app-server of another machine goes on to warn of what it read when it was started.
  corrected = true;
  await backend.restart();
  assert.deepEqual(backend.health().standing, []);
});

function backendOf(
  ...said: Parameters<typeof backendThatWarns>
): AsyncDisposable & { readonly backend: AppServerBackend } {
  const backend = backendThatWarns(...said);
  return { backend, [Symbol.asyncDispose]: () => backend.close() };
}
