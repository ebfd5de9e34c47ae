/** Answers HTTP requests: checks the token, finds the method, applies faults and limits, logs the call. */
import type { Account } from "./account.ts";
import { ApiError } from "./api_error.ts";
import type { CallLog, CallOutcome } from "./call_log.ts";
import {
  brokenResponse,
  type Fault,
  type Faults,
  foreignAnswer,
  htmlPage,
  statusError,
} from "./faults.ts";
import { FLOOD_METHODS } from "./flood.ts";
import { CHAT_AND_FILE_METHODS } from "./methods/chats.ts";
import { PROFILE_METHODS } from "./methods/profile.ts";
import { EDIT_METHODS } from "./methods/edits.ts";
import type { Method, MethodTable } from "./methods/method.ts";
import { POLLING_METHODS } from "./methods/polling.ts";
import { SEND_METHODS } from "./methods/sends.ts";
import { type Parameters, readParameters } from "./parameters.ts";
import { sameText } from "../same_text.ts";
import { compact, type Json, type JsonObject } from "./wire.ts";

interface GatewayDependencies {
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

  constructor({ token, account, log, faults }: GatewayDependencies) {
    this.#token = token;
    this.#account = account;
    this.#log = log;
    this.#faults = faults;
  }

  /** Ends every call that waits. */
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
    if (!sameText(route.token, this.#token)) throw new ApiError(401, "Unauthorized");
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

  async #settle(call: Call): Promise<SettledCall> {
    const fault = this.#faults.next(call.method.name, call.parameters.text("chat_id"));
    try {
      if (fault !== undefined) {
        const instead = await this.#applyFault(fault, call.signal);
        if (instead !== undefined) return instead;
      }
      const description = call.method.description?.(this.#account);
      const result = await this.#run(call);
      if (fault?.kind === "drop-after") return this.#dropped(true);
      return this.#answered(result, description);
    } catch (error) {
      if (error instanceof ApiError) return this.#refused(error);
      if (call.signal.aborted) return this.#dropped(false);
      throw error;
    }
  }

  /** @returns what the client gets instead of an answer, or undefined to carry on with the call */
  async #applyFault(fault: Fault, signal: AbortSignal): Promise<SettledCall | undefined> {
    switch (fault.kind) {
      case "status":
        throw statusError(fault);
      case "html502":
        return { response: htmlPage(), outcome: this.#refusedOutcome(502, "Bad Gateway") };
      case "foreign":
        return {
          response: foreignAnswer(fault),
          outcome: this.#refusedOutcome(fault.status, fault.body),
        };
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
      default:
        return fault satisfies never;
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

  #answered(result: Json, description?: string): SettledCall {
    return {
      response: Response.json({ ok: true, result, description }),
      outcome: { type: "answered", status: 200, at: this.#now(), result },
    };
  }

  #refused(error: ApiError): SettledCall {
    const { retryAfterSeconds } = error.parameters;
    const outcome = this.#refusedOutcome(error.code, error.message, retryAfterSeconds);
    return { response: refusal(error), outcome };
  }

  #refusedOutcome(status: number, description: string, retryAfterSeconds?: number): CallOutcome {
    const outcome = { type: "refused" as const, status, description, at: this.#now() };
    return retryAfterSeconds === undefined ? outcome : { ...outcome, retryAfterSeconds };
  }

  #dropped(applied: boolean): SettledCall {
    return { response: brokenResponse(), outcome: { type: "dropped", at: this.#now(), applied } };
  }

  #now(): Date {
    return this.#account.clock.now();
  }
}

interface SettledCall {
  readonly response: Response;
  readonly outcome: CallOutcome;
}

/** What a path asks for; `other` = nothing that a Bot API server has. */
type Route =
  | { readonly type: "method"; readonly token: string; readonly method: string }
  | { readonly type: "file"; readonly token: string; readonly path: string }
  | { readonly type: "other" };

function readRoute(request: Request): Route {
  const path = decodeURIComponent(new URL(request.url).pathname);
  const method = /^\/bot([^/]+)\/([^/]+)\/?$/.exec(path);
  if (method?.[1] !== undefined && method[2] !== undefined) {
    return { type: "method", token: method[1], method: method[2] };
  }
  const file = /^\/file\/bot([^/]+)\/(.+)$/.exec(path);
  if (file?.[1] !== undefined && file[2] !== undefined) {
    return { type: "file", token: file[1], path: file[2] };
  }
  return { type: "other" };
}

const METHODS: MethodTable = {
  ...POLLING_METHODS,
  ...SEND_METHODS,
  ...EDIT_METHODS,
  ...CHAT_AND_FILE_METHODS,
  ...PROFILE_METHODS,
};

interface NamedMethod extends Method {
  /** As the documentation spells it; clients may write it in any case. */
  readonly name: string;
}

function findMethod(name: string): NamedMethod | undefined {
  return BY_LOWER_CASE.get(name.toLowerCase());
}

const BY_LOWER_CASE: ReadonlyMap<string, NamedMethod> = new Map(
  Object.entries(METHODS).map(([name, method]) => [name.toLowerCase(), { ...method, name }]),
);

function refusal(error: ApiError): Response {
  const { retryAfterSeconds } = error.parameters;
  const headers = new Headers();
  if (retryAfterSeconds !== undefined) headers.set("retry-after", String(retryAfterSeconds));
  return Response.json(errorToWire(error), { status: error.code, headers });
}

function errorToWire(error: ApiError): JsonObject {
  const { retryAfterSeconds, migrateToChatId } = error.parameters;
  const parameters = compact({
    retry_after: retryAfterSeconds,
    migrate_to_chat_id: migrateToChatId,
  });
  return compact({
    ok: false,
    error_code: error.code,
    description: error.message,
    parameters: Object.keys(parameters).length > 0 ? parameters : undefined,
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
