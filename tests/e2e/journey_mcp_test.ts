import { journeys } from "./journey.ts";
import { LAST_WITH_MCP_SERVER } from "../support/codex_versions.ts";

journeys({ codex: LAST_WITH_MCP_SERVER, backend: "mcp" });
