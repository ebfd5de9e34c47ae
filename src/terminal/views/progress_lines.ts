/** Draws what a run does now, in a few lines; pure. */
import { unreachable } from "../../core/errors.ts";
import type { Redact } from "../../core/redaction/redact.ts";
import { runningCheck } from "../../core/checks/check_states.ts";
import { doingText, newestAgents, type TurnState } from "../../core/codex/turn_state.ts";
import { currentTurn, type RunState } from "../../core/run/run_state.ts";
import { formatCount, formatDuration } from "../../core/text/duration.ts";
import { plainLine } from "../../core/text/markdown.ts";
import { shortPath } from "../../core/text/file_paths.ts";
import { onOneLine } from "../../core/text/short_text.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import { type Line, span } from "../text/styled_line.ts";
import { checksLine } from "../../texts/check_texts.ts";
import { usedByRun } from "../../texts/goal_texts.ts";
import { waitingText } from "../../texts/run_texts.ts";
import { standingOf, standingText } from "../../texts/standing_text.ts";
import type { Texts } from "../../texts/texts.ts";
import type { ShownRun } from "./view.ts";

export interface ProgressContext {
  readonly texts: Texts;
  /** Masks secrets, before anything is cut: half a secret is not recognized. */
  readonly redact: Redact;
  readonly now: Date;
}

/** Characters; the width of the window cuts the rest. */
const DOING_LIMIT = 400;
const PLAN_LINES = 5;
const AGENT_LINES = 5;
const FILE_LINES = 3;
const STEP_SIGNS = { pending: "○", in_progress: "▸", completed: "✓" } as const;
const INDENT = span("  ");
const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const SPINNER_MS = 250;

export function progressLines(shown: ShownRun, context: ProgressContext): Line[] {
  const { state } = shown;
  const turn = currentTurn(state);
  const oneLine = (text: string): string =>
    onOneLine(withoutControls(context.redact(text)), DOING_LIMIT);
  const lines = {
    oneLine,
    thought: (text: string): string => oneLine(plainLine(context.redact(text))),
  };
  return [
    headLine(shown, context),
    ...goalLines(state, context.texts, oneLine),
    ...checkLines(state, context.texts, oneLine),
    ...(runningCheck(state.checks) === undefined ? doingLines(turn, context.texts, lines) : []),
    ...addedLines(state, context.texts, oneLine),
    ...planLines(turn, oneLine),
    ...agentLines(turn, context.texts, lines),
    ...fileLines(shown, oneLine),
  ];
}

function headLine({ state, stopping }: ShownRun, context: ProgressContext): Line {
  const { texts, now } = context;
  const { startedAt } = state;
  const tokens = state.usage?.totalTokens ?? 0;
  const sign = SPINNER[Math.floor(now.getTime() / SPINNER_MS) % SPINNER.length] ?? "";
  const facts = [
    ...(startedAt === undefined ? [] : [elapsed(startedAt, context)]),
    ...(tokens > 0 ? [texts.run.tokens(formatCount(tokens))] : []),
  ];
  const title = stopping === true ? texts.run.stopping : standingText(standingOf(state), texts);
  return [
    span(`${sign} `, "accent"),
    span(title, "bold"),
    span(facts.map((fact) => ` · ${fact}`).join(""), "dim"),
  ];
}

function elapsed(startedAt: Date, { now, texts }: ProgressContext): string {
  return formatDuration(Math.max(0, now.getTime() - startedAt.getTime()), texts);
}

/** What the goal is, and what was used of its budget. */
function goalLines({ goal }: RunState, texts: Texts, oneLine: (text: string) => string): Line[] {
  if (goal === undefined) return [];
  const used = usedByRun(goal, texts);
  return [
    [INDENT, span(oneLine(goal.objective), "italic")],
    ...(used === undefined ? [] : [[INDENT, span(used, "dim")]]),
  ];
}

type OneLine = (text: string) => string;

interface Lines {
  readonly oneLine: OneLine;
  /** Writes Codex's Markdown without its marks. */
  readonly thought: OneLine;
}

function doingLines({ doing }: TurnState, { run }: Texts, { oneLine, thought }: Lines): Line[] {
  switch (doing?.type) {
    case undefined:
      return [];
    case "command":
      return [[INDENT, span("$ ", "dim"), span(oneLine(doing.command), "code")]];
    case "tool":
      return [[INDENT, span(oneLine(doing.name), "code")]];
    case "thought":
      return [[INDENT, span(thought(doing.text), "italic", "dim")]];
    case "waiting":
      return [[INDENT, span(waitingText(doing.reason, { run }), "warning")]];
    case "retrying":
      return [[INDENT, span(oneLine(run.retrying(doing.message)), "warning")]];
    default:
      return unreachable(doing);
  }
}

/** Draws the program's own checks: those that ended, then the one that runs. */
function checkLines({ checks }: RunState, texts: Texts, oneLine: OneLine): Line[] {
  const ended = checksLine(checks.filter(({ status }) => status !== "running"), texts);
  const running = runningCheck(checks);
  return [
    ...(ended === undefined ? [] : [[INDENT, span(oneLine(ended))]]),
    ...(running === undefined
      ? []
      : [[INDENT, span(`${texts.checks.running}: `, "dim"), span(oneLine(running.name), "code")]]),
  ];
}

function addedLines({ added }: RunState, { run }: Texts, oneLine: OneLine): Line[] {
  return added === undefined ? [] : [[INDENT, span(`+ ${run.added}: ${oneLine(added)}`, "dim")]];
}

/** Draws the steps around the present one. */
function planLines({ plan }: TurnState, oneLine: OneLine): Line[] {
  const current = plan.findIndex(({ status }) => status !== "completed");
  const start = Math.max(0, (current < 0 ? plan.length : current) - 1);
  return plan.slice(start, start + PLAN_LINES).map(({ text, status }) => {
    const tones = status === "completed" ? ["dim"] as const : [];
    return [INDENT, span(`${STEP_SIGNS[status]} ${oneLine(text)}`, ...tones)];
  });
}

function agentLines(
  { agents }: TurnState,
  { activity }: Texts,
  { oneLine, thought }: Lines,
): Line[] {
  return newestAgents(agents, AGENT_LINES).map(({ agent, ended, turn }) => {
    const doing = ended === undefined ? doingText(turn) : undefined;
    const what = doing === undefined
      ? span(activity.agentState[ended ?? "working"], "dim")
      : turn.doing?.type === "thought"
      ? span(thought(doing), "italic")
      : span(oneLine(doing), "code");
    return [INDENT, span(`◦ ${oneLine(agent.name)} `), what];
  });
}

/** A line break in the name of a file would leave rows of the block behind. */
function fileLines({ state: { files }, folder }: ShownRun, oneLine: OneLine): Line[] {
  const paths = [...files.keys()];
  if (paths.length === 0) return [];
  const shown = paths.slice(-FILE_LINES).map((path) => oneLine(shortPath(path, folder)));
  const more = paths.length > FILE_LINES ? `, +${paths.length - FILE_LINES}` : "";
  return [[INDENT, span(`± ${shown.join(", ")}${more}`, "dim")]];
}
