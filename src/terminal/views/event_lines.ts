/** What of a run is left on the screen for good; pure. */
import type { Redact } from "../../core/redaction/redact.ts";
import type { ApprovalRequest } from "../../core/codex/codex.ts";
import type { RunEvent, RunOutcome } from "../../core/run/events.ts";
import { promptLine, shortRunId } from "../../core/run/run.ts";
import { onOneLine } from "../../core/text/short_text.ts";
import { withVisibleControls } from "../../core/text/control_characters.ts";
import { markdownLines } from "../text/markdown.ts";
import { type Line, span } from "../text/styled_line.ts";
import { wrapped } from "../text/wrap.ts";
import type { Texts } from "../../texts/terminal_texts.ts";
import { answerMarkdown, headingLines, resultLine } from "./outcome_lines.ts";
import type { ShownRun } from "./shown_run.ts";
import type { QuestionEnd } from "./view.ts";

interface Context {
  readonly texts: Texts;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
}

const SUBJECT_LIMIT = 60;

/** What the person has to know of an event that is not the end; most need nothing. */
export function newsLines({ run }: ShownRun, event: RunEvent, context: Context): Line[] {
  const { texts, redact } = context;
  switch (event.type) {
    case "run.queued":
      return [[
        span(`… ${texts.run.queued(event.position)}: `, "dim"),
        span(withVisibleControls(promptLine(run, redact)), "dim"),
      ]];
    case "run.offered": {
      const { interrupted, old, typed } = texts.run;
      return [
        [span(`! ${withVisibleControls(promptLine(run, redact))}`, "warning")],
        [span(`  ${event.reason.type === "interrupted" ? interrupted : old}`)],
        [span(`  ${typed(shortRunId(run.id))}`)],
      ];
    }
    case "run.continued":
      return [[span(`… ${texts.run.continued}`, "dim")]];
    case "run.suspended":
      return [[span(`… ${texts.run.suspended}`, "dim")]];
    default:
      return [];
  }
}

/** The answer as a person reads it, and one line of facts below it. */
export function finishedLines(
  { state }: ShownRun,
  outcome: RunOutcome,
  context: Context & { readonly columns: number; readonly echo: () => boolean },
): Line[] {
  const { texts, redact, columns, echo } = context;
  const markdown = redact(answerMarkdown(outcome, texts));
  const heading = headingLines(outcome, texts).flatMap((line) => wrapped(line, columns));
  const warning = echo() && markdown !== ""
    ? wrapped([span(`! ${texts.run.echo}`, "warning")], columns)
    : [];
  const parts = [warning, heading, answerLines(markdown, columns)];
  const spaced = parts.filter((lines) => lines.length > 0).flatMap((lines) => [[], ...lines]);
  return [...spaced, ...(spaced.length > 0 ? [[]] : []), resultLine(state, outcome, texts)];
}

export function answerLines(markdown: string, columns: number): Line[] {
  return markdown === "" ? [] : markdownLines(markdown, columns);
}

export function settledLines(
  request: ApprovalRequest,
  end: QuestionEnd,
  { approvals }: Texts,
): Line[] {
  const subject = request.command ?? request.changes?.map(({ path }) => path).join(", ") ??
    request.permissions ?? "";
  const words = {
    ...approvals.decided,
    "timed-out": approvals.timedOut,
    nobody: approvals.nobody,
    void: approvals.noLongerNeeded,
  }[end];
  const allowed = end === "accept" || end === "accept-for-session";
  return [[
    span(`${allowed ? "✓" : "✗"} ${words}`, allowed ? "good" : "warning"),
    span(`: ${withVisibleControls(onOneLine(subject, SUBJECT_LIMIT))}`, "dim"),
  ]];
}
