/** Classifies what a failed call of the Bot API means. */
import { GrammyError, HttpError } from "grammy";
import { ForeignAnswerError, PAUSE_WITHOUT_LENGTH_MS } from "./api_answer.ts";

export type Failure =
  & (
    | { readonly kind: "flood"; readonly retryAfterMs: number }
    /** The edit would change nothing, or the message to delete is gone: as good as done. */
    | { readonly kind: "done-already" }
    /** The message to edit no longer exists. */
    | { readonly kind: "message-gone" }
    | { readonly kind: "entities" }
    | { readonly kind: "reply-gone" }
    | { readonly kind: "topic-gone" }
    | { readonly kind: "migrated"; readonly newChatId: number }
    /** The chat takes nothing of the bot, or Telegram not its token: until a person has acted. */
    | { readonly kind: "unreachable" }
    /** Telegram would refuse the call again. */
    | { readonly kind: "refused" }
    /** May pass, and the call certainly had no effect. */
    | { readonly kind: "before-effect" }
    /** May pass; whether the call had its effect is unknown. */
    | { readonly kind: "uncertain" }
  )
  & { readonly code?: number; readonly description: string };

/** Describes the failure without an address, which would hold the bot token. */
export function classifyFailure(error: unknown): Failure {
  if (error instanceof GrammyError) return classifyAnswer(error);
  if (error instanceof HttpError) return classifyTransport(error.error);
  return { kind: "refused", description: error instanceof Error ? error.name : "unknown error" };
}

function classifyAnswer(error: GrammyError): Failure {
  const { error_code: code, description, parameters } = error;
  const told = { code, description };
  if (code === 429) {
    const { retry_after: seconds } = parameters;
    const retryAfterMs = seconds === undefined ? PAUSE_WITHOUT_LENGTH_MS : seconds * 1000;
    return { kind: "flood", retryAfterMs, ...told };
  }
  if (parameters.migrate_to_chat_id !== undefined) {
    return { kind: "migrated", newChatId: parameters.migrate_to_chat_id, ...told };
  }
  if (OF_ONE_KIND.test(description)) return { kind: "refused", ...told };
  if (code === 403 || code === 401) return { kind: "unreachable", ...told };
  if (code === 502) return { kind: "before-effect", ...told };
  if (code >= 500) return { kind: "uncertain", ...told };
  return { kind: kindOfDescription(description), ...told };
}

type DescribedKind =
  | "done-already"
  | "message-gone"
  | "entities"
  | "reply-gone"
  | "topic-gone"
  | "unreachable"
  | "refused";

/** The Bot API tells these failures apart by its sentences only. */
function kindOfDescription(description: string): DescribedKind {
  const found = KNOWN_DESCRIPTIONS.find(([pattern]) => pattern.test(description));
  return found === undefined ? "refused" : found[1];
}

/** A chat that takes no documents still takes messages. */
const OF_ONE_KIND = /rights to send (?!text messages|a message)|CHAT_SEND_(?!PLAIN_)\w+_FORBIDDEN/i;

const KNOWN_DESCRIPTIONS: readonly (readonly [RegExp, DescribedKind])[] = [
  [/message is not modified|message to delete not found/i, "done-already"],
  [/message to edit not found|MESSAGE_ID_INVALID/i, "message-gone"],
  [/can't parse entit|ENTIT(?:Y|IES)_|entity begin|entity end|can't find end of/i, "entities"],
  [/repl(?:y|ied) (?:message )?not found|REPLY_MESSAGE_ID_INVALID/i, "reply-gone"],
  [/message thread not found|TOPIC_(?:DELETED|CLOSED|ID_INVALID)/i, "topic-gone"],
  [
    /chat not found|CHAT_(?:WRITE_FORBIDDEN|RESTRICTED|ADMIN_REQUIRED)|USER_BANNED_IN_CHANNEL|PEER_ID_INVALID|(?:no|not enough) rights to send/i,
    "unreachable",
  ],
];

function classifyTransport(cause: unknown): Failure {
  if (cause instanceof ForeignAnswerError) return classifyForeign(cause);
  const details = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : "";
  if (details.includes("client error (Connect)")) {
    return { kind: "before-effect", description: "no connection" };
  }
  if (cause instanceof Error && ["AbortError", "TimeoutError"].includes(cause.name)) {
    return { kind: "uncertain", description: "no answer in time" };
  }
  return { kind: "uncertain", description: "the connection was lost" };
}

function classifyForeign(answer: ForeignAnswerError): Failure {
  const { status: code, message: description, uncertain, retryAfterMs } = answer;
  if (retryAfterMs !== undefined) return { kind: "flood", retryAfterMs, code, description };
  // What is too large for a gateway is no smaller the next time.
  if (code === 413) return { kind: "refused", code, description };
  return { kind: uncertain ? "uncertain" : "before-effect", code, description };
}
