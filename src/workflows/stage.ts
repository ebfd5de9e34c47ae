/** Runs a stage: one turn of one role, reported from its start to its end. */
import type { Clock } from "../core/clock.ts";
import {
  type CodexBackend,
  type CodexThread,
  failureToStart,
  type Turn,
  type TurnEvent,
  type TurnInput,
  type TurnOptions,
  type TurnResult,
} from "../core/codex/codex.ts";
import { innermost } from "../core/codex/turn_state.ts";
import { isMachineTrouble } from "../core/codex/trouble.ts";
import { asSentence, CodexError, RunCancelledError, StageError } from "../core/errors.ts";
import type { RunEvent } from "../core/run/events.ts";
import type { Additions } from "../core/run/steering.ts";
import type { RunRequest } from "../core/run/workflow.ts";
import type { Role } from "../core/session/settings.ts";

export interface Stage {
  readonly role: Role;
  readonly round: number;
}

/**
 * Who gets what people add during a turn of the role. A selector only decides who does the work, so
 * that the stages to come get it; a reviewer judges finished work.
 */
const ADDED_TO: Readonly<Record<Role, "turn" | "later" | "nobody">> = {
  selector: "later",
  planner: "turn",
  developer: "turn",
  reviewer: "nobody",
};

const LOST_THERE = "Look at the working directory there, then send the request again";

/**
 * Starts Codex where it is not running. A failure is reported as that of the stage, whose turn could
 * not begin.
 * @throws {RunCancelledError} when the run is stopped meanwhile
 * @throws {StageError} when Codex cannot be started
 */
export async function* startCodex(
  stage: Stage,
  codex: CodexBackend,
  request: RunRequest,
  clock: Clock,
): AsyncGenerator<RunEvent, void> {
  throwIfCancelled(request);
  const startedAt = clock.monotonic();
  try {
    await codex.start(request.signal);
  } catch (error) {
    throwIfCancelled(request);
    if (!(error instanceof CodexError)) throw error;
    const failure = failureToStart(error);
    const result: TurnResult = {
      status: "failed",
      answer: "",
      diff: "",
      changedFiles: [],
      failure,
    };
    yield { type: "stage.started", ...stage };
    yield finished(stage, result, clock.monotonic() - startedAt);
    completedOrThrow(stage, result);
  }
}

/** Runs a turn and yields its events. @returns how the turn ended */
export async function* runStage(
  stage: Stage,
  thread: CodexThread,
  input: TurnInput,
  request: RunRequest,
  clock: Clock,
): AsyncGenerator<RunEvent, TurnResult> {
  return yield* runTurn(stage, (options) => thread.run(input, options), request, clock);
}

/** The same for a turn that is no answer to an input. */
export async function* runTurn(
  stage: Stage,
  begin: (options: TurnOptions) => Turn,
  request: RunRequest,
  clock: Clock,
): AsyncGenerator<RunEvent, TurnResult> {
  throwIfCancelled(request);
  const startedAt = clock.monotonic();
  yield { type: "stage.started", ...stage };
  const turn = begin(turnOptions(request));
  return yield* followTurn(stage, turn, request, { clock, startedAt });
}

/** What the turns of a run share. */
export function turnOptions(request: RunRequest): TurnOptions {
  const { signal, approve, answer, agentEnded, waitsForAgents } = request;
  return {
    signal,
    approve,
    ...(waitsForAgents === undefined ? {} : { waitsForAgents }),
    ...(answer === undefined ? {} : { answer }),
    ...(agentEnded === undefined ? {} : { agentEnded }),
  };
}

/** Follows a turn that has begun, as a stage. @returns how the turn ended */
export async function* followTurn(
  stage: Stage,
  turn: Turn,
  request: RunRequest,
  { clock, startedAt }: { readonly clock: Clock; readonly startedAt: number },
): AsyncGenerator<RunEvent, TurnResult> {
  for await (const event of eventsOf(turn, stage, request)) {
    // Nobody reads the pieces of a message, of which there are many a second: the whole one follows.
    if (innermost(event).type === "message.delta") continue;
    yield { type: "turn.event", ...stage, event };
  }
  const result = await turn.result;
  yield finished(stage, result, clock.monotonic() - startedAt);
  return result;
}

function finished(
  stage: Stage,
  { status, usage, failure }: TurnResult,
  latencyMs: number,
): RunEvent {
  return {
    type: "stage.finished",
    stage: {
      ...stage,
      status,
      latencyMs: Math.round(latencyMs),
      ...(usage === undefined ? {} : { usage }),
      ...(failure === undefined ? {} : { error: failure.message, errorKind: failure.kind }),
    },
  };
}

function eventsOf(turn: Turn, { role }: Stage, { additions }: RunRequest): Turn["events"] {
  switch (ADDED_TO[role]) {
    case "turn":
      return openTurn(turn, additions);
    case "later":
      return openForLater(turn, additions);
    case "nobody":
      additions.acceptNone();
      return turn.events;
  }
}

/**
 * Lets the result of a completed turn pass.
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
      if (result.failure !== undefined && isMachineTrouble(result.failure.trouble)) {
        throw new StageError(
          `${result.failure.message}; what the ${stage.role} had done by then is unknown`,
          { remedy: LOST_THERE, trouble: result.failure.trouble },
        );
      }
      throw new StageError(
        `Codex ended while the ${stage.role} was at work; what it had done by then is unknown`,
        {
          remedy: "Look at the working directory, then send the request again",
          trouble: { kind: "ended" },
        },
      );
    case "failed":
      throw failedStage(stage, result);
  }
}

function failedStage({ role }: Stage, { failure }: TurnResult): StageError {
  if (failure !== undefined) return new StageError(failure.message, { trouble: failure.trouble });
  const message = `The ${role}'s turn failed`;
  return new StageError(message, { trouble: { kind: "failed", said: asSentence(message) } });
}

function throwIfCancelled(request: RunRequest): void {
  if (request.signal.aborted) throw new RunCancelledError("The run was stopped");
}

/**
 * The events of a turn to which people may add. What they add waits until Codex has begun the turn;
 * when the events end, all of it has reached Codex or was refused.
 */
async function* openTurn(turn: Turn, additions: Additions): AsyncGenerator<TurnEvent> {
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

/** The events of a turn during which people may add to the stages that follow it. */
async function* openForLater(
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
