/**
 * Runs checks by Codex's `command/exec`: in its sandbox, on whichever machine Codex works, and with no
 * right of this program. The output comes in pieces, so that its end is known also of a command that
 * is stopped.
 */
import {
  type CheckResult,
  type CheckRun,
  type CheckRunner,
  type CheckSandbox,
  tailOf,
} from "../../../core/checks/check.ts";
import { OutputEnd, readableOutput } from "../../../core/checks/output.ts";
import type { Clock } from "../../../core/clock.ts";
import { pause, waitAtMost } from "../../../core/deadline.ts";
import { CodexError, describeError, TroubleError } from "../../../core/errors.ts";
import type { Log } from "../../../core/log.ts";
import type { Redact } from "../../../core/redaction/redact.ts";
import type { Answers } from "./answers.ts";
import type { AppServerConnection } from "./connection.ts";
import { RpcError } from "./json_rpc.ts";

interface CheckDependencies {
  /** Starts Codex, or connects to it. */
  readonly ready: (signal?: AbortSignal) => Promise<AppServerConnection>;
  readonly clock: Clock;
  readonly log: Log;
  /** Masks secrets in what a check prints. */
  readonly redact: Redact;
}

/** So much of the output is looked at for secrets, before its end is cut from it. */
const KEPT_BYTES = 64_000;
/** A command that prints more than this is stopped. */
const MOST_BYTES = 512_000_000;
/** How much longer than the command the answer may take, in milliseconds. */
const ANSWER_MS = 15_000;
const STOP_AGAIN_MS = 250;
const STOP_MS = 10_000;
/** What Codex answers of a command that it has stopped after its time. */
const TIMED_OUT = 124;
/** Where a check may write that may write to nothing of the project. */
const TEMPORARY_FOLDER = "/tmp";
/** Codex's own profile: writes to the folder in which the command begins and to temporary ones. */
const WORKSPACE = ":workspace";
/** `$1` is the command, `$2` its folder. */
const SCRIPT = 'cd "$2" && exec sh -c "$1" 2>&1 </dev/null';

export class AppServerChecks implements CheckRunner {
  readonly #deps: CheckDependencies;

  constructor(deps: CheckDependencies) {
    this.#deps = deps;
  }

  async run(run: CheckRun): Promise<CheckResult> {
    const { clock, log } = this.#deps;
    const begun = clock.monotonic();
    try {
      return await this.#unlessLost(run);
    } catch (error) {
      run.signal.throwIfAborted();
      log.warn("check.not-run", { check: run.check.name, error: describeError(error) });
      const latencyMs = Math.round(clock.monotonic() - begun);
      return {
        status: "not-run",
        latencyMs,
        tail: this.#tail(describeError(error)),
        ...(error instanceof TroubleError ? { trouble: error.trouble } : {}),
      };
    }
  }

  /** Runs it once more where Codex, or the connection to it, has ended: the command has with it. */
  async #unlessLost(run: CheckRun): Promise<CheckResult> {
    try {
      return await this.#run(run);
    } catch (error) {
      if (!(error instanceof CodexError) || error.kind !== "exited") throw error;
      return await this.#run(run);
    }
  }

  async #run({ folder, check, sandbox, signal }: CheckRun): Promise<CheckResult> {
    const { ready, clock } = this.#deps;
    signal.throwIfAborted();
    const connection = await ready(signal);
    const place = await placeOf(connection, folder, sandbox);
    const processId = `check-${crypto.randomUUID()}`;
    const output = new OutputEnd(KEPT_BYTES);
    const over = new AbortController();
    const stop = (): void => void this.#stop(connection, processId, over.signal);
    const unfollow = connection.listenToOutput(processId, (_stream, piece) => {
      if (output.total <= MOST_BYTES && output.total + piece.length > MOST_BYTES) stop();
      output.add(piece);
    });
    const begun = clock.monotonic();
    const running = connection.ask("command/exec", {
      command: ["sh", "-c", SCRIPT, "check", check.command, folder],
      ...place,
      env: { NO_COLOR: "1", TERM: "dumb" },
      processId,
      streamStdoutStderr: true,
      disableOutputCap: true,
      timeoutMs: check.timeoutMs,
    }, check.timeoutMs + ANSWER_MS).finally(() => over.abort());
    signal.addEventListener("abort", stop, { once: true });
    try {
      const { exitCode } = await running;
      signal.throwIfAborted();
      const latencyMs = Math.round(clock.monotonic() - begun);
      const flooded = output.total > MOST_BYTES;
      const tail = this.#tail(output.text() + (flooded ? "\n[stopped: too much output]" : ""));
      if (exitCode === TIMED_OUT && latencyMs >= check.timeoutMs) {
        return { status: "timed-out", latencyMs, tail };
      }
      return { status: exitCode === 0 ? "passed" : "failed", exitCode, latencyMs, tail };
    } finally {
      signal.removeEventListener("abort", stop);
      unfollow();
    }
  }

  /** Asks until the command has ended: Codex may not know it yet. Never rejects. */
  async #stop(
    connection: AppServerConnection,
    processId: string,
    over: AbortSignal,
  ): Promise<void> {
    const { clock, log } = this.#deps;
    const stopping = async (): Promise<void> => {
      do {
        await connection.request("command/exec/terminate", { processId }).catch((error) => {
          log.debug("check.not-stopped", { error: describeError(error) });
        });
      } while (await pause(clock, STOP_AGAIN_MS, over));
    };
    await waitAtMost(clock, STOP_MS, stopping());
  }

  #tail(printed: string): string {
    return tailOf(this.#deps.redact(readableOutput(printed)));
  }
}

interface Place {
  readonly cwd: string;
  readonly permissionProfile?: string;
  readonly sandboxPolicy?: unknown;
}

/** Where the command begins, and what it may write to. */
async function placeOf(
  { ask }: AppServerConnection,
  folder: string,
  sandbox: CheckSandbox,
): Promise<Place> {
  if (sandbox === "danger-full-access") {
    return { cwd: folder, sandboxPolicy: { type: "dangerFullAccess" } };
  }
  if (sandbox === "read-only") return { cwd: TEMPORARY_FOLDER, permissionProfile: WORKSPACE };
  const { network_access: networkAccess, writable_roots } = await workspaceWrite(ask, folder);
  if (!networkAccess && writable_roots.length === 0) {
    return { cwd: folder, permissionProfile: WORKSPACE };
  }
  // No profile of Codex's own has these grants. The policy grants the folder in which Codex itself
  // was started, too.
  return {
    cwd: folder,
    sandboxPolicy: {
      type: "workspaceWrite",
      writableRoots: [folder, ...writable_roots],
      networkAccess,
      excludeTmpdirEnvVar: false,
      excludeSlashTmp: false,
    },
  };
}

type WorkspaceWrite = NonNullable<
  Answers["config/read"]["config"]["sandbox_workspace_write"]
>;
const USUAL: WorkspaceWrite = { network_access: false, writable_roots: [] };

/** What Codex's own configuration grants the commands of that folder. */
async function workspaceWrite(
  ask: AppServerConnection["ask"],
  cwd: string,
): Promise<WorkspaceWrite> {
  try {
    const { config } = await ask("config/read", { cwd, includeLayers: false });
    return config.sandbox_workspace_write ?? USUAL;
  } catch (error) {
    // Without it a check has no network, as Codex's commands by default.
    if (error instanceof RpcError) return USUAL;
    throw error;
  }
}
