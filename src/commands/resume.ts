/** Continues an earlier conversation of the folder: /resume. */
import type { ThreadSummary } from "../core/codex/codex_queries.ts";
import type { StatusReport } from "../core/run/engine.ts";
import { formatAge } from "../core/text/duration.ts";
import type { Texts } from "../texts/texts.ts";
import type { Asking, Command } from "./command.ts";
import { refuses, type Reply, ReplyBuilder, says } from "./reply.ts";

/** Limits a label to what a phone shows of a button. */
const LABEL_LIMIT = 48;
const TITLE_LIMIT = 200;
/** Matches the ids that Codex makes. */
const THREAD_ID = /^[\w-]{1,56}$/;
/** Matches a place in the list. */
const NUMBER = /^\d{1,2}$/;

export const resume: Command = {
  name: "resume",
  where: "everywhere",
  section: "work",
  takes: { text: "number" },
  needs: { codex: "first", disk: "change" },
  run: async (context) => {
    const { args, sessionService, session, texts, clock } = context;
    const { developerThread } = (await context.status()).session;
    if (args !== "" && !NUMBER.test(args)) return (await resumeThread(context, args)).reply;
    const threads = listed(await sessionService.threads(session));
    if (args === "") return threadList(threads, developerThread?.id, texts, clock.now());
    const { id = args } = threads[Number(args) - 1] ?? {};
    return (await resumeThread(context, id)).reply;
  },
  /** Reads `resume:<thread>`. */
  actions: {
    resume: async (press) => {
      const { done, reply } = await resumeThread(press, press.data);
      // A list that could not be followed now may be followed later.
      return done ? { edit: reply } : { reply };
    },
  },
};

export const fork: Command = {
  name: "fork",
  where: "everywhere",
  section: "work",
  takes: "nothing",
  needs: { codex: "first", disk: "change" },
  run: async (context) => {
    const { engine, sessionService, session, texts, redact } = context;
    const { fork } = texts.session;
    const busy = busyText(await engine.status(session), "/fork", texts);
    if (busy !== undefined) return refuses(busy);
    const { commands } = await sessionService.commands.ofConversation(session);
    const forked = await sessionService.forkThread(session);
    if (forked === undefined) return refuses(fork.nothing);
    const name = forked.name === undefined ? "" : redact(forked.name);
    const lines = new ReplyBuilder().icon("chosen").line(fork.done(name), "bold").line(
      fork.original,
    );
    if (commands.length > 0) lines.line(fork.commands(texts.run.stillRunning(commands.length)));
    return lines.build();
  },
};

/** Says what keeps the conversation from being left; undefined where nothing does. */
function busyText(
  { active, queued, awaitingConfirmation }: StatusReport,
  command: string,
  { session: { resume } }: Texts,
): string | undefined {
  if (active !== undefined || queued > 0) return resume.busy(command);
  return awaitingConfirmation > 0 ? resume.onHold(command) : undefined;
}

/** Picks the conversation. @returns the reply, and whether the next request continues it */
async function resumeThread(
  { engine, sessionService, session, texts }: Asking,
  threadId: string,
): Promise<{ readonly done: boolean; readonly reply: Reply }> {
  const { resume, fromNextMessage } = texts.session;
  const busy = busyText(await engine.status(session), "/resume", texts);
  if (busy !== undefined) return { done: false, reply: refuses(busy) };
  const thread = await sessionService.resumeThread(session, threadId);
  if (thread === undefined) return { done: false, reply: refuses(resume.gone) };
  const title = shortened(titleOf(thread, texts), TITLE_LIMIT);
  const reply = new ReplyBuilder().icon("chosen").line(resume.picked(title), "bold")
    .line(fromNextMessage);
  return { done: true, reply: reply.build() };
}

/** Lists conversations. @param current id of the session's own; absent before its first request */
export function threadList(
  threads: readonly ThreadSummary[],
  current: string | undefined,
  texts: Texts,
  now: Date,
): Reply {
  const { resume } = texts.session;
  const offered = listed(threads);
  if (offered.length === 0) return says(resume.none);
  const choices = offered.map((thread, index) => {
    const age = formatAge(now.getTime() - Date.parse(thread.updatedAt), texts);
    const mark = thread.id === current ? "● " : "";
    const label = `${mark}${resume.ago(age)} · ${titleOf(thread, texts)}`;
    return [{
      label: shortened(label, LABEL_LIMIT),
      action: `resume:${thread.id}`,
      typed: `/resume ${index + 1}`,
    }];
  });
  return { ...says(resume.pick), choices };
}

function listed(threads: readonly ThreadSummary[]): readonly ThreadSummary[] {
  return threads.filter(({ id }) => THREAD_ID.test(id));
}

function titleOf({ title }: ThreadSummary, { session }: Texts): string {
  return title === "" ? session.resume.untitled : title;
}

/** Cuts by visible characters; the session service has masked the secrets already. */
function shortened(text: string, most: number): string {
  const characters = [...new Intl.Segmenter().segment(text.replaceAll(/\s+/g, " "))];
  if (characters.length <= most) return characters.map(({ segment }) => segment).join("");
  return `${characters.slice(0, most - 1).map(({ segment }) => segment).join("").trimEnd()}…`;
}
