/**
 * What a thread does beyond the turns that were asked for: turns that Codex begins by itself, and the
 * sub-agents of a turn, which may work on when it has ended.
 */
import type { Redact } from "../redaction/redact.ts";
import { onOneLine } from "../text/short_text.ts";
import type { FileChange, Turn, TurnOptions, TurnStatus } from "./codex.ts";

/** What Codex pursues on a thread, turn after turn, without being asked again. */
export interface ThreadGoal {
  readonly objective: string;
  /** Codex begins turns by itself only while it is `active`. */
  readonly status: GoalStatus;
  /** Absent = without a limit. */
  readonly tokenBudget?: number;
  readonly tokensUsed: number;
  readonly secondsUsed: number;
}

export type GoalStatus =
  | "active"
  | "paused"
  | "blocked" // Codex cannot go on without a person
  | "usage-limited" // by the limit of the account
  | "budget-limited" // its own budget is used up
  | "complete"
  /** Newer than this program. */
  | "other";

/** Follows what Codex does of its own accord on a thread, for as long as the thread is loaded. */
export interface ThreadWatcher {
  /**
   * Codex began a turn that nobody asked for, such as the next round of a goal. Call
   * {@link BegunTurn.follow} before this returns; otherwise, and after a throw, the turn is
   * interrupted, the goal is paused, and the owner of the program is told.
   */
  turnBegun(begun: BegunTurn): void;
  /** Comes with every change, also those that this program made; undefined = there is none any more. */
  goalChanged(goal: ThreadGoal | undefined): void;
}

/** A turn that Codex began by itself and that nobody follows yet. */
export interface BegunTurn {
  readonly threadId: string;
  readonly turnId: string;
  /**
   * Takes the turn over, as if it had been asked for: its events, its result, its approvals. The
   * thread is busy until it has ended; aborting the signal interrupts it.
   * @throws {ThreadBusyError} when it is followed already, or is being stopped
   */
  follow(options: TurnOptions): Turn;
}

/** A thread that Codex began for a part of the work of another one. */
export interface SubAgent {
  readonly threadId: string;
  /** As the model calls it, e.g. `helper`, or `helper/deep` for one of its own; never empty. */
  readonly name: string;
}

/** What is alive on a thread, whoever began it. */
export interface ThreadActivity {
  /** A turn is open: one that was asked for, or one that Codex began. */
  readonly turn: boolean;
  /** The last that Codex told of; absent where there is none. */
  readonly goal?: ThreadGoal;
  /** Sub-agents at work, oldest first. */
  readonly agents: readonly AgentActivity[];
}

/** A sub-agent worked on when its turn had ended, and has ended, too. */
export interface AgentEnded {
  readonly agent: SubAgent;
  readonly status: TurnStatus;
  /** What it did to files. */
  readonly changedFiles: readonly FileChange[];
  /** Why it failed. */
  readonly reason?: string;
}

export interface AgentActivity {
  readonly agent: SubAgent;
  /** The command it runs, or its thought; absent while it has told nothing. */
  readonly doing?: string;
}

export const NO_ACTIVITY: ThreadActivity = { turn: false, agents: [] };

export function isAlive({ turn, agents }: ThreadActivity): boolean {
  return turn || agents.length > 0;
}

/** What was stopped on a thread. */
export interface Stopped {
  readonly agents: readonly SubAgent[];
  /** Commands that they had left running. */
  readonly commands: readonly string[];
}

export const NOTHING_STOPPED: Stopped = { agents: [], commands: [] };

/** Tells and stops what is alive on a thread. */
export interface CodexActivity {
  /** From what Codex has told so far; never waits. */
  alive(threadId: string): ThreadActivity;
  /**
   * Stops the sub-agents of a thread and the commands that they left running. An interrupted turn
   * takes its own along; this is for those that work on without one. Never rejects: what cannot be
   * stopped is logged.
   */
  stopAgents(threadId: string): Promise<Stopped>;
  /** Resolves when no sub-agent is at work on any thread; never rejects. */
  settled(): Promise<void>;
  /** Stops all sub-agents, as their Codex is about to end, and tells that they are lost. Never rejects. */
  endAgents(): Promise<void>;
  /**
   * Allows once what Codex's automatic review denied on a thread, or on one of its sub-agents: Codex
   * may do it when it tries again.
   * @returns false when it knows of none (any more), or does not take it
   * @throws {CodexError} when Codex does not answer
   */
  allowDenied(threadId: string, reviewId: string): Promise<boolean>;
}

/** For a Codex that does nothing beyond its turns, or does not tell. */
export const WITHOUT_ACTIVITY: CodexActivity = {
  alive: () => NO_ACTIVITY,
  stopAgents: () => Promise.resolve(NOTHING_STOPPED),
  settled: () => Promise.resolve(),
  endAgents: () => Promise.resolve(),
  allowDenied: () => Promise.resolve(false),
};

/** Something of Codex that belongs to nothing which this program works on. */
export interface Unowned {
  readonly kind:
    | "question" // it was declined
    | "turn"; // it was interrupted
  /** Absent where Codex names none. */
  readonly threadId?: string;
  /** What was asked for, in Codex's words, e.g. the command. */
  readonly subject?: string;
  /** Another machine's address; absent = this one. */
  readonly machine?: string;
}

/** Characters of what was asked for. */
const SUBJECT_LIMIT = 300;

/** Masks secrets before it is cut. */
export function redactedUnowned({ subject, ...what }: Unowned, redact: Redact): Unowned {
  return subject === undefined
    ? what
    : { ...what, subject: onOneLine(redact(subject), SUBJECT_LIMIT) };
}
