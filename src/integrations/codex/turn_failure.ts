/** Why a turn failed, out of what Codex says about it, in whichever protocol. */
import { CodexError, describeError } from "../../core/errors.ts";
import type { TurnFailure, TurnFailureKind } from "../../core/codex/codex.ts";
import { type CodexTrouble, isMachineTrouble } from "../../core/codex/trouble.ts";

/** Codex cannot bring an earlier thread back: its conversation has to move to a fresh one. */
export class ThreadUnavailable extends CodexError {
  constructor(reason: string, cause?: unknown) {
    super("request", `Codex cannot continue the earlier conversation: ${reason}`, {
      remedy: "Pick another one or begin a new one",
      cause,
    });
  }
}

/** Codex lets one program at a time write to a thread, and another one does. */
export class ThreadInUse extends CodexError {
  constructor(cause?: unknown) {
    super("request", "Another program has this conversation open, such as Codex in a terminal", {
      remedy: "Close it there and send the request again, or begin a new conversation",
      cause,
    });
  }
}

export interface CodexFailure {
  readonly message: string;
  /**
   * Codex's own classification: a word such as `usageLimitExceeded`, or an object around an HTTP
   * status. Releases up to 0.155 leave a 401 at `other`, so the message is looked at as well.
   */
  readonly info?: unknown;
}

const LOGIN_REMEDY = "Run `codex login` on the machine on which Codex works";
const MISSING_VARIABLE_REMEDY = "Set it where codex-orchestrator starts, and name it in codex.env";

const LOGIN = /unauthorized|\b401\b|\b403 forbidden\b|not logged in|log ?in again|invalid api key/i;
const MISSING_VARIABLE = /missing environment variable/i;
const RATE_LIMIT =
  /rate.?limit|usage.?limit|\b429\b|too many requests|quota|limit (?:reached|exceeded)/i;

const NO_ROOM = /context window|context.?length/i;

export function turnFailure({ message, info }: CodexFailure): TurnFailure {
  const said = `${message} ${JSON.stringify(info ?? "")}`;
  if (MISSING_VARIABLE.test(said)) {
    return failure("login", message, "variable", MISSING_VARIABLE_REMEDY);
  }
  if (LOGIN.test(said)) return failure("login", message, "login", LOGIN_REMEDY);
  if (NO_ROOM.test(said)) return failure("model", message, "room");
  if (RATE_LIMIT.test(said)) return failure("rate-limit", message, "limit");
  return failure("model", message);
}

/** The same for a turn that could not even begin. */
export function startFailure(error: unknown): TurnFailure {
  const message = describeError(error);
  if (error instanceof ThreadUnavailable) return { kind: "thread-unavailable", message };
  if (error instanceof ThreadInUse) {
    return { kind: "thread-in-use", message, trouble: { kind: "in-use" } };
  }
  const trouble = error instanceof CodexError ? error.trouble : undefined;
  if (trouble !== undefined && isMachineTrouble(trouble)) {
    return { kind: "connection", message, trouble };
  }
  return error instanceof CodexError && error.kind === "not-logged-in"
    ? { kind: "login", message, trouble: { kind: "login", said: sentence(error.message) } }
    : { kind: "process", message, trouble: { kind: "not-working", said: message } };
}

/** The same for a turn whose connection ended, so that nobody knows what became of it. */
export function lossOf(
  connection: { readonly machine?: string } | undefined,
  message: string,
): TurnFailure {
  const machine = connection?.machine;
  return machine === undefined
    ? { kind: "process", message }
    : { kind: "connection", message, trouble: { kind: "lost", machine } };
}

type SaidTrouble = Extract<CodexTrouble, { readonly said: string }>["kind"];

function failure(
  kind: TurnFailureKind,
  said: string,
  trouble?: SaidTrouble,
  remedy?: string,
): TurnFailure {
  const message = said.trim() === "" ? "Codex gave no reason" : said.trim();
  return {
    kind,
    message: remedy === undefined ? message : `${sentence(message)} ${remedy}`,
    ...(trouble === undefined ? {} : { trouble: { kind: trouble, said: sentence(message) } }),
  };
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
