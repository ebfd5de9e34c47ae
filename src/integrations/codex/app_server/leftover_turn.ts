/**
 * A turn that goes on without anybody: the app-server of another machine works on when the
 * connection to it, or this program, has ended. What is said next would be mixed into it.
 */
import { z } from "zod";
import type { Clock } from "../../../core/clock.ts";
import { pause } from "../../../core/deadline.ts";
import { ThreadInUse } from "../turn_failure.ts";
import { readAnswer } from "./answers.ts";
import type { AppServerConnection } from "./connection.ts";
import { RpcError } from "./peer.ts";

export interface LeftoverPlace {
  readonly connection: AppServerConnection;
  readonly clock: Clock;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

const THREAD = z.object({
  thread: z.object({
    status: z.object({ type: z.string() }),
    turns: z.array(z.object({ id: z.string(), status: z.string() })).default([]),
  }),
});
const PAUSE_MS = 100;
const MOST_LOOKS = 50;

/**
 * Stops the turn that runs in the thread, and waits for its end.
 * @throws {ThreadInUse} when it does not end
 */
export async function stopLeftoverTurn(
  { connection, clock, signal }: LeftoverPlace,
  threadId: string,
): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    const params = { threadId, includeTurns: true };
    const answer = await connection.request("thread/read", params);
    const { status, turns } = readAnswer(THREAD, answer, "thread/read").thread;
    if (status.type !== "active") return;
    const turnId = turns.findLast((turn) => turn.status === "inProgress")?.id;
    if (turnId !== undefined) await interrupt(connection, { threadId, turnId });
    if (!await pause(clock, PAUSE_MS, signal)) break;
  }
  throw new ThreadInUse();
}

async function interrupt(
  connection: AppServerConnection,
  params: { readonly threadId: string; readonly turnId: string },
): Promise<void> {
  await connection.request("turn/interrupt", params).catch((error) => {
    // It has ended in the meantime.
    if (!(error instanceof RpcError)) throw error;
  });
}
