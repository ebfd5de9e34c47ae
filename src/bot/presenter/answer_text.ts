/** Writes what stands around an answer: the result of its review, and why the run failed. */
import { othersHeldText } from "../../texts/held_text.ts";
import type { Answer, Finding, RunOutcome } from "../../core/run/events.ts";
import type { RunState } from "../../core/run/run_state.ts";
import { goalEndText } from "../../texts/goal_texts.ts";
import { compactionText } from "../../texts/codex_texts.ts";
import { runTroubleText } from "../../texts/trouble_texts.ts";
import { isVisible } from "../render/clean_text.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import { rendered } from "../render/rendered.ts";
import { addHeld } from "./status_message.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Texts } from "../../texts/texts.ts";

export interface AnswerText {
  /** Stands above the answer. */
  readonly heading?: FormattedText;
  /** What Codex wrote. */
  readonly markdown: string;
}

/** Findings that are shown; further ones are counted. */
const MOST_FINDINGS = 15;

/** @returns undefined where the status message says everything */
export function answerText(
  outcome: RunOutcome,
  texts: Texts,
  context: {
    readonly runId: string;
    readonly echo: boolean;
    readonly state: Pick<RunState, "goal" | "task" | "confirmation" | "startedAt">;
  },
): AnswerText | undefined {
  const { answer } = outcome;
  const goal = goalEndText(outcome, context.state, texts);
  if (outcome.status === "cancelled" && answer === undefined) return undefined;
  const heading = new TextBuilder();
  if (context.echo) heading.line(`⚠️ ${texts.notices.demo}`);
  if (outcome.status === "failed") {
    const { trouble } = outcome;
    const why = runTroubleText(trouble, context.state, texts);
    heading.text("❌ ").sentence(texts.run.failedBecause(why)).line();
    if (trouble.kind === "limit") {
      addHeld(heading.text("⏸ "), trouble, texts);
      heading.line(` ${othersHeldText(trouble, texts)}`);
    }
    heading.italic(texts.run.runId(context.runId)).line();
  }
  if (goal !== undefined) {
    // Why it failed is said above.
    const failed = outcome.status === "failed";
    heading.text(failed ? "⏸ " : `${goal.sign} `).bold(failed ? texts.goals.end.paused : goal.word);
    if (goal.next !== undefined) heading.text(". ").sentence(goal.next);
    heading.line();
  }
  if (answer !== undefined) addReview(heading, answer, outcome, texts);
  const markdown = answer === undefined ? "" : answerMarkdown(answer, texts, goal !== undefined);
  const built = trimmed(heading.build());
  return built.text === "" ? { markdown } : { heading: built, markdown };
}

/** @param saidOtherwise there is something to read without it */
function answerMarkdown(
  { text, compaction }: Answer,
  texts: Texts,
  saidOtherwise: boolean,
): string {
  if (compaction !== undefined) return compactionText(compaction, texts);
  return spoken(text) || (saidOtherwise ? "" : texts.run.emptyAnswer);
}

function spoken(text: string): string {
  return isVisible(text) ? text.trim() : "";
}

function addReview(heading: TextBuilder, answer: Answer, outcome: RunOutcome, texts: Texts): void {
  const { review } = answer;
  const early = outcome.status !== "answered";
  if (review === undefined) {
    if (early) heading.text("⚠️ ").line(texts.run.notReviewed);
  } else if (review.result !== "approved") {
    heading.text("⚠️ ").bold(texts.run.review[review.result]).line();
    if (review.note !== "") heading.append(rendered(review.note)).line();
    addFindings(heading, review.openFindings, texts);
  }
  if (early) heading.line().bold(texts.run.candidate).line();
}

function addFindings(heading: TextBuilder, findings: readonly Finding[], texts: Texts): void {
  if (findings.length === 0) return;
  heading.line().bold(texts.run.openFindings).line();
  for (const { severity, file, message } of findings.slice(0, MOST_FINDINGS)) {
    heading.text(`• [${texts.run.severity[severity]}] `);
    if (file !== undefined) heading.code(file).text(": ");
    heading.append(rendered(message)).line();
  }
  if (findings.length > MOST_FINDINGS) heading.line(`… +${findings.length - MOST_FINDINGS}`);
}

function trimmed(text: FormattedText): FormattedText {
  const end = text.text.trimEnd().length;
  return {
    text: text.text.slice(0, end),
    entities: text.entities.flatMap((entity) => {
      const length = Math.min(entity.offset + entity.length, end) - entity.offset;
      return length > 0 ? [{ ...entity, length }] : [];
    }),
  };
}
