/** Looks up what a person asks about their session, and stores what they choose for it. */
import type { Redact } from "../redaction/redact.ts";
import type { CodexGoals, Goal, GoalChange, GoalPolicy } from "../codex/goal.ts";
import type { CodexBackend, Machines, RestartReport, TokenUsage } from "../codex/codex.ts";
import type {
  CodexQueries,
  ModelInfo,
  RateLimits,
  ReadFile,
  ThreadSummary,
} from "../codex/codex_queries.ts";
import { SessionCheckService } from "../checks/session_checks.ts";
import { RunningCommands } from "./running_commands.ts";
import { WorkingAgents } from "./working_agents.ts";
import {
  belongsTo,
  continuation,
  developerThread,
  type Reviewed,
  type Session,
  type SessionKey,
  type SessionStore,
  withThread,
} from "./session.ts";
import { CodexError } from "../errors.ts";
import { nameFromRequest } from "./conversation_name.ts";
import { type Profile, profileNamed, type Profiles, withChoices } from "./settings.ts";
import type { PlanApproval } from "../run/plan.ts";
import type { SnapshotStore } from "../workspace/recording.ts";
import type { RunReports } from "../run/run_reports.ts";
import { EndedReviews, type EndedReviewsDependencies } from "../run/ended_reviews.ts";
import { readShownFile } from "../workspace/shown_file.ts";
import { SessionDiffs } from "../workspace/session_diff.ts";
import { Undo } from "../workspace/undo.ts";

export interface Choices {
  /** The session's profile, its choices applied. */
  readonly profile: Profile;
  readonly session: Session;
  /** Empty where the backend cannot list them; a name may still be typed. */
  readonly models: readonly ModelInfo[];
  /** Why the backend cannot list them; absent when it can. */
  readonly modelsUnknown?: CodexError;
}

export interface UsageReport {
  /** Tokens of all requests since the session began; absent before the first. */
  readonly session?: TokenUsage;
  readonly limits?: RateLimits;
  /** Why the limits are unknown; absent where there are none. */
  readonly limitsUnknown?: CodexError;
}

export interface SessionGoal {
  readonly goal: Goal;
  readonly timeBudgetMs?: number;
}

type AskedCodex = Pick<
  CodexBackend,
  | "kind"
  | "capabilities"
  | "queries"
  | "terminals"
  | "activity"
  | "goals"
  | "start"
  | "restart"
  | "workspace"
>;

export interface SessionServiceDependencies extends EndedReviewsDependencies {
  readonly machines: Machines<AskedCodex>;
  readonly profiles: Profiles;
  readonly sessions: SessionStore;
  readonly goals: GoalPolicy;
  readonly snapshots: SnapshotStore;
  readonly reports: RunReports;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
  /** Of this program. */
  readonly version: string;
}

/** As many buttons as fit under a message without scrolling. */
const MOST_THREADS = 8;
/** How many conversations are searched for one that a person names. */
const MOST_SEARCHED = 100;

export class SessionService {
  /** What Codex has left running. */
  readonly commands: RunningCommands;
  readonly agents: WorkingAgents;
  readonly #deps: SessionServiceDependencies;
  /** Takes back what the session's runs changed. */
  readonly undo: Undo;
  /** Continues and accepts work that was not approved. */
  readonly endedReviews: EndedReviews;
  /** Tells what the session's runs changed. */
  readonly diffs: SessionDiffs;
  /** What proves the work of the session's runs. */
  readonly checks: SessionCheckService;
  readonly reports: RunReports;

  constructor(deps: SessionServiceDependencies) {
    this.#deps = deps;
    this.commands = new RunningCommands(deps);
    this.agents = new WorkingAgents(deps);
    this.undo = new Undo(deps);
    this.endedReviews = new EndedReviews(deps);
    this.diffs = new SessionDiffs(deps);
    this.checks = new SessionCheckService(deps);
    this.reports = deps.reports;
  }

  get version(): string {
    return this.#deps.version;
  }

  async choices(key: SessionKey): Promise<Choices> {
    const session = await this.#deps.sessions.peek(key);
    const profile = withChoices(this.#profileOf(session), session);
    return { session, profile, ...await this.#models(profile) };
  }

  /** @param model undefined = the profile's */
  chooseModel(key: SessionKey, model: string | undefined): Promise<Session> {
    return this.#deps.sessions.change(key, ({ model: _former, ...session }) => ({
      ...session,
      ...(model === undefined ? {} : { model }),
    }));
  }

  /** @param effort undefined = the profile's */
  chooseEffort(key: SessionKey, effort: string | undefined): Promise<Session> {
    return this.#deps.sessions.change(key, ({ reasoningEffort: _former, ...session }) => ({
      ...session,
      ...(effort === undefined ? {} : { reasoningEffort: effort }),
    }));
  }

  choosePlanApproval(key: SessionKey, planApproval: PlanApproval): Promise<Session> {
    return this.#deps.sessions.change(key, (session) => ({ ...session, planApproval }));
  }

  /**
   * Codex's recent conversations in the session's folder, newest first.
   * @throws {CodexError} when the backend cannot tell
   */
  async threads(key: SessionKey): Promise<readonly ThreadSummary[]> {
    const profile = await this.#profile(key);
    const threads = await this.#queries(profile).threads(profile.workingDirectory, MOST_THREADS);
    return threads.map((thread) => this.#redacted(thread));
  }

  /**
   * Makes the next request continue this conversation, or fail; leaves the present one. Call it only
   * while nothing runs in the session: a run would set its own conversation.
   * @returns undefined when the folder has no such conversation
   * @throws {CodexError} when the backend cannot tell
   */
  async resumeThread(key: SessionKey, threadId: string): Promise<ThreadSummary | undefined> {
    const profile = await this.#profile(key);
    const { workingDirectory } = profile;
    const threads = await this.#queries(profile).threads(workingDirectory, MOST_SEARCHED);
    const thread = threads.find(({ id }) => id === threadId);
    if (thread === undefined) return undefined;
    const chosen = { ...developerThread(threadId, profile), chosen: true } as const;
    await this.#deps.sessions.change(
      key,
      // The history belongs to the other conversation.
      ({ name: _former, goalTimeBudgetMs: _other, ...session }) => {
        const name = nameFromRequest(thread.title);
        const named = name === "" ? session : { ...session, name };
        return { ...withThread(named, chosen), history: [] };
      },
    );
    return this.#redacted(thread);
  }

  /**
   * Tells whether there is a conversation to summarize.
   * @throws {CodexError} when Codex cannot
   */
  async canCompact(key: SessionKey): Promise<boolean> {
    const session = await this.#deps.sessions.peek(key);
    const profile = this.#profileOf(session);
    const { capabilities, kind } = this.#deps.machines.codexOn(profile.machine);
    if (!capabilities.compact) {
      throw new CodexError("unsupported", "Cannot summarize: this backend has no way to do it", {
        trouble: { kind: "unsupported", wish: "compact", elsewhere: kind === "mcp" },
      });
    }
    const thread = session.developerThread;
    return thread !== undefined && belongsTo(thread, profile);
  }

  /**
   * Makes the next request continue a copy of the conversation; the original stays as it is. Call it
   * only while nothing runs in the session.
   * @returns undefined when there is no conversation in the session's folder yet
   * @throws {CodexError} when Codex cannot copy it
   */
  async forkThread(key: SessionKey): Promise<Session | undefined> {
    const session = await this.#deps.sessions.peek(key);
    const profile = this.#profileOf(session);
    const original = session.developerThread;
    if (original === undefined || !belongsTo(original, profile)) return undefined;
    const queries = this.#queries(profile);
    const copy = await queries.forkThread(original.id);
    const { name } = session;
    if (name !== undefined) {
      await queries.nameThread(copy, name).catch((error) => {
        // It is a copy all the same, and named here.
        if (!(error instanceof CodexError)) throw error;
      });
    }
    const chosen = { ...developerThread(copy, profile), chosen: true } as const;
    return await this.#deps.sessions.change(key, (former) => withThread(former, chosen));
  }

  /**
   * Names the conversation, here and where Codex lists it.
   * @returns whether Codex, which has the conversation and names, did not take it
   */
  async nameConversation(
    key: SessionKey,
    name: string,
  ): Promise<{ readonly codexRefused: boolean }> {
    const session = await this.#deps.sessions.change(key, (former) => ({ ...former, name }));
    const thread = session.developerThread;
    // A conversation that Codex does not have yet is named when it begins.
    if (thread === undefined) return { codexRefused: false };
    try {
      await this.#deps.machines.codexOn(thread.machine).queries.nameThread(thread.id, name);
      return { codexRefused: false };
    } catch (error) {
      if (!(error instanceof CodexError)) throw error;
      return { codexRefused: error.kind !== "unsupported" };
    }
  }

  /** The policy for goals, as it is configured. */
  get goalPolicy(): GoalPolicy {
    return this.#deps.goals;
  }

  /**
   * The goal of the conversation.
   * @param followed whether it is worked on here: one at work that nobody follows is paused first
   * @throws {CodexError} when Codex has no goals, or cannot tell
   */
  async goal(key: SessionKey, followed: boolean): Promise<SessionGoal | undefined> {
    const { session, threadId, goals } = await this.#goals(key);
    if (threadId === undefined) return undefined;
    const goal = (followed ? undefined : await goals.halt(threadId)) ?? await goals.get(threadId);
    const { goalTimeBudgetMs: timeBudgetMs } = session;
    if (goal === undefined) return undefined;
    return timeBudgetMs === undefined ? { goal } : { goal, timeBudgetMs };
  }

  /** @throws {CodexError} when there is no goal any more, or Codex does not take the change */
  async changeGoal(key: SessionKey, change: GoalChange): Promise<void> {
    const { threadId, goals } = await this.#goals(key);
    if (threadId !== undefined) await goals.change(threadId, change);
  }

  /** @throws {CodexError} when Codex does not answer */
  async clearGoal(key: SessionKey): Promise<void> {
    const { threadId, goals } = await this.#goals(key);
    if (threadId !== undefined) await goals.clear(threadId);
  }

  async usage(key: SessionKey): Promise<UsageReport> {
    const session = await this.#deps.sessions.peek(key);
    const { usage } = session;
    const limits = await this.#limits(this.#profileOf(session));
    return { ...(usage === undefined ? {} : { session: usage }), ...limits };
  }

  /** What the session's last review on demand has found. */
  async reviewOf(key: SessionKey): Promise<Reviewed | undefined> {
    return (await this.#deps.sessions.peek(key)).reviewed;
  }

  /** Reads a file of the session's folder, see {@link CodexQueries.readFile}. */
  async readFile(key: SessionKey, path: string, mostBytes: number): Promise<ReadFile> {
    const profile = await this.#profile(key);
    return await readShownFile(this.#queries(profile), profile, path, mostBytes);
  }

  /**
   * Allows once what Codex's automatic review denied in the session's conversation.
   * @returns false when there is no such thing (any more)
   * @throws {CodexError} when Codex does not answer
   */
  async allowDenied(key: SessionKey, reviewId: string): Promise<boolean> {
    const { developerThread: thread } = await this.#deps.sessions.peek(key);
    if (thread === undefined) return false;
    return await this.#deps.machines.codexOn(thread.machine).activity
      .allowDenied(thread.id, reviewId);
  }

  /**
   * Starts the Codex anew on which the session works.
   * @throws {CodexError} when it does not come up
   */
  async restartCodex(key: SessionKey): Promise<RestartReport> {
    const { machine } = await this.#profile(key);
    return await this.#deps.machines.codexOn(machine).restart();
  }

  /**
   * Reads a file of a profile's folder, or of another one in which Codex itself has named it.
   * @throws {CodexError} as {@link CodexQueries.readFile} does
   */
  async readProfileFile(
    place: Pick<Profile, "machine" | "workingDirectory">,
    path: string,
    mostBytes: number,
  ): Promise<ReadFile> {
    return await this.#queries(place).readFile(place.workingDirectory, path, mostBytes);
  }

  async #goals(key: SessionKey): Promise<
    { readonly session: Session; readonly threadId?: string; readonly goals: CodexGoals }
  > {
    const session = await this.#deps.sessions.peek(key);
    const profile = this.#profileOf(session);
    const codex = this.#deps.machines.codexOn(profile.machine);
    await codex.start();
    const { goals, kind } = codex;
    if (goals === undefined) {
      const trouble = { kind: "unsupported", wish: "goals", elsewhere: kind === "mcp" } as const;
      throw new CodexError("unsupported", "This Codex has no goals", { trouble });
    }
    const { developerThreadId: threadId } = continuation(session.developerThread, profile);
    return threadId === undefined ? { session, goals } : { session, goals, threadId };
  }

  async #profile(key: SessionKey): Promise<Profile> {
    return this.#profileOf(await this.#deps.sessions.peek(key));
  }

  #profileOf(session: Session): Profile {
    return profileNamed(this.#deps.profiles, session.profile);
  }

  #queries({ machine }: Pick<Profile, "machine">): CodexQueries {
    return this.#deps.machines.codexOn(machine).queries;
  }

  /** Masks a title before front-ends cut it: half a secret is not recognized. */
  #redacted(thread: ThreadSummary): ThreadSummary {
    return { ...thread, title: this.#deps.redact(thread.title) };
  }

  async #models(
    profile: Profile,
  ): Promise<{ models: readonly ModelInfo[]; modelsUnknown?: CodexError }> {
    try {
      return { models: await this.#queries(profile).models(profile.workingDirectory) };
    } catch (error) {
      if (!(error instanceof CodexError)) throw error;
      // Without the list a person can still type a model's name.
      return { models: [], modelsUnknown: error };
    }
  }

  async #limits(profile: Profile): Promise<{ limits?: RateLimits; limitsUnknown?: CodexError }> {
    try {
      const limits = await this.#queries(profile).rateLimits();
      return limits === undefined ? {} : { limits };
    } catch (error) {
      if (!(error instanceof CodexError)) throw error;
      return { limitsUnknown: error };
    }
  }
}
