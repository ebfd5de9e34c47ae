/** `codex mcp-server` 0.153.4 itself, with a scripted model and a home of its own. */
import { join } from "node:path";
import type { CodexThread, ThreadOptions, TurnResult } from "../../../src/core/codex/codex.ts";
import {
  McpBackend,
  type McpBackendSettings,
} from "../../../src/integrations/codex/mcp/backend.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { codexProgram, HOMES, writeCodexHome } from "../../support/codex_programs.ts";
import { type CodexVersion, LAST_WITH_MCP_SERVER } from "../../support/codex_versions.ts";
import { type ResponsesApi, startResponsesApi } from "../../support/responses_api.ts";
import { removeFolder } from "../../support/temporary_folder.ts";

/** How long Codex may take to end a turn: long, so that a busy machine is no reason for a restart. */
export const CANCEL_GRACE_MS = 30_000;

export interface McpStage extends AsyncDisposable {
  readonly api: ResponsesApi;
  readonly backend: McpBackend;
  readonly log: RecordingLog;
  readonly options: ThreadOptions;
}

export async function mcpStage(
  { version = LAST_WITH_MCP_SERVER, ...settings }: Partial<McpBackendSettings> & {
    readonly version?: CodexVersion;
  } = {},
): Promise<McpStage> {
  const folder = join(HOMES, crypto.randomUUID());
  const workingDirectory = join(folder, "work space");
  await Deno.mkdir(workingDirectory, { recursive: true });
  const api = await startResponsesApi();
  await writeCodexHome(join(folder, "codex"), api.url);
  const log = new RecordingLog();
  const backend = new McpBackend({
    codex: {
      program: { command: await codexProgram(version), arguments: ["mcp-server"] },
      commandLine: "codex mcp-server",
      version,
      environment: {
        PATH: Deno.env.get("PATH") ?? "",
        HOME: folder,
        CODEX_HOME: join(folder, "codex"),
      },
    },
    limits: {
      turnTimeoutMs: 120_000,
      turnIdleTimeoutMs: 60_000,
      cancelGraceMs: CANCEL_GRACE_MS,
      reconnectMs: 1_000,
    },
    callTimeoutMs: 60_000,
    clock: createSystemClock(),
    log,
    clientVersion: "0.0.0",
    ...settings,
  });
  return {
    api,
    backend,
    log,
    options: {
      workingDirectory,
      sandbox: "read-only",
      approvalPolicy: "never",
      ephemeral: false,
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await backend.close();
      await api.close();
      await removeFolder(folder);
    },
  };
}

export function ask(thread: CodexThread, text: string, signal?: AbortSignal): Promise<TurnResult> {
  const turn = thread.run({ text }, {
    signal: signal ?? new AbortController().signal,
    approve: () => Promise.resolve("decline"),
  });
  return turn.result;
}
