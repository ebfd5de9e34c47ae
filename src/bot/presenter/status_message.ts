/** Draws the status message of a run from its state: text and buttons; and knows where it goes. */
import type { HeldUntil } from "../../core/run/queue_holds.ts";
import { endedGoalChoices } from "../../commands/goal.ts";
import { runAction } from "../../commands/queue.ts";
import { retryChoice } from "../../commands/remedies.ts";
import { EMOJI } from "../../commands/reply.ts";
import { checksVerdict, runningCheck } from "../../core/checks/check_states.ts";
import { doingText, newestAgents, type TurnState } from "../../core/codex/turn_state.ts";
import { unreachable } from "../../core/errors.ts";
import type { Redact } from "../../core/redaction/redact.ts";
import type { RunOutcome } from "../../core/run/events.ts";
import { awaitsGo } from "../../core/run/plan_state.ts";
import type { Run } from "../../core/run/run.ts";
import { runEnd } from "../../core/run/run_end.ts";
import { currentStage, currentTurn, type RunState } from "../../core/run/run_state.ts";
import { formatDuration } from "../../core/text/duration.ts";
import { plainLine } from "../../core/text/markdown.ts";
import { shortPath } from "../../core/text/file_paths.ts";
import { localTime } from "../../core/text/local_time.ts";
import { onOneLine } from "../../core/text/short_text.ts";
import { wayOf } from "../../core/run/run_progress.ts";
import { folderWaitText, mixedText } from "../../texts/folder_texts.ts";
import { checksLine } from "../../texts/check_texts.ts";
import { newsTexts } from "../../texts/news_texts.ts";
import { endFacts, endLine } from "../../texts/end_texts.ts";
import { oldText, waitingText } from "../../texts/run_texts.ts";
import { standingOf, standingText, wayText } from "../../texts/standing_text.ts";
import { goalEndText } from "../../texts/goal_texts.ts";
import type { Texts } from "../../texts/texts.ts";
import { runTroubleText } from "../../texts/trouble_texts.ts";
import type { Button, Buttons, Destination } from "../outbox/outgoing.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import { buttonsOf } from "../render/reply.ts";
import { TextBuilder } from "../render/text_builder.ts";
import { confirmationLabels, drawGoal, drawGoalQuestion, drawObjective } from "./goal_status.ts";

/** Characters of a command or a thought. */
const DOING_LIMIT = 160;
const FILE_LIMIT = 80;
const WHY_LIMIT = 240;
const PLAN_LINES = 4;
const AGENT_LINES = 4;
const AGENT_LIMIT = 40;
const FILE_LINES = 3;
/** All of them are below the answer. */
const NEWS_LINES = 2;

/** Shorter than that a duration tells nothing. */
const WORTH_TELLING_MS = 1_000;

const STEP_SIGNS = { pending: "▫️", in_progress: "▶️", completed: "☑️" } as const;

interface DrawingFacts {
  /** Absent = drawn without the time that the run takes. */
  readonly now?: Date;
  /** For typing, see `shortRunId`. */
  readonly shortId: string;
  /** Masks secrets, before anything is cut: half a secret is not recognized. */
  readonly redact: Redact;
  /** In which the run works; absent = files are shown by the end of their paths. */
  readonly folder?: string;
}

export function drawStatus(state: RunState, texts: Texts, facts: DrawingFacts): FormattedText {
  switch (state.status) {
    case "awaiting-confirmation":
      return drawConfirmation(state, texts, facts);
    case "queued":
      return drawQueued(state, texts, facts.redact);
    case "starting":
    case "working":
      return drawWork(state, texts, facts);
    case "suspended":
      return new TextBuilder().text("⏸ ").text(texts.run.suspended).build();
    case "finished":
      return drawEnd(state, texts, facts);
    default:
      return unreachable(state.status);
  }
}

/** Draws the place in the queue, and how the usage limit holds it. */
function drawQueued(
  { position, held, folderWait, goal, stages, behindGoal }: RunState,
  texts: Texts,
  redact: Redact,
): FormattedText {
  const builder = new TextBuilder();
  if (goal !== undefined && stages.length > 0) {
    builder.text("⏸ ").bold(texts.goals.givesWay).line();
    drawObjective(builder, goal, redact);
    builder.line();
  }
  if (held !== undefined) {
    builder.text("⏸ ");
    addHeld(builder, held, texts);
    if (held.until === undefined) builder.text(` ${texts.run.resumeWhenOver}`);
    if (position > 0) builder.line();
  }
  if (folderWait !== undefined) {
    builder.text("⏳ ").bold(folderWaitText(folderWait, texts, redact)).text(".");
    if (folderWait.needsDecision) builder.text(` ${texts.folders.needsDecision}`);
    return builder.text(`\n${texts.folders.explain}`).build();
  }
  // The first of a held queue has no place, and begins in a moment when the queue goes on.
  if (position > 0) builder.text("⏳ ").text(texts.run.queued(position));
  else if (held === undefined) builder.text("⏳ ").bold(texts.run.starting);
  if (behindGoal) builder.text(` · ${texts.goals.passes}`);
  return builder.build();
}

/** Adds that the queue is held, with the time by the reader's own clock. */
export function addHeld(
  builder: TextBuilder,
  { until }: HeldUntil,
  { run: { held, heldOpen } }: Texts,
): void {
  if (until === undefined) return void builder.text(heldOpen);
  const time = new Date(until);
  builder.text(held.before).dayAndTime(time, localTime(time)).text(held.after);
}

function drawWork(
  state: RunState,
  texts: Texts,
  { now, redact, folder }: DrawingFacts,
): FormattedText {
  const builder = new TextBuilder();
  const turn = currentTurn(state);
  const oneLine = (text: string): string => onOneLine(redact(text), DOING_LIMIT);
  const lines = { oneLine, thought: (text: string): string => oneLine(plainLine(redact(text))) };
  if (state.continued) builder.text("🔁 ").line(texts.run.continued);
  drawStage(builder, state, texts);
  if (state.goal !== undefined) drawGoal(builder, state.goal, texts, redact);
  if (!drawCheck(builder, state, texts, oneLine)) drawDoing(builder, turn, texts, lines);
  if (state.added !== undefined) builder.text(`\n✍️ ${oneLine(state.added)}`);
  drawPlan(builder, turn, oneLine);
  drawAgents(builder, turn, texts, lines);
  const news = { texts, redact, ...(now === undefined ? {} : { now }) };
  for (const line of newsTexts(state.news.slice(-NEWS_LINES), news)) {
    builder.text("\nℹ️ ").sentence(line);
  }
  drawFiles(builder, state, folder, (path) => onOneLine(redact(path), FILE_LIMIT));
  // As text: clients would make "16 seconds ago" of a time that they keep current.
  const elapsedMs = (now?.getTime() ?? 0) - (state.startedAt?.getTime() ?? 0);
  if (state.startedAt !== undefined && elapsedMs >= WORTH_TELLING_MS) {
    builder.text(`\n⏱ ${formatDuration(elapsedMs, texts)}`);
  }
  return builder.build();
}

function drawConfirmation(
  state: RunState,
  texts: Texts,
  facts: DrawingFacts,
): FormattedText {
  const { confirmation, goal } = state;
  const { run } = texts;
  if (goal !== undefined) return drawGoalQuestion(confirmation, goal, texts, facts);
  const typed = run.typed(facts.shortId);
  if (confirmation?.type === "interrupted") {
    return new TextBuilder().text("⚠️ ").bold(run.interrupted).text(`\n${run.interruptedMore}\n`)
      .sentence(typed).build();
  }
  return new TextBuilder().text("⏰ ").bold(oldText(confirmation, texts)).text("\n").sentence(typed)
    .build();
}

function drawStage(builder: TextBuilder, state: RunState, texts: Texts): void {
  if (awaitsGo(state)) return void builder.text("✋ ").bold(texts.plans.waiting);
  const stage = currentStage(state);
  if (stage === undefined && state.task === "checks") {
    builder.text(`${EMOJI.check} `).bold(standingText(standingOf(state), texts));
    return;
  }
  if (stage === undefined) {
    builder.text("⏳ ").bold(texts.run.starting);
    return;
  }
  const sign = state.goal === undefined ? EMOJI[stage.role] : "🎯";
  builder.text(`${sign} `).bold(standingText(standingOf(state), texts));
}

type OneLine = (text: string) => string;

interface Lines {
  readonly oneLine: OneLine;
  /** Writes Codex's Markdown without its marks. */
  readonly thought: OneLine;
}

function drawDoing(
  builder: TextBuilder,
  { doing, approvals }: TurnState,
  texts: Texts,
  { oneLine, thought }: Lines,
): void {
  if (approvals.length > 0) {
    builder.text("\n✋ ").bold(texts.run.waitingForApproval);
    return;
  }
  switch (doing?.type) {
    case "command":
      builder.text("\n").code(oneLine(doing.command));
      break;
    case "tool":
      builder.text("\n🔧 ").code(oneLine(doing.name));
      break;
    case "thought":
      builder.text("\n").written(thought(doing.text), { type: "italic" });
      break;
    case "waiting":
      builder.text(`\n🔌 ${waitingText(doing.reason, texts)}`);
      break;
    case "retrying":
      builder.text(`\n🔁 ${oneLine(texts.run.retrying(doing.message))}`);
  }
}

/** Draws the program's own checks. @returns whether one runs now */
function drawCheck(
  builder: TextBuilder,
  { checks }: RunState,
  texts: Texts,
  oneLine: OneLine,
): boolean {
  const running = runningCheck(checks);
  const line = checksLine(checks.filter(({ status }) => status !== "running"), texts);
  if (line !== undefined) builder.text(`\n${EMOJI.check} ${oneLine(line)}`);
  if (running === undefined) return false;
  builder.text(`\n▶️ ${texts.checks.running}: `).bold(oneLine(running.name));
  if (running.name !== running.command) builder.text(" ").code(oneLine(running.command));
  return true;
}

/** Draws the steps around the present one. */
function drawPlan(builder: TextBuilder, { plan }: TurnState, oneLine: OneLine): void {
  const current = plan.findIndex(({ status }) => status !== "completed");
  const start = Math.max(0, (current < 0 ? plan.length : current) - 1);
  for (const { text, status } of plan.slice(start, start + PLAN_LINES)) {
    builder.text(`\n${STEP_SIGNS[status]} `).written(oneLine(text));
  }
}

/** Draws a line for each sub-agent: those at work, then those that ended last. */
function drawAgents(
  builder: TextBuilder,
  { agents }: TurnState,
  { activity }: Texts,
  { oneLine, thought }: Lines,
): void {
  const shown = newestAgents(agents, AGENT_LINES);
  for (const { agent, ended, turn } of shown) {
    const name = onOneLine(agent.name, AGENT_LIMIT);
    builder.text(`\n${EMOJI.agent} `).bold(name).text(" · ");
    const doing = ended === undefined ? doingText(turn) : undefined;
    if (doing !== undefined && turn.doing?.type === "thought") {
      builder.written(thought(doing), { type: "italic" });
    } else if (doing !== undefined) builder.code(oneLine(doing));
    else builder.text(activity.agentState[ended ?? "working"]);
  }
  if (agents.length > shown.length) builder.text(` +${agents.length - shown.length}`);
}

/** @param folder in which the run works, as far as that is known */
function drawFiles(
  builder: TextBuilder,
  { files }: RunState,
  folder: string | undefined,
  oneLine: OneLine,
): void {
  const paths = [...files.keys()];
  for (const path of paths.slice(-FILE_LINES)) {
    builder.text("\n✏️ ").code(oneLine(shortPath(path, folder)));
  }
  if (paths.length > FILE_LINES) builder.text(` +${paths.length - FILE_LINES}`);
}

function drawEnd(state: RunState, texts: Texts, { redact }: DrawingFacts): FormattedText {
  const { outcome = { status: "cancelled" } } = state;
  const { status } = outcome;
  const goal = goalEndText(outcome, state, texts);
  const { sign, word } = goal ?? endLine(runEnd(outcome, state), texts);
  const builder = new TextBuilder().text(`${sign} `).bold(word)
    .text(endFacts(state, texts).map((fact) => ` · ${fact}`).join(""));
  const ran = checksLine(state.checks, texts);
  // Their names matter where one of them fails.
  if (ran !== undefined && checksVerdict(state.checks) !== "passed") {
    builder.text(`\n${EMOJI.check} ${onOneLine(redact(ran), DOING_LIMIT)}`);
  }
  if (status !== "answered" && goal?.next !== undefined) {
    builder.text("\n").sentence(goal.next);
  }
  // Above an answer it is said there.
  if (state.outcome?.answer === undefined) {
    const mixed = mixedText(state, texts, redact);
    if (mixed !== undefined) builder.text("\n🔀 ").sentence(mixed);
  }
  if (state.outcome?.status === "failed") drawFailure(builder, state, state.outcome, texts, redact);
  return builder.build();
}

/** Draws where it failed, and why in one line; the answer below has all of it. */
function drawFailure(
  builder: TextBuilder,
  { progress, ...run }: RunState,
  { trouble }: RunOutcome & { readonly status: "failed" },
  texts: Texts,
  redact: Redact,
): void {
  const way = wayOf(progress);
  if (way !== undefined) builder.text(`\n${wayText(way, texts)}`);
  const why = runTroubleText(trouble, run, texts);
  if (why.trim() !== "") builder.text("\n").sentence(onOneLine(redact(why), WHY_LIMIT));
}

/** Draws what Codex told beside the work, for below the answer; undefined where there is nothing. */
export function drawNews(
  { news }: Pick<RunState, "news">,
  texts: Texts,
  facts: Required<Pick<DrawingFacts, "now" | "redact">>,
): FormattedText | undefined {
  if (news.length === 0) return undefined;
  const builder = new TextBuilder();
  for (const [index, line] of newsTexts(news, { texts, ...facts }).entries()) {
    builder.text(index === 0 ? "ℹ️ " : "\nℹ️ ").sentence(line);
  }
  return builder.build();
}

/** Draws the end of a run whose answer Telegram does not take. */
export function drawUndelivered(state: RunState, texts: Texts): FormattedText {
  return new TextBuilder().text("⚠️ ").sentence(texts.run.notDelivered)
    .text(endFacts(state, texts).map((fact) => ` · ${fact}`).join("")).build();
}

/** The buttons under the status message: what can be done now, and what leads on from its end. */
export function statusButtons(
  state: RunState,
  shown: Pick<Run, "id" | "session" | "goal">,
  { run, records, goals, folders }: Pick<Texts, "run" | "records" | "goals" | "folders">,
): Buttons {
  const cancel: Button = { label: run.cancel, data: runAction("s", shown) };
  const log: Button = { label: records.log.button, data: runAction("l", shown) };
  switch (state.status) {
    case "awaiting-confirmation": {
      const [goOn, drop] = confirmationLabels(state, { run, goals });
      return [[
        { label: goOn, data: runAction("r", shown, ":c"), style: "success" },
        { label: drop, data: runAction("r", shown, ":d") },
      ]];
    }
    case "suspended":
      return [];
    case "queued": {
      if (state.folderWait !== undefined) {
        const beside: Button = { label: folders.beside, data: runAction("beside", shown) };
        return [[beside, cancel]];
      }
      if (state.held === undefined) return [[cancel]];
      const resume: Button = { label: run.resumeNow, data: runAction("held", shown) };
      return [[resume, { ...cancel, label: run.drop }]];
    }
    case "finished": {
      // What was dropped while it waited did nothing that could be looked at.
      if (state.latencyMs === 0 && state.stages.length === 0) return [];
      const diff: Button = { label: records.diff.button, data: runAction("diff", shown) };
      const changed = state.files.size > 0 || state.lines !== undefined;
      const undo: Button = { label: records.undo.button, data: runAction("undo", shown) };
      // An answer has them below it.
      const looks = state.outcome?.answer === undefined;
      const recorded = state.workspace?.type === "recorded" && state.workspace.totals.files > 0;
      const { outcome } = state;
      const retry = outcome === undefined ? [] : retryChoice(outcome, shown, { run });
      const resume = outcome === undefined ? [] : endedGoalChoices(outcome, state.goal, { goals });
      return [
        [
          ...(changed && looks ? [diff] : []),
          ...(recorded && looks ? [undo] : []),
          log,
          ...buttonsOf([retry]).flat(),
        ],
        ...(resume.length === 0 ? [] : buttonsOf([resume])),
      ];
    }
    case "starting":
    case "working": {
      const threadId = state.goal?.goal?.threadId;
      if (threadId === undefined) return [[cancel, log]];
      const pause: Button = { label: goals.buttons.pause, data: `goal:pause:${threadId}` };
      return [[pause, { ...cancel, label: goals.buttons.stop }, log]];
    }
    default:
      return unreachable(state.status);
  }
}

/** Stores which message of a chat shows which run, across restarts. */
export interface StatusMessages {
  /** @returns the id of the run's status message; undefined when none is known */
  find(runId: string): number | undefined;
  /** @returns the run that this message shows, or that Codex said it in; never throws */
  runOf(chatId: number, messageId: number): string | undefined;
  /** Never throws: a forgotten status message is replaced by another one. */
  remember(runId: string, messageId: number): void;
}

/** Where everything about a run goes: to its chat and topic, as a reply to its request. */
export function destinationOf({ origin }: Run): Destination {
  const { chatId, messageId, topicId } = origin;
  return {
    chatId: Number(chatId),
    replyTo: messageId,
    ...(topicId === undefined ? {} : { topicId }),
  };
}
