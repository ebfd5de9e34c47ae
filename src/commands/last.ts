/** Shows the newest answer of the session again: /last; in a chat, a long one also as a file. */
import type { KeptAnswer } from "../core/run/run_log.ts";
import type { RunEnd } from "../core/run/run_end.ts";
import type { Session } from "../core/session/session.ts";
import type { Profile } from "../core/session/settings.ts";
import { endLine } from "../texts/end_texts.ts";
import { reviewMarkdown } from "../texts/review_texts.ts";
import type { Texts } from "../texts/texts.ts";
import { runTroubleText } from "../texts/trouble_texts.ts";
import type { Command, Place } from "./command.ts";
import { type Reply, ReplyBuilder, says } from "./reply.ts";

/** Characters of an answer that a message of a chat holds; a longer one is also a file. */
const MESSAGE = 3_500;
/** Characters beyond which the chat gets the beginning and the file. */
const MANY_MESSAGES = 10_000;
const FILE_NAME = "answer.md";

export const last: Command = {
  name: "last",
  where: "everywhere",
  section: "look",
  takes: "nothing",
  run: async ({ records, session, texts, place, redact, status }) => {
    const answer = records.lastAnswer(session);
    if (answer === undefined) return says(texts.records.last.none);
    const report = await status();
    const text = redact(wordsOf(answer, report.session, texts));
    // A later run may have ended without any answer.
    const { lastRun } = report.session;
    const end = lastRun?.runId === answer.runId ? lastRun.end : undefined;
    return withEnd(answerReply(text, report.profile, texts, place), end, texts);
  },
};

/** Says in the person's language what the program itself had to say. */
function wordsOf(
  { runId, text }: KeptAnswer,
  { lastRun, reviewed }: Session,
  texts: Texts,
): string {
  if (reviewed?.runId === runId) return reviewMarkdown(reviewed.subject, texts);
  const failed = lastRun?.runId === runId && lastRun.error === text ? lastRun : undefined;
  return failed?.trouble === undefined ? text : runTroubleText(failed.trouble, failed, texts);
}

/** Adds how its run ended, in the words that stood below the answer. */
function withEnd(reply: Reply, end: RunEnd | undefined, texts: Texts): Reply {
  if (end === undefined || (end.verdict === "done" && end.change === undefined)) return reply;
  const { sign, word, facts } = endLine(end, texts);
  const said = new ReplyBuilder().line().text(`${sign} `).bold(word)
    .line(facts.map((fact) => ` · ${fact}`).join("")).build();
  return { ...reply, blocks: [...reply.blocks, ...said.blocks] };
}

function answerReply(
  answer: string,
  { workingDirectory: folder }: Pick<Profile, "workingDirectory">,
  texts: Texts,
  place: Place,
): Reply {
  const lines = new ReplyBuilder();
  if (place === "terminal" || answer.length <= MESSAGE) {
    return lines.markdown(answer, folder).build();
  }
  const isTooLong = answer.length > MANY_MESSAGES;
  lines.markdown(isTooLong ? `${beginningOf(answer)}\n\n…` : answer, folder).line();
  lines.line(texts.run.wholeAnswerInFile(FILE_NAME), "italic");
  const bytes = new TextEncoder().encode(answer);
  return lines.with({ files: [{ name: FILE_NAME, bytes }] }).build();
}

/** Ends with a whole line where there is one. */
function beginningOf(answer: string): string {
  const beginning = answer.slice(0, MESSAGE);
  const end = beginning.lastIndexOf("\n");
  return end > 0 ? beginning.slice(0, end) : beginning.toWellFormed();
}
