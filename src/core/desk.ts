/** What a person may look up and choose for their session, beside sending requests. */
import type { TokenUsage } from "./token_usage.ts";
import type { CodexError } from "./errors.ts";
import type { ModelInfo, RateLimits, ReadFile, ThreadSummary } from "./codex_queries.ts";
import type { Session, SessionKey } from "./session.ts";
import type { Profile } from "./settings.ts";

export interface Choices {
  /** What the session works under now, its choices applied. */
  readonly profile: Profile;
  readonly session: Session;
  /** Empty where the backend cannot tell: a name may still be typed. */
  readonly models: readonly ModelInfo[];
  /** Why the backend cannot tell; absent when it can. */
  readonly modelsUnknown?: CodexError;
}

export interface UsageReport {
  /** Of all requests since the session began; absent before the first. */
  readonly session?: TokenUsage;
  readonly limits?: RateLimits;
  /** Why there are no limits to show; absent when there simply are none. */
  readonly limitsUnknown?: CodexError;
}

export interface Desk {
  choices(key: SessionKey): Promise<Choices>;
  /** @param model undefined = what the profile says */
  chooseModel(key: SessionKey, model: string | undefined): Promise<Session>;
  /** @param effort undefined = what the profile says */
  chooseEffort(key: SessionKey, effort: string | undefined): Promise<Session>;
  /**
   * Codex's recent conversations in the session's folder, newest first.
   * @throws {CodexError} when the backend cannot tell
   */
  threads(key: SessionKey): Promise<readonly ThreadSummary[]>;
  /**
   * The next request continues this conversation, or fails; the one so far is left. A run at work
   * would put its own in place of it: to be asked only while there is none.
   * @returns undefined when the folder has no such conversation
   * @throws {CodexError} when the backend cannot tell
   */
  resumeThread(key: SessionKey, threadId: string): Promise<ThreadSummary | undefined>;
  usage(key: SessionKey): Promise<UsageReport>;
  /** See {@link CodexQueries.readFile}; the folder is that of the session. */
  readFile(key: SessionKey, path: string, mostBytes: number): Promise<ReadFile>;
}
