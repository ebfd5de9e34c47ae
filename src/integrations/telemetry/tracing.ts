/** Whether Deno exports spans: `OTEL_DENO` and its kin, as they were when the process started. */
import { isSpanContextValid, trace, type Tracer } from "@opentelemetry/api";

export const TRACER_NAME = "codex-orchestrator";

/** @returns undefined when nobody would ever see a span */
export function activeTracer(version: string): Tracer | undefined {
  const tracer = trace.getTracer(TRACER_NAME, version);
  // It never ends, and so is never exported.
  const probe = tracer.startSpan("probe", { root: true });
  return isSpanContextValid(probe.spanContext()) ? tracer : undefined;
}
