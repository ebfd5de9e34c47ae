/** Puts the parts together, by hand, top to bottom. The only file that knows all of them. */
import { join } from "node:path";
import { TelegramFrontEnd } from "./bot/telegram_front_end.ts";
import type { Config } from "./config/config.ts";
import type { Clock } from "./core/clock.ts";
import type { CodexBackend } from "./core/codex.ts";
import { describeError } from "./core/errors.ts";
import { type Chore, keepHouse } from "./core/housekeeping.ts";
import type { Log } from "./core/log.ts";
import { Orchestrator } from "./core/orchestrator.ts";
import { createRedactor, type Redactor } from "./core/redact.ts";
import type { RunObserver } from "./core/run_observer.ts";
import { RunRecorder } from "./core/run_recorder.ts";
import { SessionDesk } from "./core/session_desk.ts";
import { createCodexBackend } from "./integrations/codex/create_backend.ts";
import { InboxFiles } from "./integrations/files/inbox_files.ts";
import { SessionFiles } from "./integrations/files/session_files.ts";
import { TraceFiles } from "./integrations/files/trace_files.ts";
import { createLog } from "./integrations/logging/log.ts";
import { openState, type State } from "./integrations/state/state.ts";
import { RunSpans } from "./integrations/telemetry/run_spans.ts";
import { activeTracer } from "./integrations/telemetry/tracing.ts";
import { untracedFetch } from "./integrations/telemetry/untraced_fetch.ts";
import { createSystemClock } from "./integrations/system_clock.ts";
import { createPlanWorkflow } from "./workflows/plan.ts";
import { createSingleWorkflow } from "./workflows/single.ts";

export interface Surroundings {
  /** Everything a child process may be given a part of; holds secrets. */
  readonly variables: Readonly<Record<string, string>>;
  readonly version: string;
  /** Logs Codex's events too. */
  readonly verbose: boolean;
  /** Takes each line of the log. */
  readonly write: (line: string) => void;
  /** Told whenever a Codex process has ended; what it had started may live on. */
  readonly onCodexEnded?: () => void;
}

/** What most parts are given. */
interface Commons {
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor: Redactor;
}

/** Everything that grows. */
interface Kept {
  readonly state: State;
  readonly sessions: SessionFiles;
  readonly inbox: InboxFiles;
  readonly traces: TraceFiles;
  readonly clock: Clock;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Runs the program until the signal aborts, then lets go of everything in reverse order.
 * @throws {UserFacingError} when it cannot start or Telegram refuses it for good
 */
export async function runApp(
  config: Config,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  const clock = createSystemClock();
  const redactor = createRedactor({ secrets: config.secrets });
  using log = createLog({ ...surroundings, clock, redactor });
  const commons = { clock, log, redactor };
  for (const warning of config.warnings) log.warn("config.warning", { warning });
  log.info("program.started", { version: surroundings.version, conf: config.path });
  using state = await openState({ folder: config.stateFolder, clock, log });
  const sessions = new SessionFiles({
    folder: join(config.stateFolder, "sessions"),
    defaultProfile: config.profiles.default,
    conceal: redactor.conceal,
    ...commons,
  });
  const inbox = new InboxFiles({ folder: join(config.stateFolder, "inbox"), ...commons });
  const traces = new TraceFiles({
    folder: join(config.stateFolder, "traces"),
    keepDays: config.traceDays,
    ...commons,
  });
  const backend = createCodexBackend(config.codex, {
    environment: surroundings.variables,
    clientVersion: surroundings.version,
    onEnded: surroundings.onCodexEnded,
    ...commons,
  });
  const { profiles } = config;
  const recorder = new RunRecorder({
    logs: state.runLogs,
    changes: state.changes,
    conceal: redactor.conceal,
    ...commons,
  });
  const frontEnd = new TelegramFrontEnd({
    settings: config.telegram,
    store: state.inbox,
    outboxStore: state.outbox,
    statusMessages: state.statusMessages,
    questions: state.questions,
    preferences: state.preferences,
    attachments: inbox,
    waitingAttachments: state.waitingAttachments,
    fetch: untracedFetch(fetch),
    records: recorder,
    desk: new SessionDesk({ backend, profiles, sessions, conceal: redactor.conceal }),
    takeDamage: () => state.takeDamage(),
    conceal: redactor.conceal,
    newId: newRunId,
    echo: () => backend.kind === "echo",
    ...commons,
  });
  const engine = new Orchestrator({
    backend,
    workflows: workflowsOf(config, backend, clock),
    profiles,
    maxReviewRounds: config.maxReviewRounds,
    downtimeMs: state.downtimeMs,
    askAfterMs: config.runs.askAfterMs,
    sessions,
    runs: state.runs,
    steps: state.runs,
    traces,
    recorder,
    chat: frontEnd.chat,
    ...observed(surroundings.version, backend, log),
    ...commons,
  });
  // People are heard until the running turns have ended: a question may still be answered.
  const wound = new AbortController();
  const windUp = async (): Promise<void> => {
    await engine.close(config.runs.shutdownGraceMs);
    wound.abort();
  };
  // Cannot reject: closing ends by itself or by its grace.
  signal.addEventListener("abort", () => void windUp(), { once: true });
  const over = new AbortController();
  const housekeeping = keepHouse(
    chores({ state, sessions, inbox, traces, clock }),
    commons,
    over.signal,
  );
  try {
    await warmUp(backend, config, log, signal);
    if (!signal.aborted) await frontEnd.run(engine, wound.signal);
  } finally {
    await engine.close(config.runs.shutdownGraceMs);
    await frontEnd.close();
    await backend.close();
    over.abort();
    await housekeeping;
    await traces.flush();
    log.info("program.stopped");
  }
}

function workflowsOf(
  config: Config,
  backend: CodexBackend,
  clock: Clock,
): ConstructorParameters<typeof Orchestrator>[0]["workflows"] {
  const single = createSingleWorkflow({ backend, clock });
  const { maxReviewRounds } = config;
  return { single, plan: createPlanWorkflow({ backend, clock, single, maxReviewRounds }) };
}

/** Spans for OpenTelemetry, where Deno exports them. */
function observed(version: string, backend: CodexBackend, log: Log): { observer?: RunObserver } {
  const tracer = activeTracer(version);
  if (tracer === undefined) return {};
  const provider = (): string => backend.kind === "echo" ? "echo" : "openai";
  return { observer: new RunSpans({ tracer, provider, log }) };
}

/** What keeps the files and tables small, and tells the next start when this one ended. */
function chores({ state, sessions, inbox, traces, clock }: Kept): Chore[] {
  return [
    { name: "alive", everyMs: MINUTE_MS, work: () => state.facts.markAlive(clock.now()) },
    { name: "database", everyMs: HOUR_MS, work: () => state.prune() },
    { name: "traces", everyMs: HOUR_MS, work: () => traces.prune() },
    { name: "inbox", everyMs: 24 * HOUR_MS, work: () => inbox.prune() },
    { name: "sessions", everyMs: 24 * HOUR_MS, work: () => sessions.removeRemains() },
  ];
}

/** Short enough to be read out, long enough never to meet another one. */
function newRunId(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 12);
}

/** A Codex that does not start is no reason to be silent: the bot says what is wrong with it. */
async function warmUp(
  backend: CodexBackend,
  config: Config,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const warm = backend.start(signal).catch((error) => {
    if (!signal.aborted) log.error("codex.not-ready", { error: describeError(error) });
  });
  if (config.telegram.polling.requireWarmup) await warm;
}
