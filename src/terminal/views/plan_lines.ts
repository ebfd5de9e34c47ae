/** Draws a plan, and the question whether it is to be carried out; pure. */
import type { Redact } from "../../core/redaction/redact.ts";
import { type ProposedPlan, redactedPlan, stepLine } from "../../core/run/plan.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import type { Texts } from "../../texts/texts.ts";
import { type Line, linesOf, span } from "../text/styled_line.ts";
import { choices } from "./approval_lines.ts";
import type { PlanEnd } from "./view.ts";

/** Draws the whole plan. One that is shown again with its answers is drawn again. */
export function planLines(proposed: ProposedPlan, { plans }: Texts, redact: Redact): Line[] {
  const { revision, plan, answers, awaits } = redactedPlan(proposed, redact);
  const title = revision === 1 ? plans.title : plans.revised(revision);
  const asked = answers.length > 0 ? answers : plan.questions.map(({ question }) => ({ question }));
  const questions = asked.map(({ question, ...rest }) => {
    if ("answer" in rest && rest.answer !== undefined) return `${question} → ${rest.answer}`;
    return awaits === "answers" ? question : `${question} → ${plans.notAnswered}`;
  });
  const numbered = plan.steps.map((step, index) => `${index + 1}. ${stepLine(step)}`);
  return [
    [],
    [span(`📋 ${title}`, "bold")],
    ...plain(plan.goal === "" ? [] : [plan.goal]),
    ...plain(plan.prose === undefined ? [] : [plan.prose]),
    ...plain(numbered),
    ...listed(plans.checks, plan.checks),
    ...listed(plans.risks, plan.risks),
    ...listed(plans.questions, questions),
    ...plain(plan.changesFiles ? [] : [plans.noChange]),
    [],
  ];
}

function plain(texts: readonly string[]): Line[] {
  return texts.flatMap((text) => linesOf(withoutControls(text)))
    .map((line): Line => [span("  "), ...line]);
}

function listed(title: string, lines: readonly string[]): Line[] {
  if (lines.length === 0) return [];
  return [[span(`  ${title}`, "bold")], ...plain(lines.map((line) => `• ${line}`))];
}

export function planQuestionLines(words: boolean, { plans }: Texts): Line[] {
  const { terminal, waiting, buttons } = plans;
  if (words) return [[span(`? ${terminal.words}`, "warning", "bold")]];
  return [
    [span(`? ${waiting}`, "warning", "bold")],
    [span("  "), ...choices([buttons.go, buttons.change, buttons.cancel])],
  ];
}

export function planEndLines(end: PlanEnd, { plans: { buttons } }: Texts): Line[] {
  if (end !== "go" && end !== "change" && end !== "cancel") return [];
  const tone = end === "cancel" ? "warning" : "good";
  return [[span(`${end === "cancel" ? "✗" : "✓"} ${buttons[end]}`, tone)]];
}
