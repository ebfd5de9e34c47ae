/** What a machine says while a turn is looked for there, with an app-server that the test plays. */
import assert from "node:assert/strict";
import { TextLineStream } from "../../fixtures/programs/text_lines.ts";
import type { Turn, TurnResult } from "../../../src/core/codex/codex.ts";
import { AppServerBackend } from "../../../src/integrations/codex/app_server/backend.ts";
import type { AppServerLink } from "../../../src/integrations/codex/app_server/connection.ts";
import type { ConnectionEnd } from "../../../src/integrations/codex/codex_process.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";

const THREAD = "thread-1";
const TURN = "turn-1";
const MACHINE = "ws://far:1";

interface Asked {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly clientUserMessageId?: string };
}

/** @returns the messages with which the server answers, or `cut` to end the connection */
type Play = (asked: Asked) => readonly unknown[] | "cut";

function playedLink(play: Play): AppServerLink {
  const exited = Promise.withResolvers<ConnectionEnd>();
  const requests = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  const answers = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
  const writer = answers.writable.getWriter();
  const end = (): Promise<void> => {
    exited.resolve({ lost: "The connection was cut" });
    // Nobody may read what was said last.
    writer.close().catch(() => undefined);
    return Promise.resolve();
  };
  const serve = async (): Promise<void> => {
    const lines = requests.readable.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of lines) {
      const asked: Asked = JSON.parse(line);
      const said = asked.id === undefined ? [] : play(asked);
      if (said === "cut") return await end();
      for (const message of said) {
        await writer.write(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
      }
    }
  };
  // Ends with the connection, or not at all.
  serve().catch(() => undefined);
  return {
    machine: MACHINE,
    input: requests.writable,
    output: answers.readable,
    exited: exited.promise,
    errorLines: [],
    failureAtStart: (error) => error,
    finish: end,
    close: end,
  };
}

/** Answers what is the same in every scene. */
function usual({ id, method }: Asked): readonly unknown[] {
  switch (method) {
    case "initialize":
      return [{ id, result: { userAgent: "played" } }];
    case "account/read":
      return [{ id, result: { account: null, requiresOpenaiAuth: false } }];
    case "thread/start":
    case "thread/resume":
      return [{ id, result: { thread: { id: THREAD } } }];
    case "thread/loaded/list":
    case "thread/backgroundTerminals/list":
      return [{ id, result: { data: [] } }];
    default:
      return [{ id, result: {} }];
  }
}

function backendOf(...links: readonly Play[]): AppServerBackend {
  const plays = [...links];
  return new AppServerBackend({
    endpoint: {
      open: () => Promise.resolve(playedLink(plays.shift() ?? usual)),
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
  params: { threadId: THREAD, turn: { id: TURN, status: "completed", items: [] } },
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
