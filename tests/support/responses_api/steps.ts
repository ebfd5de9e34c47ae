/** What the scripted model does with one request. */
import type { ServerResponse } from "node:http";
import { failedEvents, type Output, type ResponseEvent, responseEvents } from "./events.ts";

export type Step =
  | Output
  /** The same message in ten pieces, with a pause before each, in milliseconds. */
  | { readonly message: string; readonly phase?: "commentary"; readonly pauseMs: number }
  /**
   * One answer made of several parts, such as some commentary and two commands at once; with a pause
   * before each piece of a message, in milliseconds.
   */
  | { readonly all: readonly Output[]; readonly pauseMs?: number }
  /** An HTTP error before any event. */
  | {
    readonly status: number;
    readonly retryAfterSeconds?: number;
    readonly message?: string;
    /** The whole body, in place of an error of the API with the message. */
    readonly body?: string;
  }
  /** `response.failed` with this code, e.g. `context_length_exceeded`. */
  | { readonly failed: string; readonly message?: string }
  /** The connection breaks: before the headers, or in the middle of a message. */
  | { readonly drop: "before" | "middle" }
  /** Headers, and then nothing until the client or the test gives up. */
  | { readonly silent: true }
  /** Plays `then` when the promise resolves; the request gets no byte until then. */
  | { readonly until: Promise<unknown>; readonly then: Step };

/** What a message that breaks off in the middle has told by then, at most. */
export const CUT_MESSAGE = "this answer is cut off";

const PIECES = 2;
const SLOW_PIECES = 10;

/** How many tool calls the step makes: so many outputs does the next request of the turn bring. */
export function callsOf(step: Step): number {
  if ("until" in step) return callsOf(step.then);
  if ("all" in step) return step.all.filter((output) => !("message" in output)).length;
  return "command" in step || "patch" in step || "plan" in step || "tool" in step ? 1 : 0;
}

/** Answers a request by the step. The signal aborts when nobody waits for the answer any more. */
export async function playStep(
  step: Step,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  if ("until" in step) {
    await Promise.race([step.until, aborted(gone)]);
    if (!gone.aborted) await playStep(step.then, response, gone);
  } else if ("status" in step) {
    sendFailure(response, step);
  } else if ("drop" in step) {
    if (step.drop === "middle") await sendHalf(response);
    response.destroy();
  } else if ("silent" in step) {
    startStream(response);
    response.flushHeaders();
  } else {
    await sendEvents(response, eventsOf(step), "pauseMs" in step ? step.pauseMs : 0);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function eventsOf(
  step: Output | { readonly all: readonly Output[] } | { readonly failed: string },
): ResponseEvent[] {
  if ("failed" in step) {
    const message = "message" in step ? String(step.message) : "scripted failure";
    return failedEvents(step.failed, message);
  }
  if ("all" in step) return responseEvents(step.all, PIECES);
  return responseEvents([step], "pauseMs" in step ? SLOW_PIECES : PIECES);
}

function sendFailure(
  response: ServerResponse,
  { status, retryAfterSeconds, message = "scripted failure", body }: Extract<
    Step,
    { readonly status: number }
  >,
): void {
  const error = { message, type: "scripted", code: status === 401 ? "invalid_api_key" : null };
  response.writeHead(status, {
    "content-type": body?.trimStart().startsWith("<") === true ? "text/html" : "application/json",
    ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
  });
  response.end(body ?? JSON.stringify({ error }));
}

/** Resolves when the first delta has left. */
async function sendHalf(response: ServerResponse): Promise<void> {
  startStream(response);
  const events = responseEvents([{ message: CUT_MESSAGE }], PIECES);
  const delta = events.findIndex(({ type }) => type === "response.output_text.delta");
  for (const event of events.slice(0, delta + 1)) await write(response, event);
}

async function sendEvents(
  response: ServerResponse,
  events: readonly ResponseEvent[],
  pauseMs: number,
): Promise<void> {
  startStream(response);
  for (const event of events) {
    if (pauseMs > 0 && event.type === "response.output_text.delta") await pause(pauseMs);
    if (response.destroyed) return;
    await write(response, event);
  }
  response.end();
}

function startStream(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
}

function write(response: ServerResponse, event: ResponseEvent): Promise<void> {
  const text = `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
  // A client that has gone in the meantime is no failure of the script.
  return new Promise((resolve) => response.write(text, () => resolve()));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
