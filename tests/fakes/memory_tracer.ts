/** A tracer that keeps its spans. */
import {
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  SpanStatusCode,
  trace,
  TraceFlags,
} from "@opentelemetry/api";

export class MemorySpan implements Span {
  readonly name: string;
  readonly parent: string | undefined;
  readonly attributes: Attributes = {};
  status: SpanStatus = { code: SpanStatusCode.UNSET };
  /** How often it was ended. */
  ends = 0;
  readonly #context: SpanContext;

  constructor(name: string, spanId: string, parent: string | undefined) {
    this.name = name;
    this.parent = parent;
    this.#context = { traceId: "a".repeat(32), spanId, traceFlags: TraceFlags.SAMPLED };
  }

  spanContext(): SpanContext {
    return this.#context;
  }

  setAttribute(key: string, value: Attributes[string]): this {
    return this.setAttributes({ [key]: value });
  }

  setAttributes(attributes: Attributes): this {
    if (this.ends > 0) throw new Error(`${this.name} has ended`);
    const twice = Object.keys(attributes).filter((key) => key in this.attributes);
    // Deno's spans would hold both.
    if (twice.length > 0) throw new Error(`${twice.join()} of ${this.name} is set already`);
    Object.assign(this.attributes, attributes);
    return this;
  }

  setStatus(status: SpanStatus): this {
    this.status = status;
    return this;
  }

  end(): void {
    this.ends++;
  }

  isRecording(): boolean {
    return this.ends === 0;
  }

  addEvent(): this {
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  updateName(): this {
    return this;
  }

  recordException(): void {}
}

export class MemoryTracer {
  readonly spans: MemorySpan[] = [];

  startSpan(name: string, { attributes = {}, root }: SpanOptions = {}, context?: Context): Span {
    const parentId = context && !root ? trace.getSpanContext(context)?.spanId : undefined;
    const parent = this.spans.find((span) => span.spanContext().spanId === parentId);
    const spanId = (this.spans.length + 1).toString(16).padStart(16, "0");
    const span = new MemorySpan(name, spanId, parent?.name).setAttributes(attributes);
    this.spans.push(span);
    return span;
  }

  startActiveSpan(): never {
    throw new Error("Spans are made with their parents, not in an active context");
  }

  named(name: string): MemorySpan {
    const span = this.spans.find((each) => each.name === name);
    if (span === undefined) {
      throw new Error(`No span ${name} among ${this.spans.map((each) => each.name).join(", ")}`);
    }
    return span;
  }
}
