/** Writes what stands below an answer: the findings that its review left, and how the run ended. */
import { findingMessage } from "../../texts/check_texts.ts";
import type { Redact } from "../../core/redaction/redact.ts";
import type { Answer, Finding, RunOutcome } from "../../core/run/events.ts";
import { type EndedRun, runEnd } from "../../core/run/run_end.ts";
import { onOneLine } from "../../core/text/short_text.ts";
import { endLine, placeText } from "../../texts/end_texts.ts";
import type { Texts } from "../../texts/texts.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import { rendered } from "../render/rendered.ts";
import { TextBuilder } from "../render/text_builder.ts";

/** Characters of all findings together; the report has those that are left out. */
const FINDINGS_LIMIT = 2_000;
const MOST_FINDINGS = 15;
/** Characters of what a reviewer says of one of them, and of all of them. */
const TEXT_LIMIT = 400;
const NOTE_LIMIT = 600;
const PLACE_LIMIT = 120;

interface FootingContext {
  readonly state: EndedRun;
  /** Masks secrets, before anything is cut. */
  readonly redact: Redact;
  /** In which the run has worked: paths in findings are shown from there on. */
  readonly folder?: string | undefined;
}

interface Drawing extends Pick<FootingContext, "redact"> {
  /** Draws Markdown on one line, without secrets and no longer than that. */
  readonly draw: (text: string, limit: number) => FormattedText;
}

/** @returns undefined below what only was said: there was nothing to review, and nothing changed */
export function answerFooting(
  outcome: RunOutcome,
  texts: Texts,
  { state, redact, folder }: FootingContext,
): FormattedText | undefined {
  const { answer } = outcome;
  if (answer === undefined || answer.compaction !== undefined || answer.checked !== undefined) {
    return undefined;
  }
  const end = runEnd(outcome, state);
  if (end.verdict === "done" && end.change === undefined) return undefined;
  const { sign, word, facts } = endLine(end, texts);
  const builder = new TextBuilder();
  const draw = (text: string, limit: number): FormattedText =>
    rendered(onOneLine(redact(text), limit), folder === undefined ? {} : { folder });
  addReview(builder, answer, texts, { redact, draw });
  return builder.text(`${sign} `).bold(word).text(facts.map((fact) => ` · ${fact}`).join(""))
    .build();
}

function addReview(
  builder: TextBuilder,
  { review, reviewed }: Answer,
  { ends, run, checks }: Texts,
  { redact, draw }: Drawing,
): void {
  // The text of a review on demand has them all.
  if (review === undefined || reviewed !== undefined) return;
  const { note, openFindings: open, result } = review;
  if (note.trim() !== "") {
    builder.append(draw(note, NOTE_LIMIT)).line().line();
  }
  if (open.length === 0) return;
  builder.bold(result === "approved" ? ends.minorFindings : ends.openFindings).line();
  let shown = 0;
  let length = 0;
  for (const finding of open.slice(0, MOST_FINDINGS)) {
    const lines = findingText(finding, { ends, run, checks }, { redact, draw });
    length += lines.text.length;
    if (shown > 0 && length > FINDINGS_LIMIT) break;
    builder.append(lines).line();
    shown += 1;
  }
  if (shown < open.length) builder.line(`… +${open.length - shown}`);
  builder.line();
}

function findingText(
  finding: Finding,
  { ends, run, checks }: Pick<Texts, "ends" | "run" | "checks">,
  { redact, draw }: Drawing,
): FormattedText {
  const { id, severity, fix } = finding;
  const message = findingMessage(finding, { checks });
  const builder = new TextBuilder().text("• ");
  if (id !== "") builder.bold(id).text(" ");
  builder.text(`[${run.severity[severity]}] `);
  const place = onOneLine(redact(placeText(finding)), PLACE_LIMIT);
  if (place !== "") builder.code(place).text(": ");
  builder.append(draw(message, TEXT_LIMIT));
  if (fix !== undefined) {
    builder.text(`\n   ${ends.fix} `).append(draw(fix, TEXT_LIMIT));
  }
  return builder.build();
}
