import assert from "node:assert/strict";
import { onlyThisMachine, type TokenUsage, type TurnResult } from "../../src/core/codex/codex.ts";
import { RunAdditions } from "../../src/core/run/steering.ts";
import { RunCancelledError, StageError } from "../../src/core/errors.ts";
import type { Answer, RunEvent } from "../../src/core/run/events.ts";
import type { Profile } from "../../src/core/session/settings.ts";
import type { RunBudget } from "../../src/core/run/run_budget.ts";
import { EndedEarlyError, type RunRequest } from "../../src/core/run/workflow.ts";
import { createPlanWorkflow } from "../../src/workflows/plan.ts";
import { createSingleWorkflow } from "../../src/workflows/single.ts";
import type { Recording } from "../../src/core/workspace/recording.ts";
import { finding } from "../fakes/findings.ts";
import { MemorySteps } from "../fakes/memory_steps.ts";
import { NO_RECORDING } from "../fakes/memory_snapshots.ts";
import { ScriptedBackend, type ScriptedTurn, WAIT } from "../fakes/scripted_backend.ts";

const PLAN = '{"mode":"plan","reason":"several files"}';
const SINGLE = '{"mode":"single","reason":"a question"}';
const APPROVED = '{"verdict":"approved","summary":"good","findings":[]}';
const CHANGES =
  '{"verdict":"needs_changes","summary":"not yet","findings":[{"severity":"major","file":"a.ts","message":"no test"}]}';

const PROFILE: Profile = {
  name: "default",
  workingDirectory: "/project",
  sandbox: "workspace-write",
  approvalPolicy: "on-request",
  agents: {
    single: { developer: { model: "model-single" } },
    plan: {
      selector: {},
      planner: { model: "model-planner", reasoningEffort: "high" },
      developer: {},
      reviewer: {},
    },
  },
};
const OTHER_CHANGES =
  '{"verdict":"needs_changes","summary":"not yet","findings":[{"severity":"major","message":"no docs"}]}';

const NO_TOKENS: TokenUsage = {
  totalTokens: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
};

interface Played {
  readonly events: RunEvent[];
  readonly answer?: Answer;
  readonly error?: unknown;
}

/** A clock that stands still: stages take no time here. */
const CLOCK = {
  now: () => new Date(0),
  monotonic: () => 0,
  sleep: () => Promise.reject(new Error("nothing here sleeps")),
};

function request(changes: Partial<RunRequest> = {}): RunRequest {
  return {
    additions: new RunAdditions(),
    runId: "run",
    prompt: "add a feature",
    images: [],
    mode: "plan",
    profile: PROFILE,
    history: [],
    notes: [],
    steps: new MemorySteps(),
    signal: new AbortController().signal,
    approve: () => Promise.resolve("decline"),
    recording: NO_RECORDING,
    ...changes,
  };
}

async function play(
  backend: ScriptedBackend,
  { maxReviewRounds = 3, budget = {}, onEvent = () => {}, ...changes }: Partial<RunRequest> & {
    maxReviewRounds?: number;
    budget?: RunBudget;
    onEvent?: (event: RunEvent) => void;
  } = {},
): Promise<Played> {
  const deps = { machines: onlyThisMachine(backend), clock: CLOCK };
  const workflow = createPlanWorkflow({
    ...deps,
    single: createSingleWorkflow(deps),
    maxReviewRounds,
    planQuestionMs: 60_000,
    budget,
  });
  const events: RunEvent[] = [];
  const running = workflow.run(request(changes));
  try {
    let next = await running.next();
    for (; !next.done; next = await running.next()) {
      events.push(next.value);
      onEvent(next.value);
    }
    return { events, answer: next.value };
  } catch (error) {
    return { events, error };
  }
}

function script(turns: Record<string, ScriptedTurn[]>): ScriptedBackend {
  return new ScriptedBackend(turns);
}

Deno.test("plan runs selector, planner, developer and reviewer once when the review approves", async () => {
  const backend = script({
    selector: [PLAN],
    planner: ["the plan"],
    developer: ["done"],
    reviewer: [APPROVED],
  });
  const { answer } = await play(backend);
  assert.deepEqual(backend.roles(), ["selector", "planner", "developer", "reviewer"]);
  assert.deepEqual(answer, {
    text: "done",
    review: { result: "approved", rounds: 1, note: "", openFindings: [] },
  });
});

/** What a developer did that was more than words. */
const DONE = { answer: "done", diff: "a change" };

Deno.test("plan prepares the reviewer's thread beside the record, for each round", async () => {
  const backend = script({
    selector: [PLAN],
    planner: ["the plan"],
    developer: [DONE, DONE],
    reviewer: [CHANGES, APPROVED],
  });
  const preparedAtRecord: number[] = [];
  const recording: Recording = {
    ...NO_RECORDING,
    end: () => {
      preparedAtRecord.push(backend.prepared.length);
      return NO_RECORDING.end({}, 1, new AbortController().signal);
    },
  };
  await play(backend, { recording });
  assert.deepEqual(preparedAtRecord, [2, 3]);
  assert.deepEqual(backend.prepared, ["planner", "reviewer", "reviewer"]);
  const reviews = backend.played.filter(({ role }) => role === "reviewer");
  assert.equal(new Set(reviews.map(({ threadId }) => threadId)).size, 2);
  assert.deepEqual(backend.discarded, []);
});

Deno.test("plan prepares no reviewer that it will not ask, and lets go of one that it does not", async () => {
  const begun = { selector: [PLAN], planner: ["the plan"] };
  const words = script({ ...begun, developer: ["only words"], reviewer: [APPROVED] });
  await play(words);
  const unreviewed = script({ ...begun, developer: [DONE] });
  await play(unreviewed, { maxReviewRounds: 0 });
  const checks = [{ name: "test", command: "true", timeoutMs: 1_000 }];
  const checked = script({ ...begun, developer: [DONE], reviewer: [APPROVED] });
  await play(checked, { profile: { ...PROFILE, checks } });
  assert.deepEqual(
    [words.prepared, unreviewed.prepared, checked.prepared],
    Array.from({ length: 3 }, () => ["planner"]),
  );
  const unchanged = script({ ...begun, developer: [DONE] });
  const totals = { files: 0, added: 0, removed: 0 };
  const record = { type: "recorded", tree: "t", top: "/w", files: [], totals, diff: "" } as const;
  await play(unchanged, { recording: { ...NO_RECORDING, end: () => Promise.resolve(record) } });
  const cut = script({ ...begun, developer: [DONE] });
  const end = (): Promise<never> => Promise.reject(new Error("cut"));
  await play(cut, { recording: { ...NO_RECORDING, end } });
  assert.deepEqual([unchanged.prepared, unchanged.discarded], [["planner", "reviewer"], [
    "reviewer",
  ]]);
  assert.deepEqual([cut.prepared, cut.discarded], [["planner", "reviewer"], ["reviewer"]]);
});

Deno.test("plan prepares the planner beside the selector, and lets go of it where there is no plan", async () => {
  const planned = script({
    selector: [PLAN],
    planner: ["the plan"],
    developer: ["done"],
    reviewer: [APPROVED],
  });
  const preparedAt: string[] = [];
  const onEvent = (event: RunEvent): void => {
    if (event.type === "stage.finished" && planned.prepared.length > 0) {
      preparedAt.push(event.stage.role);
    }
  };
  await play(planned, { onEvent });
  assert.deepEqual([preparedAt[0], planned.prepared, planned.discarded], [
    "selector",
    ["planner"],
    [],
  ]);
  const single = script({ selector: [SINGLE], developer: ["done"] });
  await play(single);
  assert.deepEqual([single.prepared, single.discarded], [["planner"], ["planner"]]);
  const failing = script({ selector: [{ status: "failed", answer: "" }], developer: ["done"] });
  await play(failing);
  assert.deepEqual(failing.discarded, failing.prepared);
});

Deno.test("the developer's thread is loaded while the folder is read, in the first round", async () => {
  const backend = script({ developer: [DONE] });
  const preparedAtRecord: string[] = [];
  const recording: Recording = {
    ...NO_RECORDING,
    begin: () => {
      preparedAtRecord.push(...backend.prepared);
      return Promise.resolve();
    },
  };
  const steps = { recording, developerThreadId: "earlier" };
  const { machines, clock } = { machines: onlyThisMachine(backend), clock: CLOCK };
  await Array.fromAsync(createSingleWorkflow({ machines, clock }).run(request(steps)));
  assert.deepEqual(preparedAtRecord, ["developer"]);
  assert.deepEqual(backend.played.map(({ threadId }) => threadId), ["earlier"]);
});

Deno.test("plan asks the developer once per round, never twice on the same feedback", async () => {
  const backend = script({
    selector: [PLAN],
    planner: ["the plan"],
    developer: ["first", "second", "third"],
    reviewer: [CHANGES, OTHER_CHANGES, APPROVED],
  });
  const { answer } = await play(backend);
  assert.deepEqual(backend.roles().slice(2), [
    "developer",
    "reviewer",
    "developer",
    "reviewer",
    "developer",
    "reviewer",
  ]);
  assert.equal(answer?.text, "third");
  assert.equal(answer?.review?.rounds, 3);
});

Deno.test("plan sends the findings to the developer's own thread and reviews in a fresh one", async () => {
  const backend = script({
    selector: [PLAN],
    planner: ["the plan"],
    developer: ["first", "second"],
    reviewer: [CHANGES, APPROVED],
  });
  await play(backend);
  const developer = backend.played.filter(({ role }) => role === "developer");
  assert.equal(developer[1]?.threadId, developer[0]?.threadId);
  assert.match(developer[1]?.text ?? "", /\[major\] a\.ts: no test/);
  const reviewers = backend.played.filter(({ role }) => role === "reviewer");
  assert.notEqual(reviewers[0]?.threadId, reviewers[1]?.threadId);
});

Deno.test("plan delivers the last candidate with the open findings when the rounds are used up", async () => {
  const backend = script({
    selector: [PLAN],
    planner: ["the plan"],
    developer: ["first", "second"],
    reviewer: [CHANGES, OTHER_CHANGES],
  });
  const { answer } = await play(backend, { maxReviewRounds: 2 });
  const { continues, ...told } = answer ?? { text: "" };
  assert.deepEqual([continues?.next, continues?.round, continues?.plan], [
    "develop",
    2,
    "the plan",
  ]);
  assert.deepEqual(told, {
    text: "second",
    review: {
      result: "max_rounds_reached",
      rounds: 2,
      note: "not yet",
      // The reviewer does not say what became of the first one.
      openFindings: [
        finding({ message: "no test", file: "a.ts" }),
        finding({ id: "F2", message: "no docs", round: 2 }),
      ],
    },
  });
});

Deno.test("plan asks the reviewer once more for what it passes over, and loses nothing of its first answer", async () => {
  const passingOver =
    '{"verdict":"needs_changes","summary":"","findings":[{"severity":"blocker","message":"deletes data"}],"earlier":[]}';
  const takenUp =
    '{"verdict":"approved","summary":"","findings":[],"earlier":[{"id":"F1","state":"settled"}]}';
  const backend = script({
    selector: [PLAN],
    planner: ["the plan"],
    developer: ["first", "second"],
    reviewer: [CHANGES, passingOver, takenUp],
  });
  const { answer } = await play(backend, { maxReviewRounds: 2 });
  const again = backend.played.filter(({ role }) => role === "reviewer").at(-1);
  assert.match(again?.text ?? "", /what became of these[^]*- F1 \[major\] a\.ts: no test/);
  assert.equal(answer?.review?.result, "max_rounds_reached");
  assert.deepEqual(answer?.review?.openFindings.map(({ id, message }) => [id, message]), [
    ["F2", "deletes data"],
  ]);
});

Deno.test("plan keeps what the reviewer has found when it fails while it is asked once more", async () => {
  const passingOver =
    '{"verdict":"approved","summary":"","findings":[{"severity":"blocker","message":"deletes data"}],"earlier":[]}';
  for (const end of [failed("rate limit"), { status: "lost" } as const]) {
    const backend = script({
      selector: [PLAN],
      planner: ["the plan"],
      developer: ["first", "second"],
      reviewer: [CHANGES, passingOver, end],
    });
    const { answer } = await play(backend, { maxReviewRounds: 2 });
    assert.equal(answer?.review?.result, "max_rounds_reached");
    assert.deepEqual(answer?.review?.openFindings.map(({ id }) => id), ["F1", "F2"]);
  }
});

Deno.test("plan ends when the same findings come back, and when a round changed nothing", async () => {
  const roles = {
    selector: [PLAN],
    planner: ["the plan"],
    developer: ["first", "second"],
    reviewer: [CHANGES, CHANGES],
  };
  const { answer } = await play(script(roles));
  assert.equal(answer?.review?.result, "stalled");
  assert.equal(answer?.review?.rounds, 2);
  const idle = await play(script({ ...roles, reviewer: [CHANGES] }), {
    recording: recorded([["t1", 1], ["t1", 1]]),
  });
  assert.equal(idle.answer?.review?.result, "stalled");
  assert.equal(idle.answer?.review?.rounds, 1);
});

Deno.test("plan answers without a review where nothing was changed", async () => {
  const backend = script({ selector: [PLAN], planner: ["the plan"], developer: ["it is so"] });
  const { answer } = await play(backend, { recording: recorded([["t0", 0]]) });
  assert.deepEqual(answer, { text: "it is so" });
});

Deno.test("plan begins no further stage when the run has used what it may", async () => {
  const backend = script({
    selector: [PLAN],
    planner: ["the plan"],
    developer: ["first"],
    reviewer: [CHANGES],
  });
  const { answer } = await play(backend, { budget: { maxMs: 0 } });
  assert.equal(answer?.review?.result, "budget");
  assert.deepEqual(backend.roles(), ["selector", "planner", "developer"]);
});

Deno.test("plan answers directly when the selector fails", async () => {
  const { answer, events } = await play(
    script({ selector: [failed("the model is away", "service")], developer: ["done"] }),
  );
  assert.equal(answer?.text, "done");
  const selected = events.find((event) => event.type === "mode.selected");
  assert.equal(selected?.undecided?.trouble?.kind, "service");
});

/** Records that tell these trees and numbers of changed files, one for each round. */
function recorded(rounds: readonly (readonly [tree: string, files: number])[]): Recording {
  return {
    ...NO_RECORDING,
    end: (_codex, round) => {
      const [tree = "", files = 0] = rounds[round - 1] ?? [];
      const totals = { files, added: 0, removed: 0 };
      return Promise.resolve({ type: "recorded", tree, top: "/p", files: [], totals, diff: "" });
    },
  };
}

Deno.test("a run that goes on tells its developer what happened since, in its first round only", async () => {
  const follows = {
    ...{ runId: "r1", firstRunId: "r1", plan: "the plan", round: 1, report: "done" },
    next: "develop",
    review: { verdict: "needs_changes", summary: "not yet", findings: [finding({ message: "a" })] },
  } as const;
  const backend = script({ developer: ["more", "most"], reviewer: [CHANGES, APPROVED] });
  const notes = ["The person took it back."];
  await play(backend, { follows, notes, developerThreadId: "earlier" });
  const told = backend.played.filter(({ role }) => role === "developer")
    .map(({ input: { text } }) => text.includes("The person took it back."));
  assert.deepEqual(told, [true, false]);
  assert.deepEqual(backend.prepared.filter((role) => role === "developer"), ["developer"]);
});

Deno.test("a review that was asked for approves nothing that was taken back since", async () => {
  const follows = {
    ...{ runId: "r1", firstRunId: "r1", plan: "the plan", round: 1, report: "done" },
    next: "review",
  } as const;
  const recording = { ...NO_RECORDING, changes: () => Promise.resolve([]) };
  const backend = script({ reviewer: [APPROVED] });
  const { answer } = await play(backend, { follows, recording });
  assert.deepEqual([answer?.review?.result, answer?.review?.why], [
    "stalled",
    { type: "unchanged" },
  ]);
  assert.equal(answer?.continues?.next, "develop");
  assert.deepEqual(backend.roles(), []);
});

Deno.test("plan does not review when max_review_rounds is 0", async () => {
  const backend = script({ selector: [PLAN], planner: ["the plan"], developer: ["done"] });
  const { answer } = await play(backend, { maxReviewRounds: 0 });
  assert.deepEqual(answer, { text: "done" });
});

Deno.test("plan hands over to single when the selector says so, or says nothing usable", async () => {
  for (const selection of [SINGLE, "no idea"]) {
    const backend = script({ selector: [selection], developer: ["answered"] });
    const { answer } = await play(backend);
    assert.deepEqual(backend.roles(), ["selector", "developer"]);
    assert.deepEqual(answer, { text: "answered" });
    assert.equal(backend.played[1]?.options.model, "model-single");
  }
});

Deno.test("plan asks the reviewer once more when the review cannot be read", async () => {
  const backend = script({
    selector: [PLAN],
    planner: ["the plan"],
    developer: ["done"],
    reviewer: ["looks good to me", APPROVED],
  });
  const { answer } = await play(backend);
  assert.equal(answer?.review?.result, "approved");
  const reviewers = backend.played.filter(({ role }) => role === "reviewer");
  assert.equal(reviewers[0]?.threadId, reviewers[1]?.threadId);
});

Deno.test("plan asks the planner once more when its answer is no plan", async () => {
  const backend = script({
    selector: [PLAN],
    planner: ["{}", "the plan"],
    developer: ["done"],
    reviewer: [APPROVED],
  });
  const { answer } = await play(backend);
  assert.equal(answer?.review?.result, "approved");
  const [first, second] = backend.played.filter(({ role }) => role === "planner");
  assert.equal(first?.threadId, second?.threadId);
  assert.match(second?.text ?? "", /no plan/);
});

Deno.test("plan tells everybody what the person has answered, however often the planner asked", async () => {
  const asks = (question: string): string => JSON.stringify({ questions: [question] });
  const backend = script({
    selector: [PLAN],
    planner: [asks("Which database?"), asks("Which port?"), "1. Store it."],
    developer: ["done"],
    reviewer: [APPROVED],
  });
  const replies = ["SQLite", undefined];
  const { answer } = await play(backend, {
    answer: () => {
      const said = replies.shift();
      return Promise.resolve(
        said === undefined
          ? { type: "decline" }
          : { type: "answered", values: { "question 1": said } },
      );
    },
  });
  assert.equal(answer?.text, "done");
  for (const { role, input: { text } } of backend.played.slice(2)) {
    assert.match(text, /Which database\? Answer of the person: SQLite/, role);
  }
  const developer = backend.played.find(({ role }) => role === "developer");
  assert.doesNotMatch(developer?.input.text ?? "", /Which port/);
});

Deno.test("plan tells a planner anew what it was asked when its thread is gone", async () => {
  const lost = { status: "lost" } as const;
  const backend = script({
    selector: [PLAN],
    planner: ["", lost, "the plan"],
    developer: ["done"],
    reviewer: [APPROVED],
  });
  await play(backend);
  const planners = backend.played.filter(({ role }) => role === "planner");
  assert.equal(planners[2]?.text, planners[0]?.text);
  assert.notEqual(planners[2]?.threadId, planners[0]?.threadId);
});

Deno.test("plan offers nothing for a Go when the planner makes no plan, and develops nothing", async () => {
  for (const none of ["", "null", '{"steps":[]}']) {
    const backend = script({ selector: [PLAN], planner: [none, none] });
    const profile = { ...PROFILE, planApproval: "ask" } as const;
    const { events, error } = await play(backend, { profile });
    assert.ok(error instanceof StageError);
    assert.equal(error.trouble.kind, "no-plan");
    assert.deepEqual(events.filter(({ type }) => type === "plan.proposed"), []);
    assert.deepEqual(backend.roles(), ["selector", "planner", "planner"]);
  }
});

Deno.test("what was done by a plan that was changed is checked and reviewed where nothing is recorded", async () => {
  const backend = script({
    selector: [PLAN],
    planner: ["the plan", "another plan"],
    developer: [
      {
        status: "interrupted",
        diff: "diff --git a/a.ts b/a.ts\n+first part\n",
        changedFiles: [{ path: "a.ts", kind: "add" }],
      },
      "only words",
    ],
    reviewer: [APPROVED],
  });
  const begun = Promise.withResolvers<void>();
  const profile = { ...PROFILE, checks: [{ name: "test", command: "true", timeoutMs: 1_000 }] };
  const { answer, events } = await play(backend, {
    profile,
    decidePlan: async ({ revision }, signal) => {
      if (revision === 1) await begun.promise;
      else await new Promise((_resolve, reject) => signal.addEventListener("abort", reject));
      return { type: "change", words: "not like that" };
    },
    onEvent: (event) => {
      const isTurn = event.type === "turn.event" && event.role === "developer";
      if (isTurn && event.event.type === "started") begun.resolve();
    },
  });
  assert.equal(answer?.text, "only words");
  assert.ok(events.some(({ type }) => type === "check.finished"));
  const reviewer = backend.played.find(({ role }) => role === "reviewer");
  assert.match(reviewer?.text ?? "", /- a\.ts \(add\)/);
  assert.match(reviewer?.text ?? "", /first part/);
});

Deno.test("plan never approves a review that stays unreadable", async () => {
  const backend = script({
    selector: [PLAN],
    planner: ["the plan"],
    developer: ["done"],
    reviewer: ["looks good to me", "approved!"],
  });
  const { answer } = await play(backend);
  assert.equal(answer?.text, "done");
  assert.equal(answer?.review?.result, "unreadable");
  // The verdict says it in the person's language.
  assert.equal(answer?.review?.note, "");
  assert.equal(answer?.review?.why, undefined);
});

Deno.test("plan delivers the work, unreviewed, when the review turn fails", async () => {
  const backend = script({
    selector: [PLAN],
    planner: ["the plan"],
    developer: ["done"],
    reviewer: [failed("rate limit")],
  });
  const { answer } = await play(backend);
  assert.equal(answer?.text, "done");
  assert.deepEqual(answer?.review, {
    result: "unreadable",
    rounds: 1,
    note: "rate limit",
    why: { type: "reviewer-failed" },
    openFindings: [],
  });
});

Deno.test("plan fails with the turn's own reason when there is nothing to deliver", async () => {
  const backend = script({ selector: [failed("the key was refused", "login")] });
  const { error } = await play(backend);
  assert.ok(error instanceof StageError);
  assert.equal(error.message, "the key was refused");
});

Deno.test("plan keeps the earlier candidate when a later developer turn is lost", async () => {
  const backend = script({
    selector: [PLAN],
    planner: ["the plan"],
    developer: ["first", { status: "lost" }],
    reviewer: [CHANGES],
  });
  const { error } = await play(backend);
  assert.ok(error instanceof EndedEarlyError);
  assert.ok(error.cause instanceof StageError);
  assert.equal(error.candidate.text, "first");
  assert.deepEqual(backend.roles().filter((role) => role === "developer").length, 2);
});

Deno.test("plan runs a lost stage again only when it cannot have changed files", async () => {
  const backend = script({
    selector: [{ status: "lost" }, PLAN],
    planner: ["the plan"],
    developer: [{ status: "lost" }],
  });
  const { error } = await play(backend);
  assert.deepEqual(backend.roles(), ["selector", "selector", "planner", "developer"]);
  assert.ok(error instanceof StageError);
  assert.match(error.message, /unknown/);
});

for (const stage of ["selector", "planner", "developer", "reviewer"] as const) {
  Deno.test(`plan stops when the person cancels while the ${stage} is at work`, async () => {
    const stop = new AbortController();
    const turns: Record<string, ScriptedTurn[]> = {
      selector: [PLAN],
      planner: ["the plan"],
      developer: ["done"],
      reviewer: [APPROVED],
    };
    turns[stage] = [WAIT];
    const { error } = await play(script(turns), {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === "turn.event" && event.role === stage) stop.abort();
      },
    });
    const cause = error instanceof EndedEarlyError ? error.cause : error;
    assert.ok(cause instanceof RunCancelledError);
    assert.equal(error instanceof EndedEarlyError, stage === "reviewer");
  });
}

Deno.test("plan marks the candidate needs_changes when the person cuts the second round short", async () => {
  const stop = new AbortController();
  const backend = script({
    selector: [PLAN],
    planner: ["the plan"],
    developer: ["first", WAIT],
    reviewer: [CHANGES],
  });
  const { error } = await play(backend, {
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === "turn.event" && event.role === "developer" && event.round === 2) {
        stop.abort();
      }
    },
  });
  assert.ok(error instanceof EndedEarlyError);
  assert.equal(error.candidate.text, "first");
  assert.equal(error.candidate.review?.result, "needs_changes");
});

Deno.test("plan lets only the developer write, and asks nobody on behalf of the others", async () => {
  const backend = script({
    selector: [PLAN],
    planner: ["the plan"],
    developer: ["done"],
    reviewer: [APPROVED],
  });
  await play(backend);
  const rights = backend.played.map(({ role, options }) => [
    role,
    options.sandbox,
    options.approvalPolicy,
  ]);
  assert.deepEqual(rights, [
    ["selector", "read-only", "never"],
    ["planner", "read-only", "never"],
    ["developer", "workspace-write", "on-request"],
    ["reviewer", "review", "never"],
  ]);
  assert.equal(backend.played[1]?.options.model, "model-planner");
  assert.equal(backend.played[1]?.options.reasoningEffort, "high");
});

Deno.test("plan shows the reviewer the request, the plan, the answer, the files and the diff", async () => {
  const backend = script({
    selector: [PLAN],
    planner: ["the plan of steps"],
    developer: [{
      answer: "report of the developer",
      diff: "--- a\n+++ b\n+line",
      changedFiles: [{ path: "src/a.ts", kind: "add" }],
    }],
    reviewer: [APPROVED],
  });
  await play(backend);
  const { text } = backend.played.at(-1) ?? { text: "" };
  for (
    const part of [
      "add a feature",
      "the plan of steps",
      "report of the developer",
      "src/a.ts (add)",
      "+line",
    ]
  ) {
    assert.ok(text.includes(part), part);
  }
});

Deno.test("plan replays finished stages and runs only what is left", async () => {
  const steps = new MemorySteps([
    { name: "select", result: { mode: "plan", reason: "" } },
    { name: "plan", result: "the recorded plan" },
    {
      name: "develop 1",
      result: { answer: "recorded work", diff: "", changedFiles: [], threadId: "kept" },
    },
  ]);
  const backend = script({ reviewer: [CHANGES, APPROVED], developer: ["second"] });
  const { answer, events } = await play(backend, { steps });
  assert.deepEqual(backend.roles(), ["reviewer", "developer", "reviewer"]);
  assert.deepEqual(
    events.flatMap((event) => event.type === "stage.replayed" ? [event.step] : []),
    ["select", "plan", "develop 1"],
  );
  assert.equal(backend.played[1]?.threadId, "kept");
  assert.equal(answer?.text, "second");
});

Deno.test("plan goes on as far as it had come, whatever the settings are by now", async () => {
  const review = { verdict: "needs_changes", summary: "not yet", findings: [] };
  const developed = (round: number): { name: string; result: unknown; usage: TokenUsage } => ({
    name: `develop ${round}`,
    result: { answer: `work of round ${round}`, diff: "", changedFiles: [] },
    usage: { ...NO_TOKENS, totalTokens: 900 },
  });
  const recorded = [
    { name: "select", result: { mode: "plan", reason: "" } },
    { name: "plan", result: "the recorded plan" },
    developed(1),
    { name: "review 1", result: review },
    developed(2),
  ];
  const replayed = async (changes: Parameters<typeof play>[1]): Promise<Answer | undefined> => {
    const steps = new MemorySteps(recorded);
    return (await play(script({ reviewer: [CHANGES] }), { steps, ...changes })).answer;
  };
  for (const maxReviewRounds of [0, 1]) {
    const answer = await replayed({ maxReviewRounds });
    assert.deepEqual([answer?.text, answer?.review?.result], [
      "work of round 2",
      "max_rounds_reached",
    ]);
  }
  const spent = await replayed({ budget: { maxTokens: 10 } });
  assert.deepEqual([spent?.text, spent?.review?.result], ["work of round 2", "budget"]);
});

Deno.test("plan refuses a record whose steps are not its own", async () => {
  const steps = new MemorySteps([{ name: "something else", result: "" }]);
  const { error } = await play(script({}), { steps });
  assert.match(String(error), /something else/);
});

Deno.test("single moves the conversation to a fresh thread when the old one cannot be continued", async () => {
  const backend = script({ selector: [SINGLE], developer: [unavailable(), "answered"] });
  const { answer } = await play(backend, {
    developerThreadId: "gone",
    history: [{ role: "user", content: "earlier question" }, {
      role: "assistant",
      content: "earlier answer",
    }],
  });
  assert.equal(answer?.text, "answered");
  const [first, second] = backend.played.filter(({ role }) => role === "developer");
  assert.deepEqual([first?.threadId, first?.resumed, first?.text], ["gone", true, "add a feature"]);
  assert.equal(second?.resumed, false);
  assert.match(second?.text ?? "", /earlier question[\s\S]*earlier answer[\s\S]*add a feature/);
});

Deno.test("single fails when a person picked the conversation and it cannot be continued", async () => {
  const backend = script({ selector: [SINGLE], developer: [unavailable()] });
  const { error } = await play(backend, { developerThreadId: "gone", mustContinue: true });
  assert.match(String(error), /no such thread/);
  assert.deepEqual(backend.roles(), ["selector", "developer"]);
});

Deno.test("single does not go elsewhere when another program works on the conversation", async () => {
  const failure = {
    kind: "thread-in-use",
    message: "open elsewhere",
    trouble: { kind: "in-use" },
  } as const;
  const backend = script({ selector: [SINGLE], developer: [{ status: "failed", failure }] });
  const { error } = await play(backend, { developerThreadId: "kept" });
  assert.match(String(error), /open elsewhere/);
  assert.deepEqual(backend.roles(), ["selector", "developer"]);
});

function failed(
  message: string,
  kind: "failed" | "service" | "login" = "failed",
): Partial<TurnResult> {
  return {
    status: "failed",
    failure: { kind: "model", message, trouble: { kind, said: message } },
  };
}

function unavailable(): Partial<TurnResult> {
  const message = "no such thread";
  const trouble = { kind: "thread-unavailable", said: message } as const;
  return { status: "failed", failure: { kind: "thread-unavailable", message, trouble } };
}

const SHOWN = ["/inbox/screen.png"];

Deno.test("createPlanWorkflow shows images to the planner and to the developer's first turn only", async () => {
  const backend = script({
    selector: [PLAN],
    planner: ["the plan"],
    developer: ["one", "two"],
    reviewer: [CHANGES, APPROVED],
  });
  backend.capabilities.images = true;
  await play(backend, { images: SHOWN });
  assert.deepEqual(
    backend.played.map(({ role, input }) => [role, input.images]),
    [
      ["selector", undefined],
      ["planner", SHOWN],
      ["developer", SHOWN],
      ["reviewer", undefined],
      ["developer", undefined],
      ["reviewer", undefined],
    ],
  );
});

Deno.test("createPlanWorkflow shows no images where Codex takes none", async () => {
  const backend = script({ selector: [SINGLE], developer: ["answer"] });
  await play(backend, { images: SHOWN });
  assert.deepEqual(backend.played.map(({ input }) => input.images), [undefined, undefined]);
});
