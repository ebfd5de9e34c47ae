/** The buttons under a run: cancel it, its log, and the two answers where confirmation is awaited. */
import type { SessionKey } from "../../core/session/session.ts";
import { logReply } from "../presenter/log_text.ts";
import type { ButtonHandler, Press } from "./button.ts";

/** `c:<run>`, or with a topic behind it. */
export const cancelRun: ButtonHandler = ({ engine, texts, ...press }) => {
  const { session, run } = pressedRun(press);
  const done = engine.cancelRun(session, run);
  return Promise.resolve(done ? { toast: texts.talk.queue.cancelled } : "stale");
};

const OFFER = /^([^:]+):([cd])((?::\d+)?)$/;

/** `r:<run>:c` continues it, `r:<run>:d` drops it; either may have a topic behind it. */
export const answerConfirmation: ButtonHandler = ({ engine, session: pressedIn, data }) => {
  const [, id = "", answer, topic = ""] = OFFER.exec(data) ?? [];
  const { session, run } = pressedRun({ session: pressedIn, data: `${id}${topic}` });
  const done = answer === "c" ? engine.continueRun(session, run) : engine.dropRun(session, run);
  return Promise.resolve(answer !== undefined && done ? {} : "stale");
};

/** `l:<run>`, or with a topic behind it: a message of its own, so that the status stays what it is. */
export const showLog: ButtonHandler = ({ records, texts, ...press }) => {
  const { session, run: id } = pressedRun(press);
  const run = records.runLog(session, id);
  if (run === undefined) return Promise.resolve("stale");
  return Promise.resolve({ reply: { ...logReply(run, texts, { whole: false }), silent: true } });
};

const IN_TOPIC = /^([^:]+):(\d+)$/;

/**
 * `<run>` or `<run>:<topic>`. Outside of topics, where Telegram puts what belongs to a topic that is
 * gone, the topic counts; chat and person are in any case those of the press.
 */
function pressedRun(
  { session, data }: Pick<Press, "session" | "data">,
): { readonly session: SessionKey; readonly run: string } {
  const [, run = data, topicId] = IN_TOPIC.exec(data) ?? [];
  return { session: topicId === undefined ? session : { topicId, ...session }, run };
}
