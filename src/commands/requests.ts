/** Steers, repeats, continues and discards requests: /steer, /retry, /continue and /drop. */
import type { HeldUntil } from "../core/run/queue_holds.ts";
import { promptLine, type Run, shortRunId } from "../core/run/run.ts";
import type { LastRun } from "../core/session/session.ts";
import { heldText } from "../texts/held_text.ts";
import type { Texts } from "../texts/texts.ts";
import { commandAgain } from "../texts/trouble_texts.ts";
import type { Command, CommandContext } from "./command.ts";
import { usageReply } from "./command.ts";
import { pressedRun } from "./queue.ts";
import { refuses, type Reply, ReplyBuilder, says } from "./reply.ts";

export const steer: Command = {
  name: "steer",
  where: "everywhere",
  section: "control",
  takes: { text: "text", required: true, forCodex: true },
  needs: { disk: "request" },
  run: ({ args, steer: add, texts }) => {
    if (args === "") return usageReply(steer, texts).build();
    add(args);
    return undefined;
  },
};

export const compact: Command = {
  name: "compact",
  where: "everywhere",
  section: "work",
  takes: "nothing",
  needs: { disk: "request" },
  run: async ({ sessionService, session, submitTask, texts }) => {
    if (!await sessionService.canCompact(session)) return refuses(texts.session.compact.nothing);
    submitTask("compact");
    return undefined;
  },
};

export const retry: Command = {
  name: "retry",
  where: "everywhere",
  section: "work",
  takes: "nothing",
  needs: { disk: "request" },
  run: async ({ engine, session, repliesTo, submit, submitFollowing, redact, status, texts }) => {
    const { session: { lastRun } } = await status();
    if (repliesTo === undefined && lastRun !== undefined && isOther(lastRun)) {
      return refuses(
        lastRun.goal === "unset" ? texts.unsetToRetry : texts.otherToRetry(commandAgain(lastRun)),
      );
    }
    const again = engine.requestToRetry(session, repliesTo);
    if (again.type === "none") return refuses(texts.nothingToRetry);
    if (again.type === "gone") return refuses(texts.notKeptToRetry);
    if (again.type === "open") return refuses(texts.openToRetry);
    const { prompt, attachments, runId, follows } = again.request;
    const isLast = engine.lastRequest(session)?.runId === runId;
    const held = engine.queue(session).active?.held;
    if (follows === undefined) submit(prompt, attachments);
    else submitFollowing(prompt, follows, attachments);
    if (runId !== undefined) engine.repeated(runId);
    // Which one it is shows only where it is the last one.
    return isLast ? undefined : repeats(promptLine({ prompt }, redact), held, texts);
  },
  /** `again:<run>`, or with a topic behind it: the request of a run that failed. */
  actions: {
    again: ({ engine, ...press }) => {
      const { session, run } = pressedRun(press);
      return engine.retryRun(session, run) ? {} : "stale";
    },
  },
};

/** Something else than a request has not worked. Whoever summarizes does so for the sake of a request. */
function isOther({ status, goal, task }: LastRun): boolean {
  return status !== "ok" && (goal !== undefined || (task !== undefined && task !== "compact"));
}

function repeats(request: string, held: HeldUntil | undefined, texts: Texts): Reply {
  if (held === undefined) return says(texts.repeats(request));
  const reply = new ReplyBuilder().line(texts.queuedAgain(request)).line(heldText(held, texts));
  return (held.until === undefined ? reply.line(texts.startsWhenResumed) : reply).build();
}

/** Maps the letter behind the run in a button's action. */
const ANSWERS = { c: "continue", d: "drop" } as const;
const PRESSED = /^([^:]+):([cd])((?::\d+)?)$/;

export const goOn: Command = {
  name: "continue",
  where: "everywhere",
  section: "control",
  rare: true,
  takes: { text: "id" },
  needs: { disk: "change" },
  run: (context) => answered("continue", context),
  /** Reads `r:<run>:c` and `r:<run>:d`, with a topic behind it or not. */
  actions: {
    r: ({ engine, session: pressedIn, data }) => {
      const [, id = "", letter, topic = ""] = PRESSED.exec(data) ?? [];
      if (letter !== "c" && letter !== "d") return "stale";
      const { session, run } = pressedRun({ session: pressedIn, data: `${id}${topic}` });
      return answerRun(engine, ANSWERS[letter], { id: run, session }) ? {} : "stale";
    },
    /** `held:<run>`, or with a topic behind it: does not wait for the usage limit to reset. */
    held: ({ engine, ...press }) => engine.resumeHeld(pressedRun(press).session) ? {} : "stale",
  },
};

export const drop: Command = {
  name: "drop",
  where: "everywhere",
  section: "control",
  rare: true,
  takes: { text: "id" },
  needs: { disk: "change" },
  run: (context) => answered("drop", context),
};

type Answer = typeof ANSWERS[keyof typeof ANSWERS];

/** Answers the request on hold with that id; without an id, the only one. */
function answered(answer: Answer, context: CommandContext): Reply | undefined {
  const { engine, session, args } = context;
  const onHold = engine.awaitingConfirmation(session);
  if (answer === "continue" && onHold.length === 0 && args === "" && engine.resumeHeld(session)) {
    return says(context.texts.onHold.resumed);
  }
  const [run, ...others] = args === "" ? onHold : onHold.filter(({ id }) => isMeant(id, args));
  if (run === undefined || others.length > 0) return whichOne(onHold, context);
  // What comes of it shows where the run is shown.
  answerRun(engine, answer, run);
  return undefined;
}

/** Continues or drops a run. @returns false when it is not on hold (any more) */
function answerRun(
  engine: CommandContext["engine"],
  answer: Answer,
  { id, session }: Pick<Run, "id" | "session">,
): boolean {
  return answer === "continue" ? engine.continueRun(session, id) : engine.dropRun(session, id);
}

function isMeant(runId: string, typed: string): boolean {
  return typed.length >= shortRunId(runId).length && runId.startsWith(typed.toLowerCase());
}

function whichOne(
  onHold: readonly Run[],
  { args: typed, redact, texts }: CommandContext,
): Reply {
  const { none, which, unknown } = texts.onHold;
  if (onHold.length === 0) return says(none);
  const lines = new ReplyBuilder().line(typed === "" ? which : unknown(typed));
  for (const run of onHold) lines.code(shortRunId(run.id)).line(` ${promptLine(run, redact)}`);
  return lines.with({ refused: true }).build();
}
