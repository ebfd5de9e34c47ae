/** A real backend on a home of its own, whose only model is the scripted one. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { ApprovalDecision, ApprovalRequest } from "../../src/core/codex/approval.ts";
import type {
  CodexBackend,
  CodexThread,
  ThreadOptions,
  Turn,
  TurnEvent,
  TurnInput,
  TurnResult,
} from "../../src/core/codex/codex.ts";
import type { LocalBackendSettings } from "../../src/integrations/codex/backend_parts.ts";
import type { TurnLimits } from "../../src/integrations/codex/live_turn.ts";
import { createSystemClock } from "../../src/integrations/system_clock.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import {
  type CodexHomeOptions,
  codexProgram,
  HOMES,
  writeCodexHome,
} from "../support/codex_programs.ts";
import { type CodexVersion } from "../support/codex_versions.ts";
import { type ResponsesApi, startResponsesApi } from "../support/responses_api.ts";
import { removeFolder } from "../support/temporary_folder.ts";

/** What a backend of the contract is made from. */
export interface BackendSetup {
  /** The whole environment of Codex; its CODEX_HOME knows the scripted model only. */
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: TurnLimits;
}

/** Settings for a backend that starts this release of Codex. */
export async function localSettings(
  version: CodexVersion,
  server: "app-server" | "mcp-server",
  { environment, limits }: BackendSetup,
): Promise<LocalBackendSettings> {
  return {
    codex: {
      program: { command: await codexProgram(version), arguments: [server] },
      commandLine: `codex ${server}`,
      version,
      environment,
    },
    limits,
    clock: createSystemClock(),
    log: new RecordingLog(),
    clientVersion: "0.0.0",
  };
}

export type MakeBackend = (setup: BackendSetup) => CodexBackend | Promise<CodexBackend>;

/** One red pixel. */
export const DOT_PNG = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
);
const LIMITS = {
  turnTimeoutMs: 120_000,
  turnIdleTimeoutMs: 60_000,
  cancelGraceMs: 30_000,
  reconnectMs: 1_000,
};

export interface Stage extends AsyncDisposable {
  readonly api: ResponsesApi;
  readonly backend: CodexBackend;
  readonly workspace: string;
  /** Codex's home, in which its config.toml lies. */
  readonly codexHome: string;
  readonly options: ThreadOptions;
  thread(options?: Partial<ThreadOptions>): CodexThread;
  begin(thread: CodexThread, input: string | TurnInput, how?: Partial<How>): Turn;
  /** Runs a turn to its end. */
  run(thread: CodexThread, text: string, how?: Partial<How>): Promise<Outcome>;
  /** Another backend on the same CODEX_HOME. */
  another(): Promise<AsyncDisposable & { readonly backend: CodexBackend }>;
}

export interface How {
  readonly signal: AbortSignal;
  approve(request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalDecision>;
}

export interface Outcome {
  readonly events: readonly TurnEvent[];
  readonly result: TurnResult;
}

export async function setUpStage(
  makeBackend: MakeBackend,
  home: CodexHomeOptions = {},
): Promise<Stage> {
  const folder = join(HOMES, crypto.randomUUID());
  const workspace = join(folder, "workspace");
  await Deno.mkdir(workspace, { recursive: true });
  const api = await startResponsesApi();
  const codexHome = join(folder, "codex");
  await writeCodexHome(codexHome, api.url, home);
  const environment = {
    PATH: Deno.env.get("PATH") ?? "",
    HOME: folder,
    CODEX_HOME: codexHome,
  };
  const another: Stage["another"] = async () => {
    const backend = await makeBackend({ environment, limits: LIMITS });
    await backend.start();
    return { backend, [Symbol.asyncDispose]: () => backend.close() };
  };
  const { backend } = await another();
  const options: ThreadOptions = {
    workingDirectory: workspace,
    sandbox: "workspace-write",
    approvalPolicy: "on-request",
    ephemeral: false,
  };
  return {
    api,
    backend,
    workspace,
    codexHome,
    options,
    another,
    thread: (others) => backend.startThread({ ...options, ...others }),
    begin,
    run,
    async [Symbol.asyncDispose](): Promise<void> {
      await backend.close();
      await api.close();
      await removeFolder(folder);
    },
  };
}

export function begin(
  thread: CodexThread,
  input: string | TurnInput,
  how: Partial<How> = {},
): Turn {
  return thread.run(typeof input === "string" ? { text: input } : input, {
    signal: new AbortController().signal,
    approve: () => Promise.reject(new Error("no approval was expected")),
    ...how,
  });
}

async function run(thread: CodexThread, text: string, how?: Partial<How>): Promise<Outcome> {
  const turn = begin(thread, text, how);
  const events = await Array.fromAsync(turn.events);
  return { events, result: await turn.result };
}

/** Resolves when Codex works on the turn. Consumes its events. */
export async function started(turn: Turn): Promise<void> {
  for await (const event of turn.events) {
    if (event.type === "started") return;
  }
  assert.fail(`the turn ended: ${JSON.stringify(await turn.result)}`);
}
