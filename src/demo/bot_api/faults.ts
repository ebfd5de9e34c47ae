/** Injects faults between a bot and Telegram. */
import { ApiError } from "./api_error.ts";

export type FaultKind =
  /** Answer with this error instead of doing anything. */
  | {
    readonly kind: "status";
    readonly status: number;
    /** Default: Telegram's usual description of the status. */
    readonly description?: string;
    readonly retryAfterSeconds?: number;
  }
  /** Answer with a gateway's HTML page; nothing is done. */
  | { readonly kind: "html502" }
  /** Answer with what no Bot API says, as a gateway does; nothing is done. */
  | {
    readonly kind: "foreign";
    readonly status: number;
    readonly body: string;
    /** Default: JSON. */
    readonly contentType?: string;
  }
  /** Break the connection before anything is done. */
  | { readonly kind: "drop-before" }
  /** Carry the call out, then break the connection, so that the bot cannot know. */
  | { readonly kind: "drop-after" }
  /** Answer as usual, but this much later. */
  | { readonly kind: "delay"; readonly delayMs: number }
  /** Do nothing and answer nothing until the client gives up or the server closes. */
  | { readonly kind: "blackhole" };

export type Fault = FaultKind & {
  /** Only calls of this method; every method when absent. */
  readonly method?: string;
  /** Only calls that name this chat. */
  readonly chatId?: number;
  /** How many calls are hit; 1 when absent, Infinity for all. */
  readonly times?: number;
};

export interface AddedFault {
  /** How many calls it hit so far. */
  readonly hits: number;
  remove(): void;
}

export class Faults {
  readonly #faults = new Set<{ readonly fault: Fault; hits: number }>();

  add(fault: Fault): AddedFault {
    const entry = { fault, hits: 0 };
    this.#faults.add(entry);
    return {
      get hits(): number {
        return entry.hits;
      },
      remove: () => void this.#faults.delete(entry),
    };
  }

  clear(): void {
    this.#faults.clear();
  }

  /** Counts and returns the oldest fault that fits this call. */
  next(method: string, chatId: string): Fault | undefined {
    for (const entry of this.#faults) {
      const { fault } = entry;
      if (fault.method !== undefined && fault.method !== method) continue;
      if (fault.chatId !== undefined && String(fault.chatId) !== chatId) continue;
      entry.hits += 1;
      if (entry.hits >= (fault.times ?? 1)) this.#faults.delete(entry);
      return fault;
    }
    return undefined;
  }
}

const USUAL_DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden: bot was blocked by the user",
  404: "Not Found",
  409:
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
};

export function statusError(fault: Fault & { readonly kind: "status" }): ApiError {
  const { status, retryAfterSeconds } = fault;
  const text = fault.description ?? USUAL_DESCRIPTIONS[status] ?? "Error";
  if (retryAfterSeconds === undefined) return new ApiError(status, text);
  const description = fault.description ?? `${text}: retry after ${retryAfterSeconds}`;
  return new ApiError(status, description, { retryAfterSeconds });
}

export function foreignAnswer(fault: FaultKind & { readonly kind: "foreign" }): Response {
  const { status, body, contentType = "application/json" } = fault;
  return new Response(body, { status, headers: { "content-type": contentType } });
}

export function htmlPage(): Response {
  return new Response("<html><body><h1>502 Bad Gateway</h1></body></html>", {
    status: 502,
    headers: { "content-type": "text/html" },
  });
}

/**
 * Promises more bytes than it sends, so that the connection breaks in the middle: the nearest to a
 * cut that `Deno.serve` can do.
 */
export function brokenResponse(): Response {
  const body = new ReadableStream({
    start(controller): void {
      controller.enqueue(new TextEncoder().encode("{"));
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-length": "100" } });
}
