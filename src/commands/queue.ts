/** Shows and stops what runs and what is queued: /queue and /cancel. */
import type { CancelReport, RunView } from "../core/run/engine.ts";
import { promptLine, type Run, shortRunId } from "../core/run/run.ts";
import type { RunningCommandsReport } from "../core/session/running_commands.ts";
import type { SessionKey } from "../core/session/session.ts";
import { formatDuration } from "../core/text/duration.ts";
import { folderWaitText } from "../texts/folder_texts.ts";
import { heldText } from "../texts/held_text.ts";
import { standingText } from "../texts/standing_text.ts";
import type { Texts } from "../texts/texts.ts";
import { failureText } from "../texts/trouble_texts.ts";
import { addOpenQuestions } from "./approvals.ts";
import type { Command, CommandContext, Press, Pressed } from "./command.ts";
import { type Choice, type Reply, ReplyBuilder, says } from "./reply.ts";
import { addAgents, agentChoices, agentSentences } from "./agents.ts";
import { addCommands, stopChoices, stoppedSentences, unsupportedSentences } from "./terminals.ts";

/** Limits the requests that are listed, and have a button, of each kind. */
const MOST_LISTED = 10;
const CHOICES_IN_ROW = 3;
const NO_COMMANDS: RunningCommandsReport = { commands: [] };

export const queue: Command = {
  name: "queue",
  where: "everywhere",
  section: "look",
  takes: "nothing",
  needs: { codex: true },
  run: async (context) => {
    const { engine, session, sessionService, redact, texts } = context;
    const running = await sessionService.commands.list(session);
    const { active, waiting, awaitingConfirmation } = engine.queue(session);
    const agents = await sessionService.agents.list(session);
    const open = context.openQuestions();
    const requests = waiting.length + awaitingConfirmation.length;
    const nothing = active === undefined && requests + agents.length + open.length === 0;
    if (nothing && running.commands.length === 0 && running.unknown === undefined) {
      return says([texts.queue.empty, ...unsupportedSentences(running, context)].join("\n"));
    }
    const lines = new ReplyBuilder().line(texts.queue.title, "bold");
    const begins = (run: Run): string => promptLine(run, redact);
    if (active !== undefined) addActive(lines, active, begins(active.run), context);
    if (open.length > 0) {
      lines.line().line(texts.approvals.open);
      addOpenQuestions(lines, open, texts);
    }
    addList(lines, texts.queue.waiting, waiting, texts, (run, index) => {
      lines.line(`${index + 1}. ${begins(run)}`);
    });
    addList(lines, texts.queue.onHold, awaitingConfirmation, texts, (run) => {
      lines.line(begins(run)).sentence(`    ${texts.run.typed(shortRunId(run.id))}`).line();
    });
    if (agents.length > 0) lines.line().line(texts.activity.agents, "bold");
    addAgents(lines, agents, texts);
    if (running.commands.length > 0 || running.unknown !== undefined) {
      lines.line().line(texts.terminals.title, "bold");
      addCommands(lines, running, context);
    }
    for (const sentence of unsupportedSentences(running, context)) lines.line().line(sentence);
    const choices = [
      ...cancelChoices(active, waiting, texts),
      ...agentChoices(agents, texts),
      ...stopChoices(running, texts),
    ];
    return lines.with({ choices }).build();
  },
};

export const cancel: Command = {
  name: "cancel",
  where: "everywhere",
  section: "control",
  takes: { oneOf: ["all"] },
  // What runs is stopped at once; only the rest waits for Codex.
  needs: { codex: true },
  run: async (context) => {
    const all = context.args === "all";
    const requests = requestsStopped(context, { all });
    const { agents, commands } = context.sessionService;
    try {
      const stopped = agentSentences(await agents.stop(context.session), context.texts);
      const left = all ? await commands.stopAll(context.session) : NO_COMMANDS;
      const sentences = [...requests, ...stopped, ...stoppedSentences(left, context)];
      const isNothing = sentences.length === unsupportedSentences(left, context).length;
      return isNothing ? await nothingHere(context) : says(sentences.join("\n"));
    } catch (error) {
      if (requests.length === 0) throw error;
      // The requests are stopped all the same.
      return says([...requests, failureText(error, context.texts)].join("\n"));
    }
  },
  /**
   * Read `c:<run>` in a list, `s:<run>` below a status message; a topic may stand behind it. `agents:`
   * stops the sub-agents.
   */
  actions: { c: cancelPressed, s: cancelPressed, agents: agentsPressed, beside: besidePressed },
};

/** `beside:<run>`, or with a topic behind it: does not wait for others in the folder. */
function besidePressed({ engine, ...press }: Press): Pressed {
  const { session, run } = pressedRun(press);
  return engine.runBeside(session, run) ? {} : "stale";
}

async function agentsPressed({ sessionService, session, texts }: Press): Promise<Pressed> {
  const sentences = agentSentences(await sessionService.agents.stop(session), texts);
  return sentences.length === 0 ? "stale" : { reply: says(sentences.join("\n")) };
}

function cancelPressed({ engine, texts, ...press }: Press): Pressed {
  const { session, run } = pressedRun(press);
  return engine.cancelRun(session, run) ? { toast: texts.queue.cancelled } : "stale";
}

/**
 * Stops what runs, and with `all` removes what is queued.
 * @returns what there is to say; undefined when nothing ran or was queued
 */
export function stopRequests(
  { engine, session, texts, onStopping }: Stopping,
  options: { readonly all: boolean },
): Reply | undefined {
  const sentences = requestsStopped({ engine, session, texts, onStopping }, options);
  return sentences.length === 0 ? undefined : says(sentences.join("\n"));
}

type Stopping = Pick<CommandContext, "engine" | "session" | "texts" | "onStopping">;

function requestsStopped(
  { engine, session, texts, onStopping }: Stopping,
  options: { readonly all: boolean },
): string[] {
  const report = engine.cancel(session, options);
  if (report.stopped !== undefined) onStopping(report.stopped.run);
  return cancelSentences(report, texts);
}

/** Says what was stopped, what was removed and what is left. */
export function cancelSentences(
  { stopped, dropped, droppedOnHold = 0, remaining }: CancelReport,
  texts: Texts,
): string[] {
  const removed = [
    ...(dropped > 0 ? [texts.cancel.dropped(dropped)] : []),
    ...(droppedOnHold > 0 ? [texts.cancel.droppedOnHold(droppedOnHold)] : []),
  ];
  if (stopped === undefined) return removed;
  const { held, folderWait } = stopped;
  // What waited for something else than the queue leaves the others to wait for it, too.
  const { remaining: next, stillWaiting } = texts.cancel;
  const left = (held ?? folderWait) === undefined ? next : stillWaiting;
  return [
    stoppingText(stopped, texts),
    ...removed,
    ...(remaining > 0 ? [left(remaining)] : []),
  ];
}

function stoppingText(stopped: RunView, texts: Texts): string {
  const { cancel, run, goals, folders } = texts;
  const { goal, held, folderWait, task, stage } = stopped;
  // One that has yet to be set cannot be resumed.
  if (goal !== undefined && goal.unset !== true) return goals.stopping;
  if (held !== undefined) return cancel.stopping(cancel.held);
  if (folderWait !== undefined) return cancel.stopping(folders.waiting);
  if (task !== undefined) return cancel.stopping(standingText(stopped, texts));
  return cancel.stopping(stage === undefined ? run.starting : run.role[stage.role]);
}

/**
 * Makes the action of a button about a run. It names the run's topic: when a topic is deleted, its
 * messages stand outside of topics.
 * @param word stands behind the run
 */
export function runAction(
  name: string,
  { id, session: { topicId } }: Pick<Run, "id" | "session">,
  word = "",
): string {
  const about = `${name}:${id}${word}`;
  return topicId === undefined ? about : `${about}:${topicId}`;
}

const IN_TOPIC = /^([^:]+):(\d+)$/;

/**
 * Reads `<run>` or `<run>:<topic>`. The topic counts only for a press outside of topics, where
 * Telegram puts the messages of a deleted one; chat and person are always those of the press.
 */
export function pressedRun(
  { session, data }: Pick<Press, "session" | "data">,
): { readonly session: SessionKey; readonly run: string } {
  const [, run = data, topicId] = IN_TOPIC.exec(data) ?? [];
  return { session: topicId === undefined ? session : { topicId, ...session }, run };
}

/** Offers what runs in topics of the chat: nobody can write in a deleted one, and its runs go on. */
async function nothingHere(context: CommandContext): Promise<Reply> {
  const { engine, session, sessionService, texts, redact } = context;
  const { inTopics, waiting } = engine.queue(session);
  const runs = inTopics.slice(0, MOST_LISTED);
  if (waiting.length > 0) {
    // The program is ending: they wait for its next start.
    return says(`${texts.cancel.nothing}\n${texts.cancel.stillWaiting(waiting.length)}`);
  }
  if (runs.length === 0) {
    const running = await sessionService.commands.list(session);
    const { commands } = running;
    const { cancel, run } = texts;
    if (commands.length === 0) {
      return says([cancel.nothing, ...unsupportedSentences(running, context)].join("\n"));
    }
    return says(cancel.onlyCommands(run.stillRunning(commands.length)));
  }
  const lines = new ReplyBuilder().line(texts.cancel.onlyInTopics);
  for (const active of runs) addActive(lines, active, promptLine(active.run, redact), context);
  const choices = runs.map(({ run }, index) => [
    { label: texts.queue.cancelWaiting(index + 1), action: runAction("c", run) },
  ]);
  return lines.with({ choices }).build();
}

function addActive(
  lines: ReplyBuilder,
  view: RunView,
  begins: string,
  { texts, redact }: Pick<CommandContext, "texts" | "redact">,
): void {
  const { held, folderWait, ageMs } = view;
  if (folderWait !== undefined) {
    lines.line().line(folderWaitText(folderWait, texts, redact), "bold").line(begins);
    return;
  }
  if (held !== undefined) {
    lines.line().bold(texts.queue.held).line(`: ${heldText(held, texts)}`).line(begins);
    return;
  }
  const now = standingText(view, texts);
  lines.line().bold(texts.queue.running).line(`: ${now}, ${formatDuration(ageMs, texts)}`);
  lines.line(begins);
}

function addList(
  lines: ReplyBuilder,
  title: string,
  runs: readonly Run[],
  { queue }: Texts,
  add: (run: Run, index: number) => void,
): void {
  if (runs.length === 0) return;
  lines.line().line(title, "bold");
  runs.slice(0, MOST_LISTED).forEach(add);
  if (runs.length > MOST_LISTED) lines.line(queue.more(runs.length - MOST_LISTED));
}

function cancelChoices(
  active: RunView | undefined,
  waiting: readonly Run[],
  { queue, run, folders }: Texts,
): readonly (readonly Choice[])[] {
  const places = waiting.slice(0, MOST_LISTED).map(({ id }, index) => ({
    label: queue.cancelWaiting(index + 1),
    action: `c:${id}`,
  }));
  const rows = Array.from(
    { length: Math.ceil(places.length / CHOICES_IN_ROW) },
    (_, row) => places.slice(row * CHOICES_IN_ROW, (row + 1) * CHOICES_IN_ROW),
  );
  if (active === undefined) return rows;
  const resume: Choice = { label: run.resumeNow, action: `held:${active.run.id}` };
  const current: Choice = { label: queue.cancelRunning, action: `c:${active.run.id}` };
  const beside: Choice = { label: folders.beside, action: `beside:${active.run.id}` };
  const first = active.folderWait === undefined ? current : { ...current, label: run.cancel };
  const waits = active.held !== undefined
    ? [resume]
    : active.folderWait !== undefined
    ? [beside]
    : [];
  return [[...waits, first], ...rows];
}
