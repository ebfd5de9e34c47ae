/** A Codex that breaks off or says what nobody understands costs one turn, and not the next. */
import assert from "node:assert/strict";
import {
  closingBackend,
  newThread,
  PROTOCOLS,
  type Script,
  scriptedBackend,
  turnOf,
  turnOn,
} from "./scripted_codex.ts";

const STARTED = {
  "app-server": ['{"id":"$ID","result":{"turn":{"id":"$TURN"}}}'],
  "mcp-server": ["session_configured", "task_started"].map((type) =>
    JSON.stringify({
      jsonrpc: "2.0",
      method: "codex/event",
      params: {
        _meta: { requestId: "$ID", threadId: "$THREAD" },
        id: "$TURN",
        msg: { type, turn_id: "$TURN" },
      },
    })
  ),
};

for (const protocol of PROTOCOLS) {
  const good: Script = { parts: STARTED[protocol], then: "complete" };

  Deno.test(`a codex ${protocol} that closes its output and lives on is ended`, async () => {
    const backend = closingBackend(protocol);
    try {
      const { status, failure } = await turnOf(backend, good);
      assert.equal(status, "lost");
      assert.equal(failure?.kind, "process");
    } finally {
      await backend.close();
    }
  });

  Deno.test(`a turn right after the end of a codex ${protocol} gets a new process`, async () => {
    const backend = scriptedBackend(protocol, 60_000);
    try {
      // Dies before it has answered the call: the turn breaks off a moment before the process.
      assert.equal((await turnOf(backend, { parts: [], then: "exit" })).status, "lost");
      assert.equal((await turnOf(backend, good)).status, "completed");
    } finally {
      await backend.close();
    }
  });
}

Deno.test("an answer of the app-server that nobody understands loses the turn, in words", async () => {
  const backend = scriptedBackend("app-server", 60_000);
  try {
    const { pid } = await startedHealth(backend);
    const { status, failure } = await turnOf(backend, {
      parts: ['{"id":"$ID","result":{"turn":"?"}}'],
      then: "nothing",
    });
    assert.equal(status, "lost");
    assert.equal(failure?.kind, "process");
    assert.match(
      failure?.message ?? "",
      /turn\/start in a way that this program does not know|restarted/,
    );
    // The turn may be running all the same: the process is another one.
    assert.notEqual((await startedHealth(backend)).pid, pid);
  } finally {
    await backend.close();
  }
});

async function startedHealth(
  backend: ReturnType<typeof scriptedBackend>,
): Promise<{ readonly pid?: number }> {
  await backend.start();
  return backend.health();
}

Deno.test("a turn ends with the app-server's word, however little that says", async () => {
  const backend = scriptedBackend("app-server", 60_000);
  const ended = (turn: Record<string, unknown>): Script => {
    const params = { threadId: "$THREAD", turn: { id: "$TURN", ...turn } };
    const line = JSON.stringify({ method: "turn/completed", params });
    return { parts: [...STARTED["app-server"], line], then: "nothing" };
  };
  try {
    const short = await turnOf(backend, ended({ status: "failed", error: { message: "no" } }));
    assert.deepEqual(short.failure, {
      kind: "model",
      message: "no",
      trouble: { kind: "failed", said: "no." },
    });
    const unknown = await turnOf(backend, ended({ status: "somethingNew" }));
    assert.equal(unknown.status, "failed");
    assert.match(unknown.failure?.message ?? "", /in a way that this program does not know/);
  } finally {
    await backend.close();
  }
});

Deno.test("a thread goes on right after the end of its codex app-server", async () => {
  const backend = scriptedBackend("app-server", 60_000);
  try {
    await backend.start();
    const thread = newThread(backend);
    assert.equal((await turnOn(thread, { parts: [], then: "exit" })).status, "lost");
    const good: Script = { parts: STARTED["app-server"], then: "complete" };
    const { status, failure } = await turnOn(thread, good);
    assert.equal(status, "completed", failure?.message);
  } finally {
    await backend.close();
  }
});
