/** Shows the steps of the running request, or of the last one: /log. A chat gets all of them as a file. */
import type { LogEntry, LoggedRun } from "../core/run/run_log.ts";
import { unreachable } from "../core/errors.ts";
import { withoutControls, withVisibleControls } from "../core/text/control_characters.ts";
import { formatDuration } from "../core/text/duration.ts";
import { plainLine } from "../core/text/markdown.ts";
import { shortPath } from "../core/text/file_paths.ts";
import { onOneLine } from "../core/text/short_text.ts";
import { stageName } from "../texts/standing_text.ts";
import type { Texts } from "../texts/texts.ts";
import type { Command, Place } from "./command.ts";
import { pressedRun } from "./queue.ts";
import { EMOJI, lineText, type Reply, ReplyBuilder, type ReplyLine, says } from "./reply.ts";

/** Steps in the message itself. */
const NEWEST = 15;
/** Stages above them. */
const NEWEST_STAGES = 8;
const MESSAGE_LIMIT = 160;
const MOST_FILES = 4;
const FILE_NAME = "log.txt";
/** Shorter than that a duration tells nothing. */
const WORTH_TELLING_MS = 1_000;

type ShownRun = LoggedRun & { readonly running: boolean };

export const log: Command = {
  name: "log",
  where: "everywhere",
  section: "look",
  takes: { oneOf: ["all"] },
  run: ({ records, session, args, texts, place }) => {
    const run = records.runLog(session);
    return run === undefined
      ? says(texts.records.log.none)
      : logReply(run, texts, { whole: args === "all", place });
  },
  /** Reads `l:<run>`, or with a topic behind it; replies below, so that the status stays as it is. */
  actions: {
    l: ({ records, texts, place, ...press }) => {
      const { session, run: id } = pressedRun(press);
      const run = records.runLog(session, id);
      if (run === undefined) return "stale";
      return { reply: { ...logReply(run, texts, { whole: false, place }), silent: true } };
    },
  },
};

/** Draws the log. @param options `whole` adds the file, as a log too long for a message has anyway */
export function logReply(
  run: ShownRun,
  texts: Texts,
  { whole, place }: { readonly whole: boolean; readonly place: Place },
): Reply {
  const { log } = texts.records;
  const lines = new ReplyBuilder().icon("log").bold(log.title)
    .line(run.running ? ` · ${log.stillRunning}` : "").line(run.request, "italic");
  return place === "terminal"
    ? everyStep(lines, run, texts)
    : newestSteps(lines, run, texts, whole);
}

function everyStep(
  lines: ReplyBuilder,
  { log: { entries, dropped } }: ShownRun,
  texts: Texts,
): Reply {
  if (dropped > 0) lines.line(`… ${texts.records.log.notKept(dropped)}`, "dim");
  for (const entry of entries) {
    if (entry.kind !== "stage") lines.text("  ");
    lines.append(entryLine(entry, texts)).line();
  }
  return lines.build();
}

function newestSteps(
  lines: ReplyBuilder,
  run: ShownRun,
  texts: Texts,
  whole: boolean,
): Reply {
  const { entries, dropped } = run.log;
  const steps = entries.filter(({ kind }) => kind !== "stage");
  const long = whole || steps.length > NEWEST || dropped > 0;
  const stages = entries.filter(({ kind }) => kind === "stage").slice(-NEWEST_STAGES);
  for (const stage of stages) lines.append(entryLine(stage, texts)).line();
  const newest = steps.slice(-NEWEST);
  if (long && newest.length > 0) {
    lines.line(texts.records.log.wholeInFile(newest.length, FILE_NAME));
  }
  if (newest.length > 0) lines.folded(withStages(newest, texts));
  if (!long) return lines.build();
  const bytes = new TextEncoder().encode(logFile(run, texts));
  return lines.with({ files: [{ name: FILE_NAME, bytes }] }).build();
}

/** Adds a heading where the stage changes, not on top: a folded quote shows its first lines. */
function withStages(steps: readonly LogEntry[], texts: Texts): ReplyLine[] {
  return steps.flatMap((entry, index) => {
    const former = steps[index - 1];
    const line = entryLine(entry, texts);
    return former === undefined || sameStage(former, entry)
      ? [line]
      : [heading(entry, texts), line];
  });
}

function sameStage(one: LogEntry, other: LogEntry): boolean {
  return one.role === other.role && one.round === other.round;
}

function heading(entry: LogEntry, texts: Texts): ReplyLine {
  return new ReplyBuilder().icon(entry.role).bold(stageName(entry, texts)).spans();
}

function entryLine(entry: LogEntry, texts: Texts): ReplyLine {
  const line = new ReplyBuilder();
  const text = onOneLine(entry.text, MESSAGE_LIMIT);
  if (entry.agent !== undefined) line.icon("agent").text(entry.agent);
  if (entry.agent !== undefined && entry.kind !== "agent") line.text(" ");
  switch (entry.kind) {
    case "stage":
      line.append(heading(entry, texts));
      break;
    case "files":
      line.icon("files").text(shortFiles(entry.text));
      break;
    case "command":
    case "tool":
    case "approval":
      line.icon(entry.kind).code(text);
      break;
    case "agent":
      break;
    case "check":
      // What it printed, below the command, is for the file.
      line.icon("check").code(onOneLine(entry.text.split("\n", 1)[0] ?? "", MESSAGE_LIMIT));
      break;
    case "message":
      line.icon("message").text(onOneLine(plainLine(entry.text), MESSAGE_LIMIT));
      break;
    case "steer":
    case "retry":
    case "warning":
      line.icon(entry.kind).text(text);
      break;
    default:
      unreachable(entry.kind);
  }
  return line.text(facts(entry, texts), "dim").spans();
}

function shortFiles(text: string): string {
  const paths = text.split("\n");
  const shown = paths.slice(0, MOST_FILES).map((path) => shortPath(path, undefined)).join(", ");
  const more = paths.length > MOST_FILES ? ` +${paths.length - MOST_FILES}` : "";
  return onOneLine(shown, MESSAGE_LIMIT) + more;
}

/** Lists how a step ended and how long it took, each behind a dot. */
function facts({ kind, status, exitCode, durationMs = 0 }: LogEntry, texts: Texts): string {
  const { log } = texts.records;
  const silent = status === undefined || (status === "completed" && kind !== "agent");
  return [
    ...(exitCode === undefined ? [] : [log.exitCode(exitCode)]),
    ...(silent || exitCode !== undefined ? [] : [log.status[status]]),
    // How long a person thought about a question is no business of a log.
    ...(durationMs < WORTH_TELLING_MS || kind === "approval"
      ? []
      : [formatDuration(durationMs, texts)]),
  ].map((fact) => ` · ${fact}`).join("");
}

function logFile({ runId, request, log: { entries, dropped } }: LoggedRun, texts: Texts): string {
  const lines = [texts.run.runId(runId), withoutControls(request), ""];
  if (dropped > 0) lines.push(`… ${texts.records.log.notKept(dropped)}`, "");
  for (const entry of entries) lines.push(...fileLines(entry, texts));
  return `${lines.join("\n")}\n`;
}

/** As in `helper: npm test`. Nothing in it steers a terminal that shows the file. */
function agentText({ kind, agent, text }: LogEntry): string {
  const isRun = kind === "command" || kind === "approval" || kind === "check";
  const shown = isRun ? withVisibleControls(text) : withoutControls(text);
  if (agent === undefined) return shown;
  return withoutControls(agent) + (kind === "agent" ? "" : `: ${shown}`);
}

function fileLines(entry: LogEntry, texts: Texts): string[] {
  const time = `${entry.at.slice(0, 19).replace("T", " ")}Z`;
  const end = facts(entry, texts);
  if (entry.kind === "stage") {
    const stage = `== ${time}  ${lineText(heading(entry, texts))}${end}`;
    return ["", stage, ...(entry.text === "" ? [] : [withoutControls(entry.text)])];
  }
  const [first = "", ...more] = agentText(entry).split("\n");
  const indent = " ".repeat(time.length + 2);
  const sign = entry.kind === "command" ? "$" : EMOJI[entry.kind];
  return [`${time}  ${sign} ${first}${more.length === 0 ? end : ""}`]
    .concat(more.map((line, index) => indent + line + (index === more.length - 1 ? end : "")));
}
