/** OpenTelemetry spans of the runs at work, made from their events. */
import type { Tracer } from "@opentelemetry/api";
import type { RunAtWork } from "../../core/run/active_run.ts";
import { describeError } from "../../core/errors.ts";
import type { RunEvent } from "../../core/run/events.ts";
import type { Log } from "../../core/log.ts";
import type { RunObserver } from "../../core/run/run_observer.ts";
import { RunTrace } from "./run_trace.ts";

export interface RunSpansDependencies {
  readonly tracer: Tracer;
  /** Who answers, in the words of the GenAI conventions. */
  readonly provider: () => string;
  readonly log: Log;
}

export class RunSpans implements RunObserver {
  readonly #deps: RunSpansDependencies;
  readonly #traces = new Map<string, RunTrace>();

  constructor(deps: RunSpansDependencies) {
    this.#deps = deps;
  }

  observe(active: RunAtWork, event: RunEvent): void {
    try {
      this.#observe(active, event);
    } catch (error) {
      this.#deps.log.error("spans.failed", { run: active.run.id, error: describeError(error) });
    }
  }

  #observe(active: RunAtWork, event: RunEvent): void {
    const { id } = active.run;
    const known = this.#traces.get(id);
    const trace = known ?? new RunTrace(this.#deps.tracer, this.#deps.provider(), active);
    if (known === undefined) this.#traces.set(id, trace);
    if (event.type === "run.finished" || event.type === "run.suspended") this.#traces.delete(id);
    trace.add(event);
  }
}
