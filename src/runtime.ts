/** Opens what every front-end needs (state, Codex, the engine) and closes it in order. */
import { join } from "node:path";
import type { Config } from "./config/load.ts";
import type { Announcement, ChatPort } from "./core/chat/chat.ts";
import type { Clock } from "./core/clock.ts";
import type { CodexBackend } from "./core/codex/codex.ts";
import { redactedUnowned, type Unowned } from "./core/codex/thread_activity.ts";
import { type PeriodicTask, runPeriodicTasks } from "./core/periodic_tasks.ts";
import type { Log } from "./core/log.ts";
import { Orchestrator } from "./core/run/orchestrator.ts";
import { createRedactor, type Redactor } from "./core/redaction/redact.ts";
import { QueueHolds } from "./core/run/queue_holds.ts";
import { RunRecorder } from "./core/run/run_recorder.ts";
import { UnfinishedUndos } from "./core/run/unfinished_undos.ts";
import { DeferredObserver } from "./core/run/deferred_observer.ts";
import { RunTracer } from "./core/run/run_tracer.ts";
import type { RunObserver } from "./core/run/run_state.ts";
import { SessionService } from "./core/session/session_service.ts";
import type { StartProgram } from "./integrations/codex/child_process.ts";
import {
  type BackendDependencies,
  CodexMachines,
  createCodexMachines,
} from "./integrations/codex/create_backend.ts";
import { InboxFiles } from "./integrations/files/inbox_files.ts";
import { SessionFiles } from "./integrations/files/session_files.ts";
import { TraceFiles } from "./integrations/traces/trace_files.ts";
import { createLog } from "./integrations/logging/log.ts";
import { openState, type State } from "./integrations/state/state.ts";
import { createSystemClock } from "./integrations/system_clock.ts";
import { KeptRunReports } from "./reports.ts";
import { createWorkflows } from "./workflows/workflows.ts";

export interface HostEnvironment {
  /** Variables of which child processes get a part; holds secrets. */
  readonly variables: Readonly<Record<string, string>>;
  readonly version: string;
  /** Logs Codex's events too. */
  readonly verbose: boolean;
  /** OpenTelemetry may be on: spans are made, and calls of the Bot API are kept out of them. */
  readonly traced: boolean;
  /** Takes each line of the log. */
  readonly write: (line: string) => void;
  /** Starts the programs that the configuration names; absent = from here. */
  readonly start?: StartProgram | undefined;
  /** Called when a Codex process has ended; processes that it started may still run. */
  readonly onCodexEnded?: () => void;
  /** Makes another Codex than the one that the configuration names. */
  readonly createCodex?: (dependencies: BackendDependencies) => CodexBackend;
}

/** What most parts need. */
export interface BaseDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor: Redactor;
}

/** What a front-end is made of. */
export interface Runtime extends BaseDependencies {
  readonly state: State;
  readonly machines: CodexMachines;
  readonly inbox: InboxFiles;
  readonly recorder: RunRecorder;
  readonly sessionService: SessionService;
  readonly newRunId: () => string;
}

export interface FrontEnd<Result> {
  readonly chat: ChatPort;
  /** Work of the front-end that is repeated while the program runs. */
  readonly periodicTasks?: readonly PeriodicTask[];
  /** Tells the owner at once; never throws. */
  announce(announcement: Announcement): void;
  /** Serves people until it is stopped, or its single request is done. */
  run(engine: Orchestrator): Promise<Result>;
  /** Delivers what is still waiting; called when no run is active any more. */
  close(): Promise<void>;
}

const STATE_CHECK_MS = 5_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Runs the front-end until it ends, then closes everything in reverse order.
 * @param begin is handed the machines before the state is opened, and returns what makes the front-end
 * @throws {UserFacingError} when the program cannot start, or the front-end gives up
 */
export async function runWithEngine<Result>(
  config: Config,
  host: HostEnvironment,
  begin: (
    machines: CodexMachines,
    base: BaseDependencies,
  ) => (runtime: Runtime) => FrontEnd<Result>,
): Promise<Result> {
  const clock = createSystemClock();
  const redactor = createRedactor({ secrets: config.secrets });
  using log = createLog({ ...host, clock, redactor });
  const base = { clock, log, redactor };
  for (const warning of config.warnings) log.warn("config.warning", { warning });
  log.info("program.started", { version: host.version, conf: config.path });
  const onUnowned = (what: Unowned): void =>
    frontEnd.announce({ type: "codex.unowned", what: redactedUnowned(what, redactor.forPeople) });
  const machines = machinesOn(config, { ...host, onUnowned }, base);
  const open = begin(machines, base);
  using state = await openState({ folder: config.stateFolder, clock, log }).catch(async (error) => {
    await machines.close();
    throw error;
  });
  const { sessions, traces, ...runtime } = runtimeOn(config, host, state, { ...base, machines });
  const { inbox } = runtime;
  const tracer = new DeferredObserver(new RunTracer(traces), { clock, log });
  const frontEnd = open(runtime);
  const engine = new Orchestrator({
    stores: { sessions, runs: state.runs, steps: state.runs, snapshots: state.snapshots },
    workers: {
      workflows: createWorkflows({ machines, clock }, config),
      machines,
      attachments: inbox,
    },
    settings: {
      profiles: config.profiles,
      maxReviewRounds: config.maxReviewRounds,
      goals: config.codex.goals,
      folderConflicts: config.runs.folderConflicts,
      downtimeMs: state.downtimeMs,
      askAfterMs: config.runs.askAfterMs,
    },
    holds: new QueueHolds({ store: state.holds, ...base }),
    newRunId,
    recorder: runtime.recorder,
    undos: new UnfinishedUndos({
      machines,
      store: state.snapshots,
      undo: runtime.sessionService.undo,
      chat: frontEnd.chat,
      ...base,
    }),
    observers: [tracer, ...await spans(host, machines, log)],
    chat: frontEnd.chat,
    ...base,
  });
  const over = new AbortController();
  const tasks = [
    ...periodicTasks({ state, sessions, inbox, traces, clock }),
    { name: "state", everyMs: STATE_CHECK_MS, work: () => checkState(state, config, frontEnd) },
    ...frontEnd.periodicTasks ?? [],
  ];
  const repeating = runPeriodicTasks(tasks, base, over.signal);
  try {
    return await frontEnd.run(engine);
  } finally {
    await engine.close(config.runs.shutdownGraceMs);
    await frontEnd.close();
    await machines.close();
    over.abort();
    await repeating;
    runtime.recorder.flush();
    tracer.flush();
    await traces.flush();
    log.info("program.stopped");
  }
}

/** Tells the owner when the state was deleted or replaced, and written anew. */
function checkState(
  state: State,
  { stateFolder: folder }: Config,
  frontEnd: Pick<FrontEnd<unknown>, "announce">,
): void {
  if (state.rescue() !== undefined) frontEnd.announce({ type: "state.rescued", folder });
}

const MEGABYTE = 1_000_000;
/** Larger files are noted by size and time; a folder with more to read at once is not recorded. */
const WORKSPACE_LIMITS = {
  largestFile: 32 * MEGABYTE,
  mostFiles: 200_000,
  mostBytes: 2_000 * MEGABYTE,
  timeoutMs: 60_000,
};

function machinesOn(
  config: Config,
  host: HostEnvironment & { readonly onUnowned: (what: Unowned) => void },
  base: BaseDependencies,
): CodexMachines {
  const codexDependencies = {
    environment: host.variables,
    start: host.start,
    clientVersion: host.version,
    onEnded: host.onCodexEnded,
    onUnowned: host.onUnowned,
    redact: base.redactor.forPeople,
    workspace: {
      stores: join(config.stateFolder, "workspaces"),
      limits: {
        ...WORKSPACE_LIMITS,
        keptMs: config.runs.undoMs,
        largestStore: config.runs.undoBytes,
      },
    },
    ...base,
  };
  return host.createCodex === undefined
    ? createCodexMachines(config.codex, config.machines, codexDependencies)
    : new CodexMachines(host.createCodex(codexDependencies), new Map());
}

/** Makes the parts that the engine and the front-end share. */
function runtimeOn(
  config: Config,
  host: HostEnvironment,
  state: State,
  { machines, ...base }: BaseDependencies & Pick<Runtime, "machines">,
): Runtime & { readonly sessions: SessionFiles; readonly traces: TraceFiles } {
  const { stateFolder, profiles } = config;
  const redact = base.redactor.forPeople;
  const sessions = new SessionFiles({
    folder: join(stateFolder, "sessions"),
    defaultProfile: profiles.default,
    redact,
    ...base,
  });
  const tracesFolder = config.tracesFolder ?? join(stateFolder, "traces");
  const traces = new TraceFiles({
    folder: tracesFolder,
    keepDays: config.traces.keepDays,
    ...base,
  });
  return {
    state,
    machines,
    sessions,
    traces,
    inbox: new InboxFiles({ folder: join(stateFolder, "inbox"), ...base }),
    recorder: new RunRecorder({
      logs: state.runLogs,
      plans: state.plans,
      changes: state.changes,
      snapshots: state.snapshots,
      redact,
      ...base,
    }),
    sessionService: new SessionService({
      machines,
      profiles,
      sessions,
      goals: config.codex.goals,
      snapshots: state.snapshots,
      endedReviews: state.endedReviews,
      reports: new KeptRunReports({
        ...{ stateFolder, tracesFolder, traces, machines, version: host.version },
        ...{ changes: state.changes, snapshots: state.snapshots },
        ...base,
      }),
      traces,
      newRunId,
      redact,
      version: host.version,
      ...base,
    }),
    newRunId,
    ...base,
  };
}

/** Spans for OpenTelemetry, where Deno exports them. */
async function spans(
  { traced, version }: HostEnvironment,
  machines: CodexMachines,
  log: Log,
): Promise<readonly RunObserver[]> {
  if (!traced) return [];
  const { activeTracer } = await import("./integrations/telemetry/tracing.ts");
  const tracer = activeTracer(version);
  if (tracer === undefined) return [];
  const { RunSpans } = await import("./integrations/telemetry/run_spans.ts");
  const provider = (): string => machines.codexOn(undefined).kind === "echo" ? "echo" : "openai";
  return [new RunSpans({ tracer, provider, log })];
}

/** What grows on disk. */
interface Growing {
  readonly state: State;
  readonly sessions: SessionFiles;
  readonly inbox: InboxFiles;
  readonly traces: TraceFiles;
  readonly clock: Clock;
}

/** Keeps files and tables small, and records that the program is running. */
function periodicTasks({ state, sessions, inbox, traces, clock }: Growing): PeriodicTask[] {
  return [
    { name: "alive", everyMs: MINUTE_MS, work: () => state.facts.markAlive(clock.now()) },
    { name: "database", everyMs: HOUR_MS, work: () => state.prune() },
    { name: "traces", everyMs: HOUR_MS, work: () => traces.prune() },
    { name: "inbox", everyMs: 24 * HOUR_MS, work: () => inbox.prune() },
    { name: "sessions", everyMs: 24 * HOUR_MS, work: () => sessions.removeRemains() },
  ];
}

/** Short enough to read aloud, long enough to be unique. */
function newRunId(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 12);
}
