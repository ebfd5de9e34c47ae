/** Says from when a choice counts that requests which have not begun take up, too. */
import type { Asking } from "./command.ts";

export function fromNow(
  { engine, session, texts }: Pick<Asking, "engine" | "session" | "texts">,
): string {
  const { active, waiting } = engine.queue(session);
  // One that waits for a limit or a folder has not begun either.
  const isWaiting = (active?.held ?? active?.folderWait) !== undefined;
  const queued = waiting.length + (isWaiting ? 1 : 0);
  const { fromNextMessage, fromQueued } = texts.session;
  return queued === 0 ? fromNextMessage : fromQueued(queued);
}
