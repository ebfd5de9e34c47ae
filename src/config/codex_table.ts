/** From the `[codex]` table to what the Codex integration needs. */
import { basename } from "node:path";
import type {
  BackendChoice,
  CodexSettings,
  ProgramSettings,
} from "../core/codex/codex_settings.ts";
import type { Findings } from "./findings.ts";
import { programFromConfig } from "./paths.ts";
import type { Settings } from "./schema.ts";

const SECOND_MS = 1000;
/** What the earlier program started when only one half of its command line was written. */
const NPX_ARGUMENTS = ["-y", "codex", "mcp-server"];

interface Places {
  readonly configFile: string;
  readonly home: string;
}

export function codexSettings(
  settings: Settings,
  places: Places,
  findings: Findings,
): CodexSettings {
  const { codex, telegram } = settings;
  const command = programFromConfig(codex.command ?? "codex", places);
  return {
    backend: backendChoice(codex, findings),
    command,
    appServer: {
      command: programFromConfig(codex.app_server_command ?? command, places),
      arguments: codex.app_server_args ?? ["app-server"],
    },
    mcp: mcpProgram(codex, command, places),
    mcpClientTimeoutMs: codex.mcp_client_timeout_seconds * SECOND_MS,
    turnTimeoutMs: codex.turn_timeout_seconds * SECOND_MS,
    turnIdleTimeoutMs: codex.turn_idle_timeout_seconds * SECOND_MS,
    cancelGraceMs: telegram.polling.cancel_wait_timeout_sec * SECOND_MS,
    environmentNames: codex.env,
    status: statusSettings(codex, places),
  };
}

function backendChoice(codex: Settings["codex"], findings: Findings): BackendChoice {
  if (!codex.allow_echo_executor || codex.backend === "echo") {
    return codex.backend;
  }
  if (codex.backend !== "auto") {
    findings.warn(
      `codex.allow_echo_executor is true: Codex is not used, whatever codex.backend = "${codex.backend}" says`,
    );
  }
  return "echo";
}

function mcpProgram(codex: Settings["codex"], command: string, places: Places): ProgramSettings {
  const written = codex.mcp_command ?? (codex.mcp_args?.[0] === "-y" ? "npx" : undefined);
  const program = written === undefined ? command : programFromConfig(written, places);
  const usual = basename(program).replace(/\.cmd$/i, "") === "npx" ? NPX_ARGUMENTS : ["mcp-server"];
  return { command: program, arguments: codex.mcp_args ?? usual };
}

function statusSettings(codex: Settings["codex"], places: Places): CodexSettings["status"] {
  const direct = codex.mcp_direct_status;
  const [program, ...rest] = codex.mcp_status_cmd ?? [];
  return {
    direct,
    ...(direct || program === undefined
      ? {}
      : { command: { command: programFromConfig(program, places), arguments: rest } }),
    detectProcess: !direct && codex.mcp_auto_detect_process,
  };
}
