/** Says from when a choice counts that the requests in the queue take up, too. */
import type { Asking } from "./command.ts";

export function fromNow(
  { engine, session, texts }: Pick<Asking, "engine" | "session" | "texts">,
): string {
  const queued = engine.queue(session).waiting.length;
  const { fromNextMessage, fromQueued } = texts.session;
  return queued === 0 ? fromNextMessage : fromQueued(queued);
}
