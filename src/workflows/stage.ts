/** One stage: one turn of one role, reported from its start to its end. */
import type { CodexThread, TurnInput, TurnResult } from "../core/codex.ts";
import type { Clock } from "../core/clock.ts";
import { RunCancelledError, StageError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import type { Role } from "../core/settings.ts";
import type { RunRequest } from "../core/workflow.ts";
import { openTurn } from "./open_turn.ts";

export interface Stage {
  readonly role: Role;
  readonly round: number;
}

/** A selector and a reviewer decide about what they are given; the others work on it. */
const TAKES_ADDITIONS: Readonly<Record<Role, boolean>> = {
  selector: false,
  planner: true,
  developer: true,
  reviewer: false,
};

/** Runs the turn and yields everything it does; how it ended is the return value. */
export async function* runStage(
  stage: Stage,
  thread: CodexThread,
  input: TurnInput,
  request: RunRequest,
  clock: Clock,
): AsyncGenerator<RunEvent, TurnResult> {
  throwIfCancelled(request);
  const startedAt = clock.monotonic();
  yield { type: "stage.started", ...stage };
  const turn = thread.run(input, { signal: request.signal, approve: request.approve });
  const open = TAKES_ADDITIONS[stage.role];
  const events = open ? openTurn(turn, request.additions) : turn.events;
  for await (const event of events) yield { type: "turn.event", ...stage, event };
  const result = await turn.result;
  yield {
    type: "stage.finished",
    stage: {
      ...stage,
      status: result.status,
      latencyMs: Math.round(clock.monotonic() - startedAt),
      ...(result.usage === undefined ? {} : { usage: result.usage }),
      ...(result.failure === undefined ? {} : { error: result.failure.message }),
    },
  };
  return result;
}

/**
 * The result of a turn that completed.
 * @throws {RunCancelledError} when it was interrupted
 * @throws {StageError} when it failed or was lost
 */
export function completedOrThrow(stage: Stage, result: TurnResult): TurnResult {
  switch (result.status) {
    case "completed":
      return result;
    case "interrupted":
      throw new RunCancelledError(`The run was stopped while the ${stage.role} was at work`);
    case "lost":
      throw new StageError(
        `Codex ended while the ${stage.role} was at work; what it had done by then is unknown`,
        { remedy: "Look at the working directory, then send the request again" },
      );
    case "failed":
      throw new StageError(result.failure?.message ?? `The ${stage.role}'s turn failed`);
  }
}

export function throwIfCancelled(request: RunRequest): void {
  if (request.signal.aborted) throw new RunCancelledError("The run was stopped");
}
