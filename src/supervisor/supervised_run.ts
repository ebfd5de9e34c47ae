/**
 * The launcher: computes what the application may do, starts it, gives up every right of its own, and
 * waits for the end.
 */
import { join } from "node:path";
import type { ChatOptions } from "../chat_app.ts";
import type { Config } from "../config/load.ts";
import { describeError, UserFacingError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { createRedactor } from "../core/redaction/redact.ts";
import { ensurePrivateFolder } from "../integrations/files/durable_files.ts";
import { refuseNewerState } from "../integrations/state/database_file.ts";
import { STATE_FILE } from "../integrations/state/state_files.ts";
import { mayBeTraced } from "../integrations/telemetry/switched_on.ts";
import { createSystemClock } from "../integrations/system_clock.ts";
import { loadApplication } from "./application_launch.ts";
import { type LaunchApplication, type ProgramEnd, WorkerSupervisor } from "./worker_supervisor.ts";
import { CrashRecord } from "./crash_record.ts";
import { INSTANCE_VARIABLE, instanceId, launchIdOf, lockInstance } from "./instance.ts";
import { endOrphans, startOrphanReaper } from "./orphan_reaper.ts";
import { type RunningBroker, startBroker } from "./broker_launch.ts";
import { confine, type Confinement } from "./confinement.ts";
import type { ApplicationPermissions } from "./messages.ts";
import type { PreparedApplication } from "./prepared_application.ts";
import { greeting } from "../integrations/codex/app_server/greeting.ts";
import { createPlainLog } from "../integrations/logging/log_line.ts";
import { startWorkerSpawner } from "./worker_spawner.ts";

interface Launch {
  /** Of the process and its files; holds secrets. */
  readonly variables: Readonly<Record<string, string>>;
  readonly version: string;
  readonly verbose: boolean;
  /** Aborts when the process is asked to stop. */
  readonly stop: AbortSignal;
  /** Takes the log. */
  readonly print: (text: string) => void;
  /** The chat in the terminal; absent = the bot. It is not started again when it dies. */
  readonly chat?: ChatOptions;
  /** The bot, if it is being loaded already. */
  readonly prepared?: PreparedApplication;
}

/**
 * Runs the application, confined to what its configuration needs. Afterwards this process has no
 * permissions left.
 * @throws {UserFacingError} when another instance runs, the state folder cannot be used, or a newer
 * version of the program has used it
 */
export async function runSupervised(config: Config, launch: Launch): Promise<ProgramEnd> {
  const clock = createSystemClock();
  const redactor = createRedactor({ secrets: config.secrets });
  const log = createPlainLog({ verbose: launch.verbose, write: launch.print, clock, redactor });
  await ensurePrivateFolder(config.stateFolder);
  const stateFolder = await Deno.realPath(config.stateFolder);
  const { chat } = launch;
  const taken = chat === undefined ? {} : { taken: conversationTaken };
  using _lock = await lockInstance(stateFolder, { pid: Deno.pid, log, ...taken });
  refuseNewerState(join(stateFolder, STATE_FILE));
  await using crashes = await CrashRecord.open(stateFolder, {
    pid: Deno.pid,
    clock,
    log,
    redactor,
  });
  const confinement = await confine(
    await withTracesFolder(config),
    launch.variables,
    stateFolder,
    chat === undefined ? "telegram" : "terminal",
  );
  const { permissions, variables, broker: rights } = confinement;
  const instance = await instanceId(stateFolder);
  const launchId = launchIdOf(instance);
  // Loading, looking for orphans and starting a shell need not wait for each other.
  const mark = { [INSTANCE_VARIABLE]: launchId };
  const limits = { ...rights.limits, environment: { ...rights.limits.environment, ...mark } };
  const failing = Promise.withResolvers<string>();
  const ahead = launch.prepared?.take(permissions);
  log.debug("application.loading", { ahead: ahead !== undefined });
  const applying = loadApplication(
    chat === undefined ? "bot" : "chat",
    permissions,
    redactor,
    ahead,
  );
  const brokering = brokerWith(
    startBroker({ rights: { ...rights, limits }, log, onFailure: failing.resolve }),
    endOrphans({ mark: `${INSTANCE_VARIABLE}=${instance}`, pid: Deno.pid, clock, log }),
    chat === undefined ? greeting(launch.version) : undefined,
    log,
  );
  // To make a worker holds everything up for a moment, and Codex waits for the broker.
  const spawning = chat === undefined ? startWorkerSpawner(permissions) : undefined;
  const loading = Promise.all([
    applying,
    spawning,
    brokering,
    launch.prepared && keepPermissions(launch.prepared, { stateFolder, permissions, log }),
  ]);
  const reaper = startOrphanReaper({
    mark: `${INSTANCE_VARIABLE}=${launchId}`,
    pid: Deno.pid,
    log,
  });
  const [application, spawner, broker] = await loading.catch(async (error) => {
    // It may have started Codex. One that is at fault itself has started nothing.
    await brokering.then((started) => started.close(), () => undefined);
    await reaper.close();
    throw error;
  });
  await giveUpPermissions();
  logConfined(log, confinement);
  const supervisor = new WorkerSupervisor({
    clock,
    log,
    connect: () => broker.connect(),
    launch: spawner === undefined ? application : inTurn(application, spawner.launch),
    ...(spawner === undefined ? { pausesMs: [] } : {}),
    onOrphans: reaper.reap,
    onCrash: (crash) => crashes.note(crash),
  });
  stopWith(launch.stop, supervisor);
  // Never rejects.
  void failing.promise.then((reason) => supervisor.abandon(reason));
  const end = await supervisor.run({
    config: confinement.config,
    variables: pathOf(variables),
    version: launch.version,
    verbose: launch.verbose,
    traced: mayBeTraced(launch.variables),
    ...(chat === undefined ? {} : { chat }),
  });
  await broker.close();
  spawner?.close();
  await reaper.close();
  return end.text === undefined ? end : { ...end, text: redactor.forLogs(end.text) };
}

/** Where it cannot be kept, the next start is slower. */
async function keepPermissions(
  prepared: PreparedApplication,
  { stateFolder, permissions, log }: {
    readonly stateFolder: string;
    readonly permissions: ApplicationPermissions;
    readonly log: Log;
  },
): Promise<void> {
  try {
    await prepared.keep(stateFolder, permissions);
  } catch (error) {
    log.warn("permissions.not-kept", { reason: describeError(error) });
  }
}

/**
 * Waits for the broker, and for the end of what an earlier launch has left running, which would be
 * taken for one with a Codex of this launch.
 * @param ahead what to say first to a Codex that is started while the application is being loaded;
 * absent = it is not
 */
async function brokerWith(
  starting: Promise<RunningBroker>,
  orphans: Promise<unknown>,
  ahead: string | undefined,
  log: Log,
): Promise<RunningBroker> {
  const [broker] = await Promise.all([starting, orphans]);
  log.debug("codex.starting", { ahead: ahead !== undefined });
  if (ahead !== undefined) broker.startAhead(ahead);
  return broker;
}

/** All that the application needs: it looks whether a program in it was replaced. */
function pathOf(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => /^path$/i.test(name)));
}

/** Resolves the folder's links, because permissions go by the path as it is written. */
async function withTracesFolder(config: Config): Promise<Config> {
  if (config.tracesFolder === undefined) return config;
  await ensurePrivateFolder(config.tracesFolder);
  return { ...config, tracesFolder: await Deno.realPath(config.tracesFolder) };
}

function conversationTaken(pid: number | undefined): UserFacingError {
  const where = pid === undefined ? "" : ` in process ${pid}`;
  return new UserFacingError(`The conversation of this folder is open already${where}`, {
    remedy: "Continue there, or choose another folder with --cd",
  });
}

/**
 * Launches the first application from this process, which still may: the runtime takes a second
 * longer for a worker of a worker.
 */
function inTurn(first: LaunchApplication, later: LaunchApplication): LaunchApplication {
  let launched = false;
  return (events) => {
    const launch = launched ? later : first;
    launched = true;
    return launch(events);
  };
}

function stopWith(signal: AbortSignal, supervisor: WorkerSupervisor): void {
  const stop = (): void => supervisor.stop();
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
}

async function giveUpPermissions(): Promise<void> {
  const names = ["read", "write", "net", "env", "run", "sys", "ffi", "import"] as const;
  for (const name of names) await Deno.permissions.revoke({ name });
}

function logConfined(log: Log, { permissions, broker }: Confinement): void {
  const { read, write, net } = permissions;
  const listed = (values: readonly string[]): string => values.join(",") || "none";
  log.info("permissions.confined", {
    read: listed(read),
    write: listed(write),
    net: listed(net),
    run: "none",
    broker: listed(broker.run),
  });
}
