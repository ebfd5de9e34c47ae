/** Sets, shows and steers the goal of a conversation: /goal. */
import { type Goal, MOST_OBJECTIVE_CHARACTERS } from "../core/codex/goal.ts";
import type { RunOutcome } from "../core/run/events.ts";
import type { RunGoal } from "../core/run/run_state.ts";
import type { SessionGoal } from "../core/session/session_service.ts";
import { formatCount, formatDuration } from "../core/text/duration.ts";
import { readTypedGoal, type TypedGoal } from "../core/text/goal_typed.ts";
import { nearMiss } from "../core/text/near_names.ts";
import { onOneLine } from "../core/text/short_text.ts";
import { usedText } from "../texts/goal_texts.ts";
import type { Asking, Command, CommandContext, Press, Pressed } from "./command.ts";
import { stopRequests } from "./queue.ts";
import { type Choice, refuses, type Reply, ReplyBuilder, says } from "./reply.ts";

/** Enough to recognise it; the whole stands in the request that set it. */
const OBJECTIVE_SHOWN = 500;
const RAISED_BY = 2;
const SECOND_MS = 1_000;
const HOUR_SECONDS = 3_600;

export const goal: Command = {
  name: "goal",
  where: "everywhere",
  section: "work",
  takes: { text: "text", forCodex: true },
  needs: { codex: "first", disk: "request" },
  run: async (context) => {
    const { sessionService, texts } = context;
    if (sessionService.goalPolicy === "off") return refuses(texts.goals.off);
    const word = wordAlone(context.args);
    switch (word === "" ? "show" : WORDS.get(word)) {
      case "show":
        return await shown(context);
      case "pause":
        return paused(context);
      case "stop":
        return stopped(context);
      case "resume":
        return await resumed(context, {});
      case "clear":
        return await cleared(context);
      case undefined: {
        const meant = nearMiss(word, WORDS.keys());
        return meant === undefined
          ? await typed(context, readTypedGoal(context.args))
          : refuses(texts.commands.nearMiss(`/goal ${word}`, `/goal ${meant}`));
      }
    }
  },
  /** `goal:WORD:THREAD`, where the word is as it is typed, or `raise`. */
  actions: { goal: (press) => pressed(press) },
};

/** Maps what stands alone behind /goal: a word that steers would be no goal worth working on. */
const WORDS: ReadonlyMap<string, "show" | "pause" | "stop" | "resume" | "clear"> = new Map([
  ["status", "show"],
  ["pause", "pause"],
  ["stop", "stop"],
  ["cancel", "stop"],
  ["resume", "resume"],
  ["continue", "resume"],
  ["clear", "clear"],
  ["delete", "clear"],
  ["remove", "clear"],
]);

/** Reads one of the words above whatever a client has made of it, such as code. */
function wordAlone(args: string): string {
  return args.toLowerCase().replace(/^[*_`~]+|[*_`~]+$/g, "");
}

type Goals = Asking & Pick<CommandContext, "submit">;

/** @returns the goal, paused first where it is at work and nobody follows it */
function goalOf(context: Asking): Promise<SessionGoal | undefined> {
  const { engine, sessionService, session } = context;
  // What runs on the thread now is followed, whatever it is.
  return sessionService.goal(session, engine.queue(session).active !== undefined);
}

function isAtWork({ engine, session }: Asking): boolean {
  const { active, waiting } = engine.queue(session);
  return active?.run.goal !== undefined || waiting.some((run) => run.goal !== undefined);
}

/** Whether the present round is the last one, and nothing goes on behind it. */
function isPausing({ engine, session }: Asking): boolean {
  const { active, waiting } = engine.queue(session);
  return active?.roundStop === "paused" && waiting.every((run) => run.goal === undefined);
}

async function shown(context: Asking): Promise<Reply> {
  const { texts, redact, engine, session } = context;
  const found = await goalOf(context);
  const { active, waiting } = engine.queue(session);
  const atWork = isAtWork(context);
  const objective = found?.goal.objective ??
    [active?.run, ...waiting].find((run) => run?.goal !== undefined)?.prompt;
  if (objective === undefined) return says(texts.goals.none);
  const { status = "active" } = found?.goal ?? {};
  const pausing = isPausing(context);
  const state = !atWork
    ? texts.goals.status[status]
    : active?.run.goal === undefined || (active.held ?? active.folderWait) !== undefined
    ? texts.goals.waits
    : pausing
    ? texts.goals.pausing
    : texts.goals.status[status === "paused" ? "active" : status];
  const reply = new ReplyBuilder().bold(texts.goals.title).line(` · ${state}`)
    .line(onOneLine(redact(objective), OBJECTIVE_SHOWN));
  // It is in the queue, and has yet to be set.
  if (found === undefined) return reply.build();
  return reply.line(usedText(found.goal, found.timeBudgetMs, texts))
    .with({ choices: choicesOf(found, atWork && !pausing, context) }).build();
}

function choicesOf(
  { goal, timeBudgetMs }: SessionGoal,
  atWork: boolean,
  { texts: { goals: { buttons } } }: { readonly texts: Pick<Asking["texts"], "goals"> },
): Choice[][] {
  const { threadId, status, tokenBudget } = goal;
  const choice = (label: string, word: string, typed = `/goal ${word}`): Choice => ({
    label,
    action: `goal:${word}:${threadId}`,
    typed,
  });
  const clear = choice(buttons.clear, "clear");
  if (status === "complete") return [[clear]];
  if (atWork) return [[choice(buttons.pause, "pause"), clear]];
  if (isOutOfTime(goal, timeBudgetMs)) return [[clear]];
  if (status !== "budget-limited" || tokenBudget === undefined) {
    return [[choice(buttons.resume, "resume"), clear]];
  }
  const raised = formatCount(RAISED_BY * tokenBudget);
  return [[choice(buttons.raise(raised), "raise", `/goal ${raised} tokens`), clear]];
}

/** What leads on from the end of the work on a goal: nothing where it is reached or cleared. */
export function endedGoalChoices(
  outcome: RunOutcome,
  goal: RunGoal | undefined,
  texts: Pick<Asking["texts"], "goals">,
): readonly Choice[] {
  const known = goal?.goal;
  if (known === undefined) return [];
  const end = outcome.answer?.goal?.end;
  if (end === "complete" || end === "cleared" || end === "left") return [];
  // Codex may tell of the last seconds later.
  const time = end === "time-budget" ? { timeBudgetMs: 0 } : {};
  return choicesOf({ goal: known, ...time }, false, { texts }).flat();
}

function paused({ engine, session, texts: { goals } }: Asking): Reply {
  switch (engine.pauseGoal(session)) {
    case "after-round":
      return says(goals.paused);
    case "dropped":
      return says(goals.unqueued);
    case undefined:
      return refuses(goals.nothingToPause);
  }
}

/** Ends the round at work, too, as /cancel does; what waits begins then. */
function stopped(context: CommandContext): Reply | undefined {
  const { engine, session } = context;
  const isAtWork = engine.queue(session).active?.run.goal !== undefined;
  return isAtWork ? stopRequests(context, { all: false }) : paused(context);
}

/** Goes on with the goal. @returns undefined where the status of the work shows it */
async function resumed(
  context: Goals,
  { tokenBudget, timeBudgetMs }: Omit<TypedGoal, "objective">,
): Promise<Reply | undefined> {
  const { texts, submit } = context;
  // Behind a round after which it pauses, it goes on.
  if (isAtWork(context) && !isPausing(context)) return refuses(texts.goals.alreadyAtWork);
  const found = await goalOf(context);
  if (found === undefined || found.goal.status === "complete") {
    return refuses(texts.goals.nothingToResume);
  }
  // A second press may have been quicker while Codex was asked.
  if (isAtWork(context) && !isPausing(context)) return refuses(texts.goals.alreadyAtWork);
  const time = timeBudgetMs ?? found.timeBudgetMs;
  if (isOutOfTime(found.goal, time)) return refuses(outOfTimeText(found.goal, texts));
  submit(found.goal.objective, undefined, {
    type: "resume",
    ...(tokenBudget === undefined ? {} : { tokenBudget }),
    ...(time === undefined ? {} : { timeBudgetMs: time }),
  });
  return undefined;
}

/** Its next round would be told to come to an end at once. Codex counts whole seconds. */
function isOutOfTime({ secondsUsed }: Goal, timeBudgetMs: number | undefined): boolean {
  return timeBudgetMs !== undefined && (secondsUsed + 1) * SECOND_MS > timeBudgetMs;
}

function outOfTimeText({ secondsUsed }: Goal, texts: Asking["texts"]): string {
  const hours = Math.max(1, Math.ceil(RAISED_BY * secondsUsed / HOUR_SECONDS));
  return texts.goals.outOfTime(formatDuration(secondsUsed * SECOND_MS, texts), `${hours}h`);
}

async function cleared(context: Asking): Promise<Reply> {
  const { engine, sessionService, session, texts } = context;
  if (!isAtWork(context) && await goalOf(context) === undefined) return refuses(texts.goals.none);
  const { active } = engine.queue(session);
  // Nothing may run towards it any more.
  if (active?.run.goal !== undefined) engine.cancelRun(session, active.run.id);
  else engine.pauseGoal(session);
  await sessionService.clearGoal(session);
  return says(texts.goals.cleared);
}

/** Sets a goal, or changes the budget of the present one where nothing else is typed. */
async function typed(context: CommandContext, wish: TypedGoal): Promise<Reply | undefined> {
  const { texts, submit } = context;
  const { objective, noBudget, ...budget } = wish;
  if (noBudget !== undefined) return refuses(texts.goals.noBudget(noBudget));
  if (objective === "") return await withBudget(context, budget);
  if (objective.length > MOST_OBJECTIVE_CHARACTERS) {
    return refuses(texts.goals.tooLong(MOST_OBJECTIVE_CHARACTERS));
  }
  const former = (await goalOf(context))?.goal;
  const present = former === undefined || former.status === "complete"
    ? yetToBeSet(context)
    : former.objective;
  const replaces = present === undefined ? {} : { replaces: present };
  submit(objective, undefined, { type: "set", ...budget, ...replaces });
  return undefined;
}

/** The goal that was asked for last and that Codex does not have yet. */
function yetToBeSet({ engine, session }: Asking): string | undefined {
  const { active, waiting } = engine.queue(session);
  return waiting.findLast(({ goal }) => goal?.type === "set")?.prompt ??
    (active?.goal?.unset === true ? active.run.prompt : undefined);
}

async function withBudget(
  context: CommandContext,
  budget: Omit<TypedGoal, "objective">,
): Promise<Reply | undefined> {
  const { sessionService, session, texts } = context;
  const { tokenBudget, timeBudgetMs } = budget;
  if (!isAtWork(context) || isPausing(context)) return await resumed(context, budget);
  if (tokenBudget === undefined || timeBudgetMs !== undefined) {
    return refuses(texts.goals.timeWhileAtWork);
  }
  await sessionService.changeGoal(session, { tokenBudget });
  return says(texts.goals.budgetSet(formatCount(tokenBudget)));
}

const PRESSED = /^(pause|resume|clear|raise):(.+)$/;

async function pressed(press: Press): Promise<Pressed> {
  const [, word, threadId] = PRESSED.exec(press.data) ?? [];
  const found = await goalOf(press);
  // A button of another conversation than the present one.
  if (found === undefined || found.goal.threadId !== threadId) return "stale";
  switch (word) {
    case "pause":
      return { reply: paused(press) };
    case "clear":
      return { reply: await cleared(press) };
    case "resume":
      return withReply(await resumed(press, {}));
    case "raise": {
      const { tokenBudget } = found.goal;
      const budget = tokenBudget === undefined ? {} : { tokenBudget: RAISED_BY * tokenBudget };
      return withReply(await resumed(press, budget));
    }
    default:
      return "stale";
  }
}

function withReply(reply: Reply | undefined): Pressed {
  return reply === undefined ? {} : { reply };
}
