/**
 * Admits a run to its work: when no usage limit holds its machine, and nobody else changes its folder.
 * Until then it waits at the head of its session's queue, and nothing of it has begun.
 */
import type { ChatPort } from "../chat/chat.ts";
import type { Clock } from "../clock.ts";
import type { Machines } from "../codex/codex.ts";
import { waitAtMost } from "../deadline.ts";
import { describeError, RunCancelledError } from "../errors.ts";
import type { Log } from "../log.ts";
import { sessionId } from "../session/session.ts";
import type { Profile } from "../session/settings.ts";
import type { FolderPlace } from "../workspace/folder_place.ts";
import type { RunOnFolder, Sharer, SnapshotStore } from "../workspace/recording.ts";
import type { ActiveRun, RunReporter } from "./active_run.ts";
import type { RunOutcome } from "./events.ts";
import {
  type FolderConflicts,
  FolderQueue,
  type FolderWait,
  type FolderWish,
} from "./folder_queue.ts";
import type { QueueHolds } from "./queue_holds.ts";
import { currentTurn, type RunChange, type RunState } from "./run_state.ts";

export interface RunAdmissionDependencies {
  readonly machines: Machines;
  readonly holds: QueueHolds;
  readonly conflicts: FolderConflicts;
  readonly snapshots: Pick<SnapshotStore, "of" | "later" | "addMixed">;
  readonly reporter: Pick<RunReporter, "show" | "report">;
  /** Tells the requests behind it that it waits, or goes on. */
  readonly showPlaces: (active: ActiveRun) => void;
  readonly chat: Pick<ChatPort, "notify">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Nobody waits longer to find out where a folder leads to; its written path counts then. */
const LOCATE_MS = 5_000;

export class RunAdmission {
  readonly #deps: RunAdmissionDependencies;
  readonly #folders: FolderQueue<ActiveRun>;

  constructor(deps: RunAdmissionDependencies) {
    this.#deps = deps;
    this.#folders = new FolderQueue<ActiveRun>({
      locate: (wish) => this.#locate(wish),
      waits: (active, ahead) => this.#showWait(active, ahead),
      mixed: (pairs) => this.#mix(pairs.map(([active, { run }]) => [active, run])),
    });
  }

  /**
   * Waits until the run may work; `leave` ends that.
   * @returns whether it had to wait
   * @throws {RunCancelledError} when it is stopped meanwhile
   */
  async admit(active: ActiveRun, profile: Profile): Promise<boolean> {
    const { holds, clock } = this.#deps;
    const since = clock.monotonic();
    // Nobody waits for one that waits itself.
    if (holds.held(profile.machine) !== undefined) this.leave(active);
    const held = await this.#whileHeld(active, profile);
    await this.#whileFolderBusy(active, profile);
    const behind = active.state.folderWait !== undefined;
    // The one that it waited for may have met the limit.
    const heldAgain = await this.#whileHeld(active, profile);
    active.waitedMs += clock.monotonic() - since;
    return held || behind || heldAgain;
  }

  /**
   * Lets the run into a folder in which it will probably work, ahead of {@link admit}, which lets it out
   * of another one again.
   * @returns false where it might have to wait
   */
  admitAhead(active: ActiveRun, profile: Profile): boolean {
    if (this.#deps.holds.held(profile.machine) !== undefined) return false;
    return this.#folders.enterAtOnce(active, this.#wish(active, profile));
  }

  /**
   * Counts what has entered a folder so far.
   * @returns undefined while anything works or waits on the machine of the profile
   */
  entriesWhileIdle({ machine }: Profile): number | undefined {
    return this.#folders.isIdle(machine) ? this.#folders.entries : undefined;
  }

  /** Tells what others have done meanwhile, where the run was begun earlier. Never throws. */
  begun(active: ActiveRun): void {
    const { snapshots, log } = this.#deps;
    try {
      if (snapshots.of(active.run.id).size === 0) return;
      this.#mix(snapshots.later(active.run.id).map((other) => [active, other]));
    } catch (error) {
      log.error("run.not-compared", { run: active.run.id, error: describeError(error) });
    }
  }

  /** Lets others into the folder, however the run has ended. */
  leave(active: ActiveRun): void {
    this.#folders.leave(active);
  }

  /** Lets it run beside those that it waits for. @returns false when it waits for none (any more) */
  runBeside(active: ActiveRun): boolean {
    const ran = this.#folders.runBeside(active);
    if (ran) this.#deps.log.info("run.beside", { run: active.run.id });
    return ran;
  }

  /** Whether a run is at work there that may change files. */
  isBusy(machine: string | undefined, place: FolderPlace): boolean {
    return this.#folders.isBusy(machine, place);
  }

  /** Tells those that wait when the one ahead begins or ceases to need a person. */
  observe({ before, state }: RunChange): void {
    if (needsDecision(before) !== needsDecision(state)) this.#folders.tellAgain();
  }

  /** Holds what waits behind a run that met the usage limit, until the limit resets where known. */
  holdAfter({ profile }: ActiveRun, outcome: RunOutcome): void {
    if (outcome.status !== "failed" || outcome.trouble.kind !== "limit") return;
    this.#deps.holds.begin(profile?.machine, outcome.trouble);
  }

  /** Waits while the usage limit holds the requests of the machine. */
  async #whileHeld(active: ActiveRun, { machine }: Profile): Promise<boolean> {
    const { holds, reporter, chat, showPlaces } = this.#deps;
    const held = holds.held(machine);
    if (held === undefined) return false;
    reporter.show(active, { type: "run.queued", position: 0, held });
    showPlaces(active);
    const ended = await holds.passed(machine, active.controller.signal);
    if (ended === "stopped") throw new RunCancelledError("The run was stopped");
    if (ended === "reset") chat.notify(active.run, { type: "queue.goes-on" });
    return true;
  }

  async #whileFolderBusy(active: ActiveRun, profile: Profile): Promise<void> {
    const { machine } = profile;
    // A summary of the conversation and the echo touch no file.
    if (active.run.task !== undefined || this.#deps.machines.codexOn(machine).kind === "echo") {
      return this.#folders.leave(active);
    }
    await this.#folders.enter(active, this.#wish(active, profile), active.controller.signal);
  }

  #wish({ run }: ActiveRun, { machine, workingDirectory, sandbox }: Profile): FolderWish {
    return {
      session: sessionId(run.session),
      machine,
      folder: workingDirectory,
      writes: sandbox !== "read-only",
      beside: this.#deps.conflicts === "beside",
    };
  }

  async #locate({ machine, folder }: FolderWish): Promise<FolderPlace | undefined> {
    const { machines, clock, log } = this.#deps;
    try {
      const { workspace } = machines.codexOn(machine);
      if (workspace === undefined) return undefined;
      const located = workspace.locate(folder);
      return await waitAtMost(clock, LOCATE_MS, located) ? await located : undefined;
    } catch (error) {
      log.info("folder.not-located", { folder, error: describeError(error) });
      return undefined;
    }
  }

  #showWait(active: ActiveRun, ahead: readonly ActiveRun[]): void {
    const { reporter, showPlaces } = this.#deps;
    // The work on a goal may take hours: a request comes first, after the present round.
    if (active.run.goal === undefined) {
      for (const { run, rounds } of ahead) {
        if (run.goal !== undefined) rounds.stopAfterRound("gives-way");
      }
    }
    const [first] = ahead;
    if (first === undefined) return;
    const wait = {
      ...sharerOf(first.run, active.run),
      needsDecision: needsDecision(first.state),
      ahead: ahead.length,
    };
    if (isSame(active.state.folderWait, wait)) return;
    reporter.show(active, { type: "run.queued", position: 0, folder: wait });
    showPlaces(active);
  }

  /** Remembers and reports that the changes of others count as those of this run, too. */
  #mix(
    pairs: readonly (readonly [ActiveRun, Pick<RunOnFolder, "id" | "session" | "prompt">])[],
  ): void {
    const { snapshots, reporter, log } = this.#deps;
    const fresh = pairs
      .map(([active, run]) => ({ active, runId: active.run.id, other: sharerOf(run, active.run) }))
      .filter(({ active: { state }, other }) =>
        !state.sharers.some(({ runId }) => runId === other.runId)
      );
    if (fresh.length === 0) return;
    try {
      // At once: where fifty runs share a folder, another one meets all of them.
      snapshots.addMixed(fresh);
    } catch (error) {
      const runs = [...new Set(fresh.map(({ runId }) => runId))];
      log.error("run.not-recorded", { runs, error: describeError(error) });
    }
    for (const { active, other } of fresh) {
      reporter.report(active, { type: "workspace.shared", ...other });
    }
  }
}

/** What a person may know of a run that another one meets in its folder. */
function sharerOf(
  { id, session, prompt }: Pick<RunOnFolder, "id" | "session" | "prompt">,
  run: ActiveRun["run"],
): Sharer {
  const own = session.userId === run.session.userId;
  const known = own && prompt !== undefined && prompt.trim() !== "";
  return { runId: id, own, ...(known ? { request: prompt } : {}) };
}

function isSame(one: FolderWait | undefined, other: FolderWait): boolean {
  return one !== undefined && one.runId === other.runId && one.ahead === other.ahead &&
    one.needsDecision === other.needsDecision;
}

/** Whether a run waits for a person: with an approval, a question of Codex, or its plan. */
function needsDecision(state: RunState): boolean {
  return currentTurn(state).approvals.length > 0 || (state.plan?.awaits ?? "nothing") !== "nothing";
}
