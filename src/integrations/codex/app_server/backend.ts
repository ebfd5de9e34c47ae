/** Codex by its app-server: one process, many threads. */
import type { CodexTerminals } from "../../../core/codex/background_terminals.ts";
import type {
  BackendHealth,
  CodexBackend,
  CodexThread,
  RestartReport,
  ThreadOptions,
} from "../../../core/codex/codex.ts";
import type { CodexNews } from "../../../core/codex/news.ts";
import { pause } from "../../../core/deadline.ts";
import { CodexError, describeError, unreachable } from "../../../core/errors.ts";
import type { Workspace } from "../../../core/workspace/workspace.ts";
import { type BackendSettings, CAPABILITIES, type LocalBackendSettings } from "../backend_parts.ts";
import { type ChildProcess, endAfterClosedPipe, startChild } from "../child_process.ts";
import { programFingerprint } from "../codex_program.ts";
import { CodexProcess, type ConnectionEnd } from "../codex_process.ts";
import { UPDATE_CODEX } from "../detect.ts";
import { endTurns } from "../live_turn.ts";
import { ProcessRenewal } from "../process_renewal.ts";
import { lossOf, notBegun } from "../turn_failure.ts";
import { AppServerChecks } from "./checks.ts";
import { AppServerTerminals, CommandStarts } from "./background_terminals.ts";
import {
  type AppServerConnection,
  type AppServerLink,
  connectAppServer,
  type OpenLink,
} from "./connection.ts";
import { MachineFiles } from "./files.ts";
import { AppServerGoals } from "./goals.ts";
import { RpcError } from "./json_rpc.ts";
import { ScriptRunner } from "./script_runner.ts";
import { AppServerNews } from "./news.ts";
import { AppServerQueries, KnownRateLimits } from "./queries.ts";
import { reattach } from "./reattachment.ts";
import { RecentLoss } from "./recent_loss.ts";
import { AppServerThread, type RunningTurn, RunningTurns, type ThreadHost } from "./thread.ts";
import type { ThreadOwner } from "./thread_owner.ts";
import { ThreadOwners } from "./thread_owners.ts";
import type { TurnRun } from "./turn_run.ts";
import { UntrustedHooks } from "./untrusted_hooks.ts";
import { appServerWorkspace } from "./workspace.ts";

export interface AppServerSettings extends BackendSettings {
  readonly endpoint: AppServerEndpoint;
  /** Identifies the program on disk, where it is of this machine. */
  readonly fingerprint?: () => Promise<string | undefined>;
}

/** Where the app-server is, and how it is reached. */
export interface AppServerEndpoint {
  readonly open: OpenLink;
  /** The program as it is configured, or its address, for people. */
  readonly commandLine: string;
  /** The machine on which it runs; absent = this one. */
  readonly machine?: string;
  /** Codex's version, e.g. `0.169.0`; absent where only the handshake tells it. */
  readonly version?: string;
}

/** Starts or connects when it is first needed, and again when the process or connection was lost. */
export class AppServerBackend implements CodexBackend {
  readonly kind = "app-server";
  readonly capabilities = CAPABILITIES[this.kind];
  readonly queries: AppServerQueries;
  readonly activity: ThreadOwners;
  readonly terminals: CodexTerminals;
  readonly goals: AppServerGoals;
  readonly attachments?: MachineFiles;
  readonly workspace?: Workspace;
  readonly checks: AppServerChecks;
  readonly #settings: AppServerSettings;
  readonly #turns = new RunningTurns();
  readonly #starts: CommandStarts;
  readonly #limits = new KnownRateLimits();
  readonly #news = new AppServerNews((news) => this.#tell(news));
  readonly #process: CodexProcess<AppServerConnection>;
  readonly #host: ThreadHost;
  readonly #renewal: ProcessRenewal<AppServerConnection>;
  readonly #scripts?: ScriptRunner;
  readonly #loss: RecentLoss;
  readonly #closing = new AbortController();
  /** Resolves with the connection on which Codex has greeted; made anew when that is lost. */
  #greeting = Promise.withResolvers<AppServerConnection>();
  /** What the latest handshake told. */
  #version: string | undefined;

  constructor(settings: AppServerSettings) {
    const { clock, log, onEnded, onUnowned, workspace, endpoint: { machine } } = settings;
    const { redact = (text) => text } = settings;
    this.#settings = settings;
    this.#starts = new CommandStarts(clock);
    const limits = this.#limits;
    const news = this.#news;
    const restart = (connection: AppServerConnection, reason: string): Promise<void> => {
      if (connection.machine !== undefined) this.#tellNotStopped(connection, connection.machine);
      return this.#process.restart(reason, connection);
    };
    this.activity = new ThreadOwners({
      settings,
      turns: this.#turns,
      starts: this.#starts,
      limits,
      news,
      restart,
      onUnowned,
    });
    this.#process = new CodexProcess({
      clock,
      log,
      connect: async (signal) => this.#renewal.started(await this.#connect(signal)),
      onEnded,
      onLost: (connection, reason) => this.#loseTurns(connection, reason),
    });
    this.#renewal = new ProcessRenewal({
      process: this.#process,
      turnsIn: (connection) => [
        ...this.#turns.in(connection).map(({ turn }) => turn.result),
        ...this.activity.agentsOn(connection),
      ],
      fingerprint: settings.fingerprint,
      worksBeside,
      // What an app-server elsewhere runs does not end with the connection.
      beforeEnd: async (connection) => {
        if (connection.machine === undefined) await this.activity.noteCommands(connection);
      },
      log,
    });
    const ready = (signal?: AbortSignal): Promise<AppServerConnection> =>
      this.#process.ready(signal);
    const readyToTell = (): Promise<AppServerConnection> => this.#renewal.readyToTell();
    this.queries = new AppServerQueries({ ready: readyToTell, limits, clock });
    this.terminals = new AppServerTerminals({
      connection: async () => machine === undefined ? this.#process.current : await ready(),
      threads: (threadId) => this.activity.threads(threadId),
      starts: this.#starts,
      clock,
    });
    if (machine !== undefined) {
      this.attachments = new MachineFiles({ machine, ready, log });
    }
    const { signal: closing } = this.#closing;
    const limitMs = Math.min(settings.limits.reconnectMs, OUTLAST_MS);
    const loss = new RecentLoss({ clock, limitMs, closing });
    this.#loss = loss;
    const again = (signal?: AbortSignal): Promise<AppServerConnection> =>
      loss.outlast(() => ready(signal), signal);
    this.checks = new AppServerChecks({ ready: again, clock, log, redact });
    if (workspace !== undefined) {
      // What is only made ready needs no login.
      const greeted = (): Promise<AppServerConnection> => loss.outlast(() => this.#greeted());
      const scripts = new ScriptRunner({ ready: again, greeted, clock, log });
      this.#scripts = scripts;
      this.workspace = appServerWorkspace({ ...workspace, greeted, scripts, closing, clock, log });
    }
    this.#host = {
      settings,
      turns: this.#turns,
      owners: this.activity,
      policy: settings.goals,
      limits,
      news,
      hooks: new UntrustedHooks({ news, commandLine: settings.endpoint.commandLine, log }),
      current: () => this.#renewal.current(),
      ready: (signal, onWait) => this.#renewal.ready(signal, onWait),
      noteFailure: (connection, failure) => {
        this.#renewal.noteFailure(connection, failure);
        if (failure.trouble.kind === "login") this.#forgetLimits();
      },
      restart,
      reattach: (running, reason) => this.#reattach(running, reason),
    };
    this.goals = new AppServerGoals({ ...this.#host, ready, readyToWork: this.#host.ready });
  }

  async start(signal?: AbortSignal): Promise<void> {
    await this.#process.ready(signal);
  }

  startThread(options: ThreadOptions): CodexThread {
    return new AppServerThread(this.#host, options);
  }

  resumeThread(id: string, options: ThreadOptions): CodexThread {
    return new AppServerThread(this.#host, options, id);
  }

  health(): BackendHealth {
    const { commandLine, version: configured } = this.#settings.endpoint;
    const version = this.#version ?? configured;
    return {
      kind: this.kind,
      command: commandLine,
      ...(version === undefined ? {} : { version }),
      ...this.#process.health(),
      standing: this.#news.standing(this.#limits.latest, this.#settings.clock.now()),
    };
  }

  async restart(): Promise<RestartReport> {
    const report = await this.#renewal.restart();
    const { machine } = this.#settings.endpoint;
    return machine === undefined
      ? report
      : { type: "elsewhere", machine, waits: report.type === "waiting" };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.goals.close();
    this.#scripts?.close();
    const { clock } = this.#settings;
    await Promise.all([endTurns(this.#turns.all(), clock), this.activity.close()]);
    await this.#process.close();
  }

  /**
   * Hands out the connection before it is known whether Codex is logged in.
   * @throws {CodexError} when there is none
   */
  async #greeted(): Promise<AppServerConnection> {
    return await Promise.race([this.#process.ready(), this.#greeting.promise]);
  }

  async #connect(signal: AbortSignal): Promise<AppServerConnection> {
    const { clock, log, clientVersion, endpoint } = this.#settings;
    const news = this.#news;
    news.restarted();
    if (endpoint.machine === undefined) this.#forgetLimits();
    const connection = await connectAppServer({
      open: endpoint.open,
      onGreeted: (greeted) => this.#greeting.resolve(greeted),
      clock,
      log,
      clientVersion,
      news,
      onRateLimits: (snapshot) => {
        this.#limits.add(snapshot);
        news.addLimits(this.#limits.latest ?? {});
      },
      onThread: (...told) => this.#starts.observe(...told),
    }, signal).catch((error) => {
      this.#greeting = Promise.withResolvers();
      throw error;
    });
    this.#version = connection.introduction.version;
    this.activity.attach(connection);
    return connection;
  }

  /** What is known of them is of a login that is refused, or that this process may not have. */
  #forgetLimits(): void {
    this.#limits.clear();
    this.#news.forgetLimits();
  }

  /** Tells the newest turn that somebody follows. @returns false when there is none */
  #tell(news: CodexNews): boolean {
    const open = this.#turns.all().findLast(({ run, unfollowed }) =>
      run?.begun === true && unfollowed !== true
    );
    open?.run?.tell(news);
    return open !== undefined;
  }

  /** Codex elsewhere does not end with the connection to it. */
  #tellNotStopped(connection: AppServerConnection, machine: string): void {
    for (const { turn, run } of this.#turns.in(connection)) {
      if (turn.stopping.aborted) run?.tellNotStopped(machine);
    }
  }

  #loseTurns(connection: AppServerConnection, reason: string): void {
    this.#greeting = Promise.withResolvers();
    if (connection.machine === undefined) this.activity.drop(connection);
    else {
      this.#loss.note();
      for (const owner of this.activity.withAgentsOnly(connection)) void this.#findAgents(owner);
    }
    for (const running of this.#turns.in(connection)) {
      const { turn, run } = running;
      // What is still being prepared fails by its own request.
      if (run === undefined) continue;
      // A process of ours takes its turns with it; an app-server elsewhere works on.
      if (connection.machine === undefined) {
        turn.settle({ status: "lost", failure: lossOf(connection, reason) });
      } else void this.#reattach(running, reason);
    }
  }

  /** Takes the turn up over another connection, once at a time, or loses it. Cannot reject. */
  #reattach(running: RunningTurn, reason: string): Promise<void> {
    const { run, turn } = running;
    const { machine } = this.#settings.endpoint;
    if (run === undefined || machine === undefined || turn.over.aborted) return Promise.resolve();
    running.reattaching ??= this.#lookFor(running, run, { machine, reason })
      .finally(() => running.reattaching = undefined);
    return running.reattaching;
  }

  /** Takes sub-agents up that work on without a turn, or gives them up. Cannot reject. */
  async #findAgents(owner: ThreadOwner): Promise<void> {
    const { clock, log, limits } = this.#settings;
    const { signal } = this.#closing;
    owner.disconnected();
    const until = clock.monotonic() + limits.reconnectMs;
    do {
      try {
        owner.moveTo(await this.#process.ready(signal));
        return await owner.findAgents();
      } catch (error) {
        log.info("codex.agents.not-found", { error: describeError(error) });
      }
    } while (clock.monotonic() < until && await pause(clock, FIND_PAUSE_MS, signal));
    owner.loseAgents();
  }

  async #lookFor(
    running: RunningTurn,
    run: TurnRun,
    { machine, reason }: { readonly machine: string; readonly reason: string },
  ): Promise<void> {
    const { clock, log, limits } = this.#settings;
    const { turn } = running;
    run.disconnected();
    const found = await reattach({
      turn,
      run,
      machine,
      ready: (signal) => this.#process.ready(signal),
      limitMs: limits.reconnectMs,
      clock,
      log,
    });
    switch (found.type) {
      case "found":
        running.connection = found.connection;
        break;
      case "not-begun":
        turn.settle({ status: "failed", failure: notBegun(machine, reason) });
        break;
      case "lost":
        turn.settle({ status: "lost", failure: lossOf({ machine }, reason) });
        break;
      default:
        unreachable(found);
    }
  }
}

const FIND_PAUSE_MS = 1_000;
/** How long the record and the checks of a turn wait for a machine that was just lost. */
const OUTLAST_MS = 20_000;
const BESIDE_DEADLINE_MS = 2_000;

/** Whether a thread works without a turn of ours: by a goal, a sub-agent, or a command that runs on. */
async function worksBeside({ ask }: AppServerConnection): Promise<boolean> {
  try {
    const { data: threads } = await ask("thread/loaded/list", {}, BESIDE_DEADLINE_MS);
    for (const threadId of threads) {
      const read = { threadId, includeTurns: false };
      if ((await ask("thread/read", read, BESIDE_DEADLINE_MS)).thread.status.type === "active") {
        return true;
      }
      const { data: terminals } = await ask(
        "thread/backgroundTerminals/list",
        { threadId },
        BESIDE_DEADLINE_MS,
      ).catch((error) => {
        // Older releases cannot list them.
        if (error instanceof RpcError) return { data: [] };
        throw error;
      });
      if (terminals.length > 0) return true;
    }
    return false;
  } catch {
    // Better an old program than work that is cut.
    return true;
  }
}

/** The app-server of this machine, as a process of this program. */
export function localAppServer({ codex, ...settings }: LocalBackendSettings): AppServerBackend {
  const { commandLine, version } = codex;
  const open: OpenLink = () => startAppServer({ codex, ...settings });
  const { program, environment } = codex;
  return new AppServerBackend({
    ...settings,
    endpoint: { open, commandLine, version },
    fingerprint: () => programFingerprint(program.command, environment.PATH),
  });
}

/**
 * Starts the process.
 * @throws {CodexError} when there is no such program
 */
export async function startAppServer(
  { codex, clock, log, start }: Pick<LocalBackendSettings, "codex" | "clock" | "log" | "start">,
): Promise<AppServerLink> {
  const child = await startChild({ ...codex, clock, log, start });
  return {
    pid: child.pid,
    input: child.stdin,
    output: child.stdout,
    exited: child.exited,
    errorLines: child.errorLines,
    failureAtStart: (error, end) => end === undefined ? error : endedAtStart(codex, end, child),
    finish: () => endAfterClosedPipe(child, { clock, log }),
    close: () => child.close(),
  };
}

function endedAtStart(
  { commandLine }: LocalBackendSettings["codex"],
  end: ConnectionEnd,
  { errorLines }: ChildProcess,
): CodexError {
  const said = errorLines.join("\n");
  if (/unrecognized subcommand|stdin is not a terminal/i.test(said)) {
    const message = `Cannot start Codex: "${commandLine}" has no app-server`;
    return new CodexError("too-old", message, { remedy: UPDATE_CODEX });
  }
  const reason = describeError(errorLines.at(-1) ?? "it gave no reason");
  return new CodexError(
    "handshake",
    `Cannot start Codex: "${commandLine}" ended at once with ${howItEnded(end)}: ${reason}`,
  );
}

function howItEnded(end: ConnectionEnd): string {
  if ("lost" in end) return end.lost;
  return end.signal === null ? `exit code ${end.code}` : end.signal;
}
