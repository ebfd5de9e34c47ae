/**
 * Steers runs: brings what a person adds into the running turn. It is stored before it is sent, so
 * that it survives the process; what Codex does not accept becomes a request of its own.
 */
import type { Machines, Turn } from "../codex/codex.ts";
import { CodexError, describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { ActiveRun, RunReporter } from "./active_run.ts";
import type { SteerEnd, SteerRefusal, SteerReport } from "./engine.ts";
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
    return { type: "kept", end: this.#hand(request, active) };
  }

  /** Why nothing can be added to the run now. */
  refusal(active: ActiveRun): SteerRefusal | undefined {
    const { additions, controller, state, profile } = active;
    const goesOn = !controller.signal.aborted;
    if (additions.acceptingForLater && goesOn) return undefined;
    const { capabilities } = this.#deps.machines.codexOn(profile?.machine);
    if (!capabilities.steer) return "backend";
    if (additions.accepting && goesOn) return undefined;
    if (additions.awaitsTurn && goesOn && beginsSoon(active)) return undefined;
    return currentStage(state)?.role === "reviewer" ? "stage" : "ended";
  }

  /** Never rejects. */
  async #hand(request: Run, active: ActiveRun): Promise<SteerEnd> {
    const { run, additions } = active;
    const { log, reporter } = this.#deps;
    try {
      if (await additions.add(request.prompt) === "stopped") return "stopped";
    } catch (error) {
      log.info("run.not-steered", { run: run.id, error: describeError(error) });
      // It is stored with the run, which the next start of the program goes on with.
      if (active.suspended) return "kept";
      this.#takeBack(besides(request, active), run);
      return "queued";
    }
    log.info("run.steered", { run: run.id });
    reporter.report(active, { type: "run.steered", text: request.prompt });
    return "taken";
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

/** Tells whether a turn that people may add to is about to come. */
function beginsSoon({ isWaiting, run }: ActiveRun): boolean {
  return !isWaiting && run.task === undefined;
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
  /** Refuses what waits for a first turn: the one that begins takes nothing in. */
  acceptNone(): void;
  /** Adds what the person said otherwise, for the stages to come. */
  keep(text: string): void;
}

/** Accepts everything: the stages to come read `texts`. */
const LATER: Pick<Turn, "steer"> = { steer: () => Promise.resolve() };

export class RunAdditions implements Additions {
  readonly #texts: string[];
  readonly #onTheirWay = new Set<Promise<unknown>>();
  readonly #isStopped: () => boolean;
  /** The first turn of this process; undefined = it takes nothing in, or none has come. */
  readonly #first = Promise.withResolvers<Pick<Turn, "steer"> | undefined>();
  #awaitsTurn = true;
  #turn: Pick<Turn, "steer"> | undefined;

  /**
   * @param earlier additions of an earlier process
   * @param isStopped tells whether somebody has stopped the run
   */
  constructor(earlier: readonly string[] = [], isStopped: () => boolean = () => false) {
    this.#texts = [...earlier];
    this.#isStopped = isStopped;
  }

  get texts(): readonly string[] {
    return this.#texts;
  }

  /** Whether people may add to a turn now. */
  get accepting(): boolean {
    return this.#turn !== undefined;
  }

  /** Whether no turn has come yet, so that additions wait for it. */
  get awaitsTurn(): boolean {
    return this.#awaitsTurn;
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

  acceptNone(): void {
    this.#tellFirst(undefined);
  }

  accept(turn: Pick<Turn, "steer">): () => Promise<void> {
    this.#turn = turn;
    this.#tellFirst(turn);
    return async () => {
      this.#turn = undefined;
      await this.#settled();
    };
  }

  /** Refuses what still waits for a turn, as the run is over; resolves when all has been settled. */
  async end(): Promise<void> {
    this.#tellFirst(undefined);
    await this.#settled();
  }

  #tellFirst(turn: Pick<Turn, "steer"> | undefined): void {
    this.#awaitsTurn = false;
    this.#first.resolve(turn);
  }

  async #settled(): Promise<void> {
    while (this.#onTheirWay.size > 0) await Promise.all(this.#onTheirWay);
  }

  /**
   * Hands the text to the running turn, or to the first one when it begins. What Codex does not get
   * because somebody has stopped the run still belongs to what was asked.
   * @throws {CodexError} when there is none, or Codex did not accept it
   */
  add(text: string): Promise<"taken" | "stopped"> {
    const handed = this.#hand(text, this.#awaitsTurn ? this.#first.promise : this.#turn);
    const settled = handed.catch(() => {
      // The caller of `add` gets the error.
    }).finally(() => this.#onTheirWay.delete(settled));
    this.#onTheirWay.add(settled);
    return handed;
  }

  async #hand(
    text: string,
    coming: Promise<Pick<Turn, "steer"> | undefined> | Pick<Turn, "steer"> | undefined,
  ): Promise<"taken" | "stopped"> {
    try {
      const turn = await coming;
      if (turn === undefined) {
        throw new CodexError("request", "Cannot add to the run: no turn is open");
      }
      await turn.steer(text);
    } catch (error) {
      if (!this.#isStopped()) throw error;
      this.#texts.push(text);
      return "stopped";
    }
    this.#texts.push(text);
    return "taken";
  }
}

/** The request with its additions. */
export function withAdditions(asked: string, additions: readonly string[]): string {
  if (additions.length === 0) return asked;
  const intro = "The person added this while the work went on:";
  return [asked.trimEnd(), intro, ...additions.map((text) => text.trim())].join("\n\n");
}
