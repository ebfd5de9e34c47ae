/** What a failed call to Telegram means for the message that it carried. */
import { GrammyError, HttpError } from "grammy";
import type { Delivery } from "./outgoing.ts";

export type Failure =
  & (
    | { readonly kind: "flood"; readonly retryAfterMs: number }
    /** The edit would change nothing, or the message to delete is gone: as good as done. */
    | { readonly kind: "done-already" }
    /** The message to edit is not there any more. */
    | { readonly kind: "message-gone" }
    | { readonly kind: "entities" }
    | { readonly kind: "reply-gone" }
    | { readonly kind: "topic-gone" }
    | { readonly kind: "migrated"; readonly newChatId: number }
    | { readonly kind: "unreachable" }
    /** Telegram will say the same again. */
    | { readonly kind: "refused" }
    /** May pass, and the message certainly did not arrive. */
    | { readonly kind: "before-effect" }
    /** May pass; whether the message arrived is unknown. */
    | { readonly kind: "uncertain" }
  )
  & { readonly code?: number; readonly description: string };

/** The description never holds a URL: those carry the bot token. */
export function classifyFailure(error: unknown): Failure {
  if (error instanceof GrammyError) return classifyAnswer(error);
  if (error instanceof HttpError) return classifyTransport(error.error);
  return { kind: "refused", description: error instanceof Error ? error.name : "unknown error" };
}

/** What becomes of a message that is given up on after the failure. */
export function failedDelivery({ kind, description }: Failure): Delivery {
  const failed = { status: "failed", reason: description } as const;
  return kind === "message-gone" ? { ...failed, gone: true } : failed;
}

function classifyAnswer(error: GrammyError): Failure {
  const { error_code: code, description, parameters } = error;
  const told = { code, description };
  if (code === 429) {
    return { kind: "flood", retryAfterMs: (parameters.retry_after ?? 1) * 1000, ...told };
  }
  if (parameters.migrate_to_chat_id !== undefined) {
    return { kind: "migrated", newChatId: parameters.migrate_to_chat_id, ...told };
  }
  if (code === 403) return { kind: "unreachable", ...told };
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

/** The Bot API has no codes below 400, only sentences; these are its server's own. */
function kindOfDescription(description: string): DescribedKind {
  const found = KNOWN_DESCRIPTIONS.find(([pattern]) => pattern.test(description));
  return found === undefined ? "refused" : found[1];
}

const KNOWN_DESCRIPTIONS: readonly (readonly [RegExp, DescribedKind])[] = [
  [/message is not modified|message to delete not found/i, "done-already"],
  [/message to edit not found|MESSAGE_ID_INVALID/i, "message-gone"],
  [/can't parse entit|ENTIT(?:Y|IES)_|entity begin|entity end|can't find end of/i, "entities"],
  [/repl(?:y|ied) (?:message )?not found|REPLY_MESSAGE_ID_INVALID/i, "reply-gone"],
  [/message thread not found|TOPIC_(?:DELETED|CLOSED|ID_INVALID)/i, "topic-gone"],
  // A chat that takes no documents is no chat that takes nothing.
  [/rights to send (?!text messages|a message)/i, "refused"],
  [/chat not found|CHAT_WRITE_FORBIDDEN|(?:no|not enough) rights to send/i, "unreachable"],
];

/** grammY hides the status of a page that is not JSON, so that its start has to tell. */
function classifyTransport(cause: unknown): Failure {
  if (cause instanceof SyntaxError) {
    return /token '?</.test(cause.message)
      ? { kind: "before-effect", description: "an error page of a gateway" }
      : { kind: "uncertain", description: "an answer that is not JSON" };
  }
  const details = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : "";
  if (details.includes("client error (Connect)")) {
    return { kind: "before-effect", description: "no connection" };
  }
  if (cause instanceof Error && ["AbortError", "TimeoutError"].includes(cause.name)) {
    return { kind: "uncertain", description: "no answer in time" };
  }
  return { kind: "uncertain", description: "the connection was lost" };
}
