/**
 * Judges what was answered to a call of the Bot API, by HTTP status and body: only what has the
 * shape of the Bot API's answers is one. Everything else comes from something on the way, such as a
 * gateway, and may be gone the next time.
 */
import { z } from "../core/schema.ts";

/** What came back is no answer of the Bot API. Its message holds nothing of what came. */
export class ForeignAnswerError extends Error {
  override readonly name = "ForeignAnswerError";
  /** HTTP status of the answer. */
  readonly status: number;
  /** Tells whether the call may have had its effect all the same. */
  readonly uncertain: boolean;
  /** Present where a pause is asked for. */
  readonly retryAfterMs: number | undefined;

  constructor(
    reason: string,
    facts: {
      readonly status: number;
      readonly uncertain: boolean;
      readonly retryAfterMs?: number;
    },
  ) {
    super(`${reason} (HTTP ${facts.status})`);
    this.status = facts.status;
    this.uncertain = facts.uncertain;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** Nobody knows how long: long enough for a limit that counts seconds. */
export const PAUSE_WITHOUT_LENGTH_MS = 3_000;
/** A pause beyond that is no pause, but a mistake of who asks for it. */
const LONGEST_RETRY_AFTER_SECONDS = 86_400;

/**
 * Wraps a fetch for calls of the Bot API, so that only proper answers come through. Follows no redirect,
 * which would make the call without its parameters.
 * @throws {ForeignAnswerError} from the wrapped function, for every other answer
 */
export function judgedFetch(untraced: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await untraced(input, { ...init, redirect: "manual" });
    const body = await response.text();
    judgeAnswer(methodOf(input), response, body);
    return new Response(body, { status: response.status, headers: response.headers });
  };
}

/** @throws {ForeignAnswerError} */
export function judgeAnswer(method: string, response: Response, text: string): void {
  const { status } = response;
  const foreign = (reason: string, uncertain = mayHaveEffect(status)): ForeignAnswerError =>
    new ForeignAnswerError(reason, {
      status,
      uncertain,
      ...(status === 429 ? { retryAfterMs: pauseOf(response) } : {}),
    });
  if (status >= 300 && status < 400) throw foreign("a redirect", false);
  // A page comes from what stands in front of the Bot API: a gateway, or the login of a network.
  if (isPage(response, text)) {
    throw foreign("a page in place of an answer", status >= 300 && mayHaveEffect(status));
  }
  const body = parsed(text);
  if (body === undefined) throw foreign(text.trim() === "" ? "an empty answer" : "broken JSON");
  const answer = ANSWER.safeParse(body).data;
  if (answer === undefined) {
    throw foreign(
      "JSON that is no answer of the Bot API",
      !isDenial(body) && mayHaveEffect(status),
    );
  }
  if (answer.ok) {
    if (status >= 300) throw foreign("a result under the status of an error", true);
    if (!resultOf(method).safeParse(answer.result).success) throw foreign("another result", true);
    return;
  }
  // A gateway's own trouble, whatever it found to say about it.
  if (status >= 500 && answer.error_code < 500) throw foreign("an error under another status");
  if (answer.error_code === 429 && answer.parameters?.retry_after === undefined) {
    const retryAfterMs = pauseOf(response);
    throw new ForeignAnswerError("no length of the pause", {
      status,
      uncertain: false,
      retryAfterMs,
    });
  }
}

/**
 * Tells whether whoever answered with that status may have passed the call on: a gateway that waited
 * in vain has, one that found nobody has not.
 */
function mayHaveEffect(status: number): boolean {
  return status < 400 || POSSIBLY_PASSED_ON.has(status);
}

const POSSIBLY_PASSED_ON: ReadonlySet<number> = new Set([408, 500, 504, 520, 524]);

const ANSWER = z.union([
  z.looseObject({
    ok: z.literal(true),
    result: z.unknown().refine((value) => value !== null && value !== undefined),
  }),
  z.looseObject({
    ok: z.literal(false),
    error_code: z.int().min(400).max(599),
    description: z.string().min(1),
    parameters: z.looseObject({
      retry_after: z.number().min(0).max(LONGEST_RETRY_AFTER_SECONDS).exactOptional(),
      migrate_to_chat_id: z.int().exactOptional(),
    }).exactOptional(),
  }),
]);

const MESSAGE = z.looseObject({ message_id: z.int() });

/** What the program reads of a result, by method in lower case; absent = nothing. */
const RESULTS: Readonly<Record<string, z.ZodType>> = {
  getme: z.looseObject({ id: z.int(), username: z.string() }),
  getupdates: z.array(z.looseObject({ update_id: z.int() })),
  getfile: z.looseObject({ file_id: z.string() }),
  sendmessage: MESSAGE,
  sendrichmessage: MESSAGE,
  senddocument: MESSAGE,
  sendphoto: MESSAGE,
  sendmediagroup: z.array(MESSAGE).min(1),
};

function resultOf(method: string): z.ZodType {
  return RESULTS[method.toLowerCase()] ?? z.unknown();
}

/** Other types than JSON come from servers that label it wrongly; pages never do. */
function isPage({ headers }: Response, text: string): boolean {
  return /\b(?:html|xml)\b/i.test(headers.get("content-type") ?? "") || /^\s*</.test(text);
}

const DENIAL = z.looseObject({ ok: z.literal(false) });

function isDenial(body: unknown): boolean {
  return DENIAL.safeParse(body).success;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pauseOf({ headers }: Response): number {
  const seconds = Number(headers.get("retry-after") ?? NaN);
  const isUsable = seconds > 0 && seconds <= LONGEST_RETRY_AFTER_SECONDS;
  return isUsable ? seconds * 1000 : PAUSE_WITHOUT_LENGTH_MS;
}

function methodOf(input: Parameters<typeof globalThis.fetch>[0]): string {
  const address = input instanceof Request ? input.url : String(input);
  return new URL(address).pathname.split("/").at(-1) ?? "";
}
