/** The buttons under a run: cancel it, and the two answers to an offer. */
import type { ButtonHandler } from "./button.ts";

/** `c:<run>` */
export const cancelRun: ButtonHandler = ({ engine, session, data }) =>
  Promise.resolve(engine.cancelRun(session, data) ? {} : "stale");

const OFFER = /^([^:]+):([cd])$/;

/** `r:<run>:c` continues it, `r:<run>:d` drops it. */
export const answerOffer: ButtonHandler = ({ engine, session, data }) => {
  const [, run = "", answer] = OFFER.exec(data) ?? [];
  const done = answer === "c" ? engine.continueRun(session, run) : engine.dropRun(session, run);
  return Promise.resolve(answer !== undefined && done ? {} : "stale");
};
