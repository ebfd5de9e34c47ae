/**
 * A few lines in place of an OpenTelemetry collector: takes OTLP as `http/json` and prints each trace
 * as a tree, as soon as its outermost span has arrived.
 *
 *     deno run --allow-net=127.0.0.1:4318 docs/examples/collector.ts
 */
import { z } from "zod";

const value = z.object({
  stringValue: z.string(),
  intValue: z.coerce.string(),
  doubleValue: z.number(),
  boolValue: z.boolean(),
}).partial();

const spanShape = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(""),
  name: z.string(),
  startTimeUnixNano: z.coerce.bigint(),
  endTimeUnixNano: z.coerce.bigint(),
  status: z.object({ code: z.number().default(0) }).default({ code: 0 }),
  attributes: z.array(z.object({ key: z.string(), value })).default([]),
});

const batch = z.object({
  resourceSpans: z.array(z.object({
    scopeSpans: z.array(z.object({ spans: z.array(spanShape) })),
  })),
});

type Span = z.infer<typeof spanShape>;

/** @param print is given each trace, as lines */
export function collector(
  print: (text: string) => void,
): (request: Request) => Promise<Response> {
  const traces = new Map<string, Span[]>();
  return async (request) => {
    const body = await request.text();
    if (new URL(request.url).pathname === "/v1/traces") {
      for (const span of spansIn(body)) {
        const spans = traces.get(span.traceId) ?? [];
        traces.set(span.traceId, [...spans, span]);
      }
      for (const [id, spans] of traces) {
        const root = spans.find(({ parentSpanId }) => parentSpanId === "");
        if (root === undefined) continue;
        traces.delete(id);
        print(`${tree(root, spans, "").join("\n")}\n`);
      }
    }
    return Response.json({});
  };
}

function spansIn(body: string): Span[] {
  return batch.parse(JSON.parse(body)).resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

function tree(span: Span, all: readonly Span[], indent: string): string[] {
  const milliseconds = Number(span.endTimeUnixNano - span.startTimeUnixNano) / 1e6;
  const failed = span.status.code === 2 ? " FAILED" : "";
  const children = all
    .filter(({ parentSpanId }) => parentSpanId === span.spanId)
    .toSorted((one, other) => one.startTimeUnixNano < other.startTimeUnixNano ? -1 : 1);
  return [
    `${indent}${span.name} ${milliseconds.toFixed(0)} ms${failed}`,
    ...span.attributes.map(({ key, value }) =>
      `${indent}  · ${key}=${Object.values(value).join()}`
    ),
    ...children.flatMap((child) => tree(child, all, `${indent}  `)),
  ];
}

if (import.meta.main) {
  const encoder = new TextEncoder();
  const print = (text: string): void => void Deno.stdout.writeSync(encoder.encode(text));
  Deno.serve({ hostname: "127.0.0.1", port: 4318 }, collector(print));
}
