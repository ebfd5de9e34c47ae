/** The desk over the session store and what Codex tells of itself. */
import type { CodexBackend } from "./codex.ts";
import type {
  CodexQueries,
  ModelInfo,
  RateLimits,
  ReadFile,
  ThreadSummary,
} from "./codex_queries.ts";
import type { Choices, Desk, UsageReport } from "./desk.ts";
import { developerThread } from "./developer_threads.ts";
import { CodexError } from "./errors.ts";
import type { Machines } from "./machines.ts";
import type { Session, SessionKey, SessionStore } from "./session.ts";
import { type Profile, profileNamed, type Profiles, withChoices } from "./settings.ts";
import { readShownFile } from "./shown_file.ts";

export interface SessionDeskDependencies {
  readonly machines: Machines<Pick<CodexBackend, "queries">>;
  readonly profiles: Profiles;
  readonly sessions: SessionStore;
  /** Masks secrets; keeps the length of the text. */
  readonly conceal: (text: string) => string;
}

/** As many as fit under one message without scrolling. */
const MOST_THREADS = 8;
/** Among how many a conversation is found that a person names. */
const MOST_SEARCHED = 100;

export class SessionDesk implements Desk {
  readonly #deps: SessionDeskDependencies;

  constructor(deps: SessionDeskDependencies) {
    this.#deps = deps;
  }

  async choices(key: SessionKey): Promise<Choices> {
    const { session } = await this.#deps.sessions.read(key);
    const profile = withChoices(this.#profileOf(session), session);
    return { session, profile, ...await this.#models(profile) };
  }

  chooseModel(key: SessionKey, model: string | undefined): Promise<Session> {
    return this.#deps.sessions.change(key, ({ model: _former, ...session }) => ({
      ...session,
      ...(model === undefined ? {} : { model }),
    }));
  }

  chooseEffort(key: SessionKey, effort: string | undefined): Promise<Session> {
    return this.#deps.sessions.change(key, ({ reasoningEffort: _former, ...session }) => ({
      ...session,
      ...(effort === undefined ? {} : { reasoningEffort: effort }),
    }));
  }

  async threads(key: SessionKey): Promise<readonly ThreadSummary[]> {
    const profile = await this.#profile(key);
    const threads = await this.#queries(profile).threads(profile.workingDirectory, MOST_THREADS);
    return threads.map((thread) => this.#concealed(thread));
  }

  async resumeThread(key: SessionKey, threadId: string): Promise<ThreadSummary | undefined> {
    const profile = await this.#profile(key);
    const { workingDirectory } = profile;
    const threads = await this.#queries(profile).threads(workingDirectory, MOST_SEARCHED);
    const thread = threads.find(({ id }) => id === threadId);
    if (thread === undefined) return undefined;
    const chosen = { ...developerThread(threadId, profile), chosen: true } as const;
    await this.#deps.sessions.change(
      key,
      // What was said so far belongs to another conversation.
      (session) => ({ ...session, developerThread: chosen, history: [] }),
    );
    return this.#concealed(thread);
  }

  async usage(key: SessionKey): Promise<UsageReport> {
    const { session } = await this.#deps.sessions.read(key);
    const { usage } = session;
    const limits = await this.#limits(this.#profileOf(session));
    return { ...(usage === undefined ? {} : { session: usage }), ...limits };
  }

  async readFile(key: SessionKey, path: string, mostBytes: number): Promise<ReadFile> {
    const profile = await this.#profile(key);
    return await readShownFile(this.#queries(profile), profile, path, mostBytes);
  }

  async #profile(key: SessionKey): Promise<Profile> {
    return this.#profileOf((await this.#deps.sessions.read(key)).session);
  }

  #profileOf(session: Session): Profile {
    return profileNamed(this.#deps.profiles, session.profile);
  }

  #queries({ machine }: Profile): CodexQueries {
    return this.#deps.machines.codexOn(machine).queries;
  }

  /** Here, as people who show a title cut it, and half a secret is not recognized. */
  #concealed(thread: ThreadSummary): ThreadSummary {
    return { ...thread, title: this.#deps.conceal(thread.title) };
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
