/** Backends on a Codex that says what the input of a turn tells it to. */
import type {
  CodexBackend,
  CodexThread,
  ThreadOptions,
  TurnResult,
} from "../../../src/core/codex/codex.ts";
import { localAppServer } from "../../../src/integrations/codex/app_server/backend.ts";
import type { LocalBackendSettings } from "../../../src/integrations/codex/backend_parts.ts";
import { McpBackend } from "../../../src/integrations/codex/mcp/backend.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";

const PROGRAMS = new URL("../../fixtures/programs/", import.meta.url).pathname;
const OPTIONS: ThreadOptions = {
  workingDirectory: "/",
  sandbox: "read-only",
  approvalPolicy: "on-request",
  ephemeral: false,
};

export const PROTOCOLS = ["app-server", "mcp-server"] as const;
export type Protocol = typeof PROTOCOLS[number];

export interface Script {
  /** Lines, or bytes; `$THREAD`, `$TURN` and `"$ID"` are filled in. */
  readonly parts: readonly (string | readonly number[])[];
  readonly then: "complete" | "exit" | "nothing";
}

/** @param idleMs how long a turn may be silent; a function is asked at the beginning of each */
export function scriptedBackend(
  protocol: Protocol,
  idleMs: number | (() => number),
): CodexBackend {
  const script = `${PROGRAMS}scripted_codex.ts`;
  const words = ["run", "--no-lock", "--no-config", script, protocol];
  return backendOn(protocol, { command: Deno.execPath(), arguments: words }, idleMs);
}

/** A Codex that closes its output at the first turn and lives on. */
export function closingBackend(protocol: Protocol): CodexBackend {
  const program = { command: "sh", arguments: [`${PROGRAMS}closes_output.sh`] };
  return backendOn(protocol, program, 60_000);
}

function backendOn(
  protocol: Protocol,
  program: LocalBackendSettings["codex"]["program"],
  idleMs: number | (() => number),
): CodexBackend {
  const settings: LocalBackendSettings = {
    codex: {
      program,
      commandLine: "codex",
      version: "0.153.4",
      environment: { HOME: "/", NO_COLOR: "1", PATH: Deno.env.get("PATH") ?? "" },
    },
    limits: {
      turnTimeoutMs: 60_000,
      get turnIdleTimeoutMs(): number {
        return typeof idleMs === "number" ? idleMs : idleMs();
      },
      cancelGraceMs: 200,
      reconnectMs: 1_000,
    },
    clock: createSystemClock(),
    log: new RecordingLog(),
    clientVersion: "0.0.0",
  };
  return protocol === "app-server"
    ? localAppServer(settings)
    : new McpBackend({ ...settings, callTimeoutMs: 30_000 });
}

/** A turn on a thread of its own, allowed everything, with its events read to their end. */
export async function turnOf(backend: CodexBackend, script: Script): Promise<TurnResult> {
  // A new process takes a while, which is none of the turn's time.
  await backend.start();
  return await turnOn(backend.startThread(OPTIONS), script);
}

export function newThread(backend: CodexBackend): CodexThread {
  return backend.startThread(OPTIONS);
}

export async function turnOn(thread: CodexThread, script: Script): Promise<TurnResult> {
  const turn = thread.run({ text: JSON.stringify(script) }, {
    signal: new AbortController().signal,
    approve: () => Promise.resolve("accept"),
  });
  const [result] = await Promise.all([turn.result, Array.fromAsync(turn.events)]);
  return result;
}
