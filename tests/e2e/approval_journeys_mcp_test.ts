import { approvalJourneys } from "./approval_journeys.ts";
import { LAST_WITH_MCP_SERVER } from "../support/codex_versions.ts";

approvalJourneys({ codex: LAST_WITH_MCP_SERVER, backend: "mcp" });
