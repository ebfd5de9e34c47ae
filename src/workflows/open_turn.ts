/** Turns during which a person may add to the work. */
import type { Additions } from "../core/run/steering.ts";
import type { Turn, TurnEvent } from "../core/codex/codex.ts";
import { CodexError } from "../core/errors.ts";

/**
 * The events of the turn. What is added before Codex has begun it waits for that; when the events
 * have ended, everything that was added has reached Codex or was refused.
 */
export async function* openTurn(turn: Turn, additions: Additions): AsyncGenerator<TurnEvent> {
  const begun = Promise.withResolvers<boolean>();
  const close = additions.accept({
    steer: async (text) => {
      if (await begun.promise) return await turn.steer(text);
      throw new CodexError("request", "Cannot add to the turn: it did not begin");
    },
  });
  try {
    for await (const event of turn.events) {
      if (event.type === "started") begun.resolve(true);
      yield event;
    }
  } finally {
    begun.resolve(false);
    await close();
  }
}

/** The events of a turn that is not told what is added: it is for those who come after it. */
export async function* openForLater(
  { events }: Pick<Turn, "events">,
  additions: Additions,
): AsyncGenerator<TurnEvent> {
  const close = additions.acceptForLater();
  try {
    yield* events;
  } finally {
    await close();
  }
}
