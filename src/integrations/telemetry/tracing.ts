/** Whether Deno exports spans: `OTEL_DENO` and its kin, as they were when the process started. */

import {
  context,
  createContextKey,
  isSpanContextValid,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type Tracer,
} from "@opentelemetry/api";

const TRACER_NAME = "codex-orchestrator";

/** @returns undefined when nobody would ever see a span */
export function activeTracer(version: string): Tracer | undefined {
  const tracer = trace.getTracer(TRACER_NAME, version);
  // It never ends, and so is never exported.
  const probe = tracer.startSpan("probe", { root: true });
  return isSpanContextValid(probe.spanContext()) ? tracer : undefined;
}

/** Tells the propagators as well that nothing is traced here: Telegram gets no `traceparent`. */
const SUPPRESSED = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

/** Below a span that is not recorded. A sampler by trace id keeps the lowest ids, never this one. */
const UNTRACED = trace.setSpanContext(ROOT_CONTEXT.setValue(SUPPRESSED, true), {
  traceId: "f".repeat(32),
  spanId: "f".repeat(16),
  traceFlags: TraceFlags.NONE,
  isRemote: true,
});

/** The same `fetch`, of whose calls no exporter learns where `untracedIsKept` says so. */
export function untracedFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return (input, init) => context.with(UNTRACED, () => fetch(input, init));
}

/**
 * Tries it out on a span that never ends, and so is never exported.
 * @returns false when the sampler would record what shall not be traced
 */
export function untracedIsKept(): boolean {
  const probe = trace.getTracer(TRACER_NAME).startSpan("probe", {}, UNTRACED);
  return (probe.spanContext().traceFlags & TraceFlags.SAMPLED) === 0;
}
