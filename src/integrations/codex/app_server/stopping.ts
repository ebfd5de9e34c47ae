/** Stops what runs on a thread; whatever goes wrong with that is logged. */
import { pause } from "../../../core/deadline.ts";
import { describeError } from "../../../core/errors.ts";
import type { BackendSettings } from "../backend_parts.ts";
import type { AppServerConnection } from "./connection.ts";
import { RpcError } from "./json_rpc.ts";

export interface Stopping extends Pick<BackendSettings, "clock" | "log"> {
  readonly connection: AppServerConnection;
}

const DEADLINE_MS = 2_000;
const INTERRUPT_AGAIN_MS = 50;
const MOST_TRIES = 20;

/**
 * Interrupts a turn; asks again while Codex says that there is no such turn yet. Never rejects.
 * @param over aborts when the turn has ended
 */
export async function interruptTurn(
  stopping: Stopping,
  turn: { readonly threadId: string; readonly turnId: string },
  over: AbortSignal,
): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES && !over.aborted; tries++) {
    if (await tried(stopping, "turn/interrupt", turn)) return;
    if (!await pause(stopping.clock, INTERRUPT_AGAIN_MS, over)) return;
  }
}

/** Ends the commands that a thread left running. Never rejects. */
export async function endCommands(stopping: Stopping, threadId: string): Promise<void> {
  await tried(stopping, "thread/backgroundTerminals/clean", { threadId });
}

/** Lists the commands that a thread runs; none where Codex cannot list them. Never rejects. */
export async function runningCommands(
  { connection, log }: Stopping,
  threadId: string,
): Promise<string[]> {
  try {
    const method = "thread/backgroundTerminals/list";
    const { data } = await connection.ask(method, { threadId }, DEADLINE_MS);
    return data.flatMap(({ command }) => command ?? []);
  } catch (error) {
    // Older releases cannot list them.
    if (!(error instanceof RpcError)) {
      log.warn("codex.commands.unknown", { thread: threadId, error: describeError(error) });
    }
    return [];
  }
}

/** Lets Codex begin no further turn for the goal of a thread. Never rejects. */
export async function pauseGoal(stopping: Stopping, threadId: string): Promise<void> {
  await tried(stopping, "thread/goal/set", { threadId, status: "paused" });
}

/** @returns whether Codex did it */
async function tried(
  { connection, log }: Stopping,
  method: string,
  params: unknown,
): Promise<boolean> {
  try {
    await connection.request(method, params, DEADLINE_MS);
    return true;
  } catch (error) {
    log.warn("codex.stop.failed", { method, error: describeError(error) });
    return false;
  }
}
