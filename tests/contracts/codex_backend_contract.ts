/**
 * What every Codex backend has to do, tried on the real program with a scripted model. What only
 * some can do is tried where the backend says that it can.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { ApprovalDecision, ApprovalRequest } from "../../src/core/codex/approval.ts";
import type { CodexBackend, TurnEvent } from "../../src/core/codex/codex.ts";
import { ThreadBusyError } from "../../src/core/errors.ts";
import { isListed, isRunning, until, unusualSleep } from "../support/processes.ts";
import type { Step } from "../support/responses_api.ts";
import {
  DOT_PNG,
  type How,
  type MakeBackend,
  setUpStage,
  type Stage,
  started,
} from "./codex_stage.ts";

const SCHEMA = {
  type: "object",
  properties: { mode: { type: "string" } },
  required: ["mode"],
  additionalProperties: false,
};

/**
 * Registers the tests of the contract for one backend.
 * @param ownsProcess false where the process of Codex is somebody else's, and stays
 * @param only the part that is tried, where another backend of the same code is tried whole
 */
export function codexBackendContract(
  name: string,
  makeBackend: MakeBackend,
  { ownsProcess = true, only = /./ }: { readonly ownsProcess?: boolean; readonly only?: RegExp } =
    {},
): void {
  const test: RegisterTest = (what, body) => {
    if (!only.test(what)) return;
    Deno.test(`${name} ${what}`, async () => {
      await using stage = await setUpStage(makeBackend);
      await body(stage);
    });
  };

  test("answers, streams the answer and tells the usage", async ({ api, thread, run }) => {
    api.script({ when: () => true, steps: [{ message: "forty-two" }] });
    const { events, result } = await run(thread(), "what is six times seven?");
    assert.equal(result.status, "completed");
    assert.equal(result.answer, "forty-two");
    assert.equal(result.usage?.totalTokens, 120);
    assert.equal(events[0]?.type, "started");
    assert.equal(textOf(events), "forty-two");
  });

  test("continues a thread and knows its id after the first turn", async ({ api, thread, run }) => {
    const conversation = thread();
    const first = await run(conversation, "first");
    const second = await run(conversation, "second");
    assert.equal(second.result.threadId, first.result.threadId);
    assert.equal(conversation.id, first.result.threadId);
    assert.deepEqual(api.requests.at(-1)?.userTexts, ["first", "second"]);
  });

  test("tells the model the developer instructions", async ({ api, thread, run }) => {
    await run(thread({ developerInstructions: "Answer like a pirate" }), "hello");
    assert.match(api.requests.at(-1)?.developerText ?? "", /Answer like a pirate/);
  });

  test("runs two threads at once", async ({ api, thread, run }) => {
    const both = meeting(2);
    api.script({ when: () => true, steps: (request) => [both(`re: ${request.lastUserText}`)] });
    const [one, other] = await Promise.all([run(thread(), "one"), run(thread(), "other")]);
    assert.equal(one.result.answer, "re: one");
    assert.equal(other.result.answer, "re: other");
    assert.notEqual(one.result.threadId, other.result.threadId);
  });

  test("refuses a second turn on a busy thread", async ({ api, thread, begin }) => {
    const gate = Promise.withResolvers<void>();
    api.script({ when: () => true, steps: [{ until: gate.promise, then: { message: "done" } }] });
    const conversation = thread();
    const turn = begin(conversation, "slow");
    await started(turn);
    assert.throws(() => begin(conversation, "too early"), ThreadBusyError);
    gate.resolve();
    assert.equal((await turn.result).answer, "done");
  });

  test("ends interrupted when the signal aborts, and the thread goes on", async (stage) => {
    const { api, thread, begin, run } = stage;
    api.script({ when: ({ lastUserText }) => lastUserText === "hang", steps: [hang()] });
    const conversation = thread();
    const controller = new AbortController();
    const turn = begin(conversation, "hang", { signal: controller.signal });
    await started(turn);
    controller.abort();
    assert.equal((await turn.result).status, "interrupted");
    assert.equal((await run(conversation, "again")).result.status, "completed");
  });

  test("ends interrupted when the signal was aborted before", async ({ thread, begin }) => {
    const turn = begin(thread(), "never", { signal: AbortSignal.abort() });
    assert.equal((await turn.result).status, "interrupted");
  });

  for (const [status, kind] of [[401, "login"], [429, "rate-limit"], [500, "model"]] as const) {
    test(`fails with kind ${kind} when the model answers ${status}`, async (stage) => {
      const { api, thread, run } = stage;
      api.script({ when: ({ lastUserText }) => lastUserText === "fail", steps: [{ status }] });
      const conversation = thread();
      const { result } = await run(conversation, "fail");
      assert.equal(result.status, "failed");
      assert.equal(result.failure?.kind, kind);
      // The thread may have to be given up; another one may not be harmed.
      assert.equal((await run(thread(), "fine")).result.answer, "ok: fine");
    });
  }

  test("runs an escalated command that is accepted", async ({ api, thread, run, workspace }) => {
    const file = join(workspace, "made");
    api.script({ when: () => true, steps: escalated(`touch ${file}`) });
    const asked: ApprovalRequest[] = [];
    const { events } = await run(thread(), "make it", answering("accept", asked));
    assert.equal(asked.length, 1);
    assert.equal(asked[0]?.kind, "command");
    assert.match(asked[0]?.command ?? "", new RegExp(`touch ${file}`));
    assert.equal((await Deno.stat(file)).isFile, true);
    assert.deepEqual(approvalsIn(events), ["requested", "accept"]);
  });

  test("does not run an escalated command that is declined", async (stage) => {
    const { api, thread, run, workspace } = stage;
    const file = join(workspace, "made");
    api.script({ when: () => true, steps: escalated(`touch ${file}`) });
    const { events, result } = await run(thread(), "make it", answering("decline"));
    assert.equal(result.status, "completed");
    assert.equal(result.answer, "after the command");
    await assert.rejects(Deno.stat(file), Deno.errors.NotFound);
    assert.deepEqual(approvalsIn(events), ["requested", "decline"]);
  });

  test("does not hang when nobody can be asked", async ({ api, thread, run }) => {
    api.script({ when: () => true, steps: escalated("true") });
    const approve = (): Promise<never> => Promise.reject(new Error("the chat is gone"));
    const { events, result } = await run(thread(), "make it", { approve });
    assert.equal(result.status, "completed");
    assert.deepEqual(approvalsIn(events), ["requested", "decline"]);
  });

  test("ends interrupted when an approval is cancelled", async ({ api, thread, run }) => {
    api.script({ when: () => true, steps: escalated("true") });
    const { result } = await run(thread(), "make it", answering("cancel"));
    assert.equal(result.status, "interrupted");
  });

  test("tells the files of a patch, in the question and in the result", async (stage) => {
    const { api, thread, run, workspace } = stage;
    const patch = "*** Begin Patch\n*** Add File: poem.txt\n+roses\n*** End Patch\n";
    api.script({ when: () => true, steps: [{ patch }, { message: "patched" }] });
    const asked: ApprovalRequest[] = [];
    const conversation = thread({ sandbox: "read-only" });
    const { result } = await run(conversation, "write", answering("accept", asked));
    const file = join(workspace, "poem.txt");
    const [patched] = asked;
    assert.ok(asked.length === 1 && patched?.kind === "files");
    assert.deepEqual(patched.changes, [{ path: file, kind: "add" }]);
    assert.match(patched.diff ?? "", /^\+roses$/m);
    assert.deepEqual(result.changedFiles, [{ path: file, kind: "add" }]);
    assert.match(result.diff, /^\+roses$/m);
    assert.equal(await Deno.readTextFile(file), "roses\n");
  });

  test("remembers a thread in another process, or says that it cannot", async (stage) => {
    const { api, backend, thread, run, another } = stage;
    const { result: first } = await run(thread(), "first");
    assert.ok(first.threadId !== undefined);
    await backend.close();
    await using later = await another();
    const { result } = await run(later.backend.resumeThread(first.threadId, stage.options), "next");
    if (backend.capabilities.resume) {
      assert.equal(result.status, "completed");
      assert.equal(result.threadId, first.threadId);
      assert.deepEqual(api.requests.at(-1)?.userTexts, ["first", "next"]);
    } else {
      assert.equal(result.failure?.kind, "thread-unavailable");
    }
  });

  test("says that an unknown thread is unavailable", async ({ backend, options, run }) => {
    const gone = backend.resumeThread("01a1fb2c-0000-7000-8000-000000000000", options);
    const { result } = await run(gone, "hello?");
    assert.equal(result.status, "failed");
    assert.equal(result.failure?.kind, "thread-unavailable");
  });

  test("says that a thread is in use while another process works on it", async (stage) => {
    const { backend, thread, run, another, options } = stage;
    if (!backend.capabilities.resume) return;
    const { result: first } = await run(thread(), "first");
    await using other = await another();
    const there = other.backend.resumeThread(first.threadId ?? "", options);
    const { result: refused } = await run(there, "second");
    assert.equal(refused.status, "failed");
    assert.equal(refused.failure?.kind, "thread-in-use");
    assert.match(refused.failure?.message ?? "", /^Another program has this conversation open/);
    const waiting = run(there, "third");
    await backend.close();
    assert.equal((await waiting).result.answer, "ok: third");
  });

  test("takes the defaults again when a continued thread is given no model or effort", async (stage) => {
    const { api, backend, thread, run, another, options } = stage;
    if (!backend.capabilities.resume) return;
    const chosen = { model: "gpt-5.4", reasoningEffort: "high" };
    const { result } = await run(thread(chosen), "first");
    const id = result.threadId ?? "";
    await run(backend.resumeThread(id, options), "second");
    await run(backend.resumeThread(id, options), "third");
    await run(backend.resumeThread(id, { ...options, ...chosen }), "fourth");
    await backend.close();
    await using later = await another();
    await run(later.backend.resumeThread(id, options), "fifth");
    await run(later.backend.resumeThread(id, { ...options, ...chosen }), "chosen again");
    await later.backend.close();
    await using last = await another();
    await run(last.backend.startThread(options), "beside");
    // Loaded ahead, as before each message.
    const kept = last.backend.resumeThread(id, options);
    kept.prepare?.(new AbortController().signal);
    await run(kept, "sixth");
    assert.deepEqual(api.requests.map(({ model, effort }) => [model, effort]), [
      ["gpt-5.4", "high"],
      ["gpt-5.5", "medium"],
      ["gpt-5.5", "medium"],
      ["gpt-5.4", "high"],
      ["gpt-5.5", "medium"],
      ["gpt-5.4", "high"],
      ["gpt-5.5", "medium"],
      ["gpt-5.5", "medium"],
    ]);
  });

  test("gives a continued thread the rights of its new options, and no more", async (stage) => {
    const { api, backend, options, workspace, run } = stage;
    if (!backend.capabilities.resume) return;
    const steps = (file: string): Step[] => [{ command: `touch ${file}` }, { message: "tried" }];
    api.script({ when: () => true, steps: ({ lastUserText }) => steps(lastUserText) });
    const [first, second] = [join(workspace, "first"), join(workspace, "second")];
    const strict = { ...options, approvalPolicy: "never" as const };
    const free = backend.startThread({ ...strict, sandbox: "danger-full-access" });
    const { result } = await run(free, first);
    assert.equal((await Deno.stat(first)).isFile, true);
    const bound = backend.resumeThread(result.threadId ?? "", { ...strict, sandbox: "read-only" });
    assert.equal((await run(bound, second)).result.answer, "tried");
    await assert.rejects(Deno.stat(second), Deno.errors.NotFound);
  });

  test("ends the commands of a turn that is interrupted", async (stage) => {
    const { api, backend, thread, begin } = stage;
    // The mcp server has no way to do so while it lives.
    if (backend.kind !== "app-server") return;
    const command = unusualSleep();
    api.script({ when: () => true, steps: [{ command }, { message: "up" }] });
    const controller = new AbortController();
    const turn = begin(thread(), "sleep", { signal: controller.signal });
    await until(() => isListed(command));
    controller.abort();
    assert.equal((await turn.result).status, "interrupted");
    await until(async () => !await isListed(command));
  });

  test("lets the answer follow a schema, for that turn only", async (stage) => {
    const { api, backend, thread, begin, run } = stage;
    if (!backend.capabilities.outputSchema) return;
    api.script({
      when: ({ schema }) => schema !== undefined,
      steps: [{ message: '{"mode":"x"}' }],
    });
    const conversation = thread();
    const turn = begin(conversation, { text: "choose", outputSchema: SCHEMA });
    assert.equal((await turn.result).answer, '{"mode":"x"}');
    assert.deepEqual(api.requests.at(-1)?.schema, SCHEMA);
    assert.equal((await run(conversation, "plain")).result.answer, "ok: plain");
  });

  test("shows an image to the model, or leaves it out", async (stage) => {
    const { api, backend, thread, begin, workspace } = stage;
    const image = join(workspace, "dot.png");
    await Deno.writeFile(image, DOT_PNG);
    const turn = begin(thread(), { text: "what is this?", images: [image] });
    assert.match((await turn.result).answer, /^ok: what is this\?/);
    const { images } = api.requests.at(-1) ?? { images: [] };
    assert.equal(images.length, backend.capabilities.images ? 1 : 0);
    for (const url of images) assert.match(url, /^data:image\/png;base64,/);
  });

  test("adds to a running turn, or refuses", async ({ api, backend, thread, begin }) => {
    const gate = Promise.withResolvers<void>();
    const slow: Step = { until: gate.promise, then: { message: "went on" } };
    api.script({ when: ({ lastUserText }) => lastUserText === "slow", steps: [slow] });
    const turn = begin(thread(), "slow");
    if (backend.capabilities.steer) {
      // Codex does not have the turn yet.
      await turn.steer("and hurry");
      gate.resolve();
      assert.equal((await turn.result).answer, "ok: and hurry");
    } else {
      await started(turn);
      await assert.rejects(turn.steer("and hurry"));
      gate.resolve();
      assert.equal((await turn.result).answer, "went on");
    }
    await assert.rejects(turn.steer("too late"));
  });

  if (ownsProcess) processContract(test);
}

type RegisterTest = (what: string, body: (stage: Stage) => Promise<void>) => void;

function processContract(test: RegisterTest): void {
  test("loses the turn when the process is killed, and takes the next one", async (stage) => {
    const { api, backend, thread, begin, run } = stage;
    api.script({ when: ({ lastUserText }) => lastUserText === "hang", steps: [hang()] });
    const conversation = thread();
    // Codex writes a thread down with its first turn, and a little later.
    await run(conversation, "first");
    const turn = begin(conversation, "hang");
    await started(turn);
    Deno.kill(pidOf(backend), "SIGKILL");
    const lost = await turn.result;
    assert.equal(lost.status, "lost");
    assert.equal(lost.failure?.kind, "process");
    const { result } = await run(backend.capabilities.resume ? conversation : thread(), "again");
    assert.equal(result.answer, "ok: again");
    assert.equal(backend.health().restarts, 1);
  });

  test("leaves no process behind when it is closed while idle", async ({ backend, thread, run }) => {
    await run(thread(), "hello");
    const pid = pidOf(backend);
    await backend.close();
    assert.equal(await isRunning(pid), false);
    assert.equal(backend.health().running, false);
    await backend.close();
  });

  test("leaves no process behind when it is closed while busy", async (stage) => {
    const { api, backend, thread, begin } = stage;
    const command = unusualSleep();
    api.script({ when: () => true, steps: [{ command }, { message: "up" }] });
    const turn = begin(thread(), "sleep");
    await until(() => isListed(command));
    const pid = pidOf(backend);
    await backend.close();
    assert.match((await turn.result).status, /^(?:interrupted|lost)$/);
    assert.equal(await isRunning(pid), false);
    await until(async () => !await isListed(command));
  });
}

function answering(decision: ApprovalDecision, asked: ApprovalRequest[] = []): Partial<How> {
  return {
    approve: (request) => {
      asked.push(request);
      return Promise.resolve(decision);
    },
  };
}

function escalated(command: string): Step[] {
  return [{ command, escalated: "It is outside of the sandbox" }, { message: "after the command" }];
}

function hang(): Step {
  return { until: new Promise(() => {}), then: { message: "never" } };
}

/** Steps that answer only when so many have been asked for. */
function meeting(count: number): (message: string) => Step {
  const all = Promise.withResolvers<void>();
  let here = 0;
  return (message) => {
    if (++here === count) all.resolve();
    return { until: all.promise, then: { message } };
  };
}

function textOf(events: readonly TurnEvent[]): string {
  return events.map((event) => event.type === "message.delta" ? event.text : "").join("");
}

function approvalsIn(events: readonly TurnEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type === "approval.requested") return ["requested"];
    return event.type === "approval.resolved" ? [event.decision] : [];
  });
}

function pidOf(backend: CodexBackend): number {
  const { pid } = backend.health();
  assert.ok(pid !== undefined, "the backend has a process");
  return pid;
}
