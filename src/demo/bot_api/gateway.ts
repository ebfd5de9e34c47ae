/** Answers HTTP requests: finds the method, applies faults and limits, keeps the log. */
import type { Account } from "./account.ts";
import { ApiError, errorToWire } from "./api_error.ts";
import type { CallLog, CallOutcome } from "./call_log.ts";
import type { Fault, Faults } from "./faults.ts";
import { FLOOD_METHODS } from "./flood.ts";
import { findMethod, type NamedMethod } from "./methods/table.ts";
import type { Parameters } from "./parameters.ts";
import { readParameters, readRoute } from "./request.ts";
import type { Json } from "./wire.ts";

export interface GatewayParts {
  readonly token: string;
  readonly account: Account;
  readonly log: CallLog;
  readonly faults: Faults;
}

interface Call {
  readonly method: NamedMethod;
  readonly parameters: Parameters;
  readonly signal: AbortSignal;
}

export class Gateway {
  readonly #token: string;
  readonly #account: Account;
  readonly #log: CallLog;
  readonly #faults: Faults;
  readonly #closing = new AbortController();

  constructor({ token, account, log, faults }: GatewayParts) {
    this.#token = token;
    this.#account = account;
    this.#log = log;
    this.#faults = faults;
  }

  /** Ends everything that waits. */
  close(): void {
    this.#closing.abort(new Error("The server is closing"));
  }

  /** Never rejects. */
  async handle(request: Request): Promise<Response> {
    try {
      return await this.#route(request);
    } catch (error) {
      if (error instanceof ApiError) return refusal(error);
      return refusal(new ApiError(500, `Internal Server Error: ${String(error)}`));
    }
  }

  async #route(request: Request): Promise<Response> {
    const route = readRoute(request);
    if (route.type === "other") throw new ApiError(404, "Not Found");
    if (route.token !== this.#token) throw new ApiError(401, "Unauthorized");
    if (route.type === "file") return this.#sendFile(route.path);
    const method = findMethod(route.method);
    if (method === undefined) throw new ApiError(404, "Not Found: method not found");
    const parameters = await readParameters(request);
    const signal = AbortSignal.any([request.signal, this.#closing.signal]);
    return await this.#answer({ method, parameters, signal });
  }

  async #answer(call: Call): Promise<Response> {
    const { method, parameters } = call;
    const end = this.#log.begin({
      method: method.name,
      parameters: parameters.toRecord(),
      unknownParameters: parameters.names().filter((name) => !method.parameters.includes(name)),
      startedAt: this.#now(),
    });
    this.#account.changes.announce();
    const { response, outcome } = await this.#settle(call);
    end(outcome);
    this.#account.changes.announce();
    return response;
  }

  async #settle(call: Call): Promise<Settled> {
    const fault = this.#faults.next(call.method.name, call.parameters.text("chat_id"));
    try {
      if (fault !== undefined) {
        const instead = await this.#applyFault(fault, call.signal);
        if (instead !== undefined) return instead;
      }
      const result = await this.#run(call);
      if (fault?.kind === "drop-after") return this.#dropped(true);
      return this.#answered(result);
    } catch (error) {
      if (error instanceof ApiError) return this.#refused(error);
      if (call.signal.aborted) return this.#dropped(false);
      throw error;
    }
  }

  /** @returns what the client gets instead of an answer, or undefined to go on */
  async #applyFault(fault: Fault, signal: AbortSignal): Promise<Settled | undefined> {
    switch (fault.kind) {
      case "status":
        throw statusError(fault);
      case "html502":
        return { response: htmlPage(), outcome: this.#refusedOutcome(502, "Bad Gateway") };
      case "drop-before":
        return this.#dropped(false);
      case "blackhole":
        await aborted(signal);
        return this.#dropped(false);
      case "delay":
        await this.#account.clock.sleep(fault.delayMs, signal);
        return undefined;
      case "drop-after":
        return undefined;
    }
  }

  async #run({ method, parameters, signal }: Call): Promise<Json> {
    const account = this.#account;
    const chat = account.chats.get(Number(parameters.text("chat_id")));
    if (chat !== undefined && FLOOD_METHODS.has(method.name)) account.flood?.take(chat);
    return await method.run({ account, parameters, signal });
  }

  #sendFile(path: string): Response {
    const file = this.#account.files.byPath(path);
    if (file === undefined) throw new ApiError(404, "Not Found");
    return new Response(file.bytes.slice(), {
      headers: { "content-type": "application/octet-stream" },
    });
  }

  #answered(result: Json): Settled {
    return {
      response: Response.json({ ok: true, result }),
      outcome: { type: "answered", status: 200, at: this.#now(), result },
    };
  }

  #refused(error: ApiError): Settled {
    const { retryAfterSeconds } = error.parameters;
    const outcome = this.#refusedOutcome(error.code, error.message, retryAfterSeconds);
    return { response: refusal(error), outcome };
  }

  #refusedOutcome(status: number, description: string, retryAfterSeconds?: number): CallOutcome {
    const outcome = { type: "refused" as const, status, description, at: this.#now() };
    return retryAfterSeconds === undefined ? outcome : { ...outcome, retryAfterSeconds };
  }

  #dropped(applied: boolean): Settled {
    return { response: brokenResponse(), outcome: { type: "dropped", at: this.#now(), applied } };
  }

  #now(): Date {
    return this.#account.clock.now();
  }
}

interface Settled {
  readonly response: Response;
  readonly outcome: CallOutcome;
}

const USUAL_WORDS: Readonly<Record<number, string>> = {
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

function statusError(fault: Fault & { readonly kind: "status" }): ApiError {
  const { status, retryAfterSeconds } = fault;
  const words = fault.description ?? USUAL_WORDS[status] ?? "Error";
  if (retryAfterSeconds === undefined) return new ApiError(status, words);
  const description = fault.description ?? `${words}: retry after ${retryAfterSeconds}`;
  return new ApiError(status, description, { retryAfterSeconds });
}

function refusal(error: ApiError): Response {
  const { retryAfterSeconds } = error.parameters;
  const headers = new Headers();
  if (retryAfterSeconds !== undefined) headers.set("retry-after", String(retryAfterSeconds));
  return Response.json(errorToWire(error), { status: error.code, headers });
}

function htmlPage(): Response {
  return new Response("<html><body><h1>502 Bad Gateway</h1></body></html>", {
    status: 502,
    headers: { "content-type": "text/html" },
  });
}

/**
 * A response that promises more than it sends, so that the connection breaks in the middle of it:
 * the nearest to a cut that `Deno.serve` can do.
 */
function brokenResponse(): Response {
  const body = new ReadableStream({
    start(controller): void {
      controller.enqueue(new TextEncoder().encode("{"));
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-length": "100" } });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
