/**
 * Runs scripts in Codex's sandbox, where Codex works. Those that write to a store alone share a shell
 * for each store, which waits for the next one (see script_session.ts).
 */
import type { Clock } from "../../../core/clock.ts";
import { pause, withDeadline } from "../../../core/deadline.ts";
import { describeError } from "../../../core/errors.ts";
import type { Log } from "../../../core/log.ts";
import {
  type RunScript,
  type Script,
  type ScriptEnd,
  ScriptError,
  type ScriptText,
} from "../workspace/script.ts";
import { ScriptSession, sessionCommand } from "../workspace/script_session.ts";
import type { AppServerConnection } from "./connection.ts";
import { INVALID_REQUEST, METHOD_NOT_FOUND, RpcError } from "./json_rpc.ts";

/** What scripts need of a connection. */
export type ScriptConnection = Pick<AppServerConnection, "ask" | "request" | "listenToOutput">;

export interface ScriptRunnerSettings {
  /** Starts Codex, or connects to it. */
  readonly ready: () => Promise<ScriptConnection>;
  /** Hands the connection out as soon as Codex has greeted, which is enough to open a shell. */
  readonly greeted: () => Promise<ScriptConnection>;
  readonly clock: Clock;
  readonly log: Log;
}

/** How much longer than the script the answer may take, in milliseconds. */
const ANSWER_MS = 5_000;
/** A shell that nobody needed for so long ends. */
const IDLE_MS = 10 * 60_000;
/** Of shells that wait at one time. */
const MOST_SHELLS = 8;
/** A timer takes no more; longer than any shell waits. */
const NO_DEADLINE_MS = 2 ** 31 - 1;

/** The exit code of what Codex stops, which took too long. */
const TIMED_OUT = 124;

/** A shell that waits for scripts, and the connection on which it was started. */
interface WaitingShell {
  readonly connection: ScriptConnection;
  readonly session: ScriptSession;
  /** Ends the wait for the next script. */
  idle: AbortController;
}

export class ScriptRunner {
  readonly #settings: ScriptRunnerSettings;
  /** By the store, the one used last at the end. */
  readonly #shells = new Map<string, WaitingShell>();
  #shellCount = 0;

  constructor(settings: ScriptRunnerSettings) {
    this.#settings = settings;
  }

  readonly run: RunScript = async (script) => {
    const connection = await this.#settings.ready();
    const [store, ...others] = script.writable;
    if (store === undefined || others.length > 0) return await runAlone(connection, script);
    const shell = this.#shellFor(connection, store, script);
    try {
      return await this.#runIn(shell, script);
    } catch (error) {
      if (error instanceof ScriptError && error.reason === "too-slow") throw error;
      // It has changed nothing that running it again would not change likewise.
      this.#settings.log.debug("workspace.shell-ended", { error: describeError(error) });
      return await runAlone(await this.#settings.ready(), script);
    } finally {
      this.#wait(store, shell);
    }
  };

  /** Opens the shell of a store, for the scripts that will come, and this one before all. */
  readonly open = async (store: string, first: ScriptText): Promise<void> => {
    const connection = await this.#settings.greeted();
    if (!this.#shells.has(store)) this.#wait(store, this.#shellFor(connection, store, first));
  };

  #shellFor(connection: ScriptConnection, store: string, first: ScriptText): WaitingShell {
    const known = this.#shells.get(store);
    this.#shells.delete(store);
    known?.idle.abort();
    const usable = known?.connection === connection && known.session.ended === undefined;
    const shell = usable ? known : this.#open(connection, store, first);
    if (!usable) known?.session.close("Codex was started again");
    this.#shells.set(store, shell);
    const [oldest] = this.#shells;
    if (this.#shells.size > MOST_SHELLS && oldest !== undefined) {
      this.#shells.delete(oldest[0]);
      oldest[1].idle.abort();
      oldest[1].session.close("Other folders are in use");
    }
    return shell;
  }

  async #runIn({ session }: WaitingShell, script: Script): Promise<ScriptEnd> {
    const { timeoutMs: ms } = script;
    const late = (): Error => new ScriptError("too-slow", `The script took longer than ${ms} ms`);
    try {
      return await withDeadline(session.run(script), { clock: this.#settings.clock, ms, late });
    } catch (error) {
      session.close(describeError(error));
      throw error;
    }
  }

  /** Starts a shell; a failure is that of its first script. */
  #open(connection: ScriptConnection, store: string, first: ScriptText): WaitingShell {
    const processId = `codex-orchestrator-scripts-${++this.#shellCount}`;
    const session = new ScriptSession(
      {
        write: async (bytes) => {
          await connection.request("command/exec/write", {
            processId,
            deltaBase64: bytes.toBase64(),
          });
        },
        end: () => {
          stopListening();
          // It may have ended by itself, or together with the connection.
          connection.request("command/exec/terminate", { processId }).catch(() => undefined);
        },
      },
      () => `end-${crypto.randomUUID()}`,
      first,
    );
    const stopListening = connection.listenToOutput(
      processId,
      (stream, bytes) => session.receive(stream, bytes),
    );
    connection.request("command/exec", {
      command: sessionCommand(first),
      processId,
      streamStdin: true,
      streamStdoutStderr: true,
      disableOutputCap: true,
      disableTimeout: true,
      cwd: store,
      sandboxPolicy: policyFor([store]),
    }, NO_DEADLINE_MS).then(
      () => ended("The shell has ended"),
      (error) => ended(describeError(error)),
    );
    const shell: WaitingShell = { connection, session, idle: new AbortController() };
    const ended = (why: string): void => {
      session.close(why);
      shell.idle.abort();
    };
    return shell;
  }

  /** Ends the shell when no script comes for long. */
  #wait(store: string, shell: WaitingShell): void {
    if (this.#shells.get(store) !== shell) return;
    shell.idle = new AbortController();
    void pause(this.#settings.clock, IDLE_MS, shell.idle.signal).then((idle) => {
      if (!idle) return;
      this.#shells.delete(store);
      shell.session.close("Nobody needed it");
    });
  }

  /** Ends all shells. */
  close(): void {
    for (const { idle, session } of this.#shells.values()) {
      idle.abort();
      session.close("Codex was shut down");
    }
    this.#shells.clear();
  }
}

/** Runs a script in a shell of its own. */
async function runAlone(
  { ask }: ScriptConnection,
  { definitions, text, args = [], variables, writable, mostBytes, timeoutMs }: Script,
): Promise<ScriptEnd> {
  try {
    const { exitCode, stdout, stderr } = await ask("command/exec", {
      command: ["sh", "-c", definitions + text, "record", ...args],
      cwd: writable[0],
      env: variables,
      outputBytesCap: mostBytes,
      timeoutMs,
      sandboxPolicy: policyFor(writable),
    }, timeoutMs + ANSWER_MS);
    if (exitCode === TIMED_OUT) {
      throw new ScriptError("too-slow", `The script took longer than ${timeoutMs} ms`);
    }
    return { exitCode, output: stdout, errors: stderr };
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    throw new ScriptError(reasonOf(error), `Codex ran no script: ${error.message}`);
  }
}

/** What the system refuses, such as another process, Codex can do at another time. */
function reasonOf({ code, message }: RpcError): ScriptError["reason"] {
  if (/timed? ?out/i.test(message)) return "too-slow";
  return code === METHOD_NOT_FOUND || code === INVALID_REQUEST ? "unsupported" : "failed";
}

/** Lets it write to the named folders only, without network. */
function policyFor(writableRoots: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    type: "workspaceWrite",
    writableRoots,
    networkAccess: false,
    excludeTmpdirEnvVar: false,
    excludeSlashTmp: false,
  };
}
