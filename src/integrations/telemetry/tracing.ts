/** Finds out whether Deno exports spans, and keeps calls of the Bot API out of them. */
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

/**
 * Goes by `OTEL_DENO` and its kin, as they were when the process started.
 * @returns undefined when nobody would ever see a span
 */
export function activeTracer(version: string): Tracer | undefined {
  const tracer = trace.getTracer(TRACER_NAME, version);
  // It never ends, so it is never exported.
  const probe = tracer.startSpan("probe", { root: true });
  return isSpanContextValid(probe.spanContext()) ? tracer : undefined;
}

/** Tells the propagators too that nothing is traced: Telegram gets no `traceparent`. */
const SUPPRESSED = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

/** A parent that is not recorded. A sampler by trace id keeps the lowest ids, never this one. */
const UNTRACED = trace.setSpanContext(ROOT_CONTEXT.setValue(SUPPRESSED, true), {
  traceId: "f".repeat(32),
  spanId: "f".repeat(16),
  traceFlags: TraceFlags.NONE,
  isRemote: true,
});

/**
 * Wraps `fetch` so that no span is made of its calls, which keeps the bot token out of OpenTelemetry.
 *
 * Deno's own instrumentation makes a span of every `fetch`, with the whole address in it, and the
 * addresses of the Bot API hold the token. It cannot be switched off by itself; but a span below one
 * that is not recorded is not recorded either, as long as the sampler goes by the parent.
 */
export function untracedFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return (input, init) => context.with(UNTRACED, () => fetch(input, init));
}

/**
 * Tries {@link untracedFetch}'s suppression out on a span that never ends, so it is never exported.
 * @returns false when the sampler would record what must not be traced
 */
export function suppressionWorks(): boolean {
  const probe = trace.getTracer(TRACER_NAME).startSpan("probe", {}, UNTRACED);
  return (probe.spanContext().traceFlags & TraceFlags.SAMPLED) === 0;
}
