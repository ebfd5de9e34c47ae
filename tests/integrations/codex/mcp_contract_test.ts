import type { CodexBackend } from "../../../src/core/codex/codex.ts";
import { McpBackend } from "../../../src/integrations/codex/mcp/backend.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { codexBackendContract } from "../../contracts/codex_backend_contract.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { codexProgram } from "../../support/codex_programs.ts";

const VERSION = "0.153.4";

codexBackendContract(`mcp ${VERSION}`, async (setup): Promise<CodexBackend> =>
  new McpBackend({
    program: { command: await codexProgram(VERSION), arguments: ["mcp-server"] },
    commandLine: "codex mcp-server",
    version: VERSION,
    clock: createSystemClock(),
    log: new RecordingLog(),
    clientVersion: "0.0.0",
    callTimeoutMs: 60_000,
    ...setup,
  }));
