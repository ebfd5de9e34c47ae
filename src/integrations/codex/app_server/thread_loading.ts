/** Brings a thread into the memory of a Codex process: a new one, or an earlier one from disk. */

import { z } from "zod";
import type { Clock } from "../../../core/clock.ts";
import type { ThreadOptions } from "../../../core/codex/codex.ts";
import { pause } from "../../../core/deadline.ts";
import { CodexError } from "../../../core/errors.ts";
import { ThreadInUse, ThreadUnavailable } from "../turn_failure.ts";
import { asking, readAnswer } from "./answers.ts";
import type { AppServerConnection } from "./connection.ts";
import { RpcError } from "./json_rpc.ts";
import { listModels } from "./queries.ts";
import { resumeAnswer, threadAnswer } from "./protocol.ts";

/** Starting the tool servers of a thread may take a while. */
const LOAD_DEADLINE_MS = 60_000;
const OVERLOADED = -32001;
/** Said of a thread that another process has in memory; releases have no code for it. */
const IN_USE = /active writer/i;
/** A process that is on its way out lets go of its threads in its own time. */
const IN_USE_PAUSES_MS = [300, 700, 1_500];

/** How a thread's answer names the sandboxes. */
const SANDBOX_TYPES = {
  "read-only": "readOnly",
  "workspace-write": "workspaceWrite",
  "danger-full-access": "dangerFullAccess",
} as const;

interface Loading {
  readonly connection: AppServerConnection;
  readonly clock: Clock;
  /** Ends the waiting for a thread that is in use. */
  readonly signal: AbortSignal;
}

interface LoadedThread {
  readonly threadId: string;
  /** To be named with each turn; undefined leaves it to Codex. */
  readonly effort: string | undefined;
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
  const { connection } = loading;
  const wanted = JSON.stringify([threadParams(options), options.reasoningEffort]);
  const loaded = id === undefined ? undefined : connection.loadedThreads.get(id);
  // What an earlier turn said of the effort still counts.
  if (id !== undefined && loaded === wanted) {
    return { threadId: id, effort: options.reasoningEffort };
  }
  if (id !== undefined && loaded !== undefined) await letGo(connection, id);
  const settled = id === undefined ? options : await withDefaults(connection, options);
  const threadId = id === undefined
    ? await startThread(connection, options)
    : await resumeThread(loading, settled, id);
  connection.loadedThreads.set(threadId, wanted);
  return { threadId, effort: settled.reasoningEffort };
}

/**
 * A thread keeps its last model and effort unless it is told others, and those may be what a person
 * has just given up: so Codex's defaults are named.
 */
async function withDefaults(
  connection: AppServerConnection,
  options: ThreadOptions,
): Promise<ThreadOptions> {
  if (options.model !== undefined && options.reasoningEffort !== undefined) return options;
  const ask = asking(() => Promise.resolve(connection));
  const models = await listModels(ask, options.workingDirectory).catch((error) => {
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

async function startThread(
  connection: AppServerConnection,
  options: ThreadOptions,
): Promise<string> {
  const params = { ...threadParams(options), ephemeral: options.ephemeral };
  const answer = await connection.request("thread/start", params, LOAD_DEADLINE_MS);
  return readAnswer(threadAnswer, answer, "thread/start").thread.id;
}

/** A thread that we still follow is handed back as it is: other options would be ignored. */
async function letGo(connection: AppServerConnection, threadId: string): Promise<void> {
  connection.loadedThreads.delete(threadId);
  await connection.request("thread/unsubscribe", { threadId });
}

async function resumeThread(
  loading: Loading,
  options: ThreadOptions,
  threadId: string,
): Promise<string> {
  if (options.ephemeral) throw new ThreadUnavailable("it was not kept");
  const { connection, clock, signal } = loading;
  // The history would come as one long line, and nobody reads it here.
  const params = { threadId, ...threadParams(options), excludeTurns: true };
  const resume = (): Promise<unknown> =>
    connection.request("thread/resume", params, LOAD_DEADLINE_MS).catch((error) => {
      if (!(error instanceof RpcError) || error.code === OVERLOADED) throw error;
      if (IN_USE.test(error.message)) throw new ThreadInUse(error);
      throw new ThreadUnavailable(error.message, error);
    });
  const answer = await oncePossible(resume, clock, signal);
  const { sandbox, approvalPolicy, thread } = readAnswer(resumeAnswer, answer, "thread/resume");
  if (thread?.status?.type === "active") await stopLeftoverTurn(loading, threadId);
  const other = (sandbox !== undefined && sandbox.type !== SANDBOX_TYPES[options.sandbox]) ||
    (typeof approvalPolicy === "string" && approvalPolicy !== options.approvalPolicy);
  // Better another thread than one that may do more than it should.
  if (other) throw new ThreadUnavailable("Codex keeps its earlier rights");
  return threadId;
}

/** Tries again while the thread is in use, and not for long. */
async function oncePossible(
  resume: () => Promise<unknown>,
  clock: Clock,
  signal: AbortSignal,
): Promise<unknown> {
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

function threadParams(options: ThreadOptions): Record<string, unknown> {
  const { workingDirectory, sandbox, approvalPolicy, model, developerInstructions } = options;
  return {
    cwd: workingDirectory,
    sandbox,
    approvalPolicy,
    ...(model === undefined ? {} : { model }),
    ...(developerInstructions === undefined ? {} : { developerInstructions }),
  };
}

interface LeftoverPlace {
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
async function stopLeftoverTurn(
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
