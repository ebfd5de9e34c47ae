/** Writes what stands around an answer: why the run failed, what the review left, how it ended. */
import { checkedMarkdown } from "../../texts/check_texts.ts";
import { othersHeldText } from "../../texts/held_text.ts";
import type { Redact } from "../../core/redaction/redact.ts";
import type { Answer, RunOutcome } from "../../core/run/events.ts";
import type { EndedRun } from "../../core/run/run_end.ts";
import type { RunState } from "../../core/run/run_state.ts";
import { goalEndText } from "../../texts/goal_texts.ts";
import { compactionText } from "../../texts/codex_texts.ts";
import { reviewMarkdown } from "../../texts/review_texts.ts";
import { runTroubleText } from "../../texts/trouble_texts.ts";
import { isVisible } from "../render/clean_text.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import { answerFooting } from "./answer_footing.ts";
import { addHeld } from "./status_message.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Texts } from "../../texts/texts.ts";

export interface AnswerText {
  /** Stands above the answer. */
  readonly heading?: FormattedText;
  /** What Codex wrote. */
  readonly markdown: string;
  /** Stands below the answer: the findings that are left, and how the run ended. */
  readonly footing?: FormattedText;
}

/** @returns undefined where the status message says everything */
export function answerText(
  outcome: RunOutcome,
  texts: Texts,
  context: {
    readonly runId: string;
    readonly echo: boolean;
    readonly state: EndedRun & Pick<RunState, "goal" | "confirmation" | "startedAt" | "news">;
    /** Masks secrets, before anything is cut. */
    readonly redact: Redact;
    /** In which the run has worked. */
    readonly folder?: string | undefined;
    /** Says whose changes are mixed with those of the run, where any are. */
    readonly mixed?: string | undefined;
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
    heading.text(`${goal.beside.sign} `).bold(goal.beside.word);
    if (goal.next !== undefined) heading.text(". ").sentence(goal.next);
    heading.line();
  }
  const { mixed } = context;
  if (answer !== undefined && mixed !== undefined) heading.text("🔀 ").sentence(mixed).line();
  const early = outcome.status !== "answered" && answer !== undefined;
  if (early) heading.line().bold(texts.run.candidate).line();
  const markdown = answer === undefined ? "" : answerMarkdown(answer, texts, goal !== undefined);
  const built = trimmed(heading.build());
  const footing = goal === undefined ? answerFooting(outcome, texts, context) : undefined;
  return {
    ...(built.text === "" ? {} : { heading: built }),
    markdown,
    ...(footing === undefined ? {} : { footing }),
  };
}

/** @param saidOtherwise there is something to read without it */
function answerMarkdown(
  { text, compaction, checked, reviewed }: Answer,
  texts: Texts,
  saidOtherwise: boolean,
): string {
  if (compaction !== undefined) return compactionText(compaction, texts);
  if (checked !== undefined) return checkedMarkdown(checked, texts);
  if (reviewed !== undefined) return reviewMarkdown(reviewed, texts);
  return spoken(text) || (saidOtherwise ? "" : texts.run.emptyAnswer);
}

function spoken(text: string): string {
  return isVisible(text) ? text.trim() : "";
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
