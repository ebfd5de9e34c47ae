/** Classifies why a turn failed, from what Codex says about it in whichever protocol. */
import {
  asSentence,
  failureToStart,
  type TurnFailure,
  type TurnFailureKind,
} from "../../core/codex/codex.ts";
import type { CodexTrouble } from "../../core/codex/trouble.ts";
import { CodexError, describeError, unreachable } from "../../core/errors.ts";

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

/** What a failure means for a person. */
type Meaning =
  | "login" // Codex is not logged in, or the key was refused
  | "variable" // a variable with a key is missing
  | "room" // the conversation is longer than the model can take in
  | "limit" // the model's own, which passes
  | "model"; // anything else that the model or its service answered

/**
 * Codex's own kinds of errors (`codexErrorInfo`) up to 0.169.0, and what each means; `said` = only
 * the message and the HTTP status tell. Releases up to 0.155 leave a refused key at `other`.
 */
export const ERROR_KINDS = {
  activeTurnNotSteerable: "said",
  badRequest: "said",
  contextWindowExceeded: "room",
  cyberPolicy: "said",
  flexUnavailable: "said",
  httpConnectionFailed: "said",
  inferenceHookDenied: "said",
  internalServerError: "said",
  misalignmentPolicyViolation: "said",
  modelNotFound: "said",
  other: "said",
  policyCapacityUnavailable: "said",
  rateLimitExceeded: "limit",
  responseStreamConnectionFailed: "said",
  responseStreamDisconnected: "said",
  responseTooManyFailedAttempts: "said",
  sandboxError: "said",
  serverOverloaded: "said",
  sessionBudgetExceeded: "said",
  threadRollbackFailed: "said",
  tooManyDenials: "said",
  unauthorized: "login",
  usageLimitExceeded: "limit",
} as const satisfies Readonly<Record<string, Meaning | "said">>;

const meanings: ReadonlyMap<string, Meaning | "said"> = new Map(Object.entries(ERROR_KINDS));

export interface CodexFailure {
  readonly message: string;
  /** A kind of error, or an object that has the kind as its key and details, e.g. an HTTP status. */
  readonly info?: unknown;
}

const LOGIN_REMEDY = "Run `codex login` on the machine on which Codex works";
const MISSING_VARIABLE_REMEDY = "Set it where codex-orchestrator starts, and name it in codex.env";

export function turnFailure(failure: CodexFailure): TurnFailure {
  const { message } = failure;
  const meaning = meaningOf(failure);
  switch (meaning) {
    case "variable":
      return failed("login", message, "variable", MISSING_VARIABLE_REMEDY);
    case "login":
      return failed("login", message, "login", LOGIN_REMEDY);
    case "room":
      return failed("model", message, "room");
    case "limit":
      return failed("rate-limit", message, "limit");
    case "model":
      return failed("model", message);
    default:
      return unreachable(meaning);
  }
}

const MISSING_VARIABLE = /missing environment variable/i;
const PATTERNS: readonly (readonly [Meaning, RegExp])[] = [
  ["login", /unauthorized|\b401\b|\b403 forbidden\b|not logged in|log ?in again|invalid api key/i],
  ["room", /context window|context.?length/i],
  [
    "limit",
    /rate.?limit|usage.?limit|\b429\b|too many requests|quota|limit (?:reached|exceeded)/i,
  ],
];

function meaningOf({ message, info }: CodexFailure): Meaning {
  if (MISSING_VARIABLE.test(message)) return "variable";
  const byKind = meanings.get(errorKindOf(info)) ?? "said";
  if (byKind !== "said") return byKind;
  const said = `${message} ${JSON.stringify(info ?? "")}`;
  return PATTERNS.find(([, pattern]) => pattern.test(said))?.[0] ?? "model";
}

/** The MCP server spells the kinds with underscores. */
function errorKindOf(info: unknown): string {
  const kind = typeof info === "object" && info !== null ? Object.keys(info)[0] : info;
  return typeof kind === "string"
    ? kind.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    : "";
}

function failed(
  kind: TurnFailureKind,
  said: string,
  trouble?: Extract<CodexTrouble, { readonly said: string }>["kind"],
  remedy?: string,
): TurnFailure {
  const message = said.trim() === "" ? "Codex gave no reason" : said.trim();
  return {
    kind,
    message: remedy === undefined ? message : `${asSentence(message)} ${remedy}`,
    ...(trouble === undefined ? {} : { trouble: { kind: trouble, said: asSentence(message) } }),
  };
}

/** Says why a turn could not begin. */
export function startFailure(error: unknown): TurnFailure {
  const message = describeError(error);
  if (error instanceof ThreadUnavailable) return { kind: "thread-unavailable", message };
  if (error instanceof ThreadInUse) {
    return { kind: "thread-in-use", message, trouble: { kind: "in-use" } };
  }
  return failureToStart(error);
}

/** Says that a connection ended under its turn, so that nobody knows what became of the turn. */
export function lossOf(
  connection: { readonly machine?: string } | undefined,
  message: string,
): TurnFailure {
  const machine = connection?.machine;
  return machine === undefined
    ? { kind: "process", message }
    : { kind: "connection", message, trouble: { kind: "lost", machine } };
}
