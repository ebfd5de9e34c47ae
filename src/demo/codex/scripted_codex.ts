/**
 * Plays a Codex by a script, with real commands and real files: everything behind the backend's port
 * that needs no model.
 */
import { WITHOUT_ACTIVITY } from "../../core/codex/thread_activity.ts";
import type { Clock } from "../../core/clock.ts";
import type {
  BackendCapabilities,
  BackendHealth,
  CodexBackend,
  CodexThread,
  RestartReport,
  ThreadOptions,
  TurnInput,
} from "../../core/codex/codex.ts";
import type { CheckRunner } from "../../core/checks/check.ts";
import type { CodexTerminals } from "../../core/codex/background_terminals.ts";
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Redact } from "../../core/redaction/redact.ts";
import type { Workspace } from "../../core/workspace/workspace.ts";
import { CAPABILITIES, type WorkspaceSettings } from "../../integrations/codex/backend_parts.ts";
import type { LiveTurn, TurnLimits } from "../../integrations/codex/live_turn.ts";
import { PlayedThreads, type PlayedTurn } from "../../integrations/codex/played_threads.ts";
import { Actor, TurnOverError } from "./actor.ts";
import { LOCAL_QUERIES } from "./local_queries.ts";
import type { LocalShell } from "./local_shell.ts";
import { LocalChecks, localWorkspace } from "./local_workspace.ts";

/** What plays the turns. */
export interface Script {
  /** Plays one turn to its end. @throws {TurnOverError} when it is ended meanwhile */
  play(actor: Actor, input: TurnInput): Promise<void>;
  /** What is said to words that come in the middle of a turn. */
  added(text: string): string;
}

interface ScriptedCodexSettings {
  readonly script: Script;
  readonly shell: LocalShell;
  /** Between two steps of a turn. */
  readonly paceMs: number;
  readonly limits: TurnLimits;
  readonly workspace: WorkspaceSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly redact: Redact;
}

/** It leaves nothing running. */
const NO_TERMINALS: CodexTerminals = {
  list: () => Promise.resolve([]),
  stop: () => Promise.resolve(false),
};

export class ScriptedCodex implements CodexBackend {
  readonly kind = "scripted";
  readonly capabilities: BackendCapabilities = CAPABILITIES[this.kind];
  readonly activity = WITHOUT_ACTIVITY;
  readonly queries = LOCAL_QUERIES;
  readonly terminals = NO_TERMINALS;
  readonly workspace: Workspace;
  readonly checks: CheckRunner;
  readonly #settings: ScriptedCodexSettings;
  readonly #played: PlayedThreads;

  constructor(settings: ScriptedCodexSettings) {
    this.#settings = settings;
    const { clock, limits } = settings;
    this.#played = new PlayedThreads({
      kind: this.kind,
      command: "script",
      clock,
      limits,
      play: (turn, played) => this.#play(turn, played),
      steer: (turn, text) => this.#noteAdded(turn, text),
    });
    this.workspace = localWorkspace(settings.workspace, settings);
    this.checks = new LocalChecks(settings, settings.redact);
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  startThread(options: ThreadOptions): CodexThread {
    return this.#played.thread(`demo-${crypto.randomUUID()}`, options);
  }

  resumeThread(id: string, options: ThreadOptions): CodexThread {
    return this.#played.thread(id, options);
  }

  health(): BackendHealth {
    return this.#played.health();
  }

  restart(): Promise<RestartReport> {
    return Promise.resolve({ type: "restarted" });
  }

  close(): Promise<void> {
    return this.#played.close();
  }

  #noteAdded(turn: LiveTurn, added: string): Promise<void> {
    const text = this.#settings.script.added(added);
    const item = { type: "message", id: crypto.randomUUID(), text, commentary: true } as const;
    turn.push({ type: "item.completed", item });
    return Promise.resolve();
  }

  /** Never rejects: a failure is how the turn ends. */
  async #play(
    turn: LiveTurn,
    { threadId, input, options }: PlayedTurn,
  ): Promise<void> {
    const { script, log } = this.#settings;
    const folder = options.workingDirectory;
    try {
      const actor = new Actor({ ...this.#settings, turn, threadId, folder });
      await script.play(actor, input);
    } catch (error) {
      if (error instanceof TurnOverError) return;
      const message = describeError(error);
      log.error("demo.script-failed", { error: message });
      const failure = {
        kind: "other",
        message,
        trouble: { kind: "failed", said: message },
      } as const;
      turn.settle({ status: "failed", failure });
    }
  }
}
