/** Where everything about a run goes: to its chat and topic, as a reply to its request. */
import type { Run } from "../../core/run/run.ts";
import type { Destination } from "../outbox/outgoing.ts";

export function destinationOf({ origin }: Run): Destination {
  const { chatId, messageId, topicId } = origin;
  return {
    chatId: Number(chatId),
    replyTo: messageId,
    ...(topicId === undefined ? {} : { topicId }),
  };
}
