/** What a machine says while a turn is looked for there, with an app-server that the test plays. */
import assert from "node:assert/strict";
import type { Turn, TurnResult } from "../../../src/core/codex/codex.ts";
import { AppServerBackend } from "../../../src/integrations/codex/app_server/backend.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import {
  type Asked,
  type Play,
  PLAYED_THREAD,
  playedLink,
  usual,
} from "../../fakes/played_app_server.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";

const TURN = "turn-1";
const MACHINE = "ws://far:1";

function backendOf(...links: readonly Play[]): AppServerBackend {
  const plays = [...links];
  return new AppServerBackend({
    endpoint: {
      open: () => Promise.resolve(playedLink(plays.shift() ?? usual, MACHINE)),
      commandLine: MACHINE,
      machine: MACHINE,
    },
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
}

function begin(backend: AppServerBackend): Turn {
  const thread = backend.startThread({
    workingDirectory: "/",
    sandbox: "read-only",
    approvalPolicy: "on-request",
    ephemeral: false,
  });
  return thread.run({ text: "go" }, {
    signal: new AbortController().signal,
    approve: () => Promise.resolve("accept"),
  });
}

const completed = {
  method: "turn/completed",
  params: { threadId: PLAYED_THREAD, turn: { id: TURN, status: "completed", items: [] } },
};

/** Ends the turn after `thread/resume`, and tells its items by `thread/read` only. */
function endsMeanwhile(items: () => readonly unknown[]): Play {
  return (asked) => {
    if (asked.method === "thread/resume") return [...usual(asked), completed];
    if (asked.method !== "thread/read") return usual(asked);
    const turns = [{ id: TURN, status: "completed", items: items() }];
    return [{ id: asked.id, result: { thread: { status: { type: "idle" }, turns } } }];
  };
}

const ANSWER = { type: "agentMessage", id: "item-2", text: "whole" };

Deno.test("a turn that ends while it is looked for on its machine has its answer", async () => {
  let cut: Play | undefined;
  const first: Play = (asked) => {
    if (asked.method !== "turn/start") return cut === undefined ? usual(asked) : cut(asked);
    cut = () => "cut";
    return [{ id: asked.id, result: { turn: { id: TURN } } }];
  };
  await using backend = closing(backendOf(first, endsMeanwhile(() => [ANSWER])));
  const turn = begin(backend.value);
  for await (const event of turn.events) {
    if (event.type !== "started") continue;
    // Whatever is asked now ends the connection.
    backend.value.queries.models("/").catch(() => undefined);
  }
  const { status, answer } = await turn.result;
  assert.deepEqual({ status, answer }, { status: "completed", answer: "whole" });
});

Deno.test("a turn whose beginning was never told is found by the id of its input", async () => {
  let clientId: string | undefined;
  const first: Play = (asked) => {
    if (asked.method !== "turn/start") return usual(asked);
    clientId = asked.params?.clientUserMessageId;
    return "cut";
  };
  const items = () => [{ type: "userMessage", id: "item-1", clientId }, ANSWER];
  await using backend = closing(backendOf(first, endsMeanwhile(items)));
  const { status, answer } = await begin(backend.value).result;
  assert.deepEqual({ status, answer }, { status: "completed", answer: "whole" });
});

/** Begins the turn; the connection is cut by whatever asks for the models afterwards. */
function begins(asked: Asked): readonly unknown[] | "cut" {
  if (asked.method === "model/list") return "cut";
  if (asked.method !== "turn/start") return usual(asked);
  return [{ id: asked.id, result: { turn: { id: TURN } } }];
}

/** @param turns what `thread/read` tells of the thread, from one reading to the next */
async function cutAndFound(turns: () => readonly unknown[]): Promise<TurnResult> {
  const second: Play = (asked) => {
    if (asked.method !== "thread/read") return usual(asked);
    return [{ id: asked.id, result: { thread: { status: { type: "idle" }, turns: turns() } } }];
  };
  await using backend = closing(backendOf(begins, second));
  const turn = begin(backend.value);
  for await (const event of turn.events) {
    if (event.type === "started") backend.value.queries.models("/").catch(() => undefined);
  }
  return await turn.result;
}

const INTERRUPTED = { id: TURN, status: "interrupted", items: [] };

Deno.test("a turn that is called interrupted while its end is being written has its answer", async () => {
  let reads = 0;
  const { status, answer } = await cutAndFound(() =>
    ++reads <= 2 ? [INTERRUPTED] : [{ id: TURN, status: "completed", items: [ANSWER] }]
  );
  assert.deepEqual({ status, answer, reads }, { status: "completed", answer: "whole", reads: 3 });
});

Deno.test("a turn that stays interrupted is lost", async () => {
  const { status } = await cutAndFound(() => [INTERRUPTED]);
  assert.equal(status, "lost");
});

Deno.test("a turn with the input of somebody else is not taken for it", async () => {
  const first: Play = (asked) => asked.method === "turn/start" ? "cut" : usual(asked);
  const items = () => [{ type: "userMessage", id: "item-1", clientId: "another" }, ANSWER];
  await using backend = closing(backendOf(first, endsMeanwhile(items)));
  const { status, failure } = await begin(backend.value).result;
  assert.equal(status, "failed");
  assert.deepEqual(failure?.trouble, { kind: "not-begun", machine: MACHINE });
});

function closing(value: AppServerBackend): AsyncDisposable & { readonly value: AppServerBackend } {
  return { value, [Symbol.asyncDispose]: () => value.close() };
}
