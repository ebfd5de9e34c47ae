/**
 * Finds a turn again after the connection to its machine broke: the app-server there works on. What
 * happened meanwhile is fetched; then the turn is followed as before.
 */
import type { Clock } from "../../../core/clock.ts";
import { pause } from "../../../core/deadline.ts";
import { CodexError, type CodexErrorKind, describeError } from "../../../core/errors.ts";
import type { Log } from "../../../core/log.ts";
import type { LiveTurn } from "../live_turn.ts";
import type { AppServerConnection } from "./connection.ts";
import type { TurnRun } from "./turn_run.ts";

interface Reattaching {
  readonly turn: LiveTurn;
  readonly run: TurnRun;
  readonly machine: string;
  /** Makes the connection anew. @throws {CodexError} when the machine does not answer */
  readonly ready: (signal: AbortSignal) => Promise<AppServerConnection>;
  /** How long the machine is looked for, in milliseconds. */
  readonly limitMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** Before each further look, doubled from one to the next. */
const LOOK_AGAIN_MS = 250;
const MOST_LOOKS_AGAIN = 4;
/** The machine is there, but lets nobody in: only a person can change that. */
const FINAL: ReadonlySet<CodexErrorKind> = new Set(
  ["refused", "tls", "too-old", "not-logged-in"] as const,
);

/** How the search ended. */
export type Reattachment =
  | { readonly type: "found"; readonly connection: AppServerConnection }
  /** Codex there never got the request. */
  | { readonly type: "not-begun" }
  /** Nobody knows what became of it, or it is over. */
  | { readonly type: "lost" };

const LOST: Reattachment = { type: "lost" };

/** Reconnects, and takes the turn up again, also where nobody has said yet that it began. */
export async function reattach(
  { turn, run, machine, ready, limitMs, clock, log }: Reattaching,
): Promise<Reattachment> {
  turn.wait({ type: "reconnect", machine });
  const startedAt = clock.monotonic();
  let pauseMs = FIRST_PAUSE_MS;
  while (!turn.over.aborted) {
    try {
      const connection = await ready(turn.over);
      const found = await lookFor(run, connection, { turn, clock });
      log.info("codex.turn.reattached", { machine, found });
      return found === "found" ? { type: found, connection } : { type: found };
    } catch (error) {
      if (turn.over.aborted) return LOST;
      log.info("codex.turn.not-reattached", { machine, error: describeError(error) });
      if (error instanceof CodexError && FINAL.has(error.kind)) return LOST;
    }
    if (clock.monotonic() - startedAt + pauseMs > limitMs) return LOST;
    if (!await pause(clock, pauseMs, turn.over)) return LOST;
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
  return LOST;
}

/**
 * Looks again for what is not found: what was on its way when the connection ended may be read a
 * moment later, and a turn that has just ended is called interrupted until its end is written.
 */
async function lookFor(
  run: TurnRun,
  connection: AppServerConnection,
  { turn, clock }: Pick<Reattaching, "turn" | "clock">,
): Promise<Reattachment["type"]> {
  let found = await run.follow(connection);
  for (let again = 0; found !== "found" && again < MOST_LOOKS_AGAIN; again++) {
    if (!await pause(clock, LOOK_AGAIN_MS * 2 ** again, turn.over)) break;
    found = await run.follow(connection);
  }
  return found;
}
