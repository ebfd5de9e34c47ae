/** Whatever tells how a run ended tells the same: all outcomes with all results of reviews. */
import assert from "node:assert/strict";
import { reactionTo } from "../../src/bot/presenter/reaction.ts";
import { answerText } from "../../src/bot/presenter/answer_text.ts";
import { drawStatus } from "../../src/bot/presenter/status_message.ts";
import {
  type Answer,
  type EndReason,
  REVIEW_RESULTS,
  type ReviewResult,
  type RunOutcome,
} from "../../src/core/run/events.ts";
import { isGoodEnd, type RunEnd, runEnd, withRunFacts } from "../../src/core/run/run_end.ts";
import { newRunState, reduceRun, type RunState } from "../../src/core/run/run_state.ts";
import { STORED_END } from "../../src/core/run/stored_review.ts";
import { outcomeAttributes } from "../../src/integrations/telemetry/attributes.ts";
import { resultLine } from "../../src/terminal/views/event_lines.ts";
import { endLine, verdictText } from "../../src/texts/end_texts.ts";
import { LANGUAGES, textsFor } from "../../src/texts/texts.ts";
import { finding } from "../fakes/findings.ts";

const NOW = new Date(0);
const TROUBLE = { kind: "failed", said: "it broke" } as const;
/** Nothing that is not approved may show one of these. */
const LOOKS_APPROVED = /✅|👌|✓|Approved|검토 통과/u;

const REASONS: Readonly<Record<ReviewResult, readonly (EndReason | undefined)[]>> = {
  approved: [undefined],
  needs_changes: [undefined],
  max_rounds_reached: [undefined],
  stalled: [{ type: "unchanged" }, { type: "repeated" }, undefined],
  budget: [{ type: "tokens", budget: 200_000 }, { type: "time", budgetMs: 60_000 }, undefined],
  unchecked: [undefined],
  unreadable: [undefined, { type: "reviewer-failed" }],
};

function answers(): Answer[] {
  const reviewed = REVIEW_RESULTS.flatMap((result) =>
    REASONS[result].flatMap((why) =>
      [[], [finding({ message: "slow", severity: "minor" })]].map((openFindings): Answer => {
        const review = { result, rounds: 2, note: "", openFindings };
        return { text: "x", review: why === undefined ? review : { ...review, why } };
      })
    )
  );
  return [{ text: "x" }, ...reviewed];
}

function outcomes(): RunOutcome[] {
  const failed = { status: "failed", message: "it broke", trouble: TROUBLE } as const;
  return [
    { status: "cancelled" },
    failed,
    ...answers().flatMap((answer): RunOutcome[] => [
      { status: "answered", answer },
      { status: "cancelled", answer },
      { ...failed, answer },
    ]),
  ];
}

function states(outcome: RunOutcome): RunState[] {
  const top = "/p";
  const files = [{ path: "a.ts", kind: "update", lines: { added: 3, deleted: 1 } }] as const;
  const totals = { files: 1, added: 3, removed: 1 };
  const none = { files: 0, added: 0, removed: 0 };
  const common = { type: "recorded", tree: "t", top, diff: "" } as const;
  const records = [
    { ...common, files, totals },
    { ...common, files: [], totals: none },
    { type: "not-recorded", reason: "no-git" },
  ] as const;
  return (["plan", "single"] as const).flatMap((mode) =>
    records.map((record) => {
      const recorded = { type: "workspace.recorded", round: 1, record } as const;
      const before = reduceRun(newRunState({ mode }), recorded, NOW);
      return reduceRun(before, { type: "run.finished", outcome, latencyMs: 5_000 }, NOW);
    })
  );
}

Deno.test("every place that tells the end of a run tells the same", () => {
  const told = new Set<string>();
  for (const outcome of outcomes()) {
    for (const state of states(outcome)) {
      const end = runEnd(outcome, state);
      told.add(end.verdict);
      for (const language of LANGUAGES) assertAgree(outcome, state, end, language);
      assert.deepEqual(STORED_END.parse(JSON.parse(JSON.stringify(end))), end);
      const attributes = outcomeAttributes(outcome, state);
      assert.equal(attributes["codex_orchestrator.run.verdict"], end.verdict);
      assertSameLater(outcome, state, end);
    }
  }
  assert.equal(told.size, 8, [...told].join());
});

function assertAgree(
  outcome: RunOutcome,
  state: RunState,
  end: RunEnd,
  language: "en" | "ko",
): void {
  const texts = textsFor(language);
  const line = endLine(end, texts);
  const redact = (text: string): string => text;
  const said = [line.sign, line.word, ...line.facts.map((fact) => `· ${fact}`)].join(" ");
  const status = drawStatus(state, texts, { shortId: "1", redact }).text;
  const terminal = resultLine(state, outcome, texts).map(({ text }) => text).join("");
  const footing = answerText(outcome, texts, { runId: "r", echo: false, state, redact })
    ?.footing?.text;
  assert.ok(status.startsWith(said), `${status} / ${said}`);
  assert.ok(terminal.slice(2).startsWith(said.slice(said.indexOf(" ") + 1)), terminal);
  if (footing !== undefined) assert.ok(footing.endsWith(said), `${footing} / ${said}`);
  const reaction = reactionTo(end) ?? "";
  const looks = [status, terminal, footing ?? "", reaction, verdictText(end, texts)].join("\n");
  assert.equal(line.good, isGoodEnd(end));
  const isApproved = outcome.status === "answered" &&
    (outcome.answer.review === undefined || outcome.answer.review.result === "approved");
  assert.equal(line.good, isApproved);
  if (!isApproved) assert.doesNotMatch(looks, LOOKS_APPROVED);
  else assert.equal(reaction, "👌");
  assert.equal(/Approved|검토 통과/.test(looks), end.verdict === "approved");
}

/** A later process that only delivers the outcome tells the same. */
function assertSameLater(outcome: RunOutcome, state: RunState, end: RunEnd): void {
  const { answer } = outcome;
  if (answer === undefined) return;
  const kept = { ...outcome, answer: withRunFacts(answer, state) };
  const later = newRunState({ mode: "plan" });
  assert.deepEqual(runEnd(kept, later), end);
}

Deno.test("a check that fails is no good end where nobody reviews", () => {
  const check = { name: "test", command: "deno test", round: 1 } as const;
  const result = { status: "failed", exitCode: 1, latencyMs: 5, tail: "" } as const;
  const ran = { type: "check.finished", ...check, result } as const;
  const state = reduceRun(newRunState({ mode: "single" }), ran, NOW);
  const end = runEnd({ status: "answered", answer: { text: "x" } }, state);
  const line = endLine(end, textsFor("en"));
  assert.deepEqual([line.sign, line.word, line.facts], ["⚠️", "Done", ["✘ 1 of 1 checks"]]);
  assert.equal(reactionTo(end), "🤔");
});

Deno.test("checks tell nothing of a folder in which a later turn was cut short", () => {
  const check = { name: "test", command: "deno test", round: 1 } as const;
  const result = { status: "passed", exitCode: 0, latencyMs: 5, tail: "" } as const;
  const place = { role: "developer", round: 2 } as const;
  const review = {
    result: "needs_changes",
    rounds: 1,
    note: "",
    openFindings: [finding({ message: "slow" })],
  } as const;
  const outcome: RunOutcome = { status: "cancelled", answer: { text: "x", review } };
  const over = { type: "run.finished", outcome, latencyMs: 5 } as const;
  const facts = (status: "completed" | "interrupted" | "failed" | undefined): RunEnd["checks"] => {
    const ended = status === undefined
      ? []
      : [{ type: "stage.finished", stage: { ...place, status, latencyMs: 1 } } as const];
    const state = [
      { type: "check.finished", ...check, result } as const,
      { type: "stage.started", ...place } as const,
      ...ended,
    ].reduce((before, event) => reduceRun(before, event, NOW), newRunState());
    const kept = withRunFacts(outcome.answer ?? { text: "" }, state).facts?.checks;
    const { checks } = runEnd(outcome, reduceRun(state, over, NOW));
    assert.deepEqual(kept, checks);
    return checks;
  };
  for (const cut of [undefined, "interrupted", "failed"] as const) {
    assert.equal(facts(cut), undefined);
  }
  // It has changed nothing, so that nothing was checked again.
  assert.equal(facts("completed")?.passed, 1);
});

Deno.test("a file that comes and goes within a turn is counted nowhere", () => {
  const change = (kind: "add" | "delete") => ({
    type: "turn.event",
    role: "developer",
    round: 1,
    event: {
      type: "item.completed",
      item: { type: "files", id: kind, status: "completed", changes: [{ path: "/p/a", kind }] },
    },
  } as const);
  const outcome: RunOutcome = { status: "answered", answer: { text: "x" } };
  let state = newRunState({ mode: "single" });
  const started = { type: "stage.started", role: "developer", round: 1 } as const;
  for (const event of [started, change("add"), change("delete")]) {
    state = reduceRun(state, event, NOW);
  }
  assert.doesNotMatch(
    drawStatus(state, textsFor("en"), { shortId: "1", redact: (text) => text }).text,
    /✏️/,
  );
  assert.deepEqual(runEnd(outcome, state), { verdict: "done", rounds: 0, open: 0 });
});

Deno.test("a run that changed very many files is told with all of them", () => {
  const files = Array.from(
    { length: 500 },
    (_each, index) => ({ path: `${index}`, kind: "update" as const }),
  );
  const totals = { files: 800, added: 900, removed: 7 };
  const record = { type: "recorded", tree: "t", top: "/p", files, totals, diff: "" } as const;
  const state = reduceRun(
    newRunState({ mode: "single" }),
    { type: "workspace.recorded", round: 1, record },
    NOW,
  );
  const end = runEnd({ status: "answered", answer: { text: "x" } }, state);
  assert.deepEqual(end.change, {
    files: 800,
    lines: { added: 900, removed: 7 },
    recorded: true,
  });
});
