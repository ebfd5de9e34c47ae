/** Classifies why a turn failed, from what Codex says about it in whichever protocol. */
import { z } from "../../core/schema.ts";
import {
  failureToStart,
  type TurnEvent,
  type TurnFailure,
  type TurnFailureKind,
} from "../../core/codex/codex.ts";
import type { CodexTrouble } from "../../core/codex/trouble.ts";
import { asSentence, CodexError, describeError } from "../../core/errors.ts";
import { type ErrorMessage, readErrorMessage } from "./error_message.ts";

/** Codex cannot bring an earlier thread back: its conversation has to move to a fresh one. */
export class ThreadUnavailable extends CodexError {
  /** @param trouble what it means for a person who chose that thread */
  constructor(reason: string, cause?: unknown, trouble?: CodexTrouble) {
    const message = `Codex cannot continue the earlier conversation: ${reason}`;
    super("request", message, {
      remedy: "Pick another one or begin a new one",
      cause,
      trouble: trouble ?? { kind: "thread-unavailable", said: asSentence(message) },
    });
  }
}

/** Codex lets one program at a time write to a thread, and another one does. */
export class ThreadInUse extends CodexError {
  constructor(cause?: unknown) {
    super("request", "Another program has this conversation open, such as Codex in a terminal", {
      remedy: "Close it there and send the request again, or begin a new conversation",
      cause,
      trouble: { kind: "in-use" },
    });
  }
}

/** What a failure means for a person. */
type Meaning = FailureTrouble["kind"];
type FailureTrouble = Extract<CodexTrouble, { readonly said: string }>;

/**
 * Codex's own kinds of errors (`codexErrorInfo`) and what each means; `status` = the HTTP status
 * tells, `said` = Codex leaves open what it is. Releases up to 0.155 leave a refused key at `other`,
 * and all of them what the service says of a request that it does not take.
 */
export const ERROR_KINDS = {
  activeTurnNotSteerable: "failed",
  badRequest: "said",
  bioPolicy: "policy",
  contextWindowExceeded: "room",
  cyberPolicy: "policy",
  flexUnavailable: "busy",
  httpConnectionFailed: "status",
  inferenceHookDenied: "policy",
  internalServerError: "service",
  misalignmentPolicyViolation: "policy",
  modelNotFound: "model",
  other: "said",
  policyCapacityUnavailable: "busy",
  rateLimitExceeded: "pace",
  responseStreamConnectionFailed: "status",
  responseStreamDisconnected: "status",
  responseTooManyFailedAttempts: "status",
  sandboxError: "failed",
  serverOverloaded: "busy",
  sessionBudgetExceeded: "budget",
  threadRollbackFailed: "failed",
  tooManyDenials: "denials",
  unauthorized: "login",
  usageLimitExceeded: "limit",
} as const satisfies Readonly<Record<string, Meaning | "said" | "status">>;

const meanings: ReadonlyMap<string, Meaning | "said" | "status"> = new Map(
  Object.entries(ERROR_KINDS),
);

export interface CodexFailure {
  readonly message: string;
  /** A kind of error, or an object that has the kind as its key and details, e.g. an HTTP status. */
  readonly info?: unknown;
  /** When the usage limit resets, where Codex has told; ISO 8601. */
  readonly limitResetsAt?: string;
}

const REMEDIES: Readonly<Partial<Record<Meaning, string>>> = {
  login: "Run `codex login` on the machine on which Codex works",
  variable: "Set it where codex-orchestrator starts, and name it in codex.env",
};

const FAILURE_KINDS: Readonly<Partial<Record<Meaning, TurnFailureKind>>> = {
  login: "login",
  variable: "login",
  limit: "rate-limit",
  pace: "rate-limit",
};

/** Says what a failed turn means. The kind that Codex names decides; words are only shown. */
export function turnFailure(failure: CodexFailure): TurnFailure {
  const message = readErrorMessage(failure.message);
  const meaning = meaningOf(message, failure.info);
  const text = message.text === "" ? "Codex gave no reason" : message.text;
  const remedy = REMEDIES[meaning];
  return {
    kind: FAILURE_KINDS[meaning] ?? "model",
    message: remedy === undefined ? text : `${asSentence(text)} ${remedy}`,
    trouble: troubleOf(meaning, asSentence(text), failure.limitResetsAt),
  };
}

function troubleOf(meaning: Meaning, said: string, until: string | undefined): FailureTrouble {
  if (meaning !== "limit") return { kind: meaning, said };
  return { kind: meaning, said, ...(until === undefined ? {} : { until }) };
}

/** The sentence in which Codex tells that no request left, as there is no key; it has no kind. */
const MISSING_VARIABLE = /^missing environment variable/i;

function meaningOf(message: ErrorMessage, info: unknown): Meaning {
  if (MISSING_VARIABLE.test(message.text)) return "variable";
  const byKind = meanings.get(errorKindOf(info)) ?? "said";
  if (byKind !== "said" && byKind !== "status") return byKind;
  return meaningOfService(message) ??
    meaningOfStatus(statusIn(info) ?? message.status, message) ??
    (byKind === "status" ? "service" : "failed");
}

/** The service's own names of errors, and how its sentences without a name begin. */
const SERVICE_ERRORS: readonly (readonly [Meaning, { codes: RegExp; beginning?: RegExp }])[] = [
  ["model", {
    codes:
      /^(?:model_not_(?:found|supported|available)|deprecated_model|unsupported_model|DeploymentNotFound)$/,
    beginning:
      /^(?:the (?:requested )?(?:'[^']*' model|model ['`"]?[^'`"\s]*['`"]?) (?:is not supported|requires a newer version|does not exist|has been (?:deprecated|retired)|is (?:deprecated|no longer))|model ['`"][^'`"\s]*['`"] (?:is )?not found|\S+ is not a valid model id\b|the api deployment for this resource does not exist)/i,
  }],
  ["room", {
    codes: /^(?:context_length_exceeded|string_above_max_length|exceed_context_size_error)$/,
    beginning:
      /^(?:this (?:model|endpoint)'s maximum context length is \d|(?:the |your )?(?:prompt|input|request) (?:is too long\b|exceeds the (?:available )?context (?:size|window)\b)|the input token count\b[^.]* exceeds\b|input length and `max_tokens` exceed)/i,
  }],
  ["picture", {
    codes: /image/,
    beginning:
      /^(?:invalid image in your last message|image poisoning|at most \d+ image|no endpoints found that support image)/i,
  }],
  ["limit", { codes: /^(?:usage_limit_reached|usage_not_included|insufficient_quota)$/ }],
  ["pace", { codes: /^(?:rate_limit_exceeded|slow_down)$/ }],
  ["busy", { codes: /^(?:server_is_overloaded|overloaded_error|engine_overloaded)$/ }],
  ["login", { codes: /^(?:invalid_api_key|token_expired|token_invalidated|account_deactivated)$/ }],
  ["access", { codes: /^deactivated_workspace$/ }],
  // What Codex calls a broken connection, or a page in its way, with no kind of its own.
  ["service", {
    codes: /^(?:server_error|internal_error)$/,
    beginning:
      /^(?:stream disconnected before completion|idle timeout waiting for|access blocked by cloudflare)/i,
  }],
  ["policy", {
    codes: /^(?:content_policy_violation|invalid_prompt|cyber_policy_violation)$/,
    beginning: /^invalid prompt: your prompt was flagged\b/i,
  }],
];

function meaningOfService({ text, code = "", parameter = "" }: ErrorMessage): Meaning | undefined {
  if (/image/.test(parameter)) return "picture";
  const named = SERVICE_ERRORS.find(([, { codes, beginning }]) =>
    codes.test(code) || beginning?.test(text)
  );
  return named?.[0] ?? (/^(?:model|reasoning)\b/.test(parameter) ? "model" : undefined);
}

function meaningOfStatus(
  status: number | undefined,
  { page }: ErrorMessage,
): Meaning | undefined {
  if (status === undefined) return undefined;
  if (status === 413) return "room";
  // A page is of something in between, which knows nothing of the account; so does a proxy.
  if (page === true || status === 407) return "service";
  if (status === 401) return "login";
  if (status === 402) return "limit";
  if (status === 403 || status === 451) return "access";
  if (status === 404 || status === 405) return "address";
  if (status === 429) return "pace";
  return status >= 500 || status === 408 ? "service" : "failed";
}

const withStatus = z.record(
  z.string(),
  z.object({ httpStatusCode: z.number().optional(), http_status_code: z.number().optional() }),
);

/** The HTTP status beside the kind, where it has one. */
function statusIn(info: unknown): number | undefined {
  const details = Object.values(withStatus.safeParse(info).data ?? {})[0];
  return details?.httpStatusCode ?? details?.http_status_code;
}

/** The MCP server spells the kinds with underscores. */
function errorKindOf(info: unknown): string {
  const kind = typeof info === "object" && info !== null ? Object.keys(info)[0] : info;
  return typeof kind === "string"
    ? kind.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    : "";
}

/** Announces that Codex ends the turn, which it then only calls interrupted. */
const ENDS_TURN = /^automatic approval review rejected too many approval requests/i;

/** Says why Codex is about to end the turn by itself, where its automatic review warns of that. */
export function denialsIn(event: TurnEvent): TurnFailure | undefined {
  const warning = event.type === "news" && event.news.type === "warning" ? event.news.text : "";
  if (!ENDS_TURN.test(warning)) return undefined;
  return turnFailure({ message: warning, info: "tooManyDenials" });
}

/** Says why a turn could not begin. */
export function startFailure(error: unknown): TurnFailure {
  const message = describeError(error);
  if (error instanceof ThreadUnavailable) {
    return { kind: "thread-unavailable", message, trouble: error.trouble };
  }
  if (error instanceof ThreadInUse) {
    return { kind: "thread-in-use", message, trouble: error.trouble };
  }
  return failureToStart(error);
}

/**
 * Says where to log in, or where a key is missing: only a person can start an app-server of another
 * machine anew.
 */
export function there(failure: TurnFailure, machine: string | undefined): TurnFailure {
  const { trouble } = failure;
  if (machine === undefined) return failure;
  if (trouble.kind === "login") return { ...failure, trouble: { kind: "login-there", machine } };
  if (trouble.kind !== "variable") return failure;
  return { ...failure, trouble: { kind: "variable-there", machine, said: trouble.said } };
}

/** Says that a connection ended under its turn, so that nobody knows what became of the turn. */
export function lossOf(
  connection: { readonly machine?: string } | undefined,
  message: string,
): TurnFailure {
  const machine = connection?.machine;
  return machine === undefined
    ? { kind: "process", message, trouble: { kind: "ended" } }
    : { kind: "connection", message, trouble: { kind: "lost", machine } };
}

/** Says that the connection ended before Codex there got the request, so that nothing was done. */
export function notBegun(machine: string, reason: string): TurnFailure {
  const message = `${reason}, before Codex there got the request`;
  return { kind: "connection", message, trouble: { kind: "not-begun", machine } };
}
