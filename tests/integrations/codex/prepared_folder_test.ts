/** A folder that is made ready for its first record, with an app-server that the test plays. */
import assert from "node:assert/strict";
import { AppServerBackend } from "../../../src/integrations/codex/app_server/backend.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { type Asked, type Play, playedLink, usual } from "../../fakes/played_app_server.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";

const LOGGED_OUT = { account: null, requiresOpenaiAuth: true };

/** @param play makes what plays each connection */
function playing(play: () => Play): {
  readonly backend: AppServerBackend;
  readonly log: RecordingLog;
  /** What each connection was asked, in order. */
  readonly asked: readonly (readonly string[])[];
} {
  const asked: string[][] = [];
  const log = new RecordingLog();
  const open = (): Promise<ReturnType<typeof playedLink>> => {
    const here: string[] = [];
    const answer = play();
    asked.push(here);
    return Promise.resolve(playedLink((request) => {
      here.push(request.method ?? "");
      return answer(request);
    }));
  };
  const backend = new AppServerBackend({
    endpoint: { open, commandLine: "codex" },
    limits: {
      turnTimeoutMs: 60_000,
      turnIdleTimeoutMs: 60_000,
      cancelGraceMs: 200,
      reconnectMs: 0,
    },
    workspace: {
      stores: "/state/workspaces",
      limits: {
        largestFile: 1,
        mostFiles: 1,
        mostBytes: 1,
        timeoutMs: 60_000,
        keptMs: 60_000,
        largestStore: 1,
      },
    },
    clock: createSystemClock(),
    log,
    clientVersion: "0.0.0",
  });
  return { backend, log, asked };
}

/** Leaves a shell open, as Codex does until its input ends. */
function withOpenShells(request: Asked): readonly unknown[] {
  return request.method === "command/exec" ? [] : usual(request);
}

Deno.test("the shell of a folder is opened while Codex looks whether it is logged in", async () => {
  let login: number | undefined;
  const { backend, asked } = playing(() => (request) => {
    if (request.method === "account/read") {
      login = request.id;
      return [];
    }
    const shell = withOpenShells(request);
    // Whoever waited for the login first would wait for ever.
    return request.method === "command/exec" && login !== undefined
      ? [...shell, { id: login, result: { account: null, requiresOpenaiAuth: false } }]
      : shell;
  });
  await Promise.all([backend.start(), backend.workspace?.prepare?.("/work")]);
  assert.deepEqual(asked, [["initialize", "account/read", "fs/createDirectory", "command/exec"]]);
  assert.equal(backend.health().ready, true);
  await backend.close();
});

Deno.test("a Codex that is not logged in is started once, however much was to be made ready", async () => {
  const { backend, log, asked } = playing(() => (request) =>
    request.method === "account/read"
      ? [{ id: request.id, result: LOGGED_OUT }]
      : withOpenShells(request)
  );
  await Promise.all([
    assert.rejects(backend.start(), /not logged in/),
    backend.workspace?.prepare?.("/work"),
  ]);
  assert.equal(asked.length, 1);
  assert.equal(backend.health().ready, false);
  assert.deepEqual(
    log.lines.filter(({ level }) => level === "warn" || level === "error").map(({ message }) =>
      message
    ),
    ["codex.start.failed"],
  );
  await backend.close();
});

Deno.test("after a loss, a folder is made ready on the next connection", async () => {
  let connections = 0;
  const { backend, asked } = playing(() => {
    const isFirst = ++connections === 1;
    return (request) =>
      isFirst && request.method === "command/exec" ? "cut" : withOpenShells(request);
  });
  await backend.start();
  await backend.workspace?.prepare?.("/work");
  while (backend.health().ready && asked.length === 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await backend.workspace?.prepare?.("/other");
  assert.equal(asked.length, 2);
  assert.deepEqual(asked[1]?.filter((method) => method !== "account/read"), [
    "initialize",
    "fs/createDirectory",
    "command/exec",
  ]);
  await backend.close();
});
