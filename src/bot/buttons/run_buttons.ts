/** The buttons under a run: cancel it, its log, and the two answers to an offer. */
import { logReply } from "../presenter/log_text.ts";
import type { ButtonHandler } from "./button.ts";

/** `c:<run>` */
export const cancelRun: ButtonHandler = ({ engine, session, data, texts }) =>
  Promise.resolve(
    engine.cancelRun(session, data) ? { toast: texts.talk.queue.cancelled } : "stale",
  );

const OFFER = /^([^:]+):([cd])$/;

/** `r:<run>:c` continues it, `r:<run>:d` drops it. */
export const answerOffer: ButtonHandler = ({ engine, session, data }) => {
  const [, run = "", answer] = OFFER.exec(data) ?? [];
  const done = answer === "c" ? engine.continueRun(session, run) : engine.dropRun(session, run);
  return Promise.resolve(answer !== undefined && done ? {} : "stale");
};

/** `l:<run>`: a message of its own, so that the status of the run stays what it is. */
export const showLog: ButtonHandler = ({ records, session, data, texts }) => {
  const run = records.runLog(session, data);
  if (run === undefined) return Promise.resolve("stale");
  return Promise.resolve({ reply: { ...logReply(run, texts, { whole: false }), silent: true } });
};
