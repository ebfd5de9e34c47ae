/**
 * Steers runs: brings what a person adds into the running turn. It is stored before it is sent, so
 * that it survives the process; what Codex does not accept becomes a request of its own.
 */
import type { Machines, Turn } from "../codex/codex.ts";
import { CodexError, describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ActiveRun, RunReporter } from "./active_run.ts";
import type { SteerRefusal, SteerReport } from "./engine.ts";
import type { Run, RunStore, StoredRun } from "./run.ts";
import { currentStage } from "./run_state.ts";

interface SteeringDependencies {
  readonly machines: Machines;
  readonly runs: Pick<RunStore, "addTo" | "takeBack">;
  readonly reporter: Pick<RunReporter, "report">;
  readonly log: Log;
  /** Stores and queues a request; false = its source was handled before. */
  readonly submit: (run: Run, sourceId: string) => boolean;
  /** Queues a stored request. */
  readonly enqueue: (run: StoredRun) => void;
}

export class Steering {
  readonly #deps: SteeringDependencies;

  constructor(deps: SteeringDependencies) {
    this.#deps = deps;
  }

  /**
   * Adds a request's text to the running run, or submits the request where that is impossible: for
   * the project in which the run works, which the session may have left.
   * @param active the run at work in its session
   * @throws {StorageError} when it cannot be stored; nothing has happened then
   */
  steer(request: Run, sourceId: string, active: ActiveRun | undefined): SteerReport {
    const reason = active === undefined ? undefined : this.refusal(active);
    if (active === undefined || reason !== undefined) {
      if (!this.#deps.submit(besides(request, active), sourceId)) return { type: "repeated" };
      return reason === undefined ? { type: "request" } : { type: "queued", reason };
    }
    if (!this.#deps.runs.addTo(active.run.id, request, sourceId)) return { type: "repeated" };
    return { type: "kept", taken: this.#hand(request, active) };
  }

  /** Why nothing can be added to the run now. */
  refusal({ additions, controller, state, profile }: ActiveRun): SteerRefusal | undefined {
    const goesOn = !controller.signal.aborted;
    if (additions.acceptingForLater && goesOn) return undefined;
    const { capabilities } = this.#deps.machines.codexOn(profile?.machine);
    if (!capabilities.steer) return "backend";
    if (additions.accepting && goesOn) return undefined;
    return currentStage(state)?.role === "reviewer" ? "stage" : "ended";
  }

  /** Never rejects. */
  async #hand(request: Run, active: ActiveRun): Promise<boolean> {
    const { run, additions } = active;
    const { log, reporter } = this.#deps;
    try {
      await additions.add(request.prompt);
    } catch (error) {
      log.info("run.not-steered", { run: run.id, error: describeError(error) });
      this.#takeBack(besides(request, active), run);
      return false;
    }
    log.info("run.steered", { run: run.id });
    reporter.report(active, { type: "run.steered", text: request.prompt });
    return true;
  }

  #takeBack(request: Run, run: Run): void {
    try {
      this.#deps.runs.takeBack(run.id, request);
    } catch (error) {
      // It stays stored as an addition, so that a later process loses nothing either.
      this.#deps.log.error("run.not-recorded", { run: request.id, error: describeError(error) });
    }
    this.#deps.enqueue({ ...request, status: "queued" });
  }
}

/** The request where the run works. */
function besides(request: Run, active: ActiveRun | undefined): Run {
  const { profile } = active ?? {};
  return profile === undefined ? request : { ...request, profile: profile.name };
}

/** What a workflow knows of additions. */
export interface Additions {
  /** All additions so far, oldest first; grows while a turn runs. */
  readonly texts: readonly string[];
  /**
   * Lets people add to this turn.
   * @returns a function that ends that; it resolves when all additions have been settled, so that
   * `texts` is complete
   */
  accept(turn: Pick<Turn, "steer">): () => Promise<void>;
  /**
   * Lets people add to the stages to come, but not to the present turn.
   * @returns a function that ends that
   */
  acceptForLater(): () => Promise<void>;
  /** Adds what the person said otherwise, for the stages to come. */
  keep(text: string): void;
}

/** Accepts everything: the stages to come read `texts`. */
const LATER: Pick<Turn, "steer"> = { steer: () => Promise.resolve() };

export class RunAdditions implements Additions {
  readonly #texts: string[];
  readonly #onTheirWay = new Set<Promise<void>>();
  #turn: Pick<Turn, "steer"> | undefined;

  /** @param earlier additions of an earlier process */
  constructor(earlier: readonly string[] = []) {
    this.#texts = [...earlier];
  }

  get texts(): readonly string[] {
    return this.#texts;
  }

  /** Whether people may add to a turn now. */
  get accepting(): boolean {
    return this.#turn !== undefined;
  }

  /** Whether additions are for the stages to come. */
  get acceptingForLater(): boolean {
    return this.#turn === LATER;
  }

  acceptForLater(): () => Promise<void> {
    return this.accept(LATER);
  }

  keep(text: string): void {
    this.#texts.push(text);
  }

  accept(turn: Pick<Turn, "steer">): () => Promise<void> {
    this.#turn = turn;
    return async () => {
      this.#turn = undefined;
      while (this.#onTheirWay.size > 0) await Promise.all(this.#onTheirWay);
    };
  }

  /**
   * Hands the text to the running turn.
   * @throws {CodexError} when there is none, or Codex did not accept it
   */
  add(text: string): Promise<void> {
    const handed = this.#hand(text, this.#turn);
    const settled = handed.catch(() => {
      // The caller of `add` gets the error.
    }).finally(() => this.#onTheirWay.delete(settled));
    this.#onTheirWay.add(settled);
    return handed;
  }

  async #hand(text: string, turn: Pick<Turn, "steer"> | undefined): Promise<void> {
    if (turn === undefined) {
      throw new CodexError("request", "Cannot add to the run: no turn is open");
    }
    await turn.steer(text);
    this.#texts.push(text);
  }
}

/** The request with its additions. */
export function withAdditions(asked: string, additions: readonly string[]): string {
  if (additions.length === 0) return asked;
  const intro = "The person added this while the work went on:";
  return [asked.trimEnd(), intro, ...additions.map((text) => text.trim())].join("\n\n");
}
