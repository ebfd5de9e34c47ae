/** The one status message of a run, drawn from what is known of it; pure. */
import type { Redact } from "../../core/redaction/redact.ts";
import type { RunOutcome } from "../../core/run/events.ts";
import type { ConfirmationReason } from "../../core/run/run.ts";
import { endFacts } from "../../texts/run_texts.ts";
import { formatDuration } from "../../core/text/duration.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Texts } from "../../texts/texts.ts";
import type { Progress } from "../../core/run/run_progress.ts";
import { lastPart, onOneLine } from "../../core/text/short_text.ts";

/** Characters of a command or a thought: a status message is looked at, not read. */
const DOING_LIMIT = 160;
const PLAN_LINES = 4;
const FILE_LINES = 3;

export const ROLE_SIGNS = {
  selector: "🧭",
  planner: "📝",
  developer: "🛠",
  reviewer: "🔎",
} as const;
const STEP_SIGNS = { pending: "▫️", in_progress: "▶️", completed: "☑️" } as const;

export interface DrawingFacts {
  /** When the run began to work; absent before that. */
  readonly startedAt?: Date;
  /** Milliseconds since then. */
  readonly elapsedMs: number;
  /** For typing, see `shortRunId`. */
  readonly shortId: string;
  /** Masks secrets, before anything is cut: half a secret is not recognized. */
  readonly redact: Redact;
}

export function drawProgress(
  progress: Progress,
  texts: Texts,
  { startedAt, elapsedMs, shortId, redact }: DrawingFacts,
): FormattedText {
  if (progress.state === "finished" && progress.outcome !== undefined) {
    return drawEnd(progress, progress.outcome, texts);
  }
  if (progress.offer !== undefined && progress.state === "offered") {
    return drawOffer(progress.offer, texts, shortId);
  }
  if (progress.state === "suspended") {
    return new TextBuilder().text("⏸ ").text(texts.run.suspended).build();
  }
  if (progress.state === "queued") {
    return new TextBuilder().text("⏳ ").text(texts.run.queued(progress.position)).build();
  }
  const builder = new TextBuilder();
  if (progress.continued) builder.text("🔁 ").line(texts.run.continued);
  drawStage(builder, progress, texts);
  const oneLine = (text: string): string => onOneLine(redact(text), DOING_LIMIT);
  drawDoing(builder, progress, texts, oneLine);
  if (progress.added !== undefined) builder.text(`\n✍️ ${oneLine(progress.added)}`);
  drawPlan(builder, progress, oneLine);
  drawFiles(builder, progress);
  if (startedAt !== undefined) {
    builder.text("\n⏱ ").relativeTime(startedAt, formatDuration(elapsedMs, texts));
  }
  return builder.build();
}

function drawOffer(offer: ConfirmationReason, { run }: Texts, shortId: string): FormattedText {
  return offer.type === "interrupted"
    ? new TextBuilder().text("⚠️ ").bold(run.interrupted).text(`\n${run.interruptedMore}\n`)
      .sentence(run.typed(shortId)).build()
    : new TextBuilder().text("⏰ ").bold(run.old).text(`\n${run.oldMore}\n`)
      .sentence(run.typed(shortId)).build();
}

function drawStage(builder: TextBuilder, { stage }: Progress, texts: Texts): void {
  if (stage === undefined) {
    builder.text("⏳ ").bold(texts.run.starting);
    return;
  }
  builder.text(`${ROLE_SIGNS[stage.role]} `).bold(texts.run.role[stage.role]);
  if (stage.round > 0) builder.text(` · ${texts.run.round(stage.round)}`);
}

type OneLine = (text: string) => string;

function drawDoing(
  builder: TextBuilder,
  progress: Progress,
  texts: Texts,
  oneLine: OneLine,
): void {
  if (progress.openApprovals > 0) {
    builder.text("\n✋ ").bold(texts.run.waitingForApproval);
    return;
  }
  const { doing } = progress;
  switch (doing?.type) {
    case "command":
      builder.text("\n").code(oneLine(doing.command));
      break;
    case "tool":
      builder.text("\n🔧 ").code(oneLine(doing.name));
      break;
    case "thought":
      builder.text("\n").italic(oneLine(doing.text));
      break;
    case "retrying":
      builder.text(`\n🔁 ${oneLine(texts.run.retrying(doing.message))}`);
  }
}

/** The steps around the one at work: what was before is done, what is far ahead can wait. */
function drawPlan(builder: TextBuilder, { plan }: Progress, oneLine: OneLine): void {
  const current = plan.findIndex(({ status }) => status !== "completed");
  const start = Math.max(0, (current < 0 ? plan.length : current) - 1);
  for (const { text, status } of plan.slice(start, start + PLAN_LINES)) {
    builder.text(`\n${STEP_SIGNS[status]} ${oneLine(text)}`);
  }
}

function drawFiles(builder: TextBuilder, { files }: Progress): void {
  const paths = [...files.keys()];
  for (const path of paths.slice(-FILE_LINES)) builder.text("\n✏️ ").code(lastPart(path));
  if (paths.length > FILE_LINES) builder.text(` +${paths.length - FILE_LINES}`);
}

function drawEnd(progress: Progress, outcome: RunOutcome, texts: Texts): FormattedText {
  const { run } = texts;
  const [sign, word] = {
    answered: [isApproved(outcome) ? "✅" : "⚠️", run.done],
    cancelled: ["⏹", run.cancelled],
    failed: ["❌", run.failed],
  }[outcome.status];
  const facts = endFacts(progress, outcome, texts);
  return new TextBuilder().text(`${sign} `).bold(word ?? "")
    .text(facts.map((fact) => ` · ${fact}`).join("")).build();
}

/** What was not reviewed at all is what was asked for, too. */
function isApproved({ answer }: RunOutcome): boolean {
  return answer?.review === undefined || answer.review.result === "approved";
}
