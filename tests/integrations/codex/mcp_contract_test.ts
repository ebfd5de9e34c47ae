import { McpBackend } from "../../../src/integrations/codex/mcp/backend.ts";
import { codexBackendContract } from "../../contracts/codex_backend_contract.ts";
import { localSettings } from "../../contracts/codex_stage.ts";

const VERSION = "0.153.4";

codexBackendContract(
  `mcp ${VERSION}`,
  async (setup) =>
    new McpBackend({ ...await localSettings(VERSION, "mcp-server", setup), callTimeoutMs: 60_000 }),
);
