/** Draws a plan, and the question whether it is to be carried out; pure. */
import type { Redact } from "../../core/redaction/redact.ts";
import { type ProposedPlan, redactedPlan } from "../../core/run/plan.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import { planParts } from "../../texts/plan_text.ts";
import type { Texts } from "../../texts/texts.ts";
import { type Line, linesOf, span } from "../text/styled_line.ts";
import { choices } from "./approval_lines.ts";
import type { PlanEnd } from "./view.ts";

/** Draws the whole plan. One that is shown again with its answers is drawn again. */
export function planLines(proposed: ProposedPlan, texts: Texts, redact: Redact): Line[] {
  const shown = redactedPlan(proposed, redact);
  const title = shown.revision === 1 ? texts.plans.title : texts.plans.revised(shown.revision);
  return [
    [],
    [span(`📋 ${title}`, "bold")],
    ...planParts(shown, texts).flatMap(({ title, lines }) => [
      ...(title === undefined ? [] : [[span(`  ${title}`, "bold")]]),
      ...plain(lines),
    ]),
    [],
  ];
}

function plain(texts: readonly string[]): Line[] {
  return texts.flatMap((text) => linesOf(withoutControls(text)))
    .map((line): Line => [span("  "), ...line]);
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
