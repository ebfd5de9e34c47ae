/** Who asks, put together with everything that can be asked. */
import { type Person, sessionOf } from "../sender.ts";
import type { Texts } from "../../texts/texts.ts";
import type { Asking } from "./command.ts";

export type AskingParts = Omit<Asking, "session" | "by" | "texts">;

export function askingOf(parts: AskingParts, person: Person, texts: Texts): Asking {
  const { engine, sessionService, records, preferences, botProfile, approvals, clock } = parts;
  const { userId, chatId, topicId, firstName } = person;
  const by = { userId, chatId, firstName, ...(topicId === undefined ? {} : { topicId }) };
  return {
    engine,
    sessionService,
    records,
    preferences,
    botProfile,
    approvals,
    clock,
    by,
    texts,
    session: sessionOf(person),
  };
}
