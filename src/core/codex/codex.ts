/**
 * The port to Codex, whichever protocol is behind it.
 *
 * The words are Codex's own: a thread has turns, a turn has items, and an approval is a question
 * that a turn waits on.
 */
import type { AttachmentFiles } from "../chat/attachment.ts";
import { CodexError, describeError, troubleOf } from "../errors.ts";
import type { ApprovalPolicy, ThreadSandbox } from "../session/settings.ts";
import type { ApprovalDecision, ApprovalRequest } from "./approval.ts";
import type { BackgroundTerminal, CodexTerminals } from "./background_terminals.ts";
import type { CheckRunner } from "../checks/check.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { CodexQueries } from "./codex_queries.ts";
import type { CodexGoals, Goal } from "./goal.ts";
import type { CodexNews } from "./news.ts";
import type { DeclineReason, PersonHandlers, QuestionRequest, QuestionResult } from "./question.ts";
import type { CodexActivity, SubAgent, ThreadWatcher } from "./thread_activity.ts";
import { isMachineTrouble, type Trouble } from "./trouble.ts";

/** `scripted` = the demo plays it, with real commands and real files. */
export type BackendKind = "app-server" | "mcp" | "echo" | "scripted";

export interface BackendCapabilities {
  /** `Turn.steer` works. */
  readonly steer: boolean;
  /** `TurnInput.outputSchema` is enforced by the model, not merely asked for. */
  readonly outputSchema: boolean;
  /** A thread survives the end of the Codex process that made it. */
  readonly resume: boolean;
  /** `TurnInput.images` are shown to the model. */
  readonly images: boolean;
  /** `CodexThread.compact` works. */
  readonly compact: boolean;
  /** Threads can have the sandbox `review`. */
  readonly reviewSandbox: boolean;
}

/** A snapshot of the Codex process for `/status` and the log; taking it never waits. */
export interface BackendHealth {
  readonly kind: BackendKind;
  /** The configured program as a person would type it, e.g. `codex app-server`, or its address. */
  readonly command: string;
  /** Codex's version, e.g. `0.169.0`; absent while unknown. */
  readonly version?: string;
  /** A process exists. */
  readonly running: boolean;
  /** It has answered its handshake and takes turns. */
  readonly ready: boolean;
  readonly pid?: number;
  /** Since the present process started, in milliseconds. */
  readonly uptimeMs?: number;
  /** How often the process had to be started again since the program began. */
  readonly restarts: number;
  /** The last thing that went wrong, for the log; absent when all is well. */
  readonly lastError?: string;
  /** What it means for a person; set with `lastError`. */
  readonly lastTrouble?: Trouble;
  /** News that last, such as an MCP server that did not start; absent = it tells none. */
  readonly standing?: readonly CodexNews[];
}

export interface CodexBackend {
  readonly kind: BackendKind;
  readonly capabilities: BackendCapabilities;
  readonly queries: CodexQueries;
  /** What is alive on a thread, beyond the turn that was asked for. */
  readonly activity: CodexActivity;
  /** What it has left running on a thread. */
  readonly terminals: CodexTerminals;
  /** Absent where the backend has no goals. */
  readonly goals?: CodexGoals | undefined;
  /** Keeps files on the machine on which Codex works; absent where that is this one. */
  readonly attachments?: Pick<AttachmentFiles, "keep">;
  /** Records working trees; absent where this Codex cannot, and before it was started. */
  readonly workspace?: Workspace | undefined;
  /** Absent where this Codex runs no commands for the program, and before it was started. */
  readonly checks?: CheckRunner | undefined;
  /**
   * Starts the process, unless it runs, and waits for its handshake. After a failure it may be
   * called again.
   * @throws {CodexError} with a remedy, when Codex is missing, too old or does not answer
   * @throws the signal's reason when the signal aborts first
   */
  start(signal?: AbortSignal): Promise<void>;
  /**
   * Begins a new conversation. Its id may be unknown until the first turn has started.
   * @throws {CodexError} where `start` has never succeeded and the backend depends on what it finds
   */
  startThread(options: ThreadOptions): CodexThread;
  /**
   * Continues an earlier conversation. Where the backend cannot bring it back, its first turn fails
   * with kind `thread-unavailable`.
   * @throws {CodexError} as `startThread` does
   */
  resumeThread(id: string, options: ThreadOptions): CodexThread;
  health(): BackendHealth;
  /**
   * Starts Codex anew, with the credentials and the program that are there now. What runs is not cut:
   * new turns wait until it has ended.
   * @throws {CodexError} when it does not come up
   */
  restart(): Promise<RestartReport>;
  /** Ends every turn as interrupted or lost and leaves no process behind. Safe to call twice. */
  close(): Promise<void>;
}

export type RestartReport =
  | { readonly type: "restarted" }
  /** It is started anew when so many turns have ended. */
  | { readonly type: "waiting"; readonly turns: number }
  /**
   * It runs on another machine, where only the connection to it is made anew: now, or when what is at
   * work there has ended.
   */
  | { readonly type: "elsewhere"; readonly machine: string; readonly waits: boolean };

/** The Codex of this machine, and those of the other machines in the configuration. */
export interface Machines<Codex = CodexBackend> {
  /**
   * @param machine its address as profiles name it; undefined = this machine
   * @throws {CodexError} `unlisted` when the configuration has it no longer
   */
  codexOn(machine: string | undefined): Codex;
}

/** Serves one machine only: this one. */
export function onlyThisMachine<Codex>(codex: Codex): Machines<Codex> {
  return { codexOn: () => codex };
}

export interface ThreadOptions {
  /** Absolute path. */
  readonly workingDirectory: string;
  /** `review` is `read-only` where the backend has no such sandbox. */
  readonly sandbox: ThreadSandbox;
  readonly approvalPolicy: ApprovalPolicy;
  readonly model?: string;
  readonly reasoningEffort?: string;
  readonly developerInstructions?: string;
  /** True for a thread that is used within one run only and need not be kept on disk. */
  readonly ephemeral: boolean;
  /** The agent needs no tools: those that Codex can do without are not offered to the model. */
  readonly withoutTools?: true;
  /**
   * Told of what Codex does there of its own accord, until the thread is loaded with another one;
   * absent for a thread of one run only.
   */
  readonly watcher?: ThreadWatcher;
}

export interface CodexThread {
  /** Known from the first turn's `started` event on, at the latest. */
  readonly id: string | undefined;
  /**
   * Begins to load the conversation, so that its next turn waits for less. Never throws: what goes
   * wrong, the turn tries again. Nobody else can work on it from then on, so that it is for a turn that
   * is sure to come. Absent where it would be no use.
   */
  prepare?(signal: AbortSignal): void;
  /** Lets go of what was loaded for the first turn of a conversation, which was not begun. */
  discard?(): void;
  /**
   * Starts one turn; the next one of the same thread must wait for its result.
   * @throws {ThreadBusyError} when a turn of this thread is still running
   */
  run(input: TurnInput, options: TurnOptions): Turn;
  /**
   * Starts a turn that summarizes the conversation; absent where the backend cannot.
   * @throws {ThreadBusyError} as `run` does
   */
  compact?(options: TurnOptions): Turn;
  /**
   * Starts a turn in which Codex's own reviewer looks at a change; absent where the backend cannot.
   * @throws {ThreadBusyError} as `run` does
   */
  review?(target: CodexReviewTarget, options: TurnOptions): Turn;
}

/** What Codex's own reviewer looks at, in the protocol's words. */
export type CodexReviewTarget =
  | { readonly type: "uncommittedChanges" }
  | { readonly type: "baseBranch"; readonly branch: string }
  | { readonly type: "commit"; readonly sha: string }
  | { readonly type: "custom"; readonly instructions: string };

export interface TurnInput {
  readonly text: string;
  /** Absolute paths; a backend without the capability ignores them. */
  readonly images?: readonly string[];
  /** JSON schema of the wanted answer; a backend without the capability ignores it. */
  readonly outputSchema?: Readonly<Record<string, unknown>>;
}

export interface TurnOptions extends PersonHandlers {
  /** Aborting it interrupts the turn, which then ends with status `interrupted`. */
  readonly signal: AbortSignal;
  /** A turn that is completed has ended when the sub-agents at work have, too. */
  readonly waitsForAgents?: boolean;
}

export interface Turn {
  /** Everything the turn does, in order; ends when the turn does. Read it at most once. */
  readonly events: AsyncIterable<TurnEvent>;
  /** Never rejects: how the turn ended is its value. */
  readonly result: Promise<TurnResult>;
  /**
   * Adds input to the running turn.
   * @throws {CodexError} when the backend cannot, or the turn is over
   */
  steer(text: string): Promise<void>;
}

/**
 * `lost` = the process died while the turn ran: what it did is unknown, so that nobody may simply
 * run it again.
 */
export type TurnStatus = "completed" | "interrupted" | "failed" | "lost";

export type TurnFailureKind =
  | "login" // not logged in, or the key was refused
  | "rate-limit" // the model's own limit, worth trying later
  | "model" // the model or its service answered with an error
  | "timeout" // a deadline of this program ran out
  | "thread-unavailable" // the thread cannot be continued: move its conversation to a fresh one
  | "thread-in-use" // another program works on the thread and would not hear of a fresh one
  | "process" // the Codex process died or does not answer
  | "connection" // another machine cannot be reached, or no longer: Codex may go on there
  | "other";

export interface TurnFailure {
  readonly kind: TurnFailureKind;
  /** For a person: what happened, and what to do where that is known. */
  readonly message: string;
  /** What front-ends have a sentence for. */
  readonly trouble: Trouble;
}

/** Says why no turn could begin: Codex, or the connection to it, could not be started. */
export function failureToStart(error: unknown): TurnFailure {
  const message = describeError(error);
  const trouble = troubleOf(error);
  if (isMachineTrouble(trouble)) return { kind: "connection", message, trouble };
  const isLogin = error instanceof CodexError && error.kind === "not-logged-in";
  return { kind: isLogin ? "login" : "process", message, trouble };
}

export interface TurnResult {
  readonly status: TurnStatus;
  readonly threadId?: string;
  /** The last agent message; empty when there was none. */
  readonly answer: string;
  /** Unified diff of the files that Codex patched in this turn; empty when none. */
  readonly diff: string;
  readonly changedFiles: readonly FileChange[];
  readonly usage?: TokenUsage;
  /** Present unless the status is `completed` or a plain `interrupted`. */
  readonly failure?: TurnFailure;
}

export interface FileChange {
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
}

/** What a turn, or all turns of a run, used. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly totalTokens: number;
}

export function addUsage(sum: TokenUsage | undefined, added: TokenUsage): TokenUsage {
  if (sum === undefined) return added;
  return {
    inputTokens: sum.inputTokens + added.inputTokens,
    cachedInputTokens: sum.cachedInputTokens + added.cachedInputTokens,
    outputTokens: sum.outputTokens + added.outputTokens,
    reasoningTokens: sum.reasoningTokens + added.reasoningTokens,
    totalTokens: sum.totalTokens + added.totalTokens,
  };
}

export type ItemStatus = "in_progress" | "completed" | "failed" | "declined";

export type TurnItem =
  | {
    readonly type: "message";
    readonly id: string;
    readonly text: string;
    /** Codex said it along the way: never the answer when there is another message. */
    readonly commentary?: true;
    /**
     * Codex said it to the person at once, and works on: it is commentary as well. A question may be
     * answered while it works, but need not be.
     */
    readonly async?: "message" | "question";
  }
  | { readonly type: "reasoning"; readonly id: string; readonly summary: string }
  | {
    readonly type: "command";
    readonly id: string;
    readonly command: string;
    readonly workingDirectory: string;
    readonly status: ItemStatus;
    readonly exitCode?: number;
    /** The beginning and the end of what it printed; absent while it runs or when it printed nothing. */
    readonly output?: string;
  }
  | {
    readonly type: "files";
    readonly id: string;
    readonly changes: readonly FileChange[];
    readonly status: ItemStatus;
  }
  | {
    readonly type: "tool";
    readonly id: string;
    readonly name: string;
    readonly status: ItemStatus;
  }
  /** A picture that Codex made, or looked at; `path` is absolute, on Codex's machine. */
  | {
    readonly type: "picture";
    readonly id: string;
    readonly path: string;
    readonly made: boolean;
  }
  /** Has no shape of its own here; `kind` is Codex's name for it. */
  | { readonly type: "other"; readonly id: string; readonly kind: string };

export interface PlanStep {
  readonly text: string;
  readonly status: "pending" | "in_progress" | "completed";
}

export type WaitingReason =
  /** The turns of others have to end before Codex can be started anew. */
  | { readonly type: "restart" }
  /** The connection broke and is made anew, while the turn may go on there. */
  | { readonly type: "reconnect"; readonly machine: string };

/** Writes it for logs and traces. */
export function waitNote(reason: WaitingReason): string {
  return reason.type === "restart"
    ? "waits until Codex can be started anew"
    : `reconnects to ${reason.machine}`;
}

export type TurnEvent =
  | { readonly type: "started"; readonly threadId: string; readonly turnId: string }
  | { readonly type: "message.delta"; readonly itemId: string; readonly text: string }
  | { readonly type: "item.started"; readonly item: TurnItem }
  | { readonly type: "item.completed"; readonly item: TurnItem }
  /** Codex's own checklist, whole each time. */
  | { readonly type: "plan"; readonly steps: readonly PlanStep[] }
  /** Unified diff of the turn so far, whole each time. */
  | { readonly type: "diff"; readonly unifiedDiff: string }
  | { readonly type: "usage"; readonly usage: TokenUsage }
  /** The goal of the thread was set, changed or, where it is absent, cleared. */
  | { readonly type: "goal"; readonly goal?: Goal }
  /** How much of the model's room the conversation takes, while it is summarized. */
  | { readonly type: "context"; readonly tokens: number }
  /** Codex tries again by itself: progress, not failure. */
  | { readonly type: "retrying"; readonly message: string }
  /** The turn waits: for a Codex that is started anew, or for the connection to its machine. */
  | { readonly type: "waiting"; readonly reason: WaitingReason }
  /** It goes on. */
  | { readonly type: "waited" }
  /** What this program itself has to say of the turn. */
  | { readonly type: "warning"; readonly message: string }
  /** What Codex tells beside its work; `repeated` = the session was told the same before. */
  | { readonly type: "news"; readonly news: CodexNews; readonly repeated?: true }
  /** A sub-agent begins to work, or works on. */
  | { readonly type: "agent.started"; readonly agent: SubAgent }
  /** What it does. Its approvals are the turn's own, with its name. */
  | { readonly type: "agent.event"; readonly agent: SubAgent; readonly event: TurnEvent }
  | { readonly type: "agent.ended"; readonly agent: SubAgent; readonly status: TurnStatus }
  /** At its end: the commands of the thread that go on without the turn; never empty. */
  | { readonly type: "terminals.left"; readonly terminals: readonly BackgroundTerminal[] }
  /** Something was declined without asking the person, who is told. */
  | { readonly type: "declined"; readonly reason: DeclineReason }
  | { readonly type: "approval.requested"; readonly request: ApprovalRequest }
  | {
    readonly type: "approval.resolved";
    readonly request: ApprovalRequest;
    readonly decision: ApprovalDecision;
  }
  | { readonly type: "question.requested"; readonly request: QuestionRequest }
  | {
    readonly type: "question.resolved";
    readonly request: QuestionRequest;
    readonly result: QuestionResult;
  };
