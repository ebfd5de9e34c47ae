/**
 * A person's words on their way into a running turn. They are kept before they are sent, so that
 * they survive the process; what Codex does not take becomes a request of its own.
 */
import type { RunAtWork } from "./active_run.ts";
import type { ChatPort } from "../chat/chat.ts";
import type { SteerRefusal, SteerReport } from "./engine.ts";
import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Machines } from "../codex/codex.ts";
import type { Run, RunStore, StoredRun } from "./run.ts";
import type { RunRecorder } from "./run_recorder.ts";

export interface SteeringDependencies {
  readonly machines: Machines;
  readonly runs: Pick<RunStore, "addTo" | "takeBack">;
  readonly recorder: Pick<RunRecorder, "note">;
  readonly chat: ChatPort;
  readonly log: Log;
}

/** The ways of an ordinary request. */
export interface RequestWays {
  /** Keeps it as a request and sees to it; false = its source has been here before. */
  readonly submit: (run: Run, sourceId: string) => boolean;
  /** Puts one that is kept already into its lane. */
  readonly enqueue: (run: StoredRun) => void;
}

export class Steering {
  readonly #deps: SteeringDependencies;
  readonly #ways: RequestWays;

  constructor(deps: SteeringDependencies, ways: RequestWays) {
    this.#deps = deps;
    this.#ways = ways;
  }

  /**
   * @param request the words as a request of their own, which they become where they cannot be added
   * @param active what runs in its session
   * @throws {StorageError} when the words cannot be kept; nothing has happened then
   */
  steer(request: Run, sourceId: string, active: RunAtWork | undefined): SteerReport {
    const reason = active === undefined ? undefined : this.#refusal(active);
    if (active === undefined || reason !== undefined) {
      if (!this.#ways.submit(request, sourceId)) return { type: "repeated" };
      return reason === undefined ? { type: "request" } : { type: "queued", reason };
    }
    if (!this.#deps.runs.addTo(active.run.id, request, sourceId)) return { type: "repeated" };
    return { type: "kept", taken: this.#hand(request, active) };
  }

  #refusal({ additions, controller, stage, profile }: RunAtWork): SteerRefusal | undefined {
    const goesOn = !controller.signal.aborted;
    if (additions.acceptingForLater && goesOn) return undefined;
    const { capabilities } = this.#deps.machines.codexOn(profile?.machine);
    if (!capabilities.steer) return "backend";
    if (additions.accepting && goesOn) return undefined;
    return stage?.role === "reviewer" ? "stage" : "ended";
  }

  /** Never rejects. */
  async #hand(request: Run, active: RunAtWork): Promise<boolean> {
    const { run, additions } = active;
    const { chat, log, recorder } = this.#deps;
    try {
      await additions.add(request.prompt);
    } catch (error) {
      log.info("run.not-steered", { run: run.id, error: describeError(error) });
      this.#takeBack(request, run);
      return false;
    }
    log.info("run.steered", { run: run.id });
    const event = { type: "run.steered", text: request.prompt } as const;
    recorder.note(active, event);
    chat.show(run, event);
    return true;
  }

  #takeBack(request: Run, run: Run): void {
    try {
      this.#deps.runs.takeBack(run.id, request);
    } catch (error) {
      // Kept as an addition all the same, so that a later process loses nothing either.
      this.#deps.log.error("run.not-recorded", { run: request.id, error: describeError(error) });
    }
    this.#ways.enqueue({ ...request, status: "queued" });
  }
}
