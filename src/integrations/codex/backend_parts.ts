/** Shares what the backends have in common. */
import type { Clock } from "../../core/clock.ts";
import type { BackendCapabilities, BackendKind } from "../../core/codex/codex.ts";
import type { CodexTerminals } from "../../core/codex/background_terminals.ts";
import type { GoalPolicy } from "../../core/codex/goal.ts";
import type { CodexQueries } from "../../core/codex/codex_queries.ts";
import type { ProgramSettings } from "../../core/codex/codex_settings.ts";
import type { Unowned } from "../../core/codex/thread_activity.ts";
import type { CodexWish } from "../../core/codex/trouble.ts";
import { CodexError } from "../../core/errors.ts";
import type { Redact } from "../../core/redaction/redact.ts";
import type { Log } from "../../core/log.ts";
import type { StartProgram } from "./child_process.ts";
import type { TurnLimits } from "./live_turn.ts";
import type { WorkspaceLimits } from "./workspace/git_workspace.ts";

/** What every backend that speaks with a Codex is given. */
export interface BackendSettings {
  readonly limits: TurnLimits;
  /** Absent = "ask". */
  readonly goals?: GoalPolicy;
  /** Told whenever a Codex process has ended; what it had started may live on. */
  readonly onEnded?: (() => void) | undefined;
  /** Told of what was declined or stopped because it belongs to nothing that this program works on. */
  readonly onUnowned?: ((what: Unowned) => void) | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Version of this program, told to Codex. */
  readonly clientVersion: string;
  /** How working trees are recorded; absent = they are not. */
  readonly workspace?: WorkspaceSettings | undefined;
  /** Masks secrets in what checks print; absent = none are known. */
  readonly redact?: Redact | undefined;
}

export interface WorkspaceSettings {
  /** Absolute path on this machine under which the records of its folders are kept. */
  readonly stores: string;
  readonly limits: WorkspaceLimits;
}

/** What a backend is given that starts its Codex itself. */
export interface LocalBackendSettings extends BackendSettings {
  readonly codex: CodexProgram;
  /** Starts it; absent = from here. */
  readonly start?: StartProgram | undefined;
}

/** A Codex to start. */
export interface CodexProgram {
  /** What to start; a wrapper script may have been replaced by the program it starts. */
  readonly program: ProgramSettings;
  /** The program as it is configured, for people. */
  readonly commandLine: string;
  /** Codex's version, e.g. `0.169.0`. */
  readonly version: string;
  /** The whole environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
}

export const CAPABILITIES: Readonly<Record<BackendKind, BackendCapabilities>> = {
  "app-server": {
    steer: true,
    outputSchema: true,
    resume: true,
    images: true,
    compact: true,
    reviewSandbox: true,
  },
  mcp: {
    steer: false,
    outputSchema: false,
    resume: false,
    images: false,
    compact: false,
    reviewSandbox: false,
  },
  echo: {
    steer: false,
    outputSchema: false,
    resume: true,
    images: false,
    compact: false,
    reviewSandbox: false,
  },
  scripted: {
    steer: true,
    outputSchema: true,
    resume: true,
    images: false,
    compact: false,
    reviewSandbox: false,
  },
};

const OTHER_BACKEND =
  'Set backend = "app-server" under [codex] in conf.toml and start the program again';

/**
 * Refuses every query, for a backend that can only run turns.
 * @param who as in "Cannot list the models: {who} has no way to do it"
 * @param elsewhere whether another backend can
 */
export function unsupportedQueries(who: string, elsewhere = false): CodexQueries {
  const refuse = refusal(who, elsewhere);
  return {
    models: refuse("models", "list the models"),
    threads: refuse("threads", "list earlier conversations"),
    nameThread: refuse("threads", "name a conversation"),
    forkThread: refuse("fork", "copy a conversation"),
    rateLimits: refuse("limits", "tell the limits of the account"),
    fileNames: refuse("file", "look into the folder"),
    readFile: refuse("file", "fetch a file"),
  };
}

/** Refuses to tell what was left running, for a backend that cannot know. */
export function unsupportedTerminals(who: string, elsewhere = false): CodexTerminals {
  const refuse = refusal(who, elsewhere);
  return {
    list: refuse("terminals", "list the commands that still run"),
    stop: refuse("terminals", "stop a command"),
  };
}

type Refuse = (wish: CodexWish, what: string) => () => Promise<never>;

function refusal(who: string, elsewhere: boolean): Refuse {
  return (wish, what) => () =>
    Promise.reject(
      new CodexError("unsupported", `Cannot ${what}: ${who} has no way to do it`, {
        ...(elsewhere ? { remedy: OTHER_BACKEND } : {}),
        trouble: { kind: "unsupported", wish, elsewhere },
      }),
    );
}
