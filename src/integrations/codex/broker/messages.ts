/**
 * Messages between the application and the broker, which starts programs for it: plain data, because
 * it is copied from one isolate to another. A program is known by the number that the application
 * gives it.
 */

/** What the broker lets programs do, and which; computed from the configuration. */
export interface BrokerLimits {
  readonly programs: readonly AllowedProgram[];
  /** The whole environment of every program. */
  readonly environment: Readonly<Record<string, string>>;
  readonly rights: CodexRights;
}

export interface AllowedProgram {
  readonly command: string;
  /** What is started for it: the program behind a script, where that was found. */
  readonly started: string;
  /** `{file}` stands for a received file. */
  readonly arguments: readonly string[];
  /** What it is spoken with; requests of the first two are held to the rights. */
  readonly speaks: "app-server" | "mcp" | "nothing";
  /** The application asks for it as soon as it begins. */
  readonly ahead?: true;
}

/** What Codex may be asked for. */
export interface CodexRights {
  readonly folders: readonly FolderRights[];
  /** The folder of Codex's records of working folders; absolute, as all of these. */
  readonly workspaces: string;
  /** The folder of received files. */
  readonly inbox: string;
}

export interface FolderRights {
  /** The folder as it is written, its real path, and the top of its repository. */
  readonly paths: readonly string[];
  readonly sandbox: "read-only" | "workspace-write" | "danger-full-access";
  readonly approvalPolicy: "untrusted" | "on-request" | "never";
}

/** From the application to the broker. */
export type BrokerOrder =
  | {
    readonly type: "start";
    readonly id: number;
    readonly command: string;
    readonly arguments: readonly string[];
  }
  | { readonly type: "input"; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: "end-input"; readonly id: number }
  /** So many bytes of its output were taken. */
  | { readonly type: "taken"; readonly id: number; readonly bytes: number }
  | { readonly type: "kill"; readonly id: number; readonly signal: "SIGTERM" | "SIGKILL" };

export type OutputName = "stdout" | "stderr";

/** From the broker to the application. */
export type BrokerReport =
  | { readonly type: "started"; readonly id: number; readonly pid: number }
  | {
    readonly type: "not-started";
    readonly id: number;
    readonly why: "missing" | "not-permitted" | "other";
    readonly message: string;
  }
  /** The oldest input that waited was written, or the program takes none any more. */
  | { readonly type: "written"; readonly id: number; readonly failure?: string }
  | {
    readonly type: "output";
    readonly id: number;
    readonly stream: OutputName;
    readonly bytes: Uint8Array<ArrayBuffer>;
  }
  | { readonly type: "output-end"; readonly id: number; readonly stream: OutputName }
  | {
    readonly type: "exited";
    readonly id: number;
    readonly code: number;
    readonly signal: string | null;
  };
