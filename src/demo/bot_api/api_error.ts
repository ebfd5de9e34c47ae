/** A refusal as the Bot API words it. */
import { compact, type JsonObject } from "./wire.ts";

export interface ErrorParameters {
  readonly retryAfterSeconds?: number;
  readonly migrateToChatId?: number;
}

export class ApiError extends Error {
  readonly code: number;
  readonly parameters: ErrorParameters;

  /** @param description the whole text that the client reads, prefix included */
  constructor(code: number, description: string, parameters: ErrorParameters = {}) {
    super(description);
    this.name = "ApiError";
    this.code = code;
    this.parameters = parameters;
  }
}

/**
 * A 400 in Telegram's wording.
 *
 * The server puts its own errors in lower case behind the prefix, unless the second letter shows
 * that the word is a constant (`BUTTON_DATA_INVALID`) or a name.
 */
export function badRequest(message: string): ApiError {
  const second = message.charAt(1);
  const isConstant = second === "_" || second !== second.toLowerCase();
  const text = isConstant ? message : message.charAt(0).toLowerCase() + message.slice(1);
  return new ApiError(400, `Bad Request: ${text}`);
}

export function forbidden(message: string): ApiError {
  return new ApiError(403, `Forbidden: ${message}`);
}

export function conflict(message: string): ApiError {
  return new ApiError(409, `Conflict: ${message}`);
}

export function tooManyRequests(retryAfterSeconds: number): ApiError {
  return new ApiError(429, `Too Many Requests: retry after ${retryAfterSeconds}`, {
    retryAfterSeconds,
  });
}

export function errorToWire(error: ApiError): JsonObject {
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
