/** Defines the plan of a run: what a planner wrote, what a person answered, and how both are stored. */
import { z } from "../schema.ts";
import { unreachable } from "../errors.ts";
import type { Redact } from "../redaction/redact.ts";

export interface PlannedStep {
  readonly title: string;
  readonly files: readonly string[];
}

/** What the planner has to know of the person. */
export interface PlanQuestion {
  readonly question: string;
  /** Empty = answered in words. */
  readonly choices: readonly string[];
}

export interface Plan {
  /** In one sentence; empty where the planner wrote prose. */
  readonly goal: string;
  readonly steps: readonly PlannedStep[];
  /** What is to be run to see that it works. */
  readonly checks: readonly string[];
  readonly risks: readonly string[];
  readonly questions: readonly PlanQuestion[];
  /** False = the request can be answered without a change. */
  readonly changesFiles: boolean;
  /** The whole answer of a planner that wrote no structure. */
  readonly prose?: string;
}

/** What became of an open question. */
export interface PlanAnswer {
  readonly question: string;
  /** Absent = nobody answered: the agents decide, and say so. */
  readonly answer?: string;
}

/** A plan as it is shown to a person. */
export interface ProposedPlan {
  /** 1 = the first one of the run. */
  readonly revision: number;
  readonly plan: Plan;
  readonly answers: readonly PlanAnswer[];
  /** What has to happen before the developer begins; `nothing` = the work goes on by it. */
  readonly awaits: "answers" | "go" | "nothing";
}

/** Who must agree before a plan is carried out: nobody, or the person who asked. */
export const PLAN_APPROVALS = ["auto", "ask"] as const;
export type PlanApproval = typeof PLAN_APPROVALS[number];

const DECISION_STEP = "decision";

/** Names the step in which a run waits for a decision on its plan. */
export function decisionStepName(revision: number): string {
  return `${DECISION_STEP} ${revision}`;
}

/** Whether the step is such a one: what waits for a person anyway is not asked about once more. */
export function isDecisionStep(name: string | undefined): boolean {
  return name?.startsWith(`${DECISION_STEP} `) === true;
}

export type PlanDecision =
  | { readonly type: "go"; readonly who?: string }
  /** The plan is to be made anew, with these words. */
  | { readonly type: "change"; readonly words: string; readonly who?: string }
  | { readonly type: "cancel"; readonly who?: string }
  /** Nobody is there who could decide. */
  | { readonly type: "nobody" };

/**
 * Lets a person decide on the plan: agree to it, or change it, also while the work goes on by it.
 * Rejects with the signal's reason when no decision is wanted any more.
 */
export type PlanDecider = (
  proposed: Pick<ProposedPlan, "revision" | "awaits">,
  signal: AbortSignal,
) => Promise<PlanDecision>;

export function prosePlan(prose: string): Plan {
  const none = { goal: "", steps: [], checks: [], risks: [], questions: [] };
  return { ...none, changesFiles: true, prose: prose.trim() };
}

/** Nothing can be carried out before its questions are answered. */
export function onlyAsks({ steps, prose = "", questions }: Plan): boolean {
  return questions.length > 0 && steps.length === 0 && prose === "";
}

const STRUCTURED_PLAN = z.object({
  goal: z.string(),
  steps: z.array(z.object({ title: z.string(), files: z.array(z.string()) })),
  checks: z.array(z.string()),
  risks: z.array(z.string()),
  questions: z.array(z.object({ question: z.string(), choices: z.array(z.string()) })),
  changesFiles: z.boolean(),
  prose: z.string().exactOptional(),
});

/** A plan from disk; earlier versions stored the planner's text. */
export const STORED_PLAN: z.ZodType<Plan> = z.union([
  z.string().transform(prosePlan),
  STRUCTURED_PLAN,
]);

export const STORED_ANSWERS = z.array(
  z.object({ question: z.string(), answer: z.string().exactOptional() }),
);

/** The last plan of a conversation, from disk. */
export const STORED_PROPOSAL: z.ZodType<Pick<ProposedPlan, "plan" | "answers" | "awaits">> = z
  .object({
    plan: STORED_PLAN,
    answers: STORED_ANSWERS,
    awaits: z.enum(["answers", "go", "nothing"]),
  });

export const STORED_DECISION = z.union([
  z.object({ type: z.literal("go"), who: z.string().exactOptional() }),
  z.object({
    type: z.literal("change"),
    words: z.string(),
    who: z.string().exactOptional(),
  }),
  z.object({ type: z.literal("cancel"), who: z.string().exactOptional() }),
  z.object({ type: z.literal("nobody") }),
]);

/** Masks secrets in all texts. Do it before any of them is cut or kept. */
export function redactedPlan<Shown extends Pick<ProposedPlan, "plan" | "answers">>(
  shown: Shown,
  redact: Redact,
): Shown {
  const { plan, answers } = shown;
  const { prose, steps, questions, ...rest } = plan;
  const all = (texts: readonly string[]): string[] => texts.map((text) => redact(text));
  return {
    ...shown,
    plan: {
      ...rest,
      goal: redact(plan.goal),
      steps: steps.map(({ title, files }) => ({ title: redact(title), files: all(files) })),
      checks: all(plan.checks),
      risks: all(plan.risks),
      questions: questions.map(({ question, choices }) => ({
        question: redact(question),
        choices: all(choices),
      })),
      ...(prose === undefined ? {} : { prose: redact(prose) }),
    },
    answers: answers.map(({ question, answer }) => ({
      question: redact(question),
      ...(answer === undefined ? {} : { answer: redact(answer) }),
    })),
  };
}

/**
 * Writes a plan in Markdown, for agents and records.
 * @param proposed `awaits` is told where a person has yet to answer its questions
 */
export function planMarkdown(
  { plan, answers, awaits }: Pick<ProposedPlan, "plan" | "answers"> & Partial<ProposedPlan>,
): string {
  const { goal, steps, checks, risks, prose } = plan;
  const asked: readonly PlanAnswer[] = answers.length > 0
    ? answers
    : plan.questions.map(({ question }) => ({ question }));
  const questions = asked.map(awaits === "answers" ? ({ question }) => question : answerLine);
  const parts = [
    ...(prose === undefined ? [] : [prose]),
    ...(goal === "" ? [] : [`Goal: ${goal}`]),
    ...list("Steps", steps.map(stepLine), (index) => `${index + 1}. `),
    ...list("Checks", checks),
    ...list("Risks", risks),
    ...list("Open questions", questions),
    ...(plan.changesFiles ? [] : ["Nothing has to be changed for this."]),
  ];
  return parts.join("\n\n");
}

/** Writes for agents what was answered to earlier plans; nothing where nothing was. */
export function answeredBefore(answers: readonly PlanAnswer[]): string[] {
  return list("Answered before", answers.map(answerLine));
}

export function stepLine({ title, files }: PlannedStep): string {
  return files.length === 0 ? title : `${title} (${files.join(", ")})`;
}

/** What was decided, on one line, for records. */
export function decisionNote(decision: PlanDecision): string {
  switch (decision.type) {
    case "go":
      return `go${byNote(decision.who)}`;
    case "cancel":
      return `cancel${byNote(decision.who)}`;
    case "change":
      return `change${byNote(decision.who)}: ${decision.words}`;
    case "nobody":
      return "nobody could decide on the plan";
    default:
      return unreachable(decision);
  }
}

function byNote(who: string | undefined): string {
  return who === undefined ? "" : ` by ${who}`;
}

function answerLine({ question, answer }: PlanAnswer): string {
  if (answer !== undefined) return `${question} Answer of the person: ${answer}`;
  return `${question} Not answered: decide yourself and say in your report how.`;
}

function list(
  title: string,
  lines: readonly string[],
  sign: (index: number) => string = () => "- ",
): string[] {
  if (lines.length === 0) return [];
  return [[`${title}:`, ...lines.map((line, index) => `${sign(index)}${line}`)].join("\n")];
}
