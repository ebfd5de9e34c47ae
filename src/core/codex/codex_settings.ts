/** How the Codex process is found, started and watched: the `[codex]` part of the configuration. */

export type BackendChoice = "auto" | "app-server" | "mcp" | "echo";

export interface ProgramSettings {
  /** Name looked up in PATH, or a path. */
  readonly command: string;
  readonly arguments: readonly string[];
  /** The program that `command` comes down to, where it is a script that only starts another. */
  readonly native?: string;
}

export interface CodexSettings {
  readonly backend: BackendChoice;
  /** The Codex program itself; asked for its `--version`. */
  readonly command: string;
  /** Full command lines of the two servers. */
  readonly appServer: ProgramSettings;
  readonly mcp: ProgramSettings;
  /** Longest a single MCP tool call may take, in milliseconds. */
  readonly mcpClientTimeoutMs: number;
  /** Longest a turn may take, and longest it may be silent, in milliseconds. */
  readonly turnTimeoutMs: number;
  readonly turnIdleTimeoutMs: number;
  /** How long an interrupted turn may take to end before the process is restarted. */
  readonly cancelGraceMs: number;
  /** Names of further environment variables handed to Codex. */
  readonly environmentNames: readonly string[];
  /** How `/status` learns about the process. */
  readonly status: {
    /** Ask our own process (the next two are then ignored). */
    readonly direct: boolean;
    /** Command that prints JSON or `running=true,ready=true,pid=1,uptime_sec=2`. */
    readonly command?: ProgramSettings;
    readonly detectProcess: boolean;
  };
}
