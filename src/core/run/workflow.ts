/**
 * Defines workflows: plain code that yields events and returns the answer, made of steps. A step is a
 * checkpoint: one that finished before a crash is not run again.
 */
import type { AgentEnded } from "../codex/thread_activity.ts";
import type { ApprovalHandler } from "../codex/approval.ts";
import type { TokenUsage } from "../codex/codex.ts";
import type { QuestionHandler } from "../codex/question.ts";
import {
  describeError,
  RunCancelledError,
  StepMismatchError,
  troubleOf,
  UserFacingError,
} from "../errors.ts";
import type { Continuation, HistoryEntry } from "../session/session.ts";
import type { Mode, Profile, Role } from "../session/settings.ts";
import type { RecordedRun, Recording, Sharer } from "../workspace/recording.ts";
import type { FollowedRun } from "./ended_reviews.ts";
import type { Answer, RunEvent, RunOutcome } from "./events.ts";
import type { GoalWork } from "./goal_rounds.ts";
import type { PlanDecider } from "./plan.ts";
import { lastThreadId, newRunState, reduceRun } from "./run_state.ts";
import type { Origin } from "./run.ts";
import type { Additions } from "./steering.ts";

export interface RunRequest extends Continuation {
  readonly runId: string;
  /** The request, with the paths of its files. */
  readonly prompt: string;
  /** Set where it is the work on a goal; the prompt is the objective then. */
  readonly goal?: GoalWork;
  /** Set where it continues a run whose work was not approved. */
  readonly follows?: FollowedRun;
  /** Absolute paths of the images among those files. */
  readonly images: readonly string[];
  /** What the person adds while it runs. */
  readonly additions: Additions;
  readonly mode: Mode;
  readonly profile: Profile;
  readonly history: readonly HistoryEntry[];
  /** What the developer has to know before the request, oldest first; in English. */
  readonly notes: readonly string[];
  readonly steps: StepLog;
  /** The interrupted step of an earlier process, which a person wants repeated. */
  readonly interruptedStep?: string;
  /** Aborted by `/cancel` and at shutdown. */
  readonly signal: AbortSignal;
  readonly approve: ApprovalHandler;
  /** Absent = every question is declined. */
  readonly answer?: QuestionHandler;
  /** Absent = nobody changes a plan, and each is carried out. */
  readonly decidePlan?: PlanDecider;
  /** As in {@link PersonHandlers}. */
  readonly agentEnded?: (ended: AgentEnded) => void;
  /** A developer's turn has ended when its sub-agents have; absent = it waits for nobody. */
  readonly waitsForAgents?: boolean;
  readonly recording: Recording;
  /** What the session's latest request has changed, as far as it was recorded. */
  readonly lastChange?: () => RecordedRun | undefined;
  /** In which the front-end talks to the person; absent = nobody knows. */
  readonly language?: Origin["language"];
  /** Runs that have worked in the folder at the same time so far; absent = none. */
  readonly sharers?: () => readonly Sharer[];
}

export interface Workflow {
  /**
   * Runs the request to its answer.
   * @throws {StageError} when a stage failed and there is nothing to deliver
   * @throws {RunCancelledError} when the person stopped it and there is nothing to deliver
   * @throws {EndedEarlyError} around either, when an earlier round left something to deliver
   */
  run(request: RunRequest): AsyncGenerator<RunEvent, Answer>;
}

/** The run ended early (see `cause`), but an earlier round left a candidate. */
export class EndedEarlyError extends UserFacingError {
  readonly candidate: Answer;

  constructor(cause: Error, candidate: Answer) {
    super(cause.message, { cause });
    this.candidate = candidate;
  }
}

export interface RecordedStep {
  readonly name: string;
  /** JSON from disk, not yet checked. */
  readonly result: unknown;
  /** What the stage used when it ran. */
  readonly usage?: TokenUsage;
}

/** A finished step. */
export interface FinishedStep {
  readonly name: string;
  /** The input of its agent. */
  readonly input: string;
  /** Has to be JSON. */
  readonly result: unknown;
  /** The last Codex thread in which it ran. */
  readonly threadId?: string;
  readonly usage?: TokenUsage;
}

/** Finds the steps of a run. */
export interface StepLogs {
  forRun(runId: string): StepLog;
}

/** The steps of one run, in the order in which they finished. */
export interface StepLog {
  /** The next recorded step; undefined when the next one was never finished. */
  next(): RecordedStep | undefined;
  /** The name of that step, which stays the next one. */
  nextName(): string | undefined;
  /**
   * Stores that a step begins, so that a restart finds it open.
   * @param repeatable true when running it twice does no harm
   * @throws {StorageError} when that fails; the step must not begin then
   */
  open(name: string, repeatable: boolean): void;
  /**
   * Stores a finished step. Never throws for storage, as the work is done; a step that cannot be
   * stored stays open, so that a person is asked after a crash.
   */
  record(step: FinishedStep): void;
}

export interface StepOptions<Result> {
  readonly name: string;
  /** The stage that it is, for whoever shows the run. */
  readonly role: Role;
  readonly round: number;
  /** True when the body only reads, so that a restart may repeat it unconfirmed. */
  readonly repeatable: boolean;
  /** Checks a recorded result, which comes from disk. */
  readonly parse: (recorded: unknown) => Result;
}

/**
 * Runs `body`, or returns its recorded result when an earlier process finished it.
 *
 * At least once, not exactly once: a crash between the work and its record runs the body again, which
 * is why a developer's step is not repeated unconfirmed.
 *
 * @param input of the step's agent, or what makes it; handed to the body and stored with the result
 * @throws {StepMismatchError} when the record holds another step at this place
 */
export async function* step<Result>(
  log: StepLog,
  { name, role, round, repeatable, parse }: StepOptions<Result>,
  input: string | (() => Promise<string>),
  body: (input: string) => AsyncGenerator<RunEvent, Result>,
): AsyncGenerator<RunEvent, Result> {
  const recorded = log.next();
  if (recorded !== undefined) {
    if (recorded.name !== name) throw mismatch(recorded.name, name);
    const { usage } = recorded;
    const replayed = { type: "stage.replayed", step: name, role, round } as const;
    yield usage === undefined ? replayed : { ...replayed, usage };
    return parsed(recorded.result, parse);
  }
  log.open(name, repeatable);
  const asked = typeof input === "string" ? input : await input();
  const events = body(asked);
  let state = newRunState();
  let next = await events.next();
  for (; !next.done; next = await events.next()) {
    state = reduceRun(state, next.value, NO_TIME);
    yield next.value;
  }
  const [result, { usage }, threadId] = [next.value, state, lastThreadId(state)];
  log.record({
    name,
    input: asked,
    result,
    ...(threadId === undefined ? {} : { threadId }),
    ...(usage === undefined ? {} : { usage }),
  });
  return result;
}

/** Nothing that a step stores has a time. */
const NO_TIME = new Date(0);

function parsed<Result>(recorded: unknown, parse: (recorded: unknown) => Result): Result {
  try {
    return parse(recorded);
  } catch (error) {
    throw unreadableRecord(error);
  }
}

/** For a recorded step that cannot be read. */
export function unreadableRecord(cause: unknown): StepMismatchError {
  return new StepMismatchError("Cannot continue the run: its record cannot be read", {
    remedy: "Send the request again",
    cause,
  });
}

function mismatch(recorded: string, next: string): StepMismatchError {
  return new StepMismatchError(
    `Cannot continue the run: its record has step "${recorded}" where "${next}" is next`,
    { remedy: "Send the request again" },
  );
}

/** Makes the outcome of a run that threw. @param error of the workflow, or of the preparation */
export function unhappyOutcome(error: unknown): RunOutcome {
  if (error instanceof EndedEarlyError) {
    return { ...unhappyOutcome(error.cause), answer: error.candidate };
  }
  if (error instanceof RunCancelledError) return { status: "cancelled" };
  return { status: "failed", message: describeError(error), trouble: troubleOf(error) };
}
