/**
 * Reads a planner's answer; pure.
 *
 * Where the backend enforces the schema it is plain JSON. A planner that answers in prose is taken by
 * its word: the whole of it is the plan. What asks something and plans nothing is a question, however it
 * was written: it must not reach the developer as if it were a plan. What says nothing, and data of
 * another shape, is no plan.
 */
import { z } from "../core/schema.ts";
import { onlyAsks, type Plan, type PlanQuestion, prosePlan } from "../core/run/plan.ts";
import { balancedObjects, firstMatch, parseJson } from "./decisions.ts";

const TEXT = z.string().trim();
const texts = z.array(TEXT).nullish().catch([])
  .transform((all) => (all ?? []).filter((text) => text !== ""));

const NONE: string[] = [];

const STEP = z.union([
  TEXT.transform((title) => ({ title, files: NONE })),
  z.object({ title: TEXT, files: texts }),
]);
const QUESTION = z.union([
  TEXT.transform((question) => ({ question, choices: NONE })),
  z.object({ question: TEXT, choices: texts }),
]);

const ANSWER = z.object({
  goal: TEXT.nullish().catch(undefined),
  steps: z.array(STEP).nullish(),
  checks: texts,
  risks: texts,
  questions: z.array(QUESTION).nullish().catch(undefined),
  changes_files: z.boolean().nullish().catch(undefined),
})
  .refine(({ steps, questions }) => (steps ?? questions ?? undefined) !== undefined)
  .refine(({ goal, steps, checks, risks, questions, changes_files: changes }) =>
    [goal ?? "", ...checks, ...risks].some((said) => said !== "") || changes === false ||
    (steps ?? []).some(({ title }) => title !== "") ||
    (questions ?? []).some(({ question }) => question !== "")
  );

/** Of choices that fit under a message. */
const MOST_CHOICES = 8;

/** @returns undefined for what is no plan at all */
export function readPlan(text: string): Plan | undefined {
  const answer = firstMatch(text, ANSWER);
  if (answer === undefined) return isProse(text) ? proseOrQuestion(text) : undefined;
  const { goal, steps, checks, risks, questions, changes_files: changes } = answer;
  const read = {
    goal: goal ?? "",
    steps: (steps ?? []).filter(({ title }) => title !== ""),
    checks,
    risks,
    questions: (questions ?? []).filter(({ question }) => question !== "").map(withFewChoices),
    changesFiles: changes ?? true,
  };
  return withoutHiddenQuestions(read);
}

function withFewChoices({ question, choices }: PlanQuestion): PlanQuestion {
  return { question, choices: [...new Set(choices)].slice(0, MOST_CHOICES) };
}

/** Takes questions out of the places of a goal and of steps, where nothing else stands there. */
function withoutHiddenQuestions(plan: Plan): Plan {
  const { goal, steps, questions } = plan;
  if (steps.length > 0 && !steps.every(({ title }) => asks(title))) return plan;
  const hidden = [
    ...steps.map(({ title }) => title),
    ...(asks(goal) ? [goal] : []),
  ].filter((question) => !questions.some((known) => known.question === question));
  if (hidden.length === 0) return plan;
  const added = hidden.map((question) => ({ question, choices: [] }));
  return { ...plan, goal: asks(goal) ? "" : goal, steps: [], questions: [...questions, ...added] };
}

/** A text that is nothing but one fence, perhaps one that was not closed. */
const FENCED = /^```\w*\n(?<inside>(?:(?!```)[^])*)(?:```)?$/;
/** An object that breaks off. */
const BROKEN_OBJECT = /^\s*\{\s*"[^"]*(?:"\s*:|$)/;

/** Whether something is said in words; they may stand beside pieces of JSON. */
function isProse(text: string): boolean {
  const said = text.trim().replace(FENCED, "$<inside>").trim();
  const value = parseJson(said);
  if (value !== undefined) return typeof value === "string" && isProse(value);
  const rest = balancedObjects(said).reduce((left, piece) => left.replace(piece, () => ""), said);
  return /[\p{L}\p{N}]/u.test(rest) && !BROKEN_OBJECT.test(rest);
}

function proseOrQuestion(text: string): Plan {
  const prose = prosePlan(text);
  if (!isQuestion(text)) return prose;
  const { prose: question = "", ...nothing } = prose;
  const plan = { ...nothing, questions: [{ question, choices: [] }] };
  return onlyAsks(plan) ? plan : prose;
}

/** Longer prose says more than it asks. */
const LONGEST_QUESTION = 1_200;
/** A step of a plan: in a list, or under a heading. */
const STEP_LINE = /^\s*(?:\d+[.)]|#{1,6}\s)/m;

/** Prose that ends with a question and has no steps. */
function isQuestion(text: string): boolean {
  const said = text.trim();
  return said.length <= LONGEST_QUESTION && asks(said) && !STEP_LINE.test(said);
}

/** Ends as a question does, perhaps behind its choices. */
function asks(text: string): boolean {
  return /[?？][\s"'”’)\]*_`]*$/.test(text.trim());
}
