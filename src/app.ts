/** Puts the parts together, by hand, top to bottom. The only file that knows all of them. */
import { join } from "node:path";
import { TelegramFrontEnd } from "./bot/telegram_front_end.ts";
import type { Config } from "./config/config.ts";
import type { CodexBackend } from "./core/codex.ts";
import { describeError } from "./core/errors.ts";
import type { Log } from "./core/log.ts";
import { Orchestrator } from "./core/orchestrator.ts";
import { createRedactor } from "./core/redact.ts";
import { createCodexBackend } from "./integrations/codex/create_backend.ts";
import { ensurePrivateFolder } from "./integrations/files/folders.ts";
import { SessionFiles } from "./integrations/files/session_files.ts";
import { TraceFiles } from "./integrations/files/trace_files.ts";
import { createLog } from "./integrations/logging/log.ts";
import { openDatabase } from "./integrations/state/database.ts";
import { InboxTable } from "./integrations/state/inbox_table.ts";
import { RunTable } from "./integrations/state/run_table.ts";
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
}

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
  const redactor = createRedactor({ secrets: [config.telegram.botToken] });
  using log = createLog({ ...surroundings, clock, redactor });
  for (const warning of config.warnings) log.warn("config.warning", { warning });
  log.info("program.started", { version: surroundings.version, conf: config.path });
  await ensurePrivateFolder(config.stateFolder);
  const database = openDatabase(join(config.stateFolder, "state.db"));
  const inbox = new InboxTable(database, clock);
  const runs = new RunTable(database);
  inbox.prune();
  runs.prune();
  const sessions = new SessionFiles({
    folder: join(config.stateFolder, "sessions"),
    defaultProfile: config.profiles.default,
    clock,
    log,
  });
  const traces = new TraceFiles({
    folder: join(config.stateFolder, "traces"),
    redactor,
    clock,
    log,
  });
  const backend = createCodexBackend(config.codex, {
    clock,
    log,
    environment: surroundings.variables,
    clientVersion: surroundings.version,
  });
  const agents = { backend, clock };
  const single = createSingleWorkflow(agents);
  const plan = createPlanWorkflow({
    ...agents,
    single,
    maxReviewRounds: config.maxReviewRounds,
  });
  const frontEnd = new TelegramFrontEnd({
    settings: config.telegram,
    store: inbox,
    clock,
    log,
    newId: newRunId,
    echo: () => backend.kind === "echo",
  });
  const engine = new Orchestrator({
    backend,
    workflows: { single, plan },
    profiles: config.profiles,
    maxReviewRounds: config.maxReviewRounds,
    sessions,
    runs,
    steps: runs,
    traces,
    chat: frontEnd.chat,
    clock,
    log,
  });
  try {
    await warmUp(backend, config, log, signal);
    await frontEnd.run(engine, signal);
  } finally {
    await engine.close(config.telegram.polling.cancelWaitSeconds * 1000);
    await frontEnd.close();
    await backend.close();
    await traces.flush();
    database.close();
    log.info("program.stopped");
  }
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
