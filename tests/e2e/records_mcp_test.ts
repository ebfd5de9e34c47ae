import { recordJourneys } from "./records.ts";
import { LAST_WITH_MCP_SERVER } from "../support/codex_versions.ts";

recordJourneys({ codex: LAST_WITH_MCP_SERVER, backend: "mcp" });
