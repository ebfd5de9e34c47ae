/** Defines what the configuration says of Codex: how it is found, started, watched and reached. */

import type { GoalPolicy } from "./goal.ts";

export type BackendChoice = "auto" | "app-server" | "mcp" | "echo";

export interface ProgramSettings {
  /** Name looked up in PATH, or a path. */
  readonly command: string;
  readonly arguments: readonly string[];
  /** The program that `command` comes down to, where it is a script that only starts another. */
  readonly native?: string;
}

/** The Codex of this machine. All times are in milliseconds. */
export interface CodexSettings {
  readonly backend: BackendChoice;
  /** The Codex program itself; asked for its `--version`. */
  readonly command: string;
  /** Full command lines of the two servers. */
  readonly appServer: ProgramSettings;
  readonly mcp: ProgramSettings;
  /** Longest a single MCP tool call may take. */
  readonly mcpClientTimeoutMs: number;
  /** Longest a turn may take. */
  readonly turnTimeoutMs: number;
  /** Longest a turn may report nothing. */
  readonly turnIdleTimeoutMs: number;
  /** How long an interrupted turn may take to end before the process is restarted. */
  readonly cancelGraceMs: number;
  /** How long another machine is looked for when the connection to it broke in mid-turn. */
  readonly reconnectMs: number;
  readonly goals: GoalPolicy;
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

export type Endpoint =
  /** A socket in this machine's file system, as `ssh -L` makes one. */
  | { readonly type: "unix"; readonly path: string }
  | {
    readonly type: "network";
    /** `ws:` or `wss:` */
    readonly url: string;
    /** Of the address; an IPv6 one is in brackets. */
    readonly host: string;
    readonly port: number;
  };

/** The host that the runtime is told for a local socket, which has none; the name cannot exist. */
export const SOCKET_HOST = "codex.invalid";

/** The Codex of another machine, which a remote profile names. */
export interface MachineSettings {
  /** Its address as people write it, by which profiles and threads name it. */
  readonly name: string;
  readonly endpoint: Endpoint;
  /** Shown to whoever answers there; from the environment. */
  readonly token?: string;
  /** The variable that the token came from, which no Codex may be given. */
  readonly tokenVariable?: string;
}
