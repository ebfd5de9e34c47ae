/** Keeps the application running in its worker: restarts it when it dies, a few times. */
import type { Clock } from "../core/clock.ts";
import { describeError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { pause } from "../core/deadline.ts";
import type { CrashNote } from "./crash_record.ts";
import { EXIT_CODES } from "./exit_codes.ts";
import type { ApplicationOrder, ApplicationReport, ApplicationStart } from "./messages.ts";

/** A running application, in whatever it runs. */
export interface RunningApplication {
  /** @param transfer what the order holds that is handed over, not copied */
  send(order: ApplicationOrder, transfer?: Transferable[]): void;
  /** Ends it at once. Not needed after a report that it ended or died: it then closes itself. */
  terminate(): void;
}

export interface ApplicationEvents {
  readonly onReport: (report: ApplicationReport) => void;
  /** The application has ended without a report. */
  readonly onFailure: (reason: string) => void;
}

interface WorkerSupervisorSettings {
  readonly clock: Clock;
  readonly log: Log;
  readonly launch: LaunchApplication;
  /** Makes a connection to the broker for each application; absent = it may start no program. */
  readonly connect?: () => MessagePort;
  /** Called when Codex or the application has ended: processes may be left behind. */
  readonly onOrphans: () => void;
  /** Before each further start, in milliseconds, until they are used up; absent = the usual ones. */
  readonly pausesMs?: readonly number[];
  /** Called for every end that was not asked for. */
  readonly onCrash?: (crash: CrashNote) => void;
}

/** @throws when it cannot be launched at all */
export type LaunchApplication = (events: ApplicationEvents) => RunningApplication;

/** How the program ended; `text` is for standard error. */
export interface ProgramEnd {
  readonly code: number;
  readonly text?: string;
}

type ApplicationEnd = { readonly code: number; readonly reason?: string } | {
  readonly died: string;
};

const FAULT = "a fault, see program.fault in the log";
const PAUSES_MS = [1_000, 5_000, 30_000];
/** After this long the pauses start from the shortest again. */
const HEALTHY_MS = 600_000;
const PING_EVERY_MS = 10_000;
/** Counts pings, not seconds: a computer that was asleep has not been silent. */
const MOST_UNANSWERED = 6;

export class WorkerSupervisor {
  readonly #settings: WorkerSupervisorSettings;
  readonly #stop = new AbortController();
  #running: RunningApplication | undefined;
  #fail: ((reason: string) => void) | undefined;
  #abandoned: string | undefined;

  constructor(settings: WorkerSupervisorSettings) {
    this.#settings = settings;
  }

  /** Runs the application until it ends by itself or cannot be kept alive. Never rejects. */
  async run(start: ApplicationStart): Promise<ProgramEnd> {
    const { clock, log, pausesMs = PAUSES_MS } = this.#settings;
    for (let deaths = 0;;) {
      const startedAt = clock.monotonic();
      const end = await this.#runOnce(start);
      if ("code" in end) return this.#ended(end);
      if (this.#abandoned !== undefined) return this.#failed("", this.#abandoned);
      this.#settings.onOrphans();
      if (this.#stop.signal.aborted) return this.#failed(" while it was ending", end.died);
      deaths = clock.monotonic() - startedAt >= HEALTHY_MS ? 1 : deaths + 1;
      const pauseMs = pausesMs[deaths - 1];
      if (pauseMs === undefined) {
        return this.#failed(deaths === 1 ? "" : ` ${deaths} times in a row`, end.died);
      }
      this.#settings.onCrash?.({ how: "restarted", reason: end.died });
      log.error("program.restart", { reason: end.died, restarts: deaths, pauseMs });
      if (!await pause(clock, pauseMs, this.#stop.signal)) return { code: EXIT_CODES.ok };
    }
  }

  /** Gives up: what the application cannot do without has failed, and cannot be had again. */
  abandon(reason: string): void {
    this.#abandoned = reason;
    this.#fail?.(reason);
  }

  /** Asks the application to end; `run` then resolves. */
  stop(): void {
    this.#stop.abort();
    this.#running?.send({ type: "stop" });
  }

  async #runOnce(application: ApplicationStart): Promise<ApplicationEnd> {
    const end = Promise.withResolvers<ApplicationEnd>();
    const over = new AbortController();
    let unanswered = 0;
    const onReport = (report: ApplicationReport): void => {
      if (report.type === "pong") unanswered = 0;
      if (report.type === "codex-ended") this.#settings.onOrphans();
      if (report.type === "ended") end.resolve(report);
      if (report.type === "died") {
        end.resolve({ died: report.reason === undefined ? FAULT : `${FAULT}: ${report.reason}` });
      }
    };
    const onFailure = (reason: string): void => {
      this.#running?.terminate();
      end.resolve({ died: reason });
    };
    this.#fail = onFailure;
    const watch = async (running: RunningApplication): Promise<void> => {
      while (unanswered < MOST_UNANSWERED) {
        unanswered++;
        running.send({ type: "ping" });
        if (!await pause(this.#settings.clock, PING_EVERY_MS, over.signal)) return;
      }
      onFailure(`it did not react for ${MOST_UNANSWERED * PING_EVERY_MS / 1000} seconds`);
    };
    try {
      const running = this.#settings.launch({ onReport, onFailure });
      this.#running = running;
      const broker = this.#settings.connect?.();
      if (broker === undefined) running.send({ type: "start", application });
      else running.send({ type: "start", application: { ...application, broker } }, [broker]);
      if (this.#stop.signal.aborted) running.send({ type: "stop" });
      // Cannot reject: a wait ends by its time or by the signal.
      void watch(running);
      return await end.promise;
    } catch (error) {
      return { died: describeError(error) };
    } finally {
      over.abort();
      this.#running = undefined;
      this.#fail = undefined;
    }
  }

  /** An end without a reason is no crash: a chat whose request failed has nothing to fix. */
  #ended({ code, reason }: { readonly code: number; readonly reason?: string }): ProgramEnd {
    if (reason !== undefined) this.#settings.onCrash?.({ how: "ended", code, reason });
    return { code };
  }

  #failed(when: string, reason: string): ProgramEnd {
    const code = EXIT_CODES.internal;
    this.#settings.onCrash?.({ how: "gave-up", code, reason });
    return {
      code,
      text: `codex-orchestrator: the program has failed${when} and gives up: ${reason}`,
    };
  }
}
