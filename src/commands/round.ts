/** Decides what becomes of work that was not approved: /round has another round, /accept takes it. */
import type { SessionKey } from "../core/session/session.ts";
import type { Asking, Command, Pressed } from "./command.ts";
import { pressedRun } from "./queue.ts";
import { refuses, type Reply, says } from "./reply.ts";

export const round: Command = {
  name: "round",
  where: "everywhere",
  section: "work",
  rare: true,
  takes: "nothing",
  needs: { disk: "change" },
  run: (context) =>
    isSubmitted(context, context.session) ? undefined : refuses(context.texts.ends.nothingOpen),
  /** `round:<run>`, or with a topic behind it: the next round of that run, or its review. */
  actions: {
    round: (press): Pressed => {
      const { session, run } = pressedRun(press);
      if (!isSubmitted(press, session, run)) return "stale";
      return { toast: press.texts.ends.goesOn, withoutChoices: DECISIONS };
    },
  },
};

export const accept: Command = {
  name: "accept",
  where: "everywhere",
  section: "control",
  rare: true,
  takes: "nothing",
  needs: { disk: "change" },
  run: async (context) =>
    await accepted(context, context.session) ?? refuses(context.texts.ends.nothingOpen),
  /** `accept:<run>`, or with a topic behind it. */
  actions: {
    accept: async (press): Promise<Pressed> => {
      const { session, run } = pressedRun(press);
      const reply = await accepted(press, session, run);
      if (reply === undefined) return "stale";
      return reply.refused === true ? { reply } : { reply, withoutChoices: DECISIONS };
    },
  },
};

/** Whoever has decided once needs their buttons no longer. */
const DECISIONS = ["round", "accept"] as const;

/** @returns false where there is nothing to continue (any more) */
function isSubmitted(
  { sessionService, submitRun }: Asking,
  session: SessionKey,
  runId?: string,
): boolean {
  const next = sessionService.endedReviews.continuation(session, runId);
  return next !== undefined && submitRun(next.run, next.sourceId);
}

/** @returns undefined where there is nothing to accept (any more) */
async function accepted(
  { sessionService, texts, who }: Asking,
  session: SessionKey,
  runId?: string,
): Promise<Reply | undefined> {
  const open = sessionService.endedReviews.open(session, runId);
  if (open !== undefined && sessionService.undo.isTakenBack(session, open)) {
    return refuses(texts.ends.takenBack);
  }
  const name = who ?? texts.ends.you;
  const run = await sessionService.endedReviews.accept(session, name, runId);
  return run === undefined ? undefined : says(`☑️ ${texts.ends.acceptedNow(name)}`);
}
