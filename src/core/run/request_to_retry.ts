/** Finds the request that a person wants to be run again. */
import type { ActiveRun } from "./active_run.ts";
import type { SessionKey } from "../session/session.ts";
import type { RequestToRetry } from "./engine.ts";
import type { RunStore, StoredRun } from "./run.ts";

/**
 * Takes the request of the message where there is one, then one that failed: what was asked before it
 * did waited behind it, and need not be run twice.
 * @param known the runs of the session that wait or are at work, and those that await a confirmation
 */
export function requestToRetry(
  runs: Pick<RunStore, "failedRequest" | "lastRequest" | "failedRun" | "runOfMessage">,
  key: SessionKey,
  messageId: number | undefined,
  known: { readonly queued: readonly ActiveRun[]; readonly onHold: readonly StoredRun[] },
): RequestToRetry {
  const meant = messageId === undefined ? undefined : runs.runOfMessage(key, messageId);
  const runId = meant ?? runs.failedRun(key);
  const failed = runId === undefined ? undefined : runs.failedRequest(key, runId);
  if (failed !== undefined && runId !== undefined) {
    return { type: "request", request: { ...failed, runId } };
  }
  const last = runs.lastRequest(key);
  if (meant !== undefined && last?.runId !== meant) return { type: "gone" };
  if (last === undefined) return { type: "none" };
  const isOpen = known.queued.some(({ run, state, controller }) =>
    run.id === last.runId && state.status !== "finished" && !controller.signal.aborted
  );
  return isOpen || known.onHold.some(({ id }) => id === last.runId)
    ? { type: "open" }
    : { type: "request", request: last };
}
