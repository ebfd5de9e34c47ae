import { McpBackend } from "../../../src/integrations/codex/mcp/backend.ts";
import { codexBackendContract } from "../../contracts/codex_backend_contract.ts";
import { localSettings } from "../../contracts/codex_stage.ts";
import { LAST_WITH_MCP_SERVER } from "../../support/codex_versions.ts";

codexBackendContract(
  `mcp ${LAST_WITH_MCP_SERVER}`,
  async (setup) =>
    new McpBackend({
      ...await localSettings(LAST_WITH_MCP_SERVER, "mcp-server", setup),
      callTimeoutMs: 60_000,
    }),
);
