/** The pure parts of the app-server: lines, JSON-RPC, notifications, approvals, failures. */
import assert from "node:assert/strict";
import type { ApprovalDecision } from "../../../src/core/codex/codex.ts";
import { questionOf } from "../../../src/integrations/codex/app_server/approvals.ts";
import { readJsonLines } from "../../../src/integrations/codex/json_lines.ts";
import { Peer, RpcError } from "../../../src/integrations/codex/app_server/json_rpc.ts";
import { translate, turnEnd } from "../../../src/integrations/codex/app_server/turn_events.ts";
import { parseReport } from "../../../src/integrations/codex/status_probe.ts";
import { turnFailure } from "../../../src/integrations/codex/turn_failure.ts";
import { UsageMeter } from "../../../src/integrations/codex/usage_meter.ts";
import { CodexError } from "../../../src/core/errors.ts";
import { FakeClock, settle } from "../../fakes/fake_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";

const CONTEXT = { threadId: "thread", turnId: "turn", changesOf: () => undefined };
const DECISIONS: ApprovalDecision[] = ["accept", "accept-for-session", "decline", "cancel"];

function bytes(...parts: string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(parts).pipeThrough(new TextEncoderStream());
}

async function linesOf(
  parts: string[],
): Promise<{ readonly values: unknown[]; readonly skipped: string[] }> {
  const skipped: string[] = [];
  const values = await Array.fromAsync(readJsonLines(bytes(...parts), {
    mostBytes: 20,
    onSkipped: (reason, length) => skipped.push(`${reason} ${length}`),
    signal: new AbortController().signal,
  }));
  return { values, skipped };
}

Deno.test("readJsonLines puts lines together from any pieces", async () => {
  const text = '{"a":1}\n{"b":"ü"}\r\n\n[2]\n';
  assert.deepEqual((await linesOf([...text])).values, [{ a: 1 }, { b: "ü" }, [2]]);
  assert.deepEqual((await linesOf([text])).values, [{ a: 1 }, { b: "ü" }, [2]]);
});

Deno.test("readJsonLines skips what is too long or no JSON, and goes on", async () => {
  const long = JSON.stringify("x".repeat(19));
  const { values, skipped } = await linesOf([
    `nonsense\n${long.slice(0, 9)}`,
    `${long.slice(9)}\n1\n`,
  ]);
  assert.deepEqual(values, [1]);
  assert.deepEqual(skipped, ["not JSON 8", "too long 21"]);
});

Deno.test("readJsonLines drops a last line without an end, and ends by its signal", async () => {
  assert.deepEqual((await linesOf(['1\n{"half":'])).values, [1]);
  const stop = new AbortController();
  const open = new ReadableStream<Uint8Array>();
  const settings = { mostBytes: 20, onSkipped: () => {}, signal: stop.signal };
  const reading = Array.fromAsync(readJsonLines(open, settings));
  stop.abort();
  assert.deepEqual(await reading, []);
});

interface Line {
  readonly peer: Peer;
  readonly clock: FakeClock;
  readonly sent: { id: number; method: string }[];
  receive(message: unknown): void;
}

function line(): Line {
  const clock = new FakeClock();
  const sent: { id: number; method: string }[] = [];
  const toPeer = new TransformStream<Uint8Array, Uint8Array>();
  const writer = toPeer.writable.getWriter();
  const peer = new Peer({
    input: new WritableStream({
      write: (line) => void sent.push(JSON.parse(new TextDecoder().decode(line))),
    }),
    output: toPeer.readable,
    clock,
    log: new RecordingLog(),
    onNotification: () => {},
    onRequest: () => Promise.resolve({}),
  });
  const receive = (message: unknown): void => {
    // The peer reads on as long as the test lasts.
    void writer.write(new TextEncoder().encode(JSON.stringify(message) + "\n"));
  };
  return { peer, clock, sent, receive };
}

async function close(peer: Peer): Promise<void> {
  await peer.close(new CodexError("exited", "the test is over"));
}

/** Resolves when streams have passed on what was written to them. */
function written(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("Peer matches answers to requests by id", async () => {
  const { peer, sent, receive } = line();
  const answers = Promise.all([peer.request("one", {}), peer.request("two", {})]);
  await settle();
  for (const { id, method } of sent.toReversed()) receive({ id, result: `answer to ${method}` });
  assert.deepEqual(await answers, ["answer to one", "answer to two"]);
  await close(peer);
});

Deno.test("Peer gives a request up after its deadline", async () => {
  const { peer, clock } = line();
  const refused = assert.rejects(peer.request("slow", {}, 5_000), /did not answer slow within 5 s/);
  await clock.advance(5_000);
  await refused;
  await close(peer);
});

Deno.test("Peer asks again when Codex is overloaded, but not for ever", async () => {
  const { peer, clock, sent, receive } = line();
  const outcome = peer.request("busy", {}).catch((error) => error);
  for (let tries = 1; tries <= 6; tries++) {
    await settle();
    assert.equal(sent.length, tries);
    receive({ id: sent.at(-1)?.id, error: { code: -32001, message: "Server overloaded" } });
    await settle();
    await clock.advance(1_000);
  }
  const error = await outcome;
  assert.ok(error instanceof RpcError);
  assert.equal(error.code, -32001);
  await close(peer);
});

Deno.test("Peer has at most a hundred requests in flight", async () => {
  const { peer, sent, receive } = line();
  const all = Promise.all(Array.from({ length: 150 }, () => peer.request("ping", {})));
  await written();
  assert.equal(sent.length, 100);
  for (let answered = 0; answered < 150; answered++) {
    receive({ id: sent[answered]?.id, result: null });
    await settle();
  }
  assert.equal((await all).length, 150);
  await close(peer);
});

Deno.test("Peer.close rejects whatever waits, and what comes later", async () => {
  const { peer } = line();
  const waiting = assert.rejects(peer.request("ping", {}), /the test is over/);
  await settle();
  await close(peer);
  await waiting;
  await assert.rejects(peer.request("ping", {}), /the test is over/);
});

Deno.test("translate reports a retry of Codex as progress, and its last word not at all", () => {
  const error = { message: "Reconnecting... 1/5", codexErrorInfo: "other" };
  assert.deepEqual(translate("error", { error, willRetry: true }), [
    { type: "retrying", message: "Reconnecting... 1/5" },
  ]);
  assert.deepEqual(translate("error", { error, willRetry: false }), []);
});

Deno.test("translate knows the items, and passes new kinds on by name", () => {
  const cases: [unknown, unknown][] = [
    [
      { type: "agentMessage", id: "1", text: "hm", phase: "commentary" },
      { type: "message", id: "1", text: "hm", commentary: true },
    ],
    [
      { type: "agentMessage", id: "1", text: "so", phase: null },
      { type: "message", id: "1", text: "so" },
    ],
    [
      { type: "commandExecution", id: "1", command: "ls", cwd: "/", status: "failed", exitCode: 2 },
      {
        type: "command",
        id: "1",
        command: "ls",
        workingDirectory: "/",
        status: "failed",
        exitCode: 2,
      },
    ],
    [
      {
        type: "fileChange",
        id: "1",
        status: "completed",
        changes: [{ path: "/a", kind: { type: "update", move_path: "/b" }, diff: "" }],
      },
      {
        type: "files",
        id: "1",
        status: "completed",
        changes: [{ path: "/a", kind: "delete" }, { path: "/b", kind: "add" }],
      },
    ],
    [
      { type: "mcpToolCall", id: "1", server: "git", tool: "log", status: "inProgress" },
      { type: "tool", id: "1", name: "git.log", status: "in_progress" },
    ],
    [{ type: "reasoning", id: "1", summary: ["a", "b"] }, {
      type: "reasoning",
      id: "1",
      summary: "a\n\nb",
    }],
    [{ type: "timeTravel", id: "1" }, { type: "other", id: "1", kind: "timeTravel" }],
  ];
  for (const [item, expected] of cases) {
    assert.deepEqual(translate("item/completed", { item }), [{
      type: "item.completed",
      item: expected,
    }]);
  }
  assert.deepEqual(translate("item/completed", { item: { type: "userMessage", id: "1" } }), []);
  assert.deepEqual(translate("something/new", { any: "thing" }), []);
});

Deno.test("translate tells the checklist of Codex", () => {
  const plan = [{ step: "a", status: "completed" }, { step: "b", status: "inProgress" }];
  assert.deepEqual(translate("turn/plan/updated", { plan }), [{
    type: "plan",
    steps: [{ text: "a", status: "completed" }, { text: "b", status: "in_progress" }],
  }]);
});

Deno.test("turnEnd says how a turn ended, with or without a reason", () => {
  const turn = { id: "1", items: [], error: undefined };
  assert.deepEqual(turnEnd({ ...turn, status: "interrupted" }), { status: "interrupted" });
  assert.equal(turnEnd({ ...turn, status: "failed" }).failure?.message, "Codex gave no reason");
});

Deno.test("turnFailure sorts what models say, by class or by words", () => {
  const cases: [string, unknown, string][] = [
    ["no", { httpConnectionFailed: { httpStatusCode: 401 } }, "login"],
    ["unexpected status 401 Unauthorized: bad key", "other", "login"],
    ["Missing environment variable: `MY_KEY`", "other", "login"],
    ["stop", "usageLimitExceeded", "rate-limit"],
    ["exceeded retry limit, last status: 429 Too Many Requests", "other", "rate-limit"],
    ["boom", "internalServerError", "model"],
    ["Selected model is at capacity", "serverOverloaded", "model"],
  ];
  for (const [message, info, kind] of cases) {
    assert.equal(turnFailure({ message, info }).kind, kind, message);
  }
});

Deno.test("questionOf answers a command in the words of its protocol", () => {
  const params = {
    threadId: "thread",
    turnId: "turn",
    itemId: "i",
    command: "ls",
    cwd: "/w",
    reason: "why",
  };
  const method = "item/commandExecution/requestApproval";
  const question = questionOf({ id: 3, method, params }, CONTEXT);
  assert.deepEqual(question?.request, {
    id: "3",
    threadId: "thread",
    turnId: "turn",
    kind: "command",
    itemId: "i",
    command: "ls",
    workingDirectory: "/w",
    reason: "why",
  });
  assert.deepEqual(DECISIONS.map((decision) => question?.answer(decision)), [
    { decision: "accept" },
    { decision: "acceptForSession" },
    { decision: "decline" },
    { decision: "cancel" },
  ]);
});

Deno.test("questionOf grants the permissions that were asked for, or none", () => {
  const network = { enabled: true };
  const params = {
    itemId: "i",
    cwd: "/w",
    reason: null,
    permissions: { network, fileSystem: null },
  };
  const question = questionOf(
    { id: 1, method: "item/permissions/requestApproval", params },
    CONTEXT,
  );
  assert.equal(question?.request.permissions, '{"network":{"enabled":true}}');
  assert.deepEqual(DECISIONS.map((decision) => question?.answer(decision)), [
    { permissions: { network }, scope: "turn" },
    { permissions: { network }, scope: "session" },
    { permissions: {}, scope: "turn" },
    { permissions: {}, scope: "turn" },
  ]);
  assert.equal(question?.interruptOnCancel, true);
});

Deno.test("questionOf understands the older requests", () => {
  const command = { conversationId: "thread", callId: "c", command: ["rm", "-r", "x"], cwd: "/w" };
  const asked = questionOf({ id: 1, method: "execCommandApproval", params: command }, CONTEXT);
  assert.equal(asked?.request.command, "rm -r x");
  assert.deepEqual(DECISIONS.map((decision) => asked?.answer(decision)), [
    { decision: "approved" },
    { decision: "approved_for_session" },
    { decision: { denied: { rejection: "The user declined" } } },
    { decision: "abort" },
  ]);
  const fileChanges = { "/w/a": { type: "update", unified_diff: "@@ -1 +1 @@\n-a\n+b\n" } };
  const params = { callId: "c", fileChanges, reason: null };
  const patch = questionOf({ id: 2, method: "applyPatchApproval", params }, CONTEXT)?.request;
  assert.deepEqual(patch?.changes, [{ path: "/w/a", kind: "update" }]);
  assert.equal(patch?.diff, "--- /w/a\n+++ /w/a\n@@ -1 +1 @@\n-a\n+b\n");
});

Deno.test("UsageMeter counts the turn, not the thread", () => {
  const meter = new UsageMeter();
  const of = (totalTokens: number): Parameters<UsageMeter["read"]>[0] => ({
    inputTokens: totalTokens,
    cachedInputTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    totalTokens,
  });
  assert.equal(meter.read(of(1_000), of(100)).totalTokens, 100);
  assert.equal(meter.read(of(1_250), of(250)).totalTokens, 350);
});

Deno.test("UsageMeter takes no full window for tokens that were used", () => {
  const used = { inputTokens: 100, cachedInputTokens: 40, outputTokens: 20, reasoningTokens: 5 };
  const nothing = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 };
  const meter = new UsageMeter();
  meter.read({ ...used, totalTokens: 120 }, { ...used, totalTokens: 120 });
  const full = meter.read({ ...used, totalTokens: 258_400 }, { ...nothing, totalTokens: 258_400 });
  assert.deepEqual(full, { ...used, totalTokens: 120 });
});

Deno.test("parseReport reads both forms of a status command, and refuses others", () => {
  const expected = { running: true, ready: false, pid: 1, uptimeMs: 2_000 };
  assert.deepEqual(parseReport("running=true,ready=false,pid=1,uptime_sec=2\n"), expected);
  assert.deepEqual(
    parseReport('{"running":true,"ready":false,"pid":1,"uptime_sec":2,"more":[]}'),
    expected,
  );
  assert.deepEqual(parseReport("running=false,pid=-"), { running: false, ready: false });
  assert.throws(() => parseReport("all is well"));
});
