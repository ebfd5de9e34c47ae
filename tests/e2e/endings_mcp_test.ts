import { LAST_WITH_MCP_SERVER } from "../support/codex_versions.ts";
import { endingsTests } from "./endings.ts";

endingsTests("mcp", { codex: LAST_WITH_MCP_SERVER, backend: "mcp" }, false);
