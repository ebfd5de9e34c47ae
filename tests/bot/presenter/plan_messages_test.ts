/** Who decides on a plan, and on which one. */
import assert from "node:assert/strict";
import { answerFooting } from "../../../src/bot/presenter/answer_footing.ts";
import { drawPlan } from "../../../src/bot/presenter/plan_message.ts";
import type { FormattedText } from "../../../src/bot/render/formatted_text.ts";
import { PlanMessages } from "../../../src/bot/presenter/plan_messages.ts";
import type { Answerer } from "../../../src/bot/presenter/person_request.ts";
import type { RunEvent } from "../../../src/core/run/events.ts";
import type { Origin } from "../../../src/core/run/run.ts";
import type { Plan, PlanDecision } from "../../../src/core/run/plan.ts";
import { newRunState, reduceRun } from "../../../src/core/run/run_state.ts";
import { textsFor } from "../../../src/texts/texts.ts";
import { settle } from "../../fakes/fake_clock.ts";
import { finding } from "../../fakes/findings.ts";
import type { Delivery } from "../../../src/bot/outbox/outgoing.ts";
import { assertAccepted } from "../render/telegram_checks.ts";
import { MemoryPlanMessages } from "../../fakes/memory_plan_messages.ts";
import { RecordingOutbox } from "../../fakes/recording_outbox.ts";

const EN = textsFor("en");
const RUN = {
  id: "r1",
  session: { chatId: "5", userId: "4" },
  prompt: "do it",
  origin: { chatId: "5", messageId: 3, language: "en" },
  createdAt: "2026-01-01T00:00:00.000Z",
} as const;
const ANN = { userId: 4, chatId: 5, firstName: "Ann" } as const;
const OTHERS = [{ ...ANN, userId: 9 }, { ...ANN, topicId: 2 }] as const;

const PLAN = {
  goal: "say hush",
  steps: [{ title: "write hush", files: ["hush.ts"] }],
  checks: ["hush 1"],
  risks: ["hush 2"],
  questions: [],
  changesFiles: true,
};

class Scene {
  readonly outbox = new RecordingOutbox();
  readonly store = new MemoryPlanMessages();
  readonly messages = new PlanMessages({
    outbox: this.outbox,
    planMessages: this.store,
    languageOf: () => "en",
    redact: (text) => text,
  });
  readonly #stop = new AbortController();
  #state = newRunState({ prompt: RUN.prompt });
  readonly #run: Omit<typeof RUN, "origin"> & { readonly origin: Origin };
  decision: PlanDecision | undefined;

  constructor(chatId = 5) {
    this.#run = { ...RUN, origin: { ...RUN.origin, chatId: String(chatId) } };
  }

  /** A run waits for a decision on this revision of its plan. */
  waitFor(revision: number, awaits: "go" | "nothing" = "go"): void {
    const decided = this.messages.decide(this.#run, { revision, awaits }, this.#stop.signal);
    void decided.then((decision) => this.decision = decision, () => undefined);
  }

  /** A run shows this revision of its plan. */
  show(revision: number): void {
    const event = {
      type: "plan.proposed",
      revision,
      plan: PLAN,
      answers: [],
      awaits: "go",
    } as const;
    this.#tell(event);
  }

  /** The program stops, and leaves the run to its next start. */
  suspend(): void {
    this.#tell({ type: "run.suspended" });
    this.#stop.abort();
  }

  #tell(event: RunEvent): void {
    const before = this.#state;
    const state = this.#state = reduceRun(before, event, new Date(0));
    const run = { ...this.#run, status: "running" } as const;
    this.messages.show({ run, detached: false, event, at: new Date(0), before, state });
  }

  /** The run ends. @param revision of the plan that this process has shown; absent = none */
  finish(revision?: number): void {
    const outcome = { status: "cancelled" } as const;
    const event = { type: "run.finished", outcome, latencyMs: 0 } as const;
    const fresh = newRunState({ prompt: RUN.prompt });
    const before = revision === undefined ? fresh : reduceRun(fresh, {
      type: "plan.proposed",
      revision,
      plan: PLAN,
      answers: [],
      awaits: "go",
    }, new Date(0));
    const state = reduceRun(before, event, new Date(0));
    const run = { ...this.#run, status: "running" } as const;
    this.messages.show({ run, detached: false, event, at: new Date(0), before, state });
  }

  /** @returns what the person is told for a moment */
  async press(data: string, by: Answerer = ANN): Promise<string | undefined> {
    const press = { ...by, queryId: "q", messageId: 70, data, texts: EN };
    assert.ok(this.messages.press(press));
    await settle();
    return this.outbox.toasts.at(-1);
  }

  end(): void {
    this.#stop.abort();
  }
}

Deno.test("the person of the request alone decides on its plan, and once", async () => {
  const scene = new Scene();
  scene.waitFor(1);
  for (const other of OTHERS) {
    assert.equal(await scene.press("plan:g:r1:1", other), EN.refusals.notYours);
    assert.deepEqual(scene.messages.openFor(other), []);
    assert.ok(!scene.messages.decideTyped("r1", "go", other));
  }
  await settle();
  assert.equal(scene.decision, undefined);
  assert.equal(scene.messages.openFor(ANN).length, 1);
  assert.equal(await scene.press("plan:g:r1:1"), undefined);
  assert.deepEqual(scene.decision, { type: "go", who: "Ann" });
  scene.end();
});

Deno.test("a plan of an earlier revision takes no decision, and one that is at work no Go", async () => {
  const scene = new Scene();
  scene.waitFor(2);
  assert.equal(await scene.press("plan:g:r1:1"), EN.refusals.staleButton);
  assert.equal(await scene.press("plan:x:r2:2"), EN.refusals.staleButton);
  assert.equal(scene.decision, undefined);
  scene.waitFor(3, "nothing");
  assert.equal(await scene.press("plan:g:r1:3"), EN.refusals.staleButton);
  assert.equal(scene.decision, undefined);
  scene.end();
});

Deno.test("a decision counts that comes once a plan is shown again and before its run asks for it", async () => {
  const scene = new Scene();
  scene.show(2);
  assert.equal(await scene.press("plan:g:r1:1"), EN.refusals.staleButton);
  assert.equal(await scene.press("plan:g:r1:2"), undefined);
  scene.waitFor(2);
  await settle();
  assert.deepEqual(scene.decision, { type: "go", who: "Ann" });

  const later = new Scene();
  later.show(1);
  later.waitFor(1);
  assert.equal(await later.press("plan:g:r1:1"), undefined);
  // The run has not said that it goes on.
  assert.equal(await later.press("plan:x:r1:1"), EN.refusals.staleButton);
});

Deno.test("words that were asked for as the run ended are no change of its plan", async () => {
  const scene = new Scene();
  const asked = Promise.withResolvers<Delivery>();
  scene.show(1);
  await settle();
  scene.waitFor(1);
  scene.outbox.send = () => asked.promise;
  await scene.press("plan:c:r1:1");
  scene.finish(1);
  asked.resolve({ status: "sent", messageId: 71 });
  await settle();
  assert.equal(scene.messages.wordsAsked(ANN), undefined);
  assert.equal(scene.messages.shownIn(5, 71, ANN), undefined);
});

Deno.test("a run that this process only ends closes the plan that an earlier one has shown", async () => {
  const scene = new Scene();
  const kept = { chatId: 5, runId: "r1", revision: 2 } as const;
  scene.store.remember({ ...kept, messageId: 70, kind: "plan" });
  scene.store.remember({ ...kept, messageId: 71, kind: "words" });
  const reply = scene.messages.wordsAsked(ANN);
  assert.ok(reply?.type === "plan" && reply.change("in blue"));
  scene.finish();
  assert.equal(scene.messages.wordsAsked(ANN), undefined);
  assert.equal(await scene.press("plan:g:r1:2"), EN.refusals.staleButton);
  assert.deepEqual(scene.outbox.buttons, [[70, []]]);
  // What was said to it is not kept for another one.
  scene.waitFor(2);
  await settle();
  assert.equal(scene.decision, undefined);
  scene.end();
});

Deno.test("a decision on a plan that is left to the next start is not taken, and is told so", async () => {
  const scene = new Scene();
  scene.show(1);
  scene.waitFor(1);
  await settle();
  scene.suspend();
  await settle();
  for (const action of ["g", "c", "x"]) {
    assert.equal(await scene.press(`plan:${action}:r1:1`), EN.run.suspended);
  }
  const reply = scene.messages.shownIn(ANN.chatId, 70, ANN);
  assert.ok(reply?.type === "plan" && !reply.change("in green"));
  assert.equal(scene.decision, undefined);
});

Deno.test("in a group the words of a change are asked for as a reply, which the bot is sure to see", async () => {
  for (const [chatId, asked] of [[5, EN.plans.askWords], [-5, EN.plans.askReply]] as const) {
    const scene = new Scene(chatId);
    scene.waitFor(1);
    await scene.press("plan:c:r1:1", { ...ANN, chatId });
    assert.equal(scene.outbox.sent.at(-1)?.content.text, `✏️ ${asked}`);
    scene.end();
  }
});

Deno.test("a plan is shown without the marks of Markdown, and is cut where a table takes more room", () => {
  const plan = {
    ...PLAN,
    goal: "Make **tally** print `--json`",
    steps: [{ title: "Add `asJson` to _report_", files: ["src/report.ts"] }],
    risks: ["**None**"],
  };
  const draw = (shown: Plan): FormattedText =>
    drawPlan(
      { state: { revision: 1, plan: shown, answers: [], awaits: "go" }, begun: false },
      EN,
      String,
    );
  const card = draw(plan);
  assert.match(card.text, /\nMake tally print --json\n1\. Add asJson to report src\/report\.ts\n/);
  assert.match(card.text, /\n• None\n/);
  assertAccepted(card);

  const long = draw({
    ...PLAN,
    prose: `## Plan\n\n> quoted\n\n| ${"b".repeat(30)} | a |\n|---|---|\n${"|c|d|\n".repeat(400)}`,
  });
  assert.match(long.text, /\nPlan\n\nquoted\n\nb+ │ a\n/);
  assert.ok(long.text.length < 4000);
  assert.match(long.text, /\n…\n/);
  assertAccepted(long);
});

Deno.test("no secret stands in a plan, nor in the findings below an answer", () => {
  const redact = (text: string): string => text.replaceAll("hush", "••••");
  const state = { revision: 1, plan: PLAN, answers: [], awaits: "go" } as const;
  const card = drawPlan({ state, begun: false }, EN, redact).text;
  assert.match(card, /write •••• ••••\.ts/);
  assert.doesNotMatch(card, /hush/);
  const review = {
    result: "max_rounds_reached",
    rounds: 1,
    note: "note hush",
    openFindings: [
      finding({ message: "found hush", file: "hush.ts", fix: "no hush in [a.ts](/p/x/a.ts:4)" }),
    ],
  } as const;
  const outcome = { status: "answered", answer: { text: "done", review } } as const;
  const below = answerFooting(outcome, EN, {
    state: newRunState({ prompt: "x" }),
    redact,
    folder: "/p",
  });
  assert.match(below?.text ?? "", /found ••••/);
  assert.doesNotMatch(below?.text ?? "", /hush/);
  assert.match(below?.text ?? "", / in x\/a\.ts:4\n/);
});
