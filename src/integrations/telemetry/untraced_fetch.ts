/**
 * Keeps the bot token out of OpenTelemetry.
 *
 * Deno's own instrumentation makes a span of every `fetch`, with the whole address in it, and the
 * addresses of the Bot API hold the bot token. It cannot be switched off by itself. But a span below
 * one that is not recorded is not recorded either, as long as the sampler goes by the parent.
 */
import { context, createContextKey, ROOT_CONTEXT, trace, TraceFlags } from "@opentelemetry/api";
import { TRACER_NAME } from "./tracing.ts";

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
