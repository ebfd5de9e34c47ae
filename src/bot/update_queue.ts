/**
 * Handles updates beside the polling: each chat's in their order, again when it failed, and not for
 * ever. What fails for want of a disk waits for the disk, however long that takes.
 */
import type { Clock } from "../core/clock.ts";
import { describeError, StorageError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { BackgroundWork } from "./background_work.ts";
import { ChatLanes } from "./chat_lanes.ts";
import type { StorageComplaints } from "./storage_complaints.ts";
import { UnstoredUpdates, type UnstoredVerdict } from "./unstored_updates.ts";

/** Where it is kept how far the handling of an update has come; throws when it cannot be kept. */
export interface HandlingRecord {
  attempted(updateId: number): void;
  /** The disk has spoiled the attempt, which does not count then. */
  spoiled(updateId: number): void;
  done(updateId: number): void;
}

/** What is still to be done for an update that was routed; others of its chat do not wait for it. */
export interface Remainder {
  /** `left` = for the next start. May reject, as routing may. */
  readonly ended: Promise<"done" | "left">;
}

export interface UpdateHandlers {
  /** Routes one update; milliseconds, never a whole run. */
  readonly handle: (update: unknown) => Promise<Remainder | void>;
  /** Does with an update what can be done without a disk. Called once for each of them. */
  readonly handleUnstored: (update: unknown, failure: unknown) => Promise<UnstoredVerdict>;
  /** Tells the person that their update could not be handled and will not be tried again. */
  readonly onGivenUp: (update: unknown) => Promise<void>;
}

export interface UpdateQueueDependencies extends UpdateHandlers {
  readonly store: HandlingRecord;
  readonly complaints: StorageComplaints;
  readonly clock: Clock;
  readonly log: Log;
}

export interface StoredUpdate {
  readonly updateId: number;
  readonly update: unknown;
  /** How often its handling was begun, as far as the disk knows. */
  readonly attempts: number;
}

/** `counted`: the attempt that comes is among `attempts` already. */
type Work = StoredUpdate & { readonly counted: boolean };

/** Before the second and the third attempt. Later updates of the chat go ahead meanwhile. */
const PAUSES_MS = [5_000, 30_000];
const MOST_ATTEMPTS = PAUSES_MS.length + 1;
const DISK_PAUSE_MS = 5_000;

export class UpdateQueue {
  readonly #deps: UpdateQueueDependencies;
  readonly #lanes = new ChatLanes();
  /** Everything that was added and that the disk does not know to be done. */
  readonly #taken = new Set<number>();
  readonly #unstored = new UnstoredUpdates();
  /** Stored, but the disk did not take what their handling wrote. */
  readonly #stalled: Work[] = [];
  /** Handled, but the disk did not take that they are. */
  readonly #unrecorded = new Set<number>();
  readonly #background: BackgroundWork;
  #watchesDisk = false;

  constructor(deps: UpdateQueueDependencies) {
    this.#deps = deps;
    this.#background = new BackgroundWork(deps.clock);
  }

  /** A second call for the same update does nothing. */
  add(stored: StoredUpdate): void {
    if (this.#taken.has(stored.updateId)) return;
    this.#taken.add(stored.updateId);
    void this.#enqueue({ ...stored, counted: false }); // never rejects
  }

  /** For an update that cannot be stored. A second call for the same one does nothing. */
  offer(updateId: number, update: unknown, failure: unknown): void {
    if (this.#unstored.has(updateId)) return;
    this.#unstored.set(updateId, "refused");
    void this.#lanes.add(update, () => this.#handleUnstored(updateId, update, failure)); // never rejects
  }

  /** Whether the update was offered and is not done with. */
  wasOffered(updateId: number): boolean {
    return this.#unstored.has(updateId);
  }

  /** Whether nothing is left to do for an offered update but to store it. */
  isHandled(updateId: number): boolean {
    return this.#unstored.isHandled(updateId);
  }

  /** Nothing is left to do for the update, whether it was offered or not. */
  forget(updateId: number): void {
    this.#unstored.forget(updateId);
  }

  /** The disk takes writes again: what waited for it goes on, before anything that is added later. */
  resume(): void {
    for (const updateId of [...this.#unrecorded]) this.#settle(updateId);
    for (const work of this.#takeStalled()) void this.#enqueue(work); // never rejects
  }

  /** Ends every pause, and resolves when what was begun has ended; the rest is for the next start. */
  async close(): Promise<void> {
    this.#background.close();
    while (this.#lanes.size + this.#background.size > 0) {
      await Promise.all([this.#lanes.idle(), this.#background.idle()]);
    }
    for (const updateId of [...this.#unrecorded]) this.#settle(updateId);
  }

  #enqueue(work: Work): Promise<void> {
    return this.#lanes.add(work.update, () => this.#work(work));
  }

  async #work(work: Work): Promise<void> {
    const { updateId, update } = work;
    if (this.#unstored.isHandled(updateId)) return this.#settle(updateId);
    if (!work.counted && work.attempts >= MOST_ATTEMPTS) return await this.#giveUp(work);
    let counted = work.counted;
    const attempts = work.attempts + (counted ? 0 : 1);
    try {
      if (!counted) this.#deps.store.attempted(updateId);
      counted = true;
      const remainder = await this.#deps.handle(update);
      if (remainder === undefined) return this.#settle(updateId);
      this.#background.run(() => this.#finish({ ...work, attempts }, remainder));
    } catch (error) {
      if (!(error instanceof StorageError)) return await this.#fail({ ...work, attempts }, error);
      await this.#stall(counted ? this.#uncounted({ ...work, attempts }) : work, error);
    }
  }

  async #finish(work: Work, { ended }: Remainder): Promise<void> {
    try {
      if (await ended === "done") this.#settle(work.updateId);
    } catch (error) {
      if (!(error instanceof StorageError)) return await this.#fail(work, error);
      await this.#stall(this.#uncounted(work), error);
    }
  }

  #uncounted(work: Work): Work {
    try {
      this.#deps.store.spoiled(work.updateId);
      return { ...work, attempts: work.attempts - 1, counted: false };
    } catch (error) {
      this.#deps.complaints.report(error);
      return { ...work, counted: true };
    }
  }

  /** Never throws: an update that is handled stays so, whatever the disk says. */
  #settle(updateId: number): void {
    this.#unstored.forget(updateId);
    try {
      this.#deps.store.done(updateId);
      this.#taken.delete(updateId);
      this.#unrecorded.delete(updateId);
    } catch (error) {
      this.#deps.complaints.report(error);
      this.#unrecorded.add(updateId);
      this.#watchDisk();
    }
  }

  async #fail(work: Work, error: unknown): Promise<void> {
    const { updateId, attempts } = work;
    this.#deps.log.error("telegram.update.failed", {
      update_id: updateId,
      attempts,
      error: describeError(error),
    });
    const pauseMs = PAUSES_MS[attempts - 1];
    if (pauseMs === undefined) return await this.#giveUp(work);
    this.#background.run(async () => {
      if (await this.#background.pause(pauseMs)) await this.#enqueue({ ...work, counted: false });
    });
  }

  async #giveUp({ updateId, update, attempts }: Work): Promise<void> {
    const { log, onGivenUp } = this.#deps;
    log.error("telegram.update.given-up", { update_id: updateId, attempts });
    try {
      await onGivenUp(update);
    } catch (error) {
      log.error("telegram.given-up.untold", { update_id: updateId, error: describeError(error) });
    }
    this.#settle(updateId);
  }

  async #stall(work: Work, error: StorageError): Promise<void> {
    const { updateId, update } = work;
    this.#deps.complaints.report(error);
    this.#stalled.push(work);
    this.#watchDisk();
    if (this.#unstored.has(updateId)) return;
    this.#unstored.set(updateId, "refused");
    await this.#handleUnstored(updateId, update, error);
  }

  async #handleUnstored(updateId: number, update: unknown, failure: unknown): Promise<void> {
    const { handleUnstored, log } = this.#deps;
    try {
      this.#unstored.set(updateId, await handleUnstored(update, failure));
    } catch (error) {
      log.error("telegram.unstored.failed", { update_id: updateId, error: describeError(error) });
    }
  }

  #watchDisk(): void {
    if (this.#watchesDisk) return;
    this.#watchesDisk = true;
    this.#background.run(async () => {
      while (this.#stalled.length + this.#unrecorded.size > 0) {
        if (!await this.#background.pause(DISK_PAUSE_MS)) break;
        await this.#probeDisk();
      }
      this.#watchesDisk = false;
    });
  }

  /** One of those that wait goes first: a disk that is still full is not asked by all of them. */
  async #probeDisk(): Promise<void> {
    const [unrecorded] = this.#unrecorded;
    if (unrecorded !== undefined) {
      this.#settle(unrecorded);
      if (this.#unrecorded.has(unrecorded)) return;
    }
    const [first, ...others] = this.#takeStalled();
    this.#stalled.push(...others);
    if (first !== undefined) {
      await this.#enqueue(first);
      if (this.#stalled.some(({ updateId }) => updateId === first.updateId)) return;
    }
    this.resume();
  }

  #takeStalled(): Work[] {
    return this.#stalled.splice(0).sort((one, other) => one.updateId - other.updateId);
  }
}
