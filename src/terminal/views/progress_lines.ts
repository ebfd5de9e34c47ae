/** What a run does now, in a few lines; pure. */
import type { Redact } from "../../core/redaction/redact.ts";
import type { Progress } from "../../core/run/run_progress.ts";
import { formatCount, formatDuration } from "../../core/text/duration.ts";
import { lastPart, onOneLine } from "../../core/text/short_text.ts";
import { withoutControls } from "../../core/text/without_controls.ts";
import { type Line, type Span, span } from "../text/styled_line.ts";
import type { Texts } from "../../texts/terminal_texts.ts";
import type { ShownRun } from "./shown_run.ts";

export interface ProgressContext {
  readonly texts: Texts;
  /** Masks secrets, before anything is cut: half a secret is not recognized. */
  readonly redact: Redact;
  /** Monotonic milliseconds. */
  readonly now: number;
}

/** Longer ones are cut by the width of the window anyway. */
const DOING_LIMIT = 400;
const PLAN_LINES = 5;
const FILE_LINES = 3;
const STEP_SIGNS = { pending: "○", in_progress: "▸", completed: "✓" } as const;
const INDENT = span("  ");
const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const SPINNER_MS = 250;

export function progressLines(shown: ShownRun, context: ProgressContext): Line[] {
  const { progress } = shown;
  const oneLine = (text: string): string =>
    onOneLine(withoutControls(context.redact(text)), DOING_LIMIT);
  return [
    headLine(shown, context),
    ...doingLines(progress, context.texts, oneLine),
    ...planLines(progress, oneLine),
    ...fileLines(progress),
  ];
}

/** As in `Developing · round 1`. */
export function stageText({ stage }: Progress, { run }: Texts): string {
  if (stage === undefined) return run.starting;
  const round = stage.round > 0 ? ` · ${run.round(stage.round)}` : "";
  return `${run.role[stage.role]}${round}`;
}

function headLine({ progress, startedAt, stopping }: ShownRun, context: ProgressContext): Line {
  const { texts, now } = context;
  const sign = SPINNER[Math.floor(now / SPINNER_MS) % SPINNER.length] ?? "";
  const facts = [
    ...(startedAt === undefined ? [] : [formatDuration(now - startedAt, texts)]),
    ...(progress.tokens > 0 ? [texts.run.tokens(formatCount(progress.tokens))] : []),
  ];
  const title = stopping === true ? texts.run.stopping : stageText(progress, texts);
  return [
    span(`${sign} `, "accent"),
    span(title, "bold"),
    span(facts.map((fact) => ` · ${fact}`).join(""), "dim"),
  ];
}

type OneLine = (text: string) => string;

function doingLines(progress: Progress, { run }: Texts, oneLine: OneLine): Line[] {
  const { doing, added } = progress;
  const lines: Span[][] = [];
  if (doing?.type === "command") {
    lines.push([INDENT, span("$ ", "dim"), span(oneLine(doing.command), "code")]);
  } else if (doing?.type === "tool") lines.push([INDENT, span(oneLine(doing.name), "code")]);
  else if (doing?.type === "thought") {
    lines.push([INDENT, span(oneLine(doing.text), "italic", "dim")]);
  } else if (doing?.type === "retrying") {
    lines.push([INDENT, span(oneLine(run.retrying(doing.message)), "warning")]);
  }
  if (added !== undefined) lines.push([INDENT, span(`+ ${run.added}: ${oneLine(added)}`, "dim")]);
  return lines;
}

/** The steps around the one at work: what was before is done, what is far ahead can wait. */
function planLines({ plan }: Progress, oneLine: OneLine): Line[] {
  const current = plan.findIndex(({ status }) => status !== "completed");
  const start = Math.max(0, (current < 0 ? plan.length : current) - 1);
  return plan.slice(start, start + PLAN_LINES).map(({ text, status }) => {
    const tones = status === "completed" ? ["dim"] as const : [];
    return [INDENT, span(`${STEP_SIGNS[status]} ${oneLine(text)}`, ...tones)];
  });
}

function fileLines({ files }: Progress): Line[] {
  const paths = [...files.keys()];
  if (paths.length === 0) return [];
  const shown = paths.slice(-FILE_LINES).map((path) => withoutControls(lastPart(path)));
  const more = paths.length > FILE_LINES ? `, +${paths.length - FILE_LINES}` : "";
  return [[INDENT, span(`± ${shown.join(", ")}${more}`, "dim")]];
}
