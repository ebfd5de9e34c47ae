import assert from "node:assert/strict";
import { onlyThisMachine } from "../../src/core/codex/codex.ts";
import { troubleOf } from "../../src/core/errors.ts";
import type { Answer } from "../../src/core/run/events.ts";
import { RunAdditions } from "../../src/core/run/steering.ts";
import type { RunRequest } from "../../src/core/run/workflow.ts";
import type { Comparison, ComparisonTarget } from "../../src/core/workspace/comparison.ts";
import type { ChangedFile, Snapshot, Workspace } from "../../src/core/workspace/workspace.ts";
import { textsFor } from "../../src/texts/texts.ts";
import { reviewMarkdown } from "../../src/texts/review_texts.ts";
import { createReviewWorkflow } from "../../src/workflows/review_on_demand.ts";
import { MemorySteps } from "../fakes/memory_steps.ts";
import { NO_RECORDING } from "../fakes/memory_snapshots.ts";
import { ScriptedBackend, type ScriptedTurn } from "../fakes/scripted_backend.ts";

const CLOCK = {
  now: () => new Date(0),
  monotonic: () => 0,
  sleep: () => Promise.reject(new Error("nothing here sleeps")),
};

const state = (id: string): Snapshot => ({
  folder: "/project",
  id,
  tree: id,
  top: "/project",
  prefix: ".",
  repository: true,
  nested: 0,
  withoutContent: 0,
});

const ONE: readonly ChangedFile[] = [
  { path: "a.ts", kind: "update", lines: { added: 2, deleted: 1 } },
];

type Compare = (target: ComparisonTarget) => Comparison;

/** Codex with a folder whose states are told. */
class Reviewing extends ScriptedBackend {
  readonly workspace: Workspace;

  constructor(turns: readonly ScriptedTurn[], compare: Compare, files: readonly ChangedFile[]) {
    super({ reviewer: turns });
    const never = (): Promise<never> => Promise.reject(new Error("a review only reads"));
    this.workspace = {
      snapshot: never,
      locate: never,
      carry: never,
      putBack: never,
      changes: () => Promise.resolve(files),
      patch: () => Promise.resolve({ text: "diff --git a/a.ts b/a.ts\n+x\n", cut: false }),
      compare: (_folder, target) => Promise.resolve(compare(target)),
      commits: () => Promise.resolve([{ id: "abc", subject: "change a" }]),
    };
  }
}

const found = (target: ComparisonTarget): Comparison => ({
  type: "compared",
  kind: target.type === "uncommitted" ? "uncommitted" : "branch",
  from: state("1"),
  to: state("2"),
});

const unknown = (target: ComparisonTarget): Comparison =>
  target.type === "uncommitted" ? found(target) : {
    type: "refused",
    reason: "unknown",
    name: "name" in target ? target.name : "",
    branches: ["main", "feature/login"],
  };

interface Played {
  readonly answer?: Answer;
  readonly error?: unknown;
  readonly backend: ScriptedBackend;
  readonly steps: MemorySteps;
}

async function play(
  typed: string,
  { turns = [], compare = found, files = ONE, ...changes }: Partial<RunRequest> & {
    turns?: readonly ScriptedTurn[];
    compare?: Compare;
    files?: readonly ChangedFile[];
  } = {},
): Promise<Played> {
  const backend = new Reviewing(turns, compare, files);
  const steps = new MemorySteps();
  const running = createReviewWorkflow({ machines: onlyThisMachine(backend), clock: CLOCK }).run({
    additions: new RunAdditions(),
    runId: "run",
    prompt: typed,
    images: [],
    mode: "single",
    profile: {
      name: "default",
      workingDirectory: "/project",
      sandbox: "workspace-write",
      approvalPolicy: "on-request",
      agents: {
        single: { developer: { model: "single" } },
        plan: { selector: {}, planner: {}, developer: {}, reviewer: { model: "reviewer" } },
      },
    },
    history: [],
    notes: [],
    steps,
    signal: new AbortController().signal,
    approve: () => Promise.resolve("decline"),
    recording: NO_RECORDING,
    ...changes,
  });
  try {
    let next = await running.next();
    while (!next.done) next = await running.next();
    return { answer: next.value, backend, steps };
  } catch (error) {
    return { error, backend, steps };
  }
}

const REFUSED = JSON.stringify({
  verdict: "needs_changes",
  summary: "no",
  findings: [{ severity: "major", file: "a`b.ts", line_from: 3, message: "x", fix: "y" }],
  earlier: [],
});

Deno.test("a review on demand is that of plan mode's reviewer, and tells agents and people", async () => {
  const { answer, backend, steps } = await play("/review main only the SQL", {
    turns: ["not JSON", REFUSED],
    language: "ko",
  });
  assert.deepEqual(backend.roles(), ["reviewer", "reviewer"]);
  const [asked] = backend.played;
  assert.equal(asked?.options.model, "reviewer");
  assert.match(asked?.text ?? "", /Write in Korean/);
  assert.match(asked?.text ?? "", /in their words\nonly the SQL/);
  assert.match(asked?.text ?? "", /- abc change a/);
  assert.equal(answer?.review?.result, "needs_changes");
  assert.match(answer?.text ?? "", /^Not approved\. no\n- F1 \[major\] a`b\.ts:3: x/);
  const { reviewed } = answer ?? {};
  assert.ok(reviewed !== undefined);
  assert.deepEqual([reviewed.kind, reviewed.name, reviewed.focus], [
    "branch",
    "main",
    "only the SQL",
  ]);
  const markdown = reviewMarkdown(reviewed, textsFor("en"));
  assert.match(markdown, /^\*\*Review of this branch against `main`\*\* · 1 file \+2 −1\n/);
  assert.match(markdown, /\*\*F1 · major\*\* · `` a`b\.ts:3 ``\n\nx\n\n\*Fix:\* y$/);
  // A restart asks nobody again.
  const again = new MemorySteps(steps.recorded);
  const replayed = await play("/review main only the SQL", { steps: again });
  assert.deepEqual(replayed.answer, answer);
});

Deno.test("a review on demand takes words that are no name for what to look at", async () => {
  const approved = '{"verdict":"approved","summary":"","findings":[],"earlier":[]}';
  const { answer } = await play("/review only the SQL", { compare: unknown, turns: [approved] });
  assert.deepEqual([answer?.reviewed?.kind, answer?.reviewed?.focus], [
    "uncommitted",
    "only the SQL",
  ]);
  for (
    const [typed, name, near] of [
      ["/review mian only the SQL", "mian", "main"],
      ["/review feature/logni", "feature/logni", "feature/login"],
      ["/review nothing-like-it", "nothing-like-it", ""],
    ] as const
  ) {
    const { error, backend } = await play(typed, { compare: unknown });
    assert.deepEqual(troubleOf(error), { kind: "review", why: "unknown", name, near });
    assert.deepEqual(backend.played, []);
  }
});

Deno.test("a review on demand of nothing asks nobody, and of the latest request what was recorded", async () => {
  const nothing = await play("/review", { files: [] });
  assert.equal(nothing.answer?.review, undefined);
  assert.deepEqual(nothing.backend.played, []);
  const subject = nothing.answer?.reviewed;
  assert.ok(subject !== undefined);
  for (const language of ["en", "ko"] as const) {
    assert.match(reviewMarkdown(subject, textsFor(language)), /\/review last/);
  }
  const none = await play("/review last");
  assert.deepEqual(troubleOf(none.error), { kind: "review", why: "no-change", name: "", near: "" });
  const codex = await play("/review codex last", {
    lastChange: () => ({ runId: "r", before: state("1"), after: state("2"), undone: false }),
  });
  assert.equal(troubleOf(codex.error).kind, "review");
  const last = await play("/review last", {
    turns: [REFUSED],
    lastChange: () => ({ runId: "r", before: state("1"), after: state("2"), undone: false }),
  });
  assert.equal(last.answer?.reviewed?.kind, "last");
});

Deno.test("a review on demand says what this Codex cannot", async () => {
  const unsupported = (): Comparison => ({ type: "refused", reason: "unsupported" });
  const { error } = await play("/review", { compare: unsupported });
  assert.deepEqual(troubleOf(error), { kind: "unsupported", wish: "review", elsewhere: false });
  const codex = await play("/review codex", { turns: [] });
  assert.equal(troubleOf(codex.error).kind, "unsupported");
});

Deno.test("a review on demand that cannot be read is called no review, to agents as well", async () => {
  const { answer } = await play("/review", { turns: ["well", "well"] });
  assert.equal(answer?.review?.result, "unreadable");
  assert.deepEqual([answer?.review?.note, answer?.reviewed?.summary], ["", ""]);
  assert.match(answer?.text ?? "", /^Not reviewed\. /);
});
