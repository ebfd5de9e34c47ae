/** Brings a thread into the memory of a Codex process: a new one, or an earlier one from disk. */
import type { Clock } from "../../../core/clock.ts";
import type { ThreadOptions } from "../../../core/codex/codex.ts";
import type { Goal, GoalPolicy } from "../../../core/codex/goal.ts";
import { pause } from "../../../core/deadline.ts";
import { CodexError } from "../../../core/errors.ts";
import { REVIEW_PERMISSIONS } from "../broker/review_permissions.ts";
import { ThreadInUse, ThreadUnavailable } from "../turn_failure.ts";
import type { Answers } from "./answers.ts";
import type { AppServerConnection } from "./connection.ts";
import { pauseActiveGoal, readGoal } from "./goal_requests.ts";
import { OVERLOADED, RpcError } from "./json_rpc.ts";
import { listModels } from "./queries.ts";

/** Starting the tool servers of a thread may take a while. */
const LOAD_DEADLINE_MS = 60_000;
const MODELS_DEADLINE_MS = 10_000;
/** Said of a thread that another process has in memory; no release has a code for it. */
const IN_USE = /active writer/i;
/** A process that is about to end lets go of its threads in its own time. */
const IN_USE_PAUSES_MS = [300, 700, 1_500];
const STOP_PAUSE_MS = 100;
const MOST_STOP_TRIES = 50;

/** What a thread's answer calls the sandboxes. */
const SANDBOX_TYPES = {
  "read-only": "readOnly",
  "workspace-write": "workspaceWrite",
  "danger-full-access": "dangerFullAccess",
} as const;

interface Loading extends Stopping {
  readonly policy: GoalPolicy | undefined;
}

interface Stopping {
  readonly connection: AppServerConnection;
  readonly clock: Clock;
  /** Ends the waiting for a thread that is in use. */
  readonly signal: AbortSignal;
}

export interface LoadedThread {
  readonly threadId: string;
  /** To be named with each turn; undefined leaves it to Codex. */
  readonly effort: string | undefined;
  /** The goal that was at work, unfollowed, and was paused before it was loaded. */
  readonly paused?: Goal;
}

/**
 * Makes sure that the process has the thread in memory, with these options.
 * @param id of an earlier thread; undefined begins a new one
 * @throws {ThreadUnavailable} when an earlier thread cannot be continued
 * @throws {ThreadInUse} when another process works on it
 * @throws {CodexError} when Codex refuses a new one, or does not answer
 */
export async function loadThread(
  loading: Loading,
  options: ThreadOptions,
  id: string | undefined,
): Promise<LoadedThread> {
  if (id === undefined) return await load(loading, options, undefined);
  return await loading.connection.loading.hold(id, () => load(loading, options, id));
}

/**
 * Loads an earlier thread for a turn that is about to begin, where nobody has loaded it and no goal is
 * at work on it: whoever stops a goal has to tell so.
 */
export async function loadKeptAhead(
  loading: Loading,
  options: ThreadOptions,
  id: string,
): Promise<void> {
  const { connection } = loading;
  await connection.loading.hold(id, async () => {
    if (connection.loadedThreads.has(id)) return;
    const [settled, goal] = await Promise.all([
      withDefaults(connection, options),
      readGoal(connection, id),
    ]);
    if (goal?.status === "active") return;
    await resumeThread(loading, settled, id);
    const { reasoningEffort: effort } = settled;
    connection.loadedThreads.set(id, {
      wanted: wantedOf(options),
      ...(effort === undefined ? {} : { effort }),
    });
  });
}

function wantedOf(options: ThreadOptions): string {
  return JSON.stringify([threadParams(options), options.reasoningEffort]);
}

async function load(
  loading: Loading,
  options: ThreadOptions,
  id: string | undefined,
): Promise<LoadedThread> {
  const { connection } = loading;
  const wanted = wantedOf(options);
  const loaded = id === undefined ? undefined : connection.loadedThreads.get(id);
  // What an earlier turn said of the effort still counts.
  if (id !== undefined && loaded?.wanted === wanted) {
    return { threadId: id, effort: options.reasoningEffort ?? loaded.effort };
  }
  if (id !== undefined && loaded !== undefined) await unload(connection, id);
  const [settled, paused] = id === undefined ? [options, undefined] : await Promise.all([
    withDefaults(connection, options),
    // Codex would begin turns towards it as soon as its thread is loaded.
    options.ephemeral ? undefined : pauseActiveGoal(connection, id),
  ]);
  const threadId = id === undefined
    ? await startThread(loading, options)
    : await resumeThread(loading, settled, id);
  connection.loadedThreads.set(threadId, { wanted });
  const loadedThread = { threadId, effort: settled.reasoningEffort };
  return paused === undefined ? loadedThread : { ...loadedThread, paused };
}

/**
 * Names Codex's defaults where a person has chosen none: a thread would keep its last model and
 * effort, which the person may just have given up.
 */
async function withDefaults(
  { ask }: AppServerConnection,
  options: ThreadOptions,
): Promise<ThreadOptions> {
  if (options.model !== undefined && options.reasoningEffort !== undefined) return options;
  const models = await listModels(
    (method, params) => ask(method, params, MODELS_DEADLINE_MS),
    options.workingDirectory,
  ).catch((error) => {
    // The turn is worth more than this; a process that has ended is another matter.
    if (error instanceof CodexError && error.kind !== "exited") return [];
    throw error;
  });
  const wanted = models.find(({ slug, isDefault }) =>
    options.model === undefined ? isDefault : slug === options.model
  );
  const model = options.model ?? wanted?.slug;
  const reasoningEffort = options.reasoningEffort ?? wanted?.defaultEffort;
  return {
    ...options,
    ...(model === undefined ? {} : { model }),
    ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
  };
}

/** Where an administrator allows no permissions of one's own, a reviewer only reads. */
async function startThread(loading: Loading, options: ThreadOptions): Promise<string> {
  try {
    return await startThreadWith(loading, options);
  } catch (error) {
    if (options.sandbox !== "review" || !isRefused(error)) throw error;
    return await startThreadWith(loading, { ...options, sandbox: "read-only" });
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof RpcError && error.code !== OVERLOADED;
}

async function startThreadWith(
  { connection, policy }: Loading,
  options: ThreadOptions,
): Promise<string> {
  const params = {
    ...threadParams(options),
    ...configParams(options, policy),
    ephemeral: options.ephemeral,
  };
  return (await connection.ask("thread/start", params, LOAD_DEADLINE_MS)).thread.id;
}

/** Unsubscribes first: Codex ignores other options for a thread that this client still follows. */
export async function unload(connection: AppServerConnection, threadId: string): Promise<void> {
  connection.loadedThreads.delete(threadId);
  await connection.request("thread/unsubscribe", { threadId });
}

async function resumeThread(
  loading: Loading,
  options: ThreadOptions,
  threadId: string,
): Promise<string> {
  if (options.ephemeral) throw new ThreadUnavailable("it was not kept");
  const { connection, clock, signal, policy } = loading;
  // The history would come as one long line that nobody reads.
  const params = {
    threadId,
    ...threadParams(options),
    ...configParams(options, policy),
    excludeTurns: true,
  };
  const resume = (): Promise<Answers["thread/resume"]> =>
    connection.ask("thread/resume", params, LOAD_DEADLINE_MS).catch((error) => {
      if (!(error instanceof RpcError) || error.code === OVERLOADED) throw error;
      if (IN_USE.test(error.message)) throw new ThreadInUse(error);
      throw new ThreadUnavailable(error.message, error);
    });
  const { sandbox, approvalPolicy, thread } = await whileInUse(resume, clock, signal);
  if (thread?.status?.type === "active") await stopRunningTurn(loading, threadId);
  const wanted = options.sandbox === "review" ? undefined : SANDBOX_TYPES[options.sandbox];
  const other = (sandbox !== undefined && wanted !== undefined && sandbox.type !== wanted) ||
    (typeof approvalPolicy === "string" && approvalPolicy !== options.approvalPolicy);
  // Better another thread than one that may do more than it should.
  if (other) throw new ThreadUnavailable("Codex keeps its earlier rights");
  return threadId;
}

/** Tries again while the thread is in use, but not for long. */
async function whileInUse<Value>(
  resume: () => Promise<Value>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Value> {
  for (const pauseMs of IN_USE_PAUSES_MS) {
    try {
      return await resume();
    } catch (error) {
      if (!(error instanceof ThreadInUse)) throw error;
      if (!await pause(clock, pauseMs, signal)) throw error;
    }
  }
  return await resume();
}

/**
 * Stops a turn that nobody follows, and waits for its end. The app-server of another machine works
 * on when the connection to it, or this program, has ended; the next input would be mixed into it.
 * @throws {ThreadInUse} when it does not end
 */
export async function stopRunningTurn(
  { connection, clock, signal }: Stopping,
  threadId: string,
): Promise<void> {
  for (let tries = 0; tries < MOST_STOP_TRIES; tries++) {
    const { thread } = await connection.ask("thread/read", { threadId, includeTurns: true });
    if (thread.status.type !== "active") return;
    const turnId = thread.turns.findLast((turn) => turn.status === "inProgress")?.id;
    if (turnId !== undefined) await interrupt(connection, { threadId, turnId });
    if (!await pause(clock, STOP_PAUSE_MS, signal)) break;
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

/** What Codex lets a client take away; a release that does not know a name ignores it. */
export const WITHOUT_TOOLS = {
  "features.shell_tool": false,
  "features.unified_exec": false,
  "features.goals": false,
  "features.multi_agent": false,
  "features.view_image": false,
  "features.sleep_tool": false,
  "features.image_generation": false,
  "features.skill_search": false,
  "features.tool_suggest": false,
  "features.apps": false,
  "features.plugins": false,
  web_search: "disabled",
};

/** Overrides of Codex's configuration: no goals where they are off, and what a reviewer may do. */
function configParams(
  { sandbox, withoutTools }: ThreadOptions,
  policy: GoalPolicy | undefined,
): Record<string, unknown> {
  const config = {
    ...(policy === "off" ? { "features.goals": false } : {}),
    ...(sandbox === "review" ? REVIEW_PERMISSIONS : {}),
    ...(withoutTools === true ? WITHOUT_TOOLS : {}),
  };
  return Object.keys(config).length === 0 ? {} : { config };
}

function threadParams(options: ThreadOptions): Record<string, unknown> {
  const { workingDirectory, sandbox, approvalPolicy, model, developerInstructions } = options;
  return {
    cwd: workingDirectory,
    // Beside permissions of its own a thread takes no sandbox.
    ...(sandbox === "review" ? {} : { sandbox }),
    approvalPolicy,
    ...(model === undefined ? {} : { model }),
    ...(developerInstructions === undefined ? {} : { developerInstructions }),
  };
}
