/** How a run ended: what its review came to, the answer, and one line of facts; pure. */
import type { Answer, Finding, RunOutcome } from "../../core/run/events.ts";
import { endFacts } from "../../texts/run_texts.ts";
import type { RunState } from "../../core/run/run_state.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import { type Line, linesOf, span } from "../text/styled_line.ts";
import type { Texts } from "../../texts/terminal_texts.ts";

/** Findings beyond these are counted only. */
const MOST_FINDINGS = 15;

const SIGNS = { answered: "✓", cancelled: "■", failed: "✗" } as const;
const TONES = { answered: "good", cancelled: "warning", failed: "bad" } as const;

/** As in `✓ Done · 12 s · round 2 · 3 files · +24 −5 · 1.8k tokens`. */
export function resultLine(state: RunState, outcome: RunOutcome, texts: Texts): Line {
  const word = {
    answered: texts.run.done,
    cancelled: texts.run.cancelled,
    failed: texts.run.failed,
  }[outcome.status];
  const facts = endFacts(state, texts).map((fact) => ` · ${fact}`).join("");
  const sign = `${SIGNS[outcome.status]} ${word}`;
  return [span(sign, TONES[outcome.status], "bold"), span(facts, "dim")];
}

/** Stands above the answer: why it failed, and what the review found. */
export function headingLines(outcome: RunOutcome, texts: Texts): Line[] {
  const { answer } = outcome;
  return [
    ...(outcome.status === "failed" ? linesOf(withoutControls(outcome.message), "bad") : []),
    ...(answer === undefined ? [] : reviewLines(answer, outcome, texts)),
  ];
}

/** The answer's Markdown, or what is said in its place; empty when there is none at all. */
export function answerMarkdown({ answer }: RunOutcome, texts: Texts): string {
  if (answer === undefined) return "";
  return answer.text.trim() === "" ? texts.run.emptyAnswer : answer.text.trim();
}

function reviewLines({ review }: Answer, outcome: RunOutcome, { run }: Texts): Line[] {
  const early = outcome.status !== "answered";
  const candidate: Line[] = early ? [[span(run.candidate, "bold")]] : [];
  if (review === undefined) return early ? [[span(run.notReviewed, "warning")], ...candidate] : [];
  if (review.result === "approved") return candidate;
  const note = review.note === "" ? [] : linesOf(withoutControls(review.note));
  return [
    [span(run.review[review.result], "warning", "bold")],
    ...note,
    ...findingLines(review.openFindings, run),
    ...candidate,
  ];
}

function findingLines(findings: readonly Finding[], run: Texts["run"]): Line[] {
  if (findings.length === 0) return [];
  const shown = findings.slice(0, MOST_FINDINGS).map(({ severity, file, message }): Line => [
    span(`• [${run.severity[severity]}] `),
    ...(file === undefined ? [] : [span(withoutControls(file), "code"), span(": ")]),
    span(withoutControls(message).replaceAll("\n", " ")),
  ]);
  const more = findings.length - shown.length;
  const rest: Line[] = more > 0 ? [[span(`… +${more}`)]] : [];
  return [[span(run.openFindings, "bold")], ...shown, ...rest];
}
