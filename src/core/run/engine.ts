/** Defines what a front-end may ask of the engine; the orchestrator implements it. */
import type { HeldUntil } from "./queue_holds.ts";
import type { BackendHealth } from "../codex/codex.ts";
import type { GoalPause, RoundStop } from "./goal_rounds.ts";
import type { LastRequest, Run, RunPart, RunTask } from "./run.ts";
import type { FolderWait } from "./folder_queue.ts";
import type { FolderPlace } from "../workspace/folder_place.ts";
import type { RunProgress } from "./run_progress.ts";
import type { RunGoal } from "./run_state.ts";
import type { ListedProfile } from "./session_profiles.ts";
import type { Session, SessionKey } from "../session/session.ts";
import type { Mode, Profile, Role } from "../session/settings.ts";

export interface RunView {
  readonly run: Run;
  /** Absent = a request. */
  readonly task?: RunTask;
  /** In which its stages work. */
  readonly mode: Mode;
  readonly progress: RunProgress;
  /** Set where it is the work on a goal. */
  readonly goal?: RunGoal;
  /** Where Codex works on it; absent = here, or not begun yet. */
  readonly machine?: string;
  /** Absent until the first stage has started. */
  readonly stage?: { readonly role: Role; readonly round: number; readonly ageMs: number };
  readonly ageMs: number;
  /** It waits for a person to agree to its plan. */
  readonly awaitsGo?: true;
  /** Why no further round of its goal begins; absent = it goes on. */
  readonly roundStop?: RoundStop;
  /** How the usage limit holds it, where it does. */
  readonly held?: HeldUntil;
  /** What it waits for while others work in its folder. */
  readonly folderWait?: FolderWait;
}

export interface StatusReport {
  readonly session: Session;
  /** File to which a damaged session was moved; the person has to be told, once. */
  readonly setAside?: string;
  /** Includes what the person chose for the session. */
  readonly profile: Profile;
  readonly active?: RunView;
  /** Requests queued behind the active one. */
  readonly queued: number;
  /** Requests that the person has to confirm or drop. */
  readonly awaitingConfirmation: number;
  readonly maxReviewRounds: number;
  /** Health of Codex on the profile's machine. */
  readonly codex: BackendHealth;
}

export interface CancelReport {
  /** The run that is being stopped; absent when none was running. */
  readonly stopped?: RunView;
  /** Waiting requests that were dropped. */
  readonly dropped: number;
  /** Requests that were to be confirmed and were dropped; absent = none. */
  readonly droppedOnHold?: number;
  /** Waiting requests that remain and will run next. */
  readonly remaining: number;
}

export interface QueueReport {
  readonly active?: RunView;
  /** In the order in which they will run. */
  readonly waiting: readonly Run[];
  /** Those that the person has to confirm or drop, oldest first. */
  readonly awaitingConfirmation: readonly Run[];
  /** Runs of the person in topics of the chat; empty for a session that is in a topic itself. */
  readonly inTopics: readonly RunView[];
}

/** Why text cannot be added to the running request. */
export type SteerRefusal =
  /** This Codex takes no input during a turn. */
  | "backend"
  /** The running stage is a review, which takes no input. */
  | "stage"
  /** No turn is running at this moment, and none is about to begin. */
  | "ended";

export type SteerEnd =
  | "taken"
  /** Codex did not accept it, and the text has become a request. */
  | "queued"
  /** The run was stopped before Codex got it. */
  | "stopped"
  /** The program stops: the run gets it when it goes on. */
  | "kept";

export type SteerReport =
  /** Nothing was running: the text has become a request. */
  | { readonly type: "request" }
  /** It could not be added: the text has become a request and is queued. */
  | { readonly type: "queued"; readonly reason: SteerRefusal }
  /** Stored with the running request and being sent to Codex. `end` never rejects. */
  | { readonly type: "kept"; readonly end: Promise<SteerEnd> }
  /** This source was handled before; nothing happened. */
  | { readonly type: "repeated" };

export type RequestToRetry =
  | { readonly type: "request"; readonly request: LastRequest }
  /** The session has asked for nothing yet. */
  | { readonly type: "none" }
  /** The message belongs to a request that is not kept: it was answered, and others came after it. */
  | { readonly type: "gone" }
  /** It waits, or is at work: it would be done twice. */
  | { readonly type: "open" };

export interface Engine {
  /**
   * Stores a request and returns; the run reports through the chat port.
   * @returns false when a request of the same source was stored before; nothing happens then
   */
  submit(run: Run, sourceId: string): boolean;
  /** A request of the session is about to be submitted: begins what leaves nothing behind. */
  foresee(session: SessionKey): void;
  /**
   * Adds the text of the request to the run in its session, or submits it as a request where that
   * is impossible. Stored like {@link submit}; a second call with the same `sourceId` does nothing.
   */
  steer(run: Run, sourceId: string): SteerReport;
  /**
   * Replaces words and files of a request that has not begun.
   * @param part what has become a part of it
   * @returns false when it runs or has ended
   */
  rewordRun(key: SessionKey, runId: string, request: LastRequest, part?: RunPart): boolean;
  /** Why words cannot be added to the running request now; undefined = they can, or none runs. */
  steerRefusal(key: SessionKey): SteerRefusal | undefined;
  /** The session's last request; undefined where there is none yet. */
  lastRequest(key: SessionKey): LastRequest | undefined;
  /**
   * The request to be run again: that of the message, else that of a run which failed on the usage
   * limit, also when others were asked meanwhile, else the session's last one.
   * @param messageId names a message of the chat
   */
  requestToRetry(key: SessionKey, messageId: number | undefined): RequestToRetry;
  /** Takes note that the request of this run was submitted once more. */
  repeated(runId: string): void;
  queue(key: SessionKey): QueueReport;
  /** Stops the running request, with `all` drops the queued ones too. Does not wait for the end. */
  cancel(key: SessionKey, options: { readonly all: boolean }): CancelReport;
  /** Stops or drops this request of the session. @returns false when it has ended */
  cancelRun(key: SessionKey, runId: string): boolean;
  /**
   * Lets the work on the session's goal end with its present round, or takes it from the queue.
   * @returns undefined when none is at work
   */
  pauseGoal(key: SessionKey): GoalPause | undefined;
  /** Runs a request that awaits confirmation. @returns false when it does not (any more) */
  continueRun(key: SessionKey, runId: string): boolean;
  /**
   * Lets the requests go on that the usage limit holds, on the machine of the session's own.
   * @returns false when none of the session is held (any more)
   */
  resumeHeld(key: SessionKey): boolean;
  /**
   * Lets a request run beside others that work in its folder.
   * @returns false when it does not wait for them (any more)
   */
  runBeside(key: SessionKey, runId: string): boolean;
  /** Whether a run of any session is at work there that may change files. */
  isFolderBusy(machine: string | undefined, place: FolderPlace): boolean;
  /**
   * Submits the request of a failed run once more, as a reply to the same message.
   * @returns false when the session knows no such request (any more), or it was submitted before
   */
  retryRun(key: SessionKey, runId: string): boolean;
  /** Drops a request that awaits confirmation. @returns false when it does not (any more) */
  dropRun(key: SessionKey, runId: string): boolean;
  /** What the person has to confirm or drop, oldest first. */
  awaitingConfirmation(key: SessionKey): readonly Run[];
  status(key: SessionKey): Promise<StatusReport>;
  /**
   * Drops running and queued requests and begins a new conversation, in plan mode. Profile, chosen
   * model and effort stay, unless `all` of it begins anew.
   */
  reset(key: SessionKey, options: { readonly all: boolean }): Promise<CancelReport>;
  setMode(key: SessionKey, mode: Mode): Promise<Session>;
  /**
   * Requests that wait stay under the profile under which they were asked for.
   * @returns the profile now in use, or undefined when there is none of that name (any case)
   */
  selectProfile(key: SessionKey, name: string): Promise<Profile | undefined>;
  /** All profiles, in the order of the configuration, and the name of the default one. */
  profiles(): { readonly all: readonly ListedProfile[]; readonly default: string };
}
