/** Asks the app-server about the goal of a thread, and changes it; no thread is loaded for that. */
import type { Goal, GoalChange } from "../../../core/codex/goal.ts";
import type { ThreadGoal } from "../../../core/codex/thread_activity.ts";
import { CodexError } from "../../../core/errors.ts";
import type { AppServerConnection } from "./connection.ts";
import { RpcError } from "./json_rpc.ts";

type Asked = Pick<AppServerConnection, "ask" | "request">;

const DEADLINE_MS = 10_000;

/** @returns undefined where the thread has none, or Codex does not know the thread */
export async function readGoal({ ask }: Asked, threadId: string): Promise<Goal | undefined> {
  try {
    const { goal } = await ask("thread/goal/get", { threadId }, DEADLINE_MS);
    return goal === undefined ? undefined : goalOf(threadId, goal);
  } catch (error) {
    if (error instanceof RpcError) return undefined;
    throw error;
  }
}

/** @throws {CodexError} when there is no goal, or Codex does not take the change */
export async function setGoal(
  { ask }: Asked,
  threadId: string,
  change: GoalChange & { readonly objective?: string },
): Promise<Goal> {
  const asked = ask("thread/goal/set", { threadId, ...change }, DEADLINE_MS);
  return goalOf(threadId, (await told(asked)).goal);
}

/** @throws {CodexError} when Codex does not do it */
export async function clearGoal(connection: Asked, threadId: string): Promise<void> {
  await told(connection.request("thread/goal/clear", { threadId }, DEADLINE_MS));
}

/**
 * Pauses a goal that is at work, before it can begin a turn that nobody follows.
 * @returns the goal that it paused; undefined when none was at work
 */
export async function pauseActiveGoal(
  connection: Asked,
  threadId: string,
): Promise<Goal | undefined> {
  if ((await readGoal(connection, threadId))?.status !== "active") return undefined;
  return await setGoal(connection, threadId, { status: "paused" });
}

export function goalOf(threadId: string, goal: ThreadGoal): Goal {
  return { threadId, ...goal };
}

/** Makes an error of Codex's one that people are told. */
async function told<Value>(asked: Promise<Value>): Promise<Value> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    throw new CodexError("request", `Codex does not take the goal: ${error.message}`, {
      cause: error,
      trouble: { kind: "failed", said: `Codex does not take the goal: ${error.message}.` },
    });
  }
}
