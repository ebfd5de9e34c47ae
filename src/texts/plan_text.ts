/** Writes a plan for a person, whole, in their language; pure. */
import { type ProposedPlan, stepLine } from "../core/run/plan.ts";
import type { Texts } from "./texts.ts";

/** A part of a plan: a title where it has one, and lines. */
export interface PlanPart {
  readonly title?: string;
  readonly lines: readonly string[];
}

/** @param proposed with secrets masked */
export function planParts(
  { plan, answers, awaits }: Pick<ProposedPlan, "plan" | "answers" | "awaits">,
  { plans }: Texts,
): PlanPart[] {
  const asked = answers.length > 0 ? answers : plan.questions.map(({ question }) => ({ question }));
  const questions = asked.map(({ question, ...rest }) => {
    if ("answer" in rest && rest.answer !== undefined) return `${question} → ${rest.answer}`;
    return awaits === "answers" ? question : `${question} → ${plans.notAnswered}`;
  });
  const parts: PlanPart[] = [
    { lines: plan.goal === "" ? [] : [plan.goal] },
    { lines: plan.prose === undefined ? [] : [plan.prose] },
    { lines: plan.steps.map((step, index) => `${index + 1}. ${stepLine(step)}`) },
    { title: plans.checks, lines: bulleted(plan.checks) },
    { title: plans.risks, lines: bulleted(plan.risks) },
    { title: plans.questions, lines: bulleted(questions) },
    { lines: plan.changesFiles ? [] : [plans.noChange] },
  ];
  return parts.filter(({ lines }) => lines.length > 0);
}

function bulleted(lines: readonly string[]): string[] {
  return lines.map((line) => `• ${line}`);
}
