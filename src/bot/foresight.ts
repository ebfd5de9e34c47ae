/**
 * Begins, before a message is stored, what it will need anyhow and what leaves nothing behind: the sign
 * that it has come, and the reading of the folder in which it will be worked on. Storing it takes as
 * long, and a process that dies in between gets the message again.
 */
import type { Engine } from "../core/run/engine.ts";
import { answererOf } from "./command_runner.ts";
import type { Gate } from "./gate.ts";
import type { Inbound, TextMessage } from "./inbound.ts";
import type { RequestAssembler } from "./intake/request_assembler.ts";
import type { Outbox } from "./outbox/outbox.ts";
import type { PersonRequests } from "./presenter/person_requests.ts";
import { isVisible } from "./render/clean_text.ts";
import type { Replies } from "./replies.ts";
import { type Person, sessionOf } from "./sender.ts";

interface ForesightDependencies {
  readonly engine: Pick<Engine, "foresee">;
  readonly gate: Pick<Gate, "admits">;
  readonly personRequests: Pick<PersonRequests, "openFor" | "plans">;
  readonly replies: Pick<Replies, "acknowledgeAhead">;
  readonly assembler: Pick<RequestAssembler, "collects">;
  readonly outbox: Pick<Outbox, "reachable">;
}

/**
 * Does that for what is a request beyond doubt: words by themselves, of somebody who is let in, of whom
 * nothing is asked and who is not in the middle of a request of several messages.
 * @returns false for anything else, for which nothing is done
 * @throws {StorageError} when the disk cannot be read
 */
export function foresee(inbound: Inbound, deps: ForesightDependencies): boolean {
  if (inbound.kind !== "text" || !isWordsAlone(inbound)) return false;
  const { userId } = inbound;
  if (userId === undefined || !deps.gate.admits(inbound)) return false;
  const person: Person = { ...inbound, userId };
  const answerer = answererOf(person);
  const { personRequests } = deps;
  if (personRequests.openFor(answerer).length > 0) return false;
  if (personRequests.plans.wordsAsked(answerer) !== undefined) return false;
  if (deps.assembler.collects(person)) return false;
  deps.outbox.reachable(person.chatId);
  deps.replies.acknowledgeAhead(person);
  deps.engine.foresee(sessionOf(person));
  return true;
}

/** What a message can carry or refer to beside its words, and that it is a part of a longer text. */
const BESIDE = [
  "unaddressed",
  "repliesTo",
  "replied",
  "ownAnswer",
  "quoted",
  "file",
  "speech",
  "omitted",
  "forwarded",
  "albumId",
  "typedLength",
] as const satisfies readonly (keyof TextMessage)[];

/** Commands begin with a slash, and `profile NAME` goes without one. */
const COMMAND = /^\s*(?:\/|profile\s)/i;

function isWordsAlone(message: TextMessage): boolean {
  return isVisible(message.text) && !COMMAND.test(message.text) &&
    BESIDE.every((name) => message[name] === undefined);
}
