/**
 * Reads the folder of a request while the program reads and writes what it needs itself: both take as
 * long, and a request works where the last one of its session did, more often than not.
 */
import type { Clock } from "../clock.ts";
import type { Machines } from "../codex/codex.ts";
import { abortable } from "../deadline.ts";
import { sessionId } from "../session/session.ts";
import type { Mode, Profile } from "../session/settings.ts";
import type { SnapshotResult } from "../workspace/workspace.ts";
import type { ActiveRun } from "./active_run.ts";
import type { RunAdmission } from "./run_admission.ts";

interface ReadAheadDependencies {
  readonly machines: Machines;
  readonly admission: Pick<RunAdmission, "admitAhead" | "entriesWhileIdle">;
  readonly clock: Pick<Clock, "monotonic">;
}

export interface FolderReading {
  readonly profile: Profile;
  readonly result: Promise<SnapshotResult>;
}

/** A reading that was begun before its request was there. */
interface Foreseen extends FolderReading {
  /** How many runs had entered a folder by then: another one may have changed files since. */
  readonly entries: number;
  /** In milliseconds of the monotonic clock. */
  readonly begunAt: number;
}

/** Of sessions whose last place is known. */
const MOST_SESSIONS = 500;
/** A request that comes later than that reads the folder anew: a person may have worked there. */
const FRESH_MS = 250;

export class ReadAhead {
  readonly #deps: ReadAheadDependencies;
  /** Where each session's last request worked, if the developer came first; the newest at the end. */
  readonly #places = new Map<string, Profile>();
  /** By session. */
  readonly #foreseen = new Map<string, Foreseen>();

  constructor(deps: ReadAheadDependencies) {
    this.#deps = deps;
  }

  /** Reads the folder for a request that is about to come, where nothing is at work. */
  foresee(session: string): void {
    const profile = this.#places.get(session);
    if (profile === undefined) return;
    const entries = this.#deps.admission.entriesWhileIdle(profile);
    if (entries === undefined) return;
    const result = this.#read(profile);
    if (result === undefined) return;
    const begunAt = this.#deps.clock.monotonic();
    this.#foreseen.set(session, { profile, result, entries, begunAt });
  }

  /**
   * Enters the folder in which the run probably works, and reads it, where both can be done at once.
   * @returns undefined where nothing is read
   */
  begin(active: ActiveRun): FolderReading | undefined {
    const { run, controller: { signal } } = active;
    const session = sessionId(run.session);
    const foreseen = this.#foreseen.get(session);
    this.#foreseen.delete(session);
    const profile = this.#places.get(session);
    // One that was begun earlier has its record, and files are brought to Codex first.
    const isPlain = run.mode === undefined && run.attachments === undefined;
    if (profile === undefined || !isPlain || !beginsWithDeveloper(active, "single")) {
      return undefined;
    }
    const isFresh = foreseen?.profile === profile && this.#isFresh(foreseen);
    if (!this.#deps.admission.admitAhead(active, profile)) return undefined;
    const reading = isFresh ? foreseen.result : this.#read(profile);
    if (reading === undefined) return undefined;
    const result = abortable(reading, signal);
    // Nobody may need it.
    result.catch(() => undefined);
    return { profile, result };
  }

  /** Remembers where the run works; the next one of its session probably works there, too. */
  remember(active: ActiveRun, mode: Mode, profile: Profile): void {
    const session = sessionId(active.run.session);
    this.#places.delete(session);
    if (beginsWithDeveloper(active, mode)) this.#places.set(session, profile);
    const [oldest] = this.#places.keys();
    if (this.#places.size > MOST_SESSIONS && oldest !== undefined) this.#places.delete(oldest);
  }

  #isFresh({ profile, entries, begunAt }: Foreseen): boolean {
    const { admission, clock } = this.#deps;
    return clock.monotonic() - begunAt <= FRESH_MS &&
      admission.entriesWhileIdle(profile) === entries;
  }

  /** @returns undefined where it cannot be read at once */
  #read({ machine, workingDirectory }: Profile): Promise<SnapshotResult> | undefined {
    const codex = this.#deps.machines.codexOn(machine);
    const { workspace } = codex;
    if (workspace === undefined || !codex.health().ready) return undefined;
    const result = workspace.snapshot(workingDirectory);
    // Nobody may need it.
    result.catch(() => undefined);
    return result;
  }
}

/** Whether nothing comes before the developer for which the folder would have to be read later. */
function beginsWithDeveloper({ run }: ActiveRun, mode: Mode): boolean {
  return mode === "single" && (run.goal ?? run.task ?? run.follows) === undefined;
}

/** @returns what was read of the place in which the run works; undefined where it was another one */
export function readingOf(
  reading: FolderReading | undefined,
  mode: Mode,
  { machine, workingDirectory }: Profile,
): Promise<SnapshotResult> | undefined {
  const isThere = reading?.profile.machine === machine &&
    reading?.profile.workingDirectory === workingDirectory;
  return mode === "single" && isThere ? reading?.result : undefined;
}
