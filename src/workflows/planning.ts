/**
 * Makes the plan of a run with the person: asks the planner, brings its open questions to the person,
 * waits for a Go where one is wanted, and makes the plan anew when the person changes it.
 */
import type { QuestionField, QuestionRequest } from "../core/codex/question.ts";
import type { TurnEvent } from "../core/codex/codex.ts";
import { describeError, RunCancelledError, StageError } from "../core/errors.ts";
import type { RunEvent } from "../core/run/events.ts";
import {
  answeredBefore,
  onlyAsks,
  type Plan,
  type PlanAnswer,
  type PlanDecision,
  planMarkdown,
  type ProposedPlan,
  prosePlan,
} from "../core/run/plan.ts";
import { withAdditions } from "../core/run/steering.ts";
import { type RunRequest, step } from "../core/run/workflow.ts";
import { shortened } from "../core/text/short_text.ts";
import { type AgentDependencies, askPlanner, type PlannerThread, prepareReader } from "./agents.ts";
import { readPlan } from "./plan_answer.ts";
import {
  answeredPlannerPrompt,
  changedPlannerPrompt,
  PLAN_AGAIN_PROMPT,
  plannerPrompt,
} from "./prompts.ts";
import { answersStep, decisionStep, type PlanResult, planStep } from "./steps.ts";

export interface PlanningDependencies extends AgentDependencies {
  /** How long an open question waits for an answer, in milliseconds. */
  readonly planQuestionMs: number;
}

export type PlanChangeWords = Omit<PlanDecision & { readonly type: "change" }, "type">;

/** A planner that only asks is asked so often for a plan, with the answers. */
const MOST_QUESTION_ROUNDS = 2;
const TITLE_LIMIT = 180;
const NO_PLAN: Plan = {
  goal: "",
  steps: [],
  checks: [],
  risks: [],
  questions: [],
  changesFiles: true,
};

export class Planning {
  readonly #deps: PlanningDependencies;
  readonly #request: RunRequest;
  readonly #kept: PlannerThread = {};
  #revision = 0;
  #made: PlanResult = { plan: NO_PLAN, approval: "auto" };
  #answers: readonly PlanAnswer[] = [];
  /** What the person has answered to plans before this one. */
  #answered: readonly PlanAnswer[] = [];

  /** @param former the plan of the run that this one continues */
  constructor(deps: PlanningDependencies, request: RunRequest, former?: string) {
    this.#deps = deps;
    this.#request = request;
    if (former !== undefined) this.#made = { plan: prosePlan(former), approval: "auto" };
  }

  get revision(): number {
    return this.#revision;
  }

  /** The plan in force, for agents. */
  get text(): string {
    const plan = planMarkdown({ plan: this.#made.plan, answers: this.#answers });
    return [plan, ...answeredBefore(this.#answered)].join("\n\n");
  }

  /** Begins to load the planner's thread, while it is being found out whether there will be a plan. */
  prepare(): void {
    this.#kept.prepared ??= prepareReader(this.#deps, this.#request, "planner");
  }

  /** Lets go of a thread that was prepared for a plan that is not made. */
  discard(): void {
    this.#kept.prepared?.discard?.();
    this.#kept.prepared = undefined;
  }

  /**
   * Makes the first plan.
   * @returns false when nobody is there to agree to it: nothing must be done then
   */
  async *begin(): AsyncGenerator<RunEvent, boolean> {
    yield* this.#make(plannerPrompt(this.#asked, this.#request.history));
    return yield* this.#agree();
  }

  /**
   * Makes the plan anew.
   * @param done what was changed by the former one; absent = nothing yet
   */
  async *change({ words }: PlanChangeWords, done?: string): AsyncGenerator<RunEvent, boolean> {
    const change = { plan: this.text, words, ...(done === undefined ? {} : { done }) };
    const prompt = changedPlannerPrompt(this.#asked, change);
    // From here on it is a part of what was asked.
    this.#request.additions.keep(words);
    yield* this.#make(prompt);
    return yield* this.#agree();
  }

  /** Tells what the person decided on the plan while the work went on by it. */
  decided(decision: PlanDecision): RunEvent {
    return { type: "plan.decided", revision: this.#revision, decision };
  }

  get #asked(): string {
    const { prompt, additions } = this.#request;
    return withAdditions(prompt, additions.texts);
  }

  async *#make(input: string): AsyncGenerator<RunEvent, void> {
    const { steps, profile: { planApproval: approval = "auto" } } = this.#request;
    const [deps, request, kept] = [this.#deps, this.#request, this.#kept];
    this.#revision++;
    this.#made = yield* step(
      steps,
      planStep(this.#revision),
      input,
      async function* (text): AsyncGenerator<RunEvent, PlanResult> {
        return { plan: yield* askForPlan(deps, request, text, kept), approval };
      },
    );
    this.#answered = [
      ...this.#answered,
      ...this.#answers.filter(({ answer }) => answer !== undefined),
    ];
    this.#answers = [];
  }

  /** Settles the open questions and waits for a Go, over as many revisions as the person wants. */
  async *#agree(): AsyncGenerator<RunEvent, boolean> {
    yield* this.#settleQuestions();
    if (this.#made.approval === "auto") {
      yield this.#proposed("nothing");
      return true;
    }
    yield this.#proposed("go");
    const decision = yield* this.#decision();
    yield this.decided(decision);
    switch (decision.type) {
      case "go":
        return true;
      case "nobody":
        return false;
      case "cancel":
        throw stopped();
      case "change":
        return yield* this.change(decision);
      default:
        return decision satisfies never;
    }
  }

  async *#settleQuestions(): AsyncGenerator<RunEvent, void> {
    for (let rounds = 1; this.#made.plan.questions.length > 0; rounds++) {
      const asksOnly = onlyAsks(this.#made.plan);
      if (!asksOnly) yield this.#proposed("answers");
      this.#answers = yield* this.#ask();
      if (!asksOnly || rounds > MOST_QUESTION_ROUNDS) return;
      const answers = this.text;
      yield* this.#make(answeredPlannerPrompt(this.#asked, answers));
    }
  }

  #proposed(awaits: ProposedPlan["awaits"]): RunEvent {
    const { plan } = this.#made;
    const answers = this.#answers;
    return { type: "plan.proposed", revision: this.#revision, plan, answers, awaits };
  }

  #ask(): AsyncGenerator<RunEvent, readonly PlanAnswer[]> {
    const { steps } = this.#request;
    const { questions } = this.#made.plan;
    const asked = questions.map(({ question }) => question).join("\n");
    return step(steps, answersStep(this.#revision), asked, () => this.#askPerson());
  }

  /** Asks through the turn's own events, by which everything that shows a run knows of questions. */
  async *#askPerson(): AsyncGenerator<RunEvent, readonly PlanAnswer[]> {
    const { questions } = this.#made.plan;
    const { signal, answer } = this.#request;
    const request = questionOf(this.#made.plan, this.#revision, this.#deps.planQuestionMs);
    yield ofPlanner({ type: "question.requested", request });
    try {
      const reply = await answer?.(request, signal) ?? { type: "decline" as const };
      yield ofPlanner({ type: "question.resolved", request, result: reply.type });
      const values = reply.type === "answered" ? reply.values : {};
      return questions.map(({ question }, index) => {
        const said = values[fieldId(index)];
        return said === undefined ? { question } : { question, answer: String(said) };
      });
    } catch (error) {
      if (signal.aborted) throw stopped();
      yield ofPlanner({ type: "question.resolved", request, result: "decline" });
      const reason = { type: "unreachable", error: describeError(error) } as const;
      yield ofPlanner({ type: "declined", reason });
      return questions.map(({ question }) => ({ question }));
    }
  }

  /** What is said meanwhile reaches the developer. */
  async *#decision(): AsyncGenerator<RunEvent, PlanDecision> {
    const { steps, additions, signal, decidePlan } = this.#request;
    const revision = this.#revision;
    // deno-lint-ignore require-yield
    const decide = async function* (): AsyncGenerator<RunEvent, PlanDecision> {
      if (signal.aborted) throw stopped();
      const close = additions.acceptForLater();
      try {
        return await decidePlan?.({ revision, awaits: "go" }, signal) ?? { type: "nobody" };
      } catch (error) {
        throw signal.aborted ? stopped() : error;
      } finally {
        await close();
      }
    };
    return yield* step(steps, decisionStep(revision), "", decide);
  }
}

/** Asks for a plan, and once more where the answer is none. */
async function* askForPlan(
  deps: PlanningDependencies,
  request: RunRequest,
  text: string,
  kept: PlannerThread,
): AsyncGenerator<RunEvent, Plan> {
  const { additions } = request;
  const known = additions.texts.length;
  const first = readPlan(yield* askPlanner(deps, request, { text }, kept));
  if (first !== undefined) return first;
  const whole = withAdditions(text, additions.texts.slice(known));
  const input = { text: whole, again: PLAN_AGAIN_PROMPT };
  const answer = yield* askPlanner(deps, request, input, kept);
  const second = readPlan(answer);
  if (second === undefined) throw withoutPlan(answer);
  return second;
}

const LONGEST_SHOWN_ANSWER = 120;

/** Shows the answer whole or not at all: of a part nobody could tell whether it holds a secret. */
function withoutPlan(answer: string): StageError {
  const said = answer.trim();
  const shown = said === ""
    ? "The answer was empty."
    : said.length <= LONGEST_SHOWN_ANSWER
    ? `The answer was: ${said}`
    : `The answer had ${said.length} characters.`;
  const message = "The planner wrote no plan, even when it was asked once more";
  return new StageError(message, { trouble: { kind: "no-plan", said: shown } });
}

function stopped(): RunCancelledError {
  return new RunCancelledError("The run was stopped");
}

function ofPlanner(event: TurnEvent): RunEvent {
  return { type: "turn.event", role: "planner", round: 0, event };
}

function questionOf({ goal, questions }: Plan, revision: number, limitMs: number): QuestionRequest {
  const fields = questions.map(({ question, choices }, index): QuestionField => {
    const title = shortened(question, TITLE_LIMIT);
    const whole = title === question ? [] : [question];
    const description = [...(index === 0 && goal !== "" ? [goal] : []), ...whole].join("\n\n");
    const base = {
      id: fieldId(index),
      title,
      ...(description === "" ? {} : { description }),
      required: false,
    };
    if (choices.length === 0) return { ...base, type: "text" };
    const options = choices.map((choice) => ({ value: choice, label: choice }));
    return { ...base, type: "choice", options, freeText: true };
  });
  const id = `plan ${revision}`;
  return { kind: "input", id, threadId: "", turnId: id, fields, timeLimitMs: limitMs };
}

function fieldId(index: number): string {
  return `question ${index + 1}`;
}
