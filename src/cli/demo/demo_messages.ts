/** Messages between the launcher and the worker in which the demo runs: plain data. */

export interface DemoOptions {
  /** Use the Codex of this machine instead of the scripted one. */
  readonly codex: boolean;
  /** The chat is this terminal instead of a page. */
  readonly terminal: boolean;
  /** Sent at once in the terminal; without any, the person types. */
  readonly messages: readonly string[];
  /** Of the page; absent = the usual one, or one that is free. */
  readonly port: number | undefined;
  /** Show the page in the browser of this desktop. */
  readonly open: boolean;
  /** Milliseconds between two steps of the scripted Codex; absent = slow enough to read. */
  readonly paceMs: number | undefined;
  /** Show the program's log, too. */
  readonly verbose: boolean;
}

/** What the launcher has found on this machine. */
export interface DemoPlace {
  /** An empty folder with its real path, in which all of the demo lies; the launcher removes it. */
  readonly folder: string;
  /** In which the demo was started: the real Codex works there. */
  readonly workingDirectory: string;
  /** What the program was started with. */
  readonly variables: Readonly<Record<string, string>>;
  readonly version: string;
  /** The shell that runs commands and records files; absent where there is none. */
  readonly shell?: string | undefined;
  /** Whether there is a git that the shell finds. */
  readonly git: boolean;
  /** What opens a page in the browser; absent where there is no desktop. */
  readonly opener?: readonly string[] | undefined;
}

/** From the launcher to the worker. */
export type DemoOrder =
  | { readonly type: "run"; readonly place: DemoPlace; readonly options: DemoOptions }
  /** The process was asked to stop. */
  | { readonly type: "stop" };

/** From the worker to the launcher. */
export type DemoReport =
  | { readonly type: "ready" }
  | { readonly type: "ended"; readonly code: number; readonly text?: string };
