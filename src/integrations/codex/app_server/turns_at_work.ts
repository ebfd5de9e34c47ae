/** Which turns run now, on which thread and in which process. */
import type { CodexThread } from "../../../core/codex/codex.ts";
import { ThreadBusyError } from "../../../core/errors.ts";
import type { LiveTurn } from "../live_turn.ts";
import type { AppServerConnection } from "./connection.ts";
import type { TurnRun } from "./turn_run.ts";

export interface TurnAtWork {
  readonly thread: CodexThread;
  readonly turn: LiveTurn;
  /** The process that the turn is prepared in, once there is one. */
  connection?: AppServerConnection;
  /** Set when Codex is about to get the turn: from then on nobody knows what it may have done. */
  run?: TurnRun;
}

export class TurnsAtWork {
  readonly #turns = new Set<TurnAtWork>();

  /** Forgets the turn by itself when it is over. */
  add(work: TurnAtWork): void {
    this.#turns.add(work);
    work.turn.over.addEventListener("abort", () => this.#turns.delete(work), { once: true });
  }

  /**
   * Two objects may stand for the same thread: its id counts.
   * @throws {ThreadBusyError} when a turn of the thread is running
   */
  refuseBusy(thread: CodexThread): void {
    for (const { thread: busy } of this.#turns) {
      if (busy === thread || (thread.id !== undefined && busy.id === thread.id)) {
        throw new ThreadBusyError("Codex is still at work on this conversation", {
          remedy: "Wait for its answer, or stop it with /cancel",
        });
      }
    }
  }

  in(connection: AppServerConnection): TurnAtWork[] {
    return this.all().filter((work) => work.connection === connection);
  }

  all(): TurnAtWork[] {
    return [...this.#turns];
  }
}
