import { chatFaults } from "./front_end_faults/chat.ts";
import { connectionFaults } from "./front_end_faults/connection.ts";
import { paceFaults } from "./front_end_faults/pace.ts";
import type { Codex } from "./front_end_faults/scene.ts";
import { LAST_WITH_MCP_SERVER } from "../support/codex_versions.ts";

const CODEX: Codex = { codex: LAST_WITH_MCP_SERVER, backend: "mcp" };

paceFaults(CODEX);
connectionFaults(CODEX);
chatFaults(CODEX);
