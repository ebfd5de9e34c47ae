/** What the scripted model does with one request. */
import { responseEvents } from "./events.ts";

export type Step =
  | { readonly message: string; readonly phase?: "commentary" | "final_answer" }
  /** A shell command; `escalated` makes Codex ask for an approval under `on-request`. */
  | { readonly command: string; readonly escalated?: string }
  | { readonly patch: string }
  | { readonly plan: readonly { readonly step: string; readonly status: string }[] }
  /** An HTTP error before any event. */
  | { readonly status: number; readonly retryAfterSeconds?: number; readonly message?: string }
  /** The connection breaks: before the headers, or in the middle of the stream. */
  | { readonly drop: "before" | "middle" }
  /** Plays `then` when the promise resolves; the turn hangs until then. */
  | { readonly until: Promise<unknown>; readonly then: Step };

/** The HTTP answer for a step. The signal ends a step that waits. */
export async function playStep(step: Step, signal: AbortSignal): Promise<Response> {
  if ("until" in step) {
    await Promise.race([step.until, aborted(signal)]);
    return signal.aborted ? new Response(null, { status: 503 }) : await playStep(step.then, signal);
  }
  if ("status" in step) return failure(step.status, step.retryAfterSeconds, step.message);
  if ("drop" in step && step.drop === "before") throw new Error("dropped by the script");
  return new Response(stream(step), { headers: { "content-type": "text/event-stream" } });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function failure(
  status: number,
  retryAfterSeconds?: number,
  message = "scripted failure",
): Response {
  const headers = retryAfterSeconds === undefined
    ? {}
    : { "retry-after": String(retryAfterSeconds) };
  const error = { message, type: "scripted", code: status === 401 ? "invalid_api_key" : null };
  return Response.json({ error }, { status, headers });
}

function stream(step: Exclude<Step, { status: number } | { until: unknown }>): ReadableStream {
  const encoder = new TextEncoder();
  const cut = "drop" in step;
  const events = responseEvents(cut ? { message: "this answer is cut off" } : step);
  return new ReadableStream({
    start(controller): void {
      for (const event of cut ? events.slice(0, 4) : events) {
        controller.enqueue(
          encoder.encode(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
        );
      }
      if (cut) controller.error(new Error("dropped by the script"));
      else controller.close();
    },
  });
}
