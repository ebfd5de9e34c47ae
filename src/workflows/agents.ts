/** Asks the agents: puts a role on a Codex thread, with its model, sandbox and instructions. */
import { withAdditions } from "../core/run/steering.ts";
import type { Clock } from "../core/clock.ts";
import { isMoreThanWords } from "../core/codex/turn_acts.ts";
import type {
  CodexBackend,
  CodexThread,
  Machines,
  ThreadOptions,
  TurnResult,
} from "../core/codex/codex.ts";
import { RunCancelledError } from "../core/errors.ts";
import type { Review, RunEvent } from "../core/run/events.ts";
import { agentSettingsOf, type Role } from "../core/session/settings.ts";
import type { RunRequest } from "../core/run/workflow.ts";
import type { WorkspaceRecord } from "../core/workspace/recording.ts";
import { readSelection, type Selection } from "./decisions.ts";
import {
  type Candidate,
  interruptedPrompt,
  type RanCommand,
  withConversation,
  withNotes,
} from "./prompts.ts";
import type { ReadReview } from "./review.ts";
import { developStep } from "./steps.ts";
import { REVIEW_WITHOUT_WRITING, ROLES } from "./roles.ts";
import { completedOrThrow, runStage, type Stage, startCodex } from "./stage.ts";

export interface AgentDependencies {
  readonly machines: Machines;
  readonly clock: Clock;
}

/** Asks which mode the request needs, in a thread that has the request and the conversation only. */
export async function* askSelector(
  deps: AgentDependencies,
  request: RunRequest,
  text: string,
): AsyncGenerator<RunEvent, Selection> {
  const { result } = yield* askReader(deps, { role: "selector", round: 0 }, request, text);
  return readSelection(result.answer);
}

/** The planner's thread, while the process lives that began it. */
export interface PlannerThread {
  thread?: CodexThread;
  /** One that has no turn yet. */
  prepared?: CodexThread | undefined;
}

/**
 * Asks the planner, in the thread in which it has planned already where there is one.
 * @param again what that thread is told in place of the text, which it has
 */
export async function* askPlanner(
  deps: AgentDependencies,
  request: RunRequest,
  { text, again = text }: { readonly text: string; readonly again?: string },
  kept: PlannerThread,
): AsyncGenerator<RunEvent, string> {
  const stage: Stage = { role: "planner", round: 0 };
  if (kept.thread !== undefined) {
    yield* startedCodex(deps, request, stage);
    const input = turnInput("planner", again);
    const result = yield* runStage(stage, kept.thread, input, request, deps.clock);
    const isGone = result.status === "lost" || cannotContinue(result);
    if (!isGone) return completedOrThrow(stage, result).answer;
  }
  const { prepared } = kept;
  kept.prepared = undefined;
  const { thread, result } = yield* askReader(deps, stage, request, text, prepared);
  kept.thread = thread;
  return result.answer;
}

/**
 * Begins to load the thread of a role that only reads, beside what there is to do before its turn.
 * Whoever does not ask it after all discards it.
 */
export function prepareReader(
  { machines }: AgentDependencies,
  request: RunRequest,
  role: "planner" | "reviewer",
): CodexThread | undefined {
  const codex = machines.codexOn(request.profile.machine);
  if (!codex.health().ready) return undefined;
  const thread = codex.startThread(readerOptions(codex, request, role));
  thread.prepare?.(request.signal);
  return thread;
}

/**
 * Asks for a review in a fresh thread, and once more when the answer cannot be read or leaves
 * something open that it must tell.
 * @param read an answer; with findings of a first one, which a second one must not lose
 */
export async function* askReviewer(
  deps: AgentDependencies,
  request: RunRequest,
  { text, round, prepared, read }: {
    readonly text: string;
    readonly round: number;
    /** The thread, where it was prepared. */
    readonly prepared?: CodexThread | undefined;
    readonly read: (answer: string, first?: Review) => ReadReview;
  },
): AsyncGenerator<RunEvent, Review> {
  const stage: Stage = { role: "reviewer", round };
  const { thread, result } = yield* askReader(deps, stage, request, text, prepared);
  const { review, again } = read(result.answer);
  if (again === undefined) return review;
  const input = turnInput("reviewer", again);
  const repeated = yield* runStage(stage, thread, input, request, deps.clock);
  // What was found already is not lost with the turn that was to add to it.
  const isOver = repeated.status === "failed" || repeated.status === "lost";
  if (isOver && review.verdict !== "unreadable") return review;
  const second = read(completedOrThrow(stage, repeated).answer, review).review;
  return second.verdict === "unreadable" ? review : second;
}

export interface DeveloperInput {
  /** The thread to continue; undefined for a fresh one. */
  readonly threadId: string | undefined;
  /** The conversation is added where the thread is fresh. */
  readonly text: string;
  readonly round: number;
  /** As in {@link developStep}. */
  readonly part?: number;
}

/** Asks the developer, in a thread that outlives the run. */
export async function* askDeveloper(
  deps: AgentDependencies,
  request: RunRequest,
  { threadId, text, round, part = 1 }: DeveloperInput,
): AsyncGenerator<RunEvent, Candidate> {
  const stage: Stage = { role: "developer", round };
  const options = threadOptions(request, "developer");
  const again = request.interruptedStep === developStep(round, part).name;
  const isFirst = round === firstRound(request) && part === 1;
  const told = isFirst ? withNotes(text, request.notes) : text;
  const asked = again ? interruptedPrompt(told) : told;
  const codex = yield* startedCodex(deps, request, stage);
  const resumed = threadId === undefined ? undefined : codex.resumeThread(threadId, options);
  // Loading it and reading the folder take about as long; later rounds have both.
  if (isFirst) resumed?.prepare?.(request.signal);
  await uncancelled(request, request.recording.begin(codex, request.signal));
  const images = shownImages(codex, request, stage);
  if (resumed !== undefined) {
    const turn = runStage(stage, resumed, { text: asked, ...images }, request, deps.clock);
    const { result, commands, wordsOnly } = yield* withCommands(turn);
    // A thread that a person picked fails rather than becoming a new one.
    if (request.mustContinue === true || !cannotContinue(result)) {
      return candidate(completedOrThrow(stage, result), commands, wordsOnly);
    }
  }
  const whole = withConversation(asked, request.history);
  const thread = codex.startThread(options);
  const turn = runStage(stage, thread, { text: whole, ...images }, request, deps.clock);
  const { result, commands, wordsOnly } = yield* withCommands(turn);
  return candidate(completedOrThrow(stage, result), commands, wordsOnly);
}

/** The developer's first one in this run: rounds go on where a run continues another one. */
function firstRound({ follows }: RunRequest): number {
  return (follows?.round ?? 0) + 1;
}

/** Collects what Codex runs in a turn. */
async function* withCommands(
  turn: AsyncGenerator<RunEvent, TurnResult>,
): AsyncGenerator<RunEvent, { result: TurnResult; commands: RanCommand[]; wordsOnly: boolean }> {
  const commands: RanCommand[] = [];
  let wordsOnly = true;
  let next = await turn.next();
  for (; !next.done; next = await turn.next()) {
    const event = next.value;
    yield event;
    if (event.type !== "turn.event") continue;
    if (isMoreThanWords(event.event)) wordsOnly = false;
    if (event.event.type !== "item.completed") continue;
    const { item } = event.event;
    if (item.type !== "command") continue;
    const { command, exitCode } = item;
    commands.push({ command, ...(exitCode === undefined ? {} : { exitCode }) });
  }
  return { result: next.value, commands, wordsOnly };
}

/** @throws {RunCancelledError} when the run is stopped before the work has ended */
export async function uncancelled<Value>(
  { signal }: Pick<RunRequest, "signal">,
  work: Promise<Value>,
): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (signal.aborted) throw new RunCancelledError("The run was stopped");
    throw error;
  }
}

/**
 * Records what the run has done to its folder by the end of a developer's turn.
 * @param wordsOnly Codex has done nothing but write in the run: there is nothing to look for
 * @param goesOn another turn of the round follows, or its checks have been run since
 */
export async function* recordRound(
  { machines, clock }: AgentDependencies,
  request: RunRequest,
  round: number,
  { wordsOnly = false, goesOn = false }: {
    readonly wordsOnly?: boolean | undefined;
    readonly goesOn?: boolean;
  } = {},
): AsyncGenerator<RunEvent, WorkspaceRecord> {
  const codex = machines.codexOn(request.profile.machine);
  // A restart of the program may lie between the turn and this.
  yield* startCodex({ role: "developer", round }, codex, request, clock);
  const record = (wordsOnly ? request.recording.untouched() : undefined) ??
    await uncancelled(request, request.recording.end(codex, round, request.signal, goesOn));
  yield { type: "workspace.recorded", round, record };
  return record;
}

/**
 * Runs one turn of a role that only reads, in a fresh thread. As it changes nothing, it is run once
 * more when the Codex process dies.
 */
async function* askReader(
  deps: AgentDependencies,
  stage: Stage,
  request: RunRequest,
  text: string,
  prepared?: CodexThread,
): AsyncGenerator<RunEvent, { thread: CodexThread; result: TurnResult }> {
  const known = request.additions.texts.length;
  const codex = yield* startedCodex(deps, request, stage);
  const options = readerOptions(codex, request, stage.role);
  const thread = prepared ?? codex.startThread(options);
  const images = shownImages(codex, request, stage);
  const input = { ...turnInput(stage.role, text), ...images };
  const result = yield* runStage(stage, thread, input, request, deps.clock);
  if (result.status !== "lost") return { thread, result: completedOrThrow(stage, result) };
  const second = codex.startThread(options);
  const meanwhile = request.additions.texts.slice(known);
  const again = { ...turnInput(stage.role, withAdditions(text, meanwhile)), ...images };
  const repeated = yield* runStage(stage, second, again, request, deps.clock);
  return { thread: second, result: completedOrThrow(stage, repeated) };
}

/** Tells a reviewer what its sandbox does not let it do, where Codex has none for reviews. */
function readerOptions(
  { capabilities }: CodexBackend,
  request: RunRequest,
  role: Role,
): ThreadOptions {
  const options = threadOptions(request, role);
  if (options.sandbox !== "review" || capabilities.reviewSandbox) return options;
  const instructions = `${options.developerInstructions ?? ""}\n\n${REVIEW_WITHOUT_WRITING}`;
  return { ...options, sandbox: "read-only", developerInstructions: instructions };
}

/** Starts Codex on the machine of the run's profile, on which all of its stages work. */
export async function* startedCodex(
  { machines, clock }: AgentDependencies,
  request: RunRequest,
  stage: Stage,
): AsyncGenerator<RunEvent, CodexBackend> {
  const codex = machines.codexOn(request.profile.machine);
  yield* startCodex(stage, codex, request, clock);
  return codex;
}

/**
 * The images, for the first agent that works on the request. All others, and a Codex that takes none,
 * have their paths in the text.
 */
function shownImages(
  { capabilities }: CodexBackend,
  { images }: RunRequest,
  { role, round }: Stage,
): { readonly images?: readonly string[] } {
  const isFirst = role === "planner" || (role === "developer" && round === 1);
  return isFirst && images.length > 0 && capabilities.images ? { images } : {};
}

function cannotContinue(result: TurnResult): boolean {
  return result.status === "failed" && result.failure?.kind === "thread-unavailable";
}

function candidate(
  result: TurnResult,
  commands: readonly RanCommand[],
  wordsOnly: boolean,
): Candidate {
  const { answer, diff, changedFiles, threadId } = result;
  return {
    answer,
    diff,
    changedFiles,
    commands,
    ...(wordsOnly ? { wordsOnly } : {}),
    ...(threadId === undefined ? {} : { threadId }),
  };
}

function turnInput(
  role: Role,
  text: string,
): { text: string; outputSchema?: Record<string, unknown> } {
  const { outputSchema } = ROLES[role];
  return outputSchema === undefined ? { text } : { text, outputSchema };
}

/** The settings of a role's thread, from the profile and the configuration. */
export function threadOptions(request: RunRequest, role: Role): ThreadOptions {
  const { profile } = request;
  const { instructions, sandbox, withoutTools } = ROLES[role];
  const settings = agentSettingsOf(profile, request.mode, role);
  return {
    workingDirectory: profile.workingDirectory,
    sandbox: sandbox ?? profile.sandbox,
    // A role that only reads needs no approvals.
    approvalPolicy: sandbox === undefined ? profile.approvalPolicy : "never",
    ephemeral: role !== "developer",
    ...(withoutTools === undefined ? {} : { withoutTools }),
    developerInstructions: settings.systemPrompt ?? instructions,
    ...(settings.model === undefined ? {} : { model: settings.model }),
    ...(settings.reasoningEffort === undefined
      ? {}
      : { reasoningEffort: settings.reasoningEffort }),
  };
}
