/** The steps of a run: the newest ones as a message, all of them as a file; pure. */
import type { LogEntry, LoggedRun } from "../../core/run/run_log.ts";
import { formatDuration } from "../../core/text/duration.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Reply } from "../replies.ts";
import type { Texts } from "../../texts/texts.ts";
import { ROLE_SIGNS } from "./status_message.ts";
import { lastPart, onOneLine } from "../../core/text/short_text.ts";

/** Steps in the message itself. */
const NEWEST = 15;
/** Stages above them. */
const NEWEST_STAGES = 8;
const MESSAGE_LIMIT = 160;
const MOST_FILES = 4;
const FILE_NAME = "log.txt";
/** Shorter than that a duration tells nothing. */
const WORTH_TELLING_MS = 1_000;

const SIGNS = {
  stage: "",
  command: "$",
  files: "✏️",
  tool: "🔧",
  message: "💬",
  approval: "✋",
  steer: "↪️",
  retry: "🔁",
  warning: "⚠️",
} as const;

/** @param whole adds the file, which a log that is too long for the message has anyway */
export function logReply(
  run: LoggedRun & { readonly running: boolean },
  texts: Texts,
  { whole }: { readonly whole: boolean },
): Reply {
  const { entries, dropped } = run.log;
  const steps = entries.filter(({ kind }) => kind !== "stage");
  const long = whole || steps.length > NEWEST || dropped > 0;
  const builder = new TextBuilder().text("📜 ").bold(texts.records.logTitle);
  builder.line(run.running ? ` · ${texts.records.stillRunning}` : "");
  builder.italic(run.request).line();
  const stages = entries.filter(({ kind }) => kind === "stage").slice(-NEWEST_STAGES);
  for (const stage of stages) builder.append(drawEntry(stage, texts)).line();
  if (long) builder.line(texts.records.wholeLogInFile(Math.min(NEWEST, steps.length), FILE_NAME));
  if (steps.length > 0) builder.expandableQuote(tail(entries, texts));
  if (!long) return builder.build();
  const bytes = new TextEncoder().encode(logFile(run, texts));
  return { ...builder.build(), document: { fileName: FILE_NAME, bytes } };
}

function tail(entries: readonly LogEntry[], texts: Texts): FormattedText {
  const steps = entries.filter(({ kind }) => kind !== "stage").slice(-NEWEST);
  const builder = new TextBuilder();
  steps.forEach((entry, index) => {
    const former = steps[index - 1];
    if (index > 0) builder.line();
    // The first three lines of the quote are seen before it is opened: no heading on top of them.
    if (former !== undefined && !sameStage(former, entry)) {
      builder.bold(stageName(entry, texts)).line();
    }
    builder.append(drawEntry(entry, texts));
  });
  return builder.build();
}

function sameStage(one: LogEntry, other: LogEntry): boolean {
  return one.role === other.role && one.round === other.round;
}

function stageName({ role, round }: LogEntry, { run }: Texts): string {
  const rounds = round > 0 ? ` · ${run.round(round)}` : "";
  return `${ROLE_SIGNS[role]} ${run.role[role]}${rounds}`;
}

function drawEntry(entry: LogEntry, texts: Texts): FormattedText {
  const builder = new TextBuilder();
  const text = onOneLine(entry.text, MESSAGE_LIMIT);
  switch (entry.kind) {
    case "stage":
      builder.bold(stageName(entry, texts));
      break;
    case "command":
      builder.code(text);
      break;
    case "files":
      builder.text(`${SIGNS.files} ${shortFiles(entry.text)}`);
      break;
    case "tool":
    case "approval":
      builder.text(`${SIGNS[entry.kind]} `).code(text);
      break;
    case "message":
    case "steer":
    case "retry":
    case "warning":
      builder.text(`${SIGNS[entry.kind]} ${text}`);
  }
  return builder.text(facts(entry, texts)).build();
}

function shortFiles(text: string): string {
  const paths = text.split("\n");
  const shown = paths.slice(0, MOST_FILES).map(lastPart).join(", ");
  const more = paths.length > MOST_FILES ? ` +${paths.length - MOST_FILES}` : "";
  return onOneLine(shown, MESSAGE_LIMIT) + more;
}

/** How it ended and how long it took, each behind a dot. */
function facts({ kind, status, exitCode, durationMs = 0 }: LogEntry, texts: Texts): string {
  const { records } = texts;
  const silent = status === undefined || status === "completed";
  return [
    ...(exitCode === undefined ? [] : [records.exitCode(exitCode)]),
    ...(silent || exitCode !== undefined ? [] : [records.status[status]]),
    // How long a person thought about a question is no business of a log.
    ...(durationMs < WORTH_TELLING_MS || kind === "approval"
      ? []
      : [formatDuration(durationMs, texts)]),
  ].map((fact) => ` · ${fact}`).join("");
}

function logFile({ runId, request, log: { entries, dropped } }: LoggedRun, texts: Texts): string {
  const lines = [texts.run.runId(runId), request, ""];
  if (dropped > 0) lines.push(`… ${texts.records.stepsGivenUp(dropped)}`, "");
  for (const entry of entries) lines.push(...fileLines(entry, texts));
  return `${lines.join("\n")}\n`;
}

function fileLines(entry: LogEntry, texts: Texts): string[] {
  const time = `${entry.at.slice(0, 19).replace("T", " ")}Z`;
  const end = facts(entry, texts);
  if (entry.kind === "stage") {
    const heading = `== ${time}  ${stageName(entry, texts)}${end}`;
    return ["", heading, ...(entry.text === "" ? [] : [entry.text])];
  }
  const [first = "", ...more] = entry.text.split("\n");
  const indent = " ".repeat(time.length + 2);
  return [`${time}  ${SIGNS[entry.kind]} ${first}${more.length === 0 ? end : ""}`]
    .concat(more.map((line, index) => indent + line + (index === more.length - 1 ? end : "")));
}
