/**
 * Keeps what a person sends in its order behind a command that asks Codex first and then decides what
 * the next request works with, such as /model, /resume, /goal and /undo. The updates of a chat go on
 * meanwhile: a request that overtook the command would be done by the former model, in the former
 * conversation, or on files that are about to be taken back.
 */
import { waitsForCodex } from "../commands/command.ts";
import type { Engine } from "../core/run/engine.ts";
import { KeyedQueue } from "../core/keyed_queue.ts";
import { sessionId, type SessionKey } from "../core/session/session.ts";
import type { Inbound } from "./inbound.ts";
import { commandOf, needsDisk } from "./needs.ts";
import { sessionOf } from "./sender.ts";
import type { Remainder } from "./update_queue.ts";

type Route = () => Promise<Remainder | void>;

export class SessionOrder {
  readonly #engine: Engine;
  /** The commands at work, and what waits for them, of each session. */
  readonly #queue = new KeyedQueue<string, () => Promise<void>>((work) => work());

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * Routes an update, or lets it wait for the command before it.
   * @returns what goes on beside, where there is something
   * @throws what `route` throws
   */
  async keep(inbound: Inbound, route: Route): Promise<Remainder | void> {
    if (inbound.kind === "ignored" || inbound.userId === undefined) return await route();
    const session = sessionOf({ ...inbound, userId: inbound.userId });
    const id = sessionId(session);
    const command = commandOf(inbound);
    const isBehind = this.#queue.running(id) !== undefined && this.#waits(inbound, session);
    // The parts of a long text are put together first, and its command has its turn then.
    const isFirst = command?.needs?.codex === "first" && !("typedLength" in inbound);
    if (!isBehind && !isFirst) return await route();
    const outcome = Promise.withResolvers<Awaited<Remainder["ended"]>>();
    this.#queue.add(id, async () => {
      try {
        const ended = (await route())?.ended ?? "done";
        outcome.resolve(ended);
        if (isFirst) await ended;
      } catch (error) {
        outcome.reject(error);
      }
    });
    return { ended: outcome.promise };
  }

  #waits(inbound: Inbound, session: SessionKey): boolean {
    const command = commandOf(inbound);
    if (command === undefined) return needsDisk(inbound);
    return waitsForCodex(command, { engine: this.#engine, session });
  }
}
