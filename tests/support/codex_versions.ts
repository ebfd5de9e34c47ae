/** The releases of Codex that the tests drive. A new one is this one line, and the protocol's news. */
export type CodexVersion = `${number}.${number}.${number}`;

/** The newest release that everything here was tested with. */
export const NEWEST: CodexVersion = "0.171.0";

/** The last one that brought `codex mcp-server`. */
export const LAST_WITH_MCP_SERVER: CodexVersion = "0.153.4";

/** Those that every run of the tests drives. */
export const CODEX_VERSIONS: readonly CodexVersion[] = [LAST_WITH_MCP_SERVER, NEWEST];
