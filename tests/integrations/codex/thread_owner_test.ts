/**
 * What a thread of the real Codex does beyond the turns that were asked for: rounds of a goal, and
 * sub-agents.
 */
import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { subjectOf } from "../../../src/core/run/run_log.ts";
import { exists } from "../../../src/config/file_access.ts";
import type { ApprovalRequest } from "../../../src/core/codex/approval.ts";
import type { Turn, TurnOptions } from "../../../src/core/codex/codex.ts";
import { ThreadBusyError } from "../../../src/core/errors.ts";
import {
  type AgentActivity,
  isAlive,
  type ThreadGoal,
  type ThreadWatcher,
  type Unowned,
} from "../../../src/core/codex/thread_activity.ts";
import { localAppServer } from "../../../src/integrations/codex/app_server/backend.ts";
import { localSettings, setUpStage, type Stage } from "../../contracts/codex_stage.ts";
import { NEWEST } from "../../support/codex_versions.ts";
import { isListed, until, unusualSleep } from "../../support/processes.ts";
import { isHelper, leftRunning, scriptHelper } from "../../support/helper_script.ts";
import { type ReceivedRequest, scriptInOrder, type Step } from "../../support/responses_api.ts";

const GOAL: Step = { tool: "create_goal", arguments: { objective: "all tests are green" } };
function test(
  name: string,
  body: (stage: Stage, unowned: readonly Unowned[]) => Promise<void>,
): void {
  Deno.test(`ThreadOwner ${name}`, async () => {
    const unowned: Unowned[] = [];
    await using stage = await setUpStage(async (setup) => {
      const settings = await localSettings(NEWEST, "app-server", setup);
      return localAppServer({ ...settings, onUnowned: (what) => unowned.push(what) });
    }, { features: ["multi_agent_v2"] });
    await body(stage, unowned);
  });
}

const everything = (): boolean => true;
function nobody(): TurnOptions {
  return {
    signal: new AbortController().signal,
    approve: () => Promise.reject(new Error("no approval was expected")),
  };
}

test("hands the rounds of a goal to the watcher, who follows them as any turn", async (stage) => {
  const file = join(stage.codexHome, "..", "made");
  scriptInOrder(stage.api, everything, [
    GOAL,
    { message: "begun" },
    { command: `touch ${file}`, escalated: "It lies outside" },
    { message: "round one" },
    { silent: true },
  ]);
  const stop = new AbortController();
  const asked: ApprovalRequest[] = [];
  const rounds: Turn[] = [];
  const goals: (ThreadGoal | undefined)[] = [];
  const watcher: ThreadWatcher = {
    turnBegun: ({ follow }) =>
      void rounds.push(follow({
        signal: stop.signal,
        approve: (request) => {
          asked.push(request);
          return Promise.resolve("accept");
        },
      })),
    goalChanged: (goal) => void goals.push(goal),
  };
  const thread = stage.thread({ watcher });
  const { result } = await stage.run(thread, "go");
  assert.equal(result.answer, "begun");
  await until(() => rounds.length === 2);
  const [first, second] = rounds;
  assert.ok(first !== undefined && second !== undefined);
  const events = await Array.fromAsync(first.events);
  assert.equal(events[0]?.type, "started");
  const { answer, status } = await first.result;
  assert.deepEqual({ answer, status }, { answer: "round one", status: "completed" });
  assert.deepEqual(asked.map(subjectOf), [`touch ${file}`]);
  assert.equal(await exists(file), true);
  assert.ok(events.some(({ type }) => type === "approval.resolved"));
  assert.equal(goals.at(-1)?.objective, "all tests are green");
  assert.equal(goals.at(-1)?.status, "active");
  assert.throws(() => thread.run({ text: "meanwhile" }, nobody()), ThreadBusyError);

  stop.abort();
  assert.equal((await second.result).status, "interrupted");
});

test("pauses a goal that nobody follows in the turn that sets it", async (stage) => {
  const isGoal = ({ lastUserText }: ReceivedRequest): boolean => lastUserText === "go";
  const thread = stage.thread();
  const { activity } = stage.backend;
  // A model takes longer for its words than this program for the pause.
  const paused = until(() => activity.alive(thread.id ?? "").goal?.status === "paused");
  const begun: Step = { until: paused, then: { message: "begun" } };
  scriptInOrder(stage.api, isGoal, [GOAL, begun, { silent: true }]);
  const { events } = await stage.run(thread, "go");
  const told = events.flatMap((event) => event.type === "goal" ? [event.goal?.status] : []);
  assert.deepEqual(told.at(-1), "paused");
  // Paused it is no news, also when its thread is loaded anew.
  const others = { ...stage.options, sandbox: "read-only" } as const;
  for (const next of [thread, stage.backend.resumeThread(thread.id ?? "", others)]) {
    const { events, result } = await stage.run(next, "and now");
    assert.equal(result.answer, "ok: and now");
    assert.ok(!events.some(({ type }) => type === "goal"));
  }
  assert.equal(stage.api.requests.filter(({ goalRound }) => goalRound !== undefined).length, 0);
});

test("stops a round that nobody follows, pauses the goal, and tells it", async (stage, unowned) => {
  const isGoal = ({ lastUserText }: ReceivedRequest): boolean => lastUserText === "go";
  scriptInOrder(stage.api, isGoal, [GOAL, { message: "begun" }, { silent: true }]);
  const watcher: ThreadWatcher = { turnBegun: () => {}, goalChanged: () => {} };
  const thread = stage.thread({ watcher });
  assert.equal((await stage.run(thread, "go")).result.answer, "begun");
  await until(() => unowned.length > 0);
  assert.deepEqual(unowned, [
    { kind: "turn", threadId: thread.id, subject: "all tests are green" },
  ]);
  const { activity } = stage.backend;
  await until(() => {
    const { turn, goal } = activity.alive(thread.id ?? "");
    return !turn && goal?.status === "paused";
  });
  // A new turn is not mixed into it.
  assert.equal((await stage.run(thread, "and now")).result.answer, "ok: and now");
});

test("asks for a sub-agent whom the turn asks, names it, and counts its work", async (stage) => {
  const file = join(stage.codexHome, "..", "made");
  const patch = "*** Begin Patch\n*** Add File: by_helper.txt\n+new\n*** End Patch";
  const asks = { command: `touch ${file}`, escalated: "Outside" };
  scriptHelper(stage.api, [asks, { patch }, { message: "it is done" }]);
  const asked: ApprovalRequest[] = [];
  const { result, events } = await stage.run(stage.thread(), "go", {
    approve: (request) => {
      asked.push(request);
      return Promise.resolve("accept");
    },
  });
  assert.equal(result.answer, "parent is done");
  assert.equal(await exists(file), true);
  assert.deepEqual(asked.map((each) => ({ agent: each.agent, subject: subjectOf(each) })), [
    { agent: "helper", subject: `touch ${file}` },
  ]);
  assert.notEqual(asked[0]?.threadId, result.threadId);
  const told = events.flatMap((event) =>
    event.type === "agent.started" || event.type === "agent.ended"
      ? [`${event.type} ${event.agent.name}`]
      : []
  );
  assert.deepEqual(told, ["agent.started helper", "agent.ended helper"]);
  assert.deepEqual(result.changedFiles.map(({ path }) => basename(path)), ["by_helper.txt"]);
  assert.match(result.diff, /\+new/);
  // Two calls of the model by the parent before the wait, one after it, and three by the helper.
  assert.equal(result.usage?.totalTokens, 6 * 120);
});

test("stops the sub-agents of a turn before it, and their commands", async (stage) => {
  const command = unusualSleep();
  scriptHelper(stage.api, [{ command }, { message: "did" }]);
  const stop = new AbortController();
  const thread = stage.thread();
  const turn = stage.begin(thread, "go", { signal: stop.signal });
  await until(() => isListed(command));
  const working = (): readonly AgentActivity[] =>
    stage.backend.activity.alive(thread.id ?? "").agents;
  await until(() => working()[0]?.doing === command);
  assert.equal(working()[0]?.agent.name, "helper");
  stop.abort();
  assert.equal((await turn.result).status, "interrupted");
  await until(async () => working().length === 0 && !await isListed(command));
});

test("knows a sub-agent that works on when the turn has ended, asks for it, and stops it", async (stage) => {
  const command = unusualSleep();
  const gate = Promise.withResolvers<void>();
  const asks = { command: "true", escalated: "It may" };
  const serves = leftRunning(command);
  const steps: Step[] = [{ until: gate.promise, then: asks }, serves, { silent: true }];
  scriptHelper(stage.api, steps, { waits: false });
  const { activity } = stage.backend;
  const asked = Promise.withResolvers<ApprovalRequest>();
  const thread = stage.thread();
  const { result } = await stage.run(thread, "go", {
    approve: (request) => {
      asked.resolve(request);
      return Promise.resolve("accept");
    },
  });
  assert.equal(result.answer, "parent is done");
  const { threadId = "" } = result;
  await until(() => activity.alive(threadId).agents.length > 0);
  assert.equal(activity.alive(threadId).turn, false);
  gate.resolve();
  assert.equal((await asked.promise).agent, "helper");
  await stage.api.received((request) => isHelper(request) && request.toolOutputs.length === 2);
  // The tool call may be over before the sandbox has begun the command.
  await until(() => isListed(command));
  const { agents, commands } = await activity.stopAgents(threadId);
  assert.deepEqual({ commands, names: agents.map(({ name }) => name) }, {
    commands: [command],
    names: ["helper"],
  });
  await until(async () => !isAlive(activity.alive(threadId)) && !await isListed(command));
});
