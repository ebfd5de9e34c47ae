import { isHelper, scriptHelper } from "../../../support/helper_script.ts";
import { until } from "../../../support/processes.ts";
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Turn, TurnEvent } from "../../../../src/core/codex/codex.ts";
import { DOT_PNG, started } from "../../../contracts/codex_stage.ts";
import { type RemoteStage, withRemote } from "./remote_stage.ts";

const SESSION = { chatId: "-1", userId: "2", topicId: "3" };

/** @param reconnectMs short where the scene waits for the loss */
function test(
  name: string,
  scene: (remote: RemoteStage) => Promise<void>,
  reconnectMs = 60_000,
): void {
  Deno.test(`a remote app-server ${name}`, () => withRemote(scene, { reconnectMs }));
}

const SOON_MS = 1_000;

test("that ends loses its turn, and takes the next one when it is back", async (remote) => {
  const { api, backend, thread, begin, run } = remote.stage;
  api.script({ when: ({ lastUserText }) => lastUserText === "hang", steps: [{ silent: true }] });
  const conversation = thread();
  await run(conversation, "first");
  const turn = begin(conversation, "hang");
  await started(turn);
  await remote.end();
  const lost = await turn.result;
  assert.equal(lost.status, "lost");
  assert.deepEqual(lost.failure, {
    kind: "connection",
    message: `The connection to Codex on ${remote.machine.name} was lost`,
    trouble: { kind: "lost", machine: remote.machine.name },
  });
  assert.equal(backend.health().ready, false);
  assert.match(backend.health().lastError ?? "", new RegExp(remote.machine.name));

  const { result: early } = await run(conversation, "too early");
  assert.equal(early.status, "failed");
  assert.equal(early.failure?.kind, "connection");

  await remote.startAgain();
  const { result } = await run(conversation, "again");
  assert.equal(result.answer, "ok: again");
  assert.equal(result.threadId, lost.threadId);
  const texts = api.requests.at(-1)?.userTexts;
  assert.deepEqual([texts?.at(0), texts?.at(-1)], ["first", "again"]);
}, SOON_MS);

test("stops what a lost turn left running before it takes the next one", async (remote) => {
  const { api, thread, begin, run } = remote.stage;
  api.script({ when: ({ lastUserText }) => lastUserText === "hang", steps: [{ silent: true }] });
  const conversation = thread();
  const turn = begin(conversation, "hang");
  const left = await turnIdOf(turn.events);
  await api.received(({ lastUserText }) => lastUserText === "hang");
  remote.cut({ leadsNowhere: true });
  assert.equal((await turn.result).status, "lost");
  remote.mend();
  const next = await run(conversation, "again");
  assert.equal(next.result.answer, "ok: again");
  assert.notEqual(await turnIdOf(next.events), left, "a turn of its own, not words to the other");
}, SOON_MS);

/** A turn that runs until it is released, begun over a way that is then cut. */
async function slowTurn(
  { api, thread, begin }: RemoteStage["stage"],
  how?: Parameters<RemoteStage["stage"]["begin"]>[2],
): Promise<{ readonly turn: Turn; readonly events: Promise<TurnEvent[]>; release: () => void }> {
  const { promise: until, resolve: release } = Promise.withResolvers<void>();
  api.script({
    when: ({ lastUserText }) => lastUserText === "slow",
    steps: [{ command: "echo one" }, { until, then: { message: "all of it" } }],
  });
  const turn = begin(thread(), "slow", how);
  const events = Array.fromAsync(turn.events);
  await api.received(({ lastUserText, toolOutputs }) =>
    lastUserText === "slow" && toolOutputs.length === 1
  );
  return { turn, events, release };
}

test("is found again when the connection breaks, and its turn is followed", async (remote) => {
  const { backend, run, thread } = remote.stage;
  const { turn, events, release } = await slowTurn(remote.stage);
  remote.cut();
  await reconnected(remote);
  release();
  const { status, answer, failure } = await turn.result;
  assert.deepEqual([status, answer, failure], ["completed", "all of it", undefined]);
  const seen = await events;
  assert.deepEqual(
    seen.flatMap((event) => event.type === "waiting" ? [event.reason] : []),
    [{ type: "reconnect", machine: remote.machine.name }],
  );
  const commands = seen.filter((event) =>
    event.type === "item.completed" && event.item.type === "command"
  );
  assert.equal(commands.length, 1);
  assert.equal(backend.health().restarts, 1);
  assert.equal((await run(thread(), "another")).result.answer, "ok: another");
});

test("is asked for the answer that came while the connection was broken", async (remote) => {
  const { api } = remote.stage;
  const { turn, release } = await slowTurn(remote.stage);
  remote.cut({ leadsNowhere: true });
  release();
  await api.received(({ toolOutputs }) => toolOutputs.length === 1);
  // The answer has left for Codex, which has nobody to tell it to.
  await new Promise((resolve) => setTimeout(resolve, 300));
  remote.mend();
  const { status, answer } = await turn.result;
  assert.deepEqual([status, answer], ["completed", "all of it"]);
});

test("asks again what nobody could answer over the broken connection", async (remote) => {
  const { api, begin, thread } = remote.stage;
  api.script({
    when: ({ lastUserText }) => lastUserText === "ask",
    steps: [{ command: "true", escalated: "May I?" }, { message: "asked" }],
  });
  let questions = 0;
  const turn = begin(thread(), "ask", {
    approve: async (_request, signal) => {
      if (++questions > 1) return "accept";
      remote.cut();
      return await new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason), { once: true })
      );
    },
  });
  const { status, answer } = await turn.result;
  assert.deepEqual([status, answer, questions], ["completed", "asked", 2]);
});

for (const waits of [true, false]) {
  const when = waits ? "in a turn" : "that works on without a turn";
  test(`is asked again what became of a sub-agent ${when}, which asks as before`, async (remote) => {
    const { api, backend, begin, thread } = remote.stage;
    const gate = Promise.withResolvers<void>();
    const asks = { command: "true", escalated: "May I?" };
    const steps = [{ until: gate.promise, then: asks }, { message: "it is done" }];
    scriptHelper(api, steps, { waits });
    const asked: (string | undefined)[] = [];
    const conversation = thread();
    const turn = begin(conversation, "go", {
      approve: ({ agent }) => {
        asked.push(agent);
        return Promise.resolve("accept");
      },
    });
    await api.received(isHelper);
    if (!waits) await turn.result;
    const agents = (): readonly unknown[] => backend.activity.alive(conversation.id ?? "").agents;
    await until(() => agents().length === 1);
    remote.cut();
    await reconnected(remote);
    gate.resolve();
    await until(() => agents().length === 0);
    assert.deepEqual(asked, ["helper"]);
    assert.equal((await turn.result).answer, "parent is done");
  });
}

test("that is cut off can be cancelled meanwhile", async (remote) => {
  const stop = new AbortController();
  const { turn } = await slowTurn(remote.stage, { signal: stop.signal });
  remote.cut({ leadsNowhere: true });
  stop.abort();
  assert.equal((await turn.result).status, "interrupted");
  remote.mend();
});

async function reconnected({ stage: { backend } }: RemoteStage): Promise<void> {
  while (backend.health().restarts === 0) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("is given files where Codex reads them, and shows images from there", async (remote) => {
  const { api, backend, codexHome, thread, begin, workspace } = remote.stage;
  const path = await backend.attachments?.keep(SESSION, "7-dot.png", DOT_PNG);
  assert.equal(path, join(codexHome, "codex-orchestrator", "inbox", "-1-2-3", "7-dot.png"));
  assert.deepEqual(await Deno.readFile(path), DOT_PNG);
  const turn = begin(thread(), { text: "look", images: [path] });
  assert.equal((await turn.result).status, "completed");
  assert.equal(api.requests.at(-1)?.images.length, 1);

  // What a person has asked for later stands in the working directory.
  await Deno.writeFile(join(workspace, "made.png"), DOT_PNG);
  const file = await backend.queries.readFile(workspace, "made.png", 1_000);
  assert.deepEqual(file.bytes, DOT_PNG);
});

test("keeps files for a month and refuses what it could not take", async (remote) => {
  const { backend, codexHome } = remote.stage;
  const folder = join(codexHome, "codex-orchestrator", "inbox", "-1-2-3");
  await Deno.mkdir(folder, { recursive: true });
  const [old, young] = [join(folder, "1-old.txt"), join(folder, "2-young.txt")];
  for (const path of [old, young]) await Deno.writeTextFile(path, "x");
  const longAgo = new Date(Date.now() - 31 * 24 * 3_600_000);
  await Deno.utime(old, longAgo, longAgo);
  await backend.attachments?.keep(SESSION, "3-new.txt", new Uint8Array(1));
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  assert.deepEqual(names.sort(), ["2-young.txt", "3-new.txt"]);

  const large = backend.attachments?.keep(SESSION, "4-large.bin", new Uint8Array(12_000_001));
  await assert.rejects(large ?? Promise.resolve(), {
    message: `Cannot bring 4-large.bin to ${remote.machine.name}: it is larger than 12 MB`,
  });
  // The connection has not been broken by the attempt.
  assert.equal(backend.health().restarts, 0);
});

async function turnIdOf(
  events: AsyncIterable<TurnEvent> | readonly TurnEvent[],
): Promise<string> {
  for await (const event of events) {
    if (event.type === "started") return event.turnId;
  }
  throw new Error("The turn did not start");
}

for (const ephemeral of [false, true]) {
  const kind = ephemeral ? "reads for one request only" : "may work on";
  Deno.test(`what a remote app-server cannot be told to stop is told where it ${kind}`, () =>
    withRemote(async ({ stage: { api, thread, begin }, machine, cut }) => {
      api.script({
        when: ({ lastUserText }) => lastUserText === "hang",
        steps: [{ silent: true }],
      });
      const person = new AbortController();
      const turn = begin(thread({ ephemeral }), "hang", { signal: person.signal });
      const events = Array.fromAsync(turn.events);
      await api.received(({ lastUserText }) => lastUserText === "hang");
      cut({ leadsNowhere: true });
      person.abort();
      assert.equal((await turn.result).status, "interrupted");
      const news = (await events).flatMap((event) => event.type === "news" ? [event.news] : []);
      const told = news.filter(({ type }) => type === "not-stopped");
      assert.deepEqual(told, ephemeral ? [] : [{ type: "not-stopped", machine: machine.name }]);
    }, { reconnectMs: 60_000, cancelGraceMs: 1_000 }));
}

test("whose connection is made anew says whether that waits for its turns", async (remote) => {
  const { api, backend, thread, begin, run } = remote.stage;
  const conversation = thread();
  await run(conversation, "first");
  const { name: machine } = remote.machine;
  assert.deepEqual(await backend.restart(), { type: "elsewhere", machine, waits: false });
  const { promise: until, resolve: release } = Promise.withResolvers<void>();
  api.script({
    when: ({ lastUserText }) => lastUserText === "slow",
    steps: [{ until, then: { message: "whole" } }],
  });
  const turn = begin(conversation, "slow");
  await started(turn);
  assert.deepEqual(await backend.restart(), { type: "elsewhere", machine, waits: true });
  release();
  assert.equal((await turn.result).answer, "whole");
});

test("that was just cut off is waited for by the checks of the work", async (remote) => {
  const { backend, thread, run, options } = remote.stage;
  await run(thread(), "first");
  remote.cut({ leadsNowhere: true });
  const result = backend.checks?.run({
    folder: options.workingDirectory,
    check: { name: "true", command: "true", timeoutMs: 30_000 },
    sandbox: "workspace-write",
    signal: new AbortController().signal,
  });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  remote.mend();
  assert.equal((await result)?.status, "passed");
});

test("that stays away is why checks are not run", async (remote) => {
  const { backend, options } = remote.stage;
  remote.cut({ leadsNowhere: true });
  const result = await backend.checks?.run({
    folder: options.workingDirectory,
    check: { name: "true", command: "true", timeoutMs: 30_000 },
    sandbox: "workspace-write",
    signal: new AbortController().signal,
  });
  assert.equal(result?.status, "not-run");
  assert.deepEqual(result.trouble, { kind: "silent", machine: remote.machine.name });
}, SOON_MS);

test("in another time zone tells when its usage limit resets by its own clock", async (remote) => {
  const { api, thread, run } = remote.stage;
  const resetsAt = Math.floor(Date.now() / 1000) + 3 * 3600;
  const error = { type: "usage_limit_reached", message: "used up", resets_at: resetsAt };
  api.script({ when: () => true, steps: [{ status: 429, body: JSON.stringify({ error }) }] });
  const { result: { failure } } = await run(thread(), "more");
  assert.ok(failure?.trouble.kind === "limit", `${failure?.message}`);
  assert.match(failure.trouble.said, /try again at \d+:\d\d/i);
  const late = Date.parse(failure.trouble.until ?? "") / 1000 - resetsAt;
  assert.ok(late >= 0 && late <= 60, `${failure.trouble.until} is ${late} s late`);
});
