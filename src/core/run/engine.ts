/** What a front-end may ask of the engine; implemented by the orchestrator. */
import type { BackendHealth } from "../codex/codex.ts";
import type { LastRequest, Run } from "./run.ts";
import type { Session, SessionKey } from "../session/session.ts";
import type { Mode, Profile, Role } from "../session/settings.ts";

export interface RunView {
  readonly run: Run;
  readonly mode: Mode;
  /** Where Codex works on it; absent = here, or not begun yet. */
  readonly machine?: string;
  /** Absent until the first stage has started. */
  readonly stage?: { readonly role: Role; readonly round: number; readonly ageMs: number };
  readonly ageMs: number;
}

export interface StatusReport {
  readonly session: Session;
  /** The session was damaged and moved to this file: the person has to be told, once. */
  readonly setAside?: string;
  /** With what the person chose for the session. */
  readonly profile: Profile;
  readonly active?: RunView;
  /** Requests that wait behind the active one. */
  readonly queued: number;
  /** Requests that the person has to confirm or drop. */
  readonly awaitingConfirmation: number;
  readonly maxReviewRounds: number;
  /** Of the machine of the profile. */
  readonly codex: BackendHealth;
}

export interface CancelReport {
  /** The run that was told to stop; absent when none was running. */
  readonly stopped?: RunView;
  /** Waiting requests that were dropped. */
  readonly dropped: number;
  /** Waiting requests that remain and will run next. */
  readonly remaining: number;
}

export interface QueueReport {
  readonly active?: RunView;
  /** In the order in which they will run. */
  readonly waiting: readonly Run[];
  /** Those that the person has to confirm or drop, oldest first. */
  readonly awaitingConfirmation: readonly Run[];
  /** What runs for the person in topics of the chat; nothing for a session that is in one itself. */
  readonly inTopics: readonly RunView[];
}

/** Why words cannot be added to what runs. */
export type SteerRefusal =
  /** This Codex takes nothing while it works. */
  | "backend"
  /** The stage at work reads what it is given, and nothing else. */
  | "stage"
  /** No turn is at work at this moment. */
  | "ended";

export type SteerReport =
  /** Nothing ran: it is a request like any other. */
  | { readonly type: "request" }
  /** It is a request of its own, and waits. */
  | { readonly type: "queued"; readonly reason: SteerRefusal }
  /**
   * Kept with the running request and on its way to Codex. `taken` never rejects; false = Codex did
   * not take it, and it is a request of its own.
   */
  | { readonly type: "kept"; readonly taken: Promise<boolean> }
  /** The same source has been here before. */
  | { readonly type: "repeated" };

export interface Engine {
  /**
   * Accepts a request durably and returns; the run reports through the chat port.
   * @returns false when a request of the same source was accepted before; nothing happens then
   */
  submit(run: Run, sourceId: string): boolean;
  /**
   * Adds the words of the request to what runs in its session; where that cannot be they are the
   * request. Durable as {@link submit} is, and a second call with the same `sourceId` adds nothing.
   */
  steer(run: Run, sourceId: string): SteerReport;
  /** What the session was asked last; undefined when there is nothing since its beginning. */
  lastRequest(key: SessionKey): LastRequest | undefined;
  queue(key: SessionKey): QueueReport;
  /** Stops the running request, and with `all` drops the waiting ones too. Does not wait for it. */
  cancel(key: SessionKey, options: { readonly all: boolean }): CancelReport;
  /** Stops this one request of the session, running or waiting. @returns false when it has ended */
  cancelRun(key: SessionKey, runId: string): boolean;
  /** Runs a request that awaits confirmation. @returns false when it does not (any more) */
  continueRun(key: SessionKey, runId: string): boolean;
  /** Drops a request that awaits confirmation. @returns false when it does not (any more) */
  dropRun(key: SessionKey, runId: string): boolean;
  /** What the person has to confirm or drop, oldest first. */
  awaitingConfirmation(key: SessionKey): readonly Run[];
  status(key: SessionKey): Promise<StatusReport>;
  /** Drops running and waiting work and starts the session anew, in plan mode. */
  reset(key: SessionKey): Promise<CancelReport>;
  setMode(key: SessionKey, mode: Mode): Promise<Session>;
  /** @returns the profile now in use, or undefined when there is none of that name (any case) */
  selectProfile(key: SessionKey, name: string): Promise<Profile | undefined>;
  /** All profiles, in the order of the configuration, and the name of the default one. */
  profiles(): { readonly all: readonly Profile[]; readonly default: string };
}
