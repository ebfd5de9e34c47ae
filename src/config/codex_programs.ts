/** Resolves how Codex is started: which backend, and the command line of each program. */
import { basename } from "node:path";
import type {
  BackendChoice,
  CodexSettings,
  ProgramSettings,
} from "../core/codex/codex_settings.ts";
import type { Findings } from "./errors.ts";
import type { Settings } from "./keys.ts";
import { programFromConfig } from "./paths.ts";
import { SECOND_MS } from "./value_kinds.ts";

/** What the earlier program started when only one half of its command line was written. */
const NPX_ARGUMENTS = ["-y", "codex", "mcp-server"];

type CodexSection = Settings["codex"];

interface Places {
  readonly configFile: string;
  readonly home: string;
}

export function codexSettings(
  { codex, telegram }: Settings,
  places: Places,
  findings: Findings,
): CodexSettings {
  const command = programFromConfig(codex.command ?? "codex", places);
  return {
    backend: backendChoice(codex, findings),
    command,
    appServer: {
      command: programFromConfig(codex.appServerCommand ?? command, places),
      arguments: codex.appServerArguments ?? ["app-server"],
    },
    mcp: mcpProgram(codex, command, places),
    ...codex.limits,
    goals: codex.goals,
    cancelGraceMs: telegram.polling.cancelWaitSeconds * SECOND_MS,
    environmentNames: codex.environmentNames,
    status: statusSettings(codex, places),
  };
}

function backendChoice({ backend, echo }: CodexSection, findings: Findings): BackendChoice {
  if (!echo || backend === "echo") return backend;
  if (backend !== "auto") {
    findings.warn(
      `codex.allow_echo_executor is true: Codex is not used, whatever codex.backend = "${backend}" says`,
    );
  }
  return "echo";
}

function mcpProgram(codex: CodexSection, command: string, places: Places): ProgramSettings {
  const written = codex.mcpCommand ?? (codex.mcpArguments?.[0] === "-y" ? "npx" : undefined);
  const program = written === undefined ? command : programFromConfig(written, places);
  const usual = basename(program).replace(/\.cmd$/i, "") === "npx" ? NPX_ARGUMENTS : ["mcp-server"];
  return { command: program, arguments: codex.mcpArguments ?? usual };
}

function statusSettings(codex: CodexSection, places: Places): CodexSettings["status"] {
  const { directStatus: direct, statusCommand = [], detectProcess } = codex;
  const [program, ...rest] = statusCommand;
  return {
    direct,
    ...(direct || program === undefined
      ? {}
      : { command: { command: programFromConfig(program, places), arguments: rest } }),
    detectProcess: !direct && detectProcess,
  };
}
