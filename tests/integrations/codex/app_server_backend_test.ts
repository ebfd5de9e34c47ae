import assert from "node:assert/strict";
import type { ApprovalDecision, ApprovalRequest } from "../../../src/core/codex/approval.ts";
import type { DeclineReason, QuestionRequest } from "../../../src/core/codex/question.ts";
import type {
  CodexBackend,
  ThreadOptions,
  Turn,
  TurnResult,
} from "../../../src/core/codex/codex.ts";
import type { Unowned } from "../../../src/core/codex/thread_activity.ts";
import { newsNote } from "../../../src/core/codex/news.ts";
import { CodexError, describeError } from "../../../src/core/errors.ts";
import { localAppServer } from "../../../src/integrations/codex/app_server/backend.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { until } from "../../support/processes.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";

const PROGRAM = new URL("../../fixtures/programs/app_server.ts", import.meta.url).pathname;
const OPTIONS: ThreadOptions = {
  workingDirectory: "/",
  sandbox: "read-only",
  approvalPolicy: "on-request",
  ephemeral: false,
};

const LIMITS = {
  ...{ largestFile: 1_000, mostFiles: 1_000, mostBytes: 1_000, timeoutMs: 60_000 },
  ...{ keptMs: 1_000_000, largestStore: 1_000_000 },
};

interface Fixture extends AsyncDisposable {
  readonly backend: CodexBackend;
  readonly unowned: readonly Unowned[];
  readonly log: RecordingLog;
}

/** A backend on the misbehaving program. */
function fixture(behaviour: string, ...more: string[]): Fixture {
  const log = new RecordingLog();
  const unowned: Unowned[] = [];
  const backend = localAppServer({
    onUnowned: (what) => unowned.push(what),
    codex: {
      program: {
        command: Deno.execPath(),
        arguments: ["run", "--no-lock", "--no-config", "--allow-read", PROGRAM, behaviour, ...more],
      },
      commandLine: "codex app-server",
      version: "0.169.0",
      environment: { HOME: "/", NO_COLOR: "1" },
    },
    limits: {
      turnTimeoutMs: 60_000,
      turnIdleTimeoutMs: 60_000,
      cancelGraceMs: 200,
      reconnectMs: 1_000,
    },
    clock: createSystemClock(),
    log,
    clientVersion: "0.0.0",
    workspace: { stores: "/state/workspaces", limits: LIMITS },
  });
  return { backend, unowned, log, [Symbol.asyncDispose]: () => backend.close() };
}

function begin(
  backend: CodexBackend,
  text: string,
  signal?: AbortSignal,
  asked: (request: ApprovalRequest) => void = () => {},
): Turn {
  return backend.startThread(OPTIONS).run({ text }, {
    signal: signal ?? new AbortController().signal,
    approve: (request) => {
      asked(request);
      return Promise.resolve("accept");
    },
  });
}

function resume(backend: CodexBackend): Turn {
  return backend.resumeThread("earlier", OPTIONS).run({ text: "go on" }, {
    signal: new AbortController().signal,
    approve: () => Promise.resolve("accept"),
  });
}

async function run(backend: CodexBackend, text: string): Promise<TurnResult> {
  return await begin(backend, text).result;
}

Deno.test("AppServerBackend reads past lines that are not for it", async () => {
  await using stage = fixture("garbage");
  const result = await run(stage.backend, "hello");
  assert.equal(result.answer, "hello");
  const skipped = stage.log.lines.filter(({ message }) => message === "codex.line.skipped");
  assert.equal(skipped.length, 3);
});

Deno.test("AppServerBackend starts a prepared thread once, and lets go of one that nobody used", async () => {
  await using stage = fixture("tells-requests");
  const { signal } = new AbortController();
  const thread = stage.backend.startThread(OPTIONS);
  thread.prepare?.(signal);
  const approve = (): Promise<ApprovalDecision> => Promise.resolve("accept");
  const first = await thread.run({ text: "one" }, { signal, approve }).result;
  assert.equal(first.answer, "thread/start, turn/start thread-1");
  // Its turn was begun.
  thread.discard?.();
  const unused = stage.backend.startThread(OPTIONS);
  unused.prepare?.(signal);
  unused.discard?.();
  await until(() => unused.id !== undefined);
  const second = await thread.run({ text: "two" }, { signal, approve }).result;
  const told = second.answer.split(", ").slice(2);
  assert.deepEqual(told, ["thread/start", "thread/unsubscribe thread-2", "turn/start thread-1"]);
});

Deno.test("AppServerBackend loads an earlier thread ahead, once, also where its turn does not wait for that", async () => {
  await using stage = fixture("tells-requests");
  const { backend } = stage;
  await backend.start();
  const { signal } = new AbortController();
  const approve = (): Promise<ApprovalDecision> => Promise.resolve("accept");
  const ahead = backend.resumeThread("earlier", OPTIONS);
  ahead.prepare?.(signal);
  // Another object of the same thread, whose turn comes in the middle of the loading.
  const { answer } = await backend.resumeThread("earlier", OPTIONS).run({ text: "go on" }, {
    signal,
    approve,
  }).result;
  assert.equal(answer, "thread/goal/get earlier, thread/resume earlier, turn/start earlier");
  const again = backend.resumeThread("earlier", OPTIONS);
  again.prepare?.(signal);
  const next = await again.run({ text: "go on" }, { signal, approve }).result;
  assert.equal(next.answer, `${answer}, turn/start earlier`);
  // It belongs to the conversation.
  again.discard?.();
  const last = await ahead.run({ text: "go on" }, { signal, approve }).result;
  assert.equal(last.answer, `${next.answer}, turn/start earlier`);
});

Deno.test("AppServerBackend loads no thread ahead on which a goal is at work: its turn tells that it pauses it", async () => {
  await using stage = fixture("tells-requests");
  await stage.backend.start();
  const { signal } = new AbortController();
  const thread = stage.backend.resumeThread("pursuing", OPTIONS);
  thread.prepare?.(signal);
  const turn = thread.run({ text: "go on" }, {
    signal,
    approve: () => Promise.resolve("accept"),
  });
  const [events, { answer }] = await Promise.all([Array.fromAsync(turn.events), turn.result]);
  assert.deepEqual(answer.split(", "), [
    "thread/goal/get pursuing",
    "thread/goal/get pursuing",
    "thread/goal/set pursuing",
    "thread/resume pursuing",
    "turn/start pursuing",
  ]);
  assert.deepEqual(
    events.flatMap((event) => event.type === "goal" ? [event.goal?.status] : []),
    ["paused"],
  );
});

Deno.test("AppServerBackend opens the shell of a folder's records beforehand, once", async () => {
  await using stage = fixture("tells-requests");
  await stage.backend.start();
  for (let each = 0; each < 2; each++) await stage.backend.workspace?.prepare?.("/work");
  const { answer } = await run(stage.backend, "hello");
  assert.equal(answer, "fs/createDirectory, command/exec, thread/start, turn/start thread-1");
});

Deno.test("AppServerBackend prepares nothing in a process that is out of date, or before there is one", async () => {
  await using stage = fixture("tells-requests");
  const { signal } = new AbortController();
  const thread = stage.backend.resumeThread("earlier", OPTIONS);
  thread.prepare?.(signal);
  assert.equal(stage.backend.health().running, false);
  const { answer } = await thread.run({ text: "go on" }, {
    signal,
    approve: () => Promise.resolve("accept"),
  }).result;
  assert.equal(answer, "thread/goal/get earlier, thread/resume earlier, turn/start earlier");
});

Deno.test("AppServerBackend begins a prepared thread anew when its process has ended meanwhile", async () => {
  await using stage = fixture("tells-requests");
  const { signal } = new AbortController();
  // Otherwise the new process would give the same name.
  await run(stage.backend, "another one");
  const thread = stage.backend.startThread(OPTIONS);
  thread.prepare?.(signal);
  await until(() => thread.id === "thread-2");
  await stage.backend.restart();
  const approve = (): Promise<ApprovalDecision> => Promise.resolve("accept");
  const { answer } = await thread.run({ text: "one" }, { signal, approve }).result;
  assert.equal(answer, "thread/start, turn/start thread-1");
});

Deno.test("AppServerBackend takes the end of a turn that comes before its beginning", async () => {
  await using stage = fixture("completes-first");
  assert.equal((await run(stage.backend, "quick")).answer, "quick");
});

for (
  const [behaviour, kept] of [
    ["keeps-sandbox", "another sandbox"],
    ["keeps-approvals", "another approval policy"],
  ] as const
) {
  Deno.test(`AppServerBackend continues no thread for which Codex keeps ${kept}`, async () => {
    await using stage = fixture(behaviour);
    const { status, failure } = await resume(stage.backend).result;
    assert.equal(status, "failed");
    assert.equal(failure?.kind, "thread-unavailable");
    assert.match(failure?.message ?? "", /Codex keeps its earlier rights/);
  });
}

Deno.test("AppServerBackend continues a thread with the rights that were asked for", async () => {
  await using stage = fixture("takes-rights");
  assert.equal((await resume(stage.backend).result).answer, "go on");
});

Deno.test("AppServerBackend is not misled by another turn on the same thread", async () => {
  await using stage = fixture("mixes-turns");
  assert.equal((await run(stage.backend, "mine")).answer, "mine");
});

Deno.test("AppServerBackend fails a turn that Codex refuses", async () => {
  await using stage = fixture("refuses-turn");
  const { status, failure } = await run(stage.backend, "hello");
  assert.equal(status, "failed");
  assert.deepEqual(failure, {
    kind: "model",
    message: "no such model",
    trouble: { kind: "failed", said: "no such model." },
  });
});

Deno.test("AppServerBackend refuses words to a turn that Codex refused", async () => {
  await using stage = fixture("refuses-turn");
  const turn = begin(stage.backend, "hello");
  await turn.result;
  await assert.rejects(turn.steer("and hurry"), CodexError);
});

Deno.test("AppServerBackend loses the turn of a process that dies, and says how it died", async () => {
  await using stage = fixture("dies-midway");
  const { status, failure } = await run(stage.backend, "hello");
  assert.equal(status, "lost");
  assert.equal(failure?.kind, "process");
  const { lastError, running } = stage.backend.health();
  assert.match(lastError ?? "", /ended unexpectedly with exit code 101: thread 'main' panicked/);
  assert.equal(running, false);
});

Deno.test("AppServerBackend restarts a process that does not interrupt its turn", async () => {
  await using stage = fixture("ignores-interrupt");
  await stage.backend.start();
  const { pid } = stage.backend.health();
  const controller = new AbortController();
  const turn = begin(stage.backend, "hang", controller.signal);
  for await (const { type } of turn.events) {
    if (type === "started") break;
  }
  controller.abort();
  const { status, failure } = await turn.result;
  assert.equal(status, "interrupted");
  assert.equal(failure?.kind, "process");
  await stage.backend.start();
  assert.notEqual(stage.backend.health().pid, pid);
  assert.equal(stage.backend.health().restarts, 1);
});

Deno.test("AppServerBackend.start says why Codex ended at once", async () => {
  await using stage = fixture("dies-at-start");
  const error = await rejection(stage.backend.start());
  assert.equal(error.kind, "handshake");
  assert.match(error.message, /ended at once with exit code 1: Error loading config.toml/);
  assert.equal(stage.backend.health().ready, false);
  const { status, failure } = await run(stage.backend, "hello");
  assert.equal(status, "failed");
  assert.equal(failure?.kind, "process");
});

Deno.test("AppServerBackend says to update a Codex that was put in place without an app-server", async () => {
  await using stage = fixture("has-no-app-server");
  const error = await rejection(stage.backend.start());
  assert.deepEqual(error.trouble, {
    kind: "outdated",
    said: `${error.message}. Update Codex with \`npm install -g @openai/codex@latest\`.`,
  });
});

Deno.test("AppServerBackend.start gives up when its signal aborts", async () => {
  await using stage = fixture("silent");
  const reason = new Error("enough");
  await assert.rejects(stage.backend.start(AbortSignal.abort(reason)), reason);
});

Deno.test("AppServerBackend recovers by itself once Codex is logged in", async () => {
  await using folder = await temporaryFolder();
  const key = `${folder.path}/auth.json`;
  await using stage = fixture("needs-login", key);
  const error = await rejection(stage.backend.start());
  assert.equal(error.kind, "not-logged-in");
  const { status, failure } = await run(stage.backend, "hello");
  assert.equal(status, "failed");
  const trouble = { kind: "login", said: `${error.message}.` } as const;
  assert.deepEqual(failure, { kind: "login", message: describeError(error), trouble });
  assert.match(stage.backend.health().lastError ?? "", /codex login/);
  await Deno.writeTextFile(key, "{}");
  assert.equal((await run(stage.backend, "hello")).answer, "hello");
});

Deno.test("AppServerBackend closes a process that ignores SIGTERM", async () => {
  const { backend } = fixture("ignores-sigterm");
  await backend.start();
  const { pid } = backend.health();
  await backend.close();
  const { success } = await new Deno.Command("kill", { args: ["-0", `${pid}`], stderr: "null" })
    .output();
  assert.equal(success, false);
});

/** A request that the fixture makes of the client. */
function request(method: string, params: Readonly<Record<string, unknown>>): string {
  return `${method} ${JSON.stringify(params)}`;
}

const INPUT = "item/tool/requestUserInput";
const ELICITATION = "mcpServer/elicitation/request";
const OPEN = { id: "name", header: "Name", question: "Which name?", options: null };
const SECRET = { ...OPEN, id: "key", header: "Key", question: "Which key?", isSecret: true };
const FORM = { serverName: "desk", message: "Fill in", mode: "form", _meta: null };

Deno.test("AppServerBackend leaves no request of Codex without an answer, and tells what was declined", async () => {
  const cases: [asked: string, answer: RegExp, declined: DeclineReason][] = [
    ["item/somethingNew/requestApproval", /"code":-32601/, {
      type: "unsupported",
      method: "item/somethingNew/requestApproval",
    }],
    ["item/permissions/requestApproval", /"code":-32600/, {
      type: "unreadable",
      method: "item/permissions/requestApproval",
    }],
    [
      request(INPUT, { questions: [SECRET] }),
      /"key":\{"answers":\["The user was not asked, because/,
      {
        type: "secret",
        title: "Which key?",
      },
    ],
    [
      request(ELICITATION, { ...FORM, requestedSchema: { required: ["x"] } }),
      /^\{"action":"decline"/,
      { type: "form", server: "desk", fields: ["x"] },
    ],
    [
      request(ELICITATION, { ...FORM, mode: "openai/userVerification" }),
      /^\{"action":"decline"/,
      { type: "unsupported", method: "mcpServer/elicitation/request (openai/userVerification)" },
    ],
    // A front-end that takes no questions is a reason, too.
    [request(INPUT, { questions: [OPEN] }), /chose not to answer/, {
      type: "unreachable",
      error: "questions are not taken here",
    }],
  ];
  for (const [asked, expected, declined] of cases) {
    await using stage = fixture("asks");
    const turn = begin(stage.backend, asked);
    const events = await Array.fromAsync(turn.events);
    assert.match((await turn.result).answer, expected);
    const told = events.flatMap((event) => event.type === "declined" ? [event.reason] : []);
    assert.deepEqual(told, [declined]);
  }
});

Deno.test("AppServerBackend asks the open questions, and tells Codex why it asked for no secret", async () => {
  await using stage = fixture("asks");
  const text = request(INPUT, { questions: [SECRET, OPEN], autoResolutionMs: 5_000 });
  const asked: QuestionRequest[] = [];
  const turn = stage.backend.startThread(OPTIONS).run({ text }, {
    signal: new AbortController().signal,
    approve: () => Promise.resolve("decline"),
    answer: (question) => {
      asked.push(question);
      return Promise.resolve({ type: "answered", values: { name: "Rosa" } });
    },
  });
  const { answers } = JSON.parse((await turn.result).answer);
  assert.deepEqual(answers.name, { answers: ["Rosa"] });
  assert.match(answers.key.answers[0], /a chat is no place for a secret/);
  const [question] = asked;
  assert.ok(question?.kind === "input");
  assert.equal(question.timeLimitMs, 5_000);
  assert.deepEqual(question.fields.map(({ id, type }) => [id, type]), [["name", "text"]]);
});

Deno.test("AppServerBackend offers what Codex does, answers with its rules, and takes nothing else", async () => {
  const rule = { execpolicy_amendment: ["git", "status"] };
  const allow = { network_policy_amendment: { host: "example.com", action: "allow" } };
  const deny = { network_policy_amendment: { host: "example.com", action: "deny" } };
  const other = { network_policy_amendment: { host: "other.example", action: "allow" } };
  const params = {
    command: "git status",
    networkApprovalContext: { host: "example.com", protocol: "https" },
    availableDecisions: [
      "accept",
      { acceptWithExecpolicyAmendment: rule },
      { applyNetworkPolicyAmendment: allow },
      { applyNetworkPolicyAmendment: deny },
      // An answer could not tell these from the first of their kind.
      { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["git"] } },
      { applyNetworkPolicyAmendment: other },
      { somethingNew: {} },
      "cancel",
    ],
  };
  const cases: [ApprovalDecision, unknown][] = [
    ["accept-prefix", { acceptWithExecpolicyAmendment: rule }],
    ["accept-host", { applyNetworkPolicyAmendment: allow }],
    ["decline-host", { applyNetworkPolicyAmendment: deny }],
    ["cancel", "cancel"],
    // Never offered here.
    ["accept-for-session", "decline"],
  ];
  for (const [decided, decision] of cases) {
    await using stage = fixture("asks");
    const asked: ApprovalRequest[] = [];
    const text = request("item/commandExecution/requestApproval", params);
    const turn = stage.backend.startThread(OPTIONS).run({ text }, {
      signal: new AbortController().signal,
      approve: (approval) => {
        asked.push(approval);
        return Promise.resolve(decided);
      },
    });
    assert.deepEqual(JSON.parse((await turn.result).answer), { decision });
    const [approval] = asked;
    assert.ok(approval?.kind === "command");
    assert.equal(approval.host, "example.com");
    assert.deepEqual(approval.choices, [
      { decision: "accept" },
      { decision: "accept-prefix", prefix: ["git", "status"] },
      { decision: "accept-host", host: "example.com" },
      { decision: "decline-host", host: "example.com" },
      { decision: "cancel" },
    ]);
  }
});

Deno.test("AppServerBackend keeps an answer whatever else Codex tells, and tells the news in it", async () => {
  await using stage = fixture("tells-news");
  const turn = begin(stage.backend, "the answer");
  const events = await Array.fromAsync(turn.events);
  const { status, answer } = await turn.result;
  assert.deepEqual({ status, answer }, { status: "completed", answer: "the answer" });
  assert.deepEqual(events.flatMap((event) => event.type === "news" ? [newsNote(event.news)] : []), [
    "MCP server git did not start: no reason given",
    "model rerouted from a to b: highRiskCyberActivity",
    "a is slowed down by a safety check",
    "verification needed: trustedAccessForCyber",
    "automatic review is strict from now on",
    "Be careful",
    'Codex ended the turn with the unknown status "unreadable"',
  ]);
  assert.deepEqual(stage.backend.health().standing?.map(({ type }) => type), ["mcp-server.failed"]);
  // What belongs to the whole app-server is told once.
  const next = await Array.fromAsync(begin(stage.backend, "again").events);
  assert.ok(
    !next.some((event) => event.type === "news" && event.news.type === "mcp-server.failed"),
  );
});

Deno.test("AppServerBackend fails a turn that ends in an unknown way without an answer", async () => {
  await using stage = fixture("ends-oddly");
  const { status, failure } = await run(stage.backend, "hi");
  assert.equal(status, "failed");
  assert.match(failure?.message ?? "", /in a way that this program does not know: hibernated$/);
  assert.match(JSON.stringify(failure?.trouble), /hibernated\."/, "a sentence of its own");
});

Deno.test("AppServerBackend declines what nobody here works on, and tells it once", async () => {
  await using stage = fixture("stranger-asks");
  const asked = begin(stage.backend, "rm -rf /", undefined, () => assert.fail("nobody is asked"));
  assert.equal((await asked.result).answer, '{"decision":"decline"}');
  const warnings = (): number =>
    stage.log.lines.filter(({ message }) => message === "codex.unowned").length;
  await until(() => warnings() === 2);
  assert.deepEqual(stage.unowned, [
    { kind: "question", threadId: "stranger", subject: "rm -rf /" },
  ]);
});

Deno.test("AppServerBackend finds the owner of a sub-agent of which it has heard nothing", async () => {
  await using stage = fixture("child-asks");
  const agents: (string | undefined)[] = [];
  const turn = begin(stage.backend, "true", undefined, ({ agent }) => void agents.push(agent));
  assert.equal((await turn.result).answer, '{"decision":"accept"}');
  assert.deepEqual([...new Set(agents)], ["agent-1"]);
  assert.deepEqual(stage.unowned, []);
});

async function rejection(promise: Promise<unknown>): Promise<CodexError> {
  const error = await promise.then(() => undefined, (reason) => reason);
  assert.ok(error instanceof CodexError, `expected a CodexError, got ${error}`);
  return error;
}
