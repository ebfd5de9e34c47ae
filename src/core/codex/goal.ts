/**
 * Defines goals: an objective of a thread, towards which Codex takes turns of its own accord, one
 * after another, until it is reached, paused, or out of its budget.
 */
import { unreachable } from "../errors.ts";
import type { ThreadOptions, Turn, TurnOptions } from "./codex.ts";
import type { ThreadGoal } from "./thread_activity.ts";

/** Says what becomes of goals: a person is asked about one that Codex sets itself, or not. */
export const GOAL_POLICIES = ["ask", "on", "off"] as const;
export type GoalPolicy = typeof GOAL_POLICIES[number];

/** The goal of a thread, as Codex tells of it. */
export interface Goal extends ThreadGoal {
  readonly threadId: string;
}

/** Codex refuses a longer objective. */
export const MOST_OBJECTIVE_CHARACTERS = 4_000;

/** Changes a goal; what is absent stays. */
export interface GoalChange {
  readonly status?: "active" | "paused";
  readonly tokenBudget?: number;
}

/** Begins the work on a goal. */
export type GoalStart =
  /** Replaces the goal of the thread, where it has one. */
  | { readonly type: "set"; readonly objective: string; readonly tokenBudget?: number }
  /** Goes on with the goal of the thread; with another budget where one is named. */
  | { readonly type: "resume"; readonly tokenBudget?: number };

/** Reads and changes the goals of threads, and takes part in the work on them. */
export interface CodexGoals {
  /** Loads no thread. @throws {CodexError} when Codex cannot tell */
  get(threadId: string): Promise<Goal | undefined>;
  /**
   * Loads no thread; of one that is loaded, `active` begins the work.
   * @throws {CodexError} when there is no goal, or Codex does not take the change
   */
  change(threadId: string, change: GoalChange): Promise<Goal>;
  /** @throws {CodexError} when Codex does not answer */
  clear(threadId: string): Promise<void>;
  /**
   * Pauses the goal and ends the turn that works on it, if any: after a crash, or when a machine is
   * reached again on which it went on.
   * @returns the goal that it paused; undefined when none was active
   * @throws {CodexError} when Codex cannot be reached
   */
  halt(threadId: string): Promise<Goal | undefined>;
  /**
   * Begins the work on a goal, and follows it.
   * @param threadId of the conversation; undefined begins one
   * @throws {CodexError} when Codex cannot begin it
   */
  pursue(
    threadId: string | undefined,
    options: ThreadOptions,
    start: GoalStart,
    turns: TurnOptions,
  ): Promise<GoalPursuit>;
}

/** The work on a goal, as long as it is followed: Codex begins the turns. */
export interface GoalPursuit {
  readonly threadId: string;
  /** Codex's turns, one after another. Ends when Codex begins no further one. Read it once. */
  readonly rounds: AsyncIterable<Turn>;
  /** How the goal stands; undefined once it was cleared. */
  goal(): Goal | undefined;
  /** Lets no further round begin; the present one goes on. Never rejects. */
  pause(): Promise<void>;
  /** Follows it no longer, and pauses it if it is active still. Never rejects. */
  end(): Promise<void>;
}

/** What a person asks for with a goal; it is stored with their request. */
export interface GoalWish {
  /** `adopt` = one that Codex has set itself, or that was found at work. */
  readonly type: "set" | "resume" | "adopt";
  /** The objective of the goal that this one takes the place of; the person is asked first. */
  readonly replaces?: string;
  readonly tokenBudget?: number;
  /** Codex knows no budget of time: the program keeps it. */
  readonly timeBudgetMs?: number;
}

/** Why the work on a goal ended, in this process. */
export type GoalEnd =
  | "complete"
  /** By a person, by Codex on a person's request, or elsewhere. */
  | "paused"
  | "blocked"
  | "usage-limited"
  | "token-budget"
  | "time-budget"
  /** Many rounds in a row did nothing but talk. */
  | "idle"
  | "cleared"
  /** The session works in another conversation by now; the goal stays paused in its own. */
  | "left"
  /** It makes room for requests of the person, and goes on behind them. */
  | "gives-way";

/** Says why a goal is not worked on any more. @returns undefined while it is active */
export function endOf(goal: Goal | undefined): Exclude<GoalEnd, "gives-way"> | undefined {
  if (goal === undefined) return "cleared";
  switch (goal.status) {
    case "active":
      return undefined;
    case "budget-limited":
      return "token-budget";
    case "other":
      return "paused";
    case "paused":
    case "blocked":
    case "usage-limited":
    case "complete":
      return goal.status;
    default:
      return unreachable(goal.status);
  }
}
