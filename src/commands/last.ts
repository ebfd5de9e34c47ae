/** Shows the newest answer of the session again: /last; in a chat, a long one also as a file. */
import type { Texts } from "../texts/texts.ts";
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
  run: ({ records, session, texts, place }) => {
    const answer = records.lastAnswer(session);
    return answer === undefined ? says(texts.records.last.none) : answerReply(answer, texts, place);
  },
};

function answerReply(answer: string, texts: Texts, place: Place): Reply {
  const lines = new ReplyBuilder();
  if (place === "terminal" || answer.length <= MESSAGE) return lines.markdown(answer).build();
  const isTooLong = answer.length > MANY_MESSAGES;
  lines.markdown(isTooLong ? `${beginningOf(answer)}\n\n…` : answer).line();
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
