/**
 * Steering: what a person adds to a run while it is at work, on its way into the running turn. It is
 * kept before it is sent, so that it survives the process; what Codex does not take becomes a
 * request of its own.
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
  /** Keeps it as a request and sees to it; false = its source has been here before. */
  readonly submit: (run: Run, sourceId: string) => boolean;
  /** Queues a request that is kept already. */
  readonly enqueue: (run: StoredRun) => void;
}

export class Steering {
  readonly #deps: SteeringDependencies;

  constructor(deps: SteeringDependencies) {
    this.#deps = deps;
  }

  /**
   * @param request the words as a request of their own, which they become where they cannot be added
   * @param active what runs in its session
   * @throws {StorageError} when the words cannot be kept; nothing has happened then
   */
  steer(request: Run, sourceId: string, active: ActiveRun | undefined): SteerReport {
    const reason = active === undefined ? undefined : this.#refusal(active);
    if (active === undefined || reason !== undefined) {
      if (!this.#deps.submit(request, sourceId)) return { type: "repeated" };
      return reason === undefined ? { type: "request" } : { type: "queued", reason };
    }
    if (!this.#deps.runs.addTo(active.run.id, request, sourceId)) return { type: "repeated" };
    return { type: "kept", taken: this.#hand(request, active) };
  }

  #refusal({ additions, controller, state, profile }: ActiveRun): SteerRefusal | undefined {
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
      this.#takeBack(request, run);
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
      // Kept as an addition all the same, so that a later process loses nothing either.
      this.#deps.log.error("run.not-recorded", { run: request.id, error: describeError(error) });
    }
    this.#deps.enqueue({ ...request, status: "queued" });
  }
}

/** What a workflow knows of what is added. */
export interface Additions {
  /** Everything that was added so far, oldest first; grows while a turn is at work. */
  readonly texts: readonly string[];
  /**
   * Opens the turn to what people add.
   * @returns closes it again; resolves when nothing is on its way to the turn any more, so that
   * `texts` is complete
   */
  accept(turn: Pick<Turn, "steer">): () => Promise<void>;
  /**
   * Takes what people add for the stages to come; the present turn is not told.
   * @returns ends that
   */
  acceptForLater(): () => Promise<void>;
}

/** Takes everything, as only what comes later has to know. */
const LATER: Pick<Turn, "steer"> = { steer: () => Promise.resolve() };

export class RunAdditions implements Additions {
  readonly #texts: string[];
  readonly #onTheirWay = new Set<Promise<void>>();
  #turn: Pick<Turn, "steer"> | undefined;

  /** @param earlier what was added in an earlier process */
  constructor(earlier: readonly string[] = []) {
    this.#texts = [...earlier];
  }

  get texts(): readonly string[] {
    return this.#texts;
  }

  /** Whether a turn is at work that may be added to. */
  get accepting(): boolean {
    return this.#turn !== undefined;
  }

  /** Whether what is added now need not reach the turn at work. */
  get acceptingForLater(): boolean {
    return this.#turn === LATER;
  }

  acceptForLater(): () => Promise<void> {
    return this.accept(LATER);
  }

  accept(turn: Pick<Turn, "steer">): () => Promise<void> {
    this.#turn = turn;
    return async () => {
      this.#turn = undefined;
      while (this.#onTheirWay.size > 0) await Promise.all(this.#onTheirWay);
    };
  }

  /**
   * Hands the text to the turn at work.
   * @throws {CodexError} when there is none, or when Codex did not take it
   */
  add(text: string): Promise<void> {
    const handed = this.#hand(text, this.#turn);
    const settled = handed.catch(() => {
      // Whoever adds is told by `handed`.
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

/** What was asked, with what was added to it. */
export function withAdditions(asked: string, additions: readonly string[]): string {
  if (additions.length === 0) return asked;
  const intro = "The person added this while the work went on:";
  return [asked.trimEnd(), intro, ...additions.map((text) => text.trim())].join("\n\n");
}
