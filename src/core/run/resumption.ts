/** Takes up the runs of earlier processes at the start. */
import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { SessionKey } from "../session/session.ts";
import { ActiveRun, type RunReporter } from "./active_run.ts";
import type { Confirmations } from "./confirmations.ts";
import type { GoalRuns } from "./goal_runs.ts";
import { isDecisionStep } from "./plan.ts";
import type { RunStore, StoredRun } from "./run.ts";
import type { RunExecutor } from "./run_executor.ts";
import type { RunRecorder } from "./run_recorder.ts";
import type { UnfinishedUndos } from "./unfinished_undos.ts";

interface ResumptionDependencies {
  readonly runs: Pick<RunStore, "unfinished">;
  readonly recorder: Pick<RunRecorder, "earlierLog">;
  readonly executor: Pick<RunExecutor, "deliver">;
  readonly confirmations: Pick<Confirmations, "show" | "ask" | "keep">;
  readonly goals: Pick<GoalRuns, "halt">;
  readonly reporter: Pick<RunReporter, "show">;
  /** Starts beside the runs; never rejects. */
  readonly undos: Pick<UnfinishedUndos, "putRight">;
  readonly enqueue: (active: ActiveRun) => void;
  readonly log: Log;
  readonly settings: {
    /** As in the settings of the orchestrator. */
    readonly downtimeMs: number;
    readonly askAfterMs: number;
  };
}

export class Resumption {
  readonly #deps: ResumptionDependencies;
  /** Runs that this process knows, until all of earlier processes are resumed. */
  #taken: Set<string> | undefined = new Set();

  constructor(deps: ResumptionDependencies) {
    this.#deps = deps;
  }

  /** Takes note of a run that this process has made itself. */
  made(runId: string): void {
    this.#taken?.add(runId);
  }

  /**
   * @param isAdmitted tells whether the person may still work there
   * @returns false when the disk failed; call it again for the remaining ones
   */
  resume(isAdmitted: (session: SessionKey) => boolean): boolean {
    try {
      for (const run of this.#deps.runs.unfinished()) {
        if (this.#taken?.has(run.id) === false) this.#takeUp(run, isAdmitted(run.session));
      }
      this.#taken = undefined;
      // Does not reject.
      void this.#deps.undos.putRight();
      return true;
    } catch (error) {
      this.#deps.log.error("runs.not-resumed", { error: describeError(error) });
      return false;
    }
  }

  /** Continues the log of the process that began the run. */
  begunEarlier(run: StoredRun): ActiveRun {
    return new ActiveRun(run, this.#deps.recorder.earlierLog(run));
  }

  #takeUp(run: StoredRun, isAdmitted: boolean): void {
    const { executor, confirmations, goals, settings: { downtimeMs, askAfterMs } } = this.#deps;
    if (run.ended !== undefined) {
      // Does not reject.
      void executor.deliver(new ActiveRun(run), run.ended);
    } else if (!isAdmitted) {
      this.#leave(run);
    } else if (run.confirmation !== undefined) {
      confirmations.show(new ActiveRun(run), run.confirmation);
    } else if (run.openStep?.repeatable === false) {
      // Does not reject.
      if (run.goal !== undefined) void goals.halt(run);
      const reason = { type: "interrupted", step: run.openStep.name } as const;
      confirmations.ask(new ActiveRun(run), reason);
    } else if (downtimeMs > askAfterMs && !isDecisionStep(run.openStep?.name)) {
      confirmations.ask(new ActiveRun(run), { type: "old", offlineMs: downtimeMs });
    } else this.#goOn(run);
    this.made(run.id);
  }

  /** Begins nothing for a person who is not let in any more: they are asked once they are again. */
  #leave(run: StoredRun): void {
    const { confirmations, goals, log, settings: { downtimeMs } } = this.#deps;
    const { chatId: chat_id, userId: user_id } = run.session;
    log.warn("run.not-admitted", { run: run.id, chat_id, user_id });
    if (run.confirmation !== undefined) return;
    const { openStep } = run;
    const isCutShort = openStep?.repeatable === false;
    // Does not reject.
    if (isCutShort && run.goal !== undefined) void goals.halt(run);
    confirmations.keep(
      run.id,
      isCutShort
        ? { type: "interrupted", step: openStep.name }
        : { type: "old", offlineMs: downtimeMs },
    );
  }

  #goOn(run: StoredRun): void {
    const { log, reporter, enqueue } = this.#deps;
    const active = this.begunEarlier(run);
    log.info("run.continued", { run: run.id });
    if (run.status === "running") reporter.show(active, { type: "run.continued" });
    enqueue(active);
  }
}
