/** Refusals in the Bot API's own words. */

interface ErrorParameters {
  readonly retryAfterSeconds?: number;
  readonly migrateToChatId?: number;
}

export class ApiError extends Error {
  readonly code: number;
  readonly parameters: ErrorParameters;

  /** @param description the whole text that the client gets, prefix included */
  constructor(code: number, description: string, parameters: ErrorParameters = {}) {
    super(description);
    this.name = "ApiError";
    this.code = code;
    this.parameters = parameters;
  }
}

/**
 * A 400. Like the real server, puts the message in lower case behind the prefix, unless its second
 * letter shows a constant (`BUTTON_DATA_INVALID`) or a name.
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

/** Refuses a `parse_mode` text. */
export function failParse(complaint: string): never {
  throw badRequest(`can't parse entities: ${complaint}`);
}

/** Refuses a `parse_mode` text, naming the byte at which it goes wrong. */
export function failParseAt(text: string, index: number, complaint: string): never {
  return failParse(`${complaint} at byte offset ${byteOffset(text, index)}`);
}

export function byteOffset(text: string, index: number): number {
  return new TextEncoder().encode(text.slice(0, index)).length;
}
