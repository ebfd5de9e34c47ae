/**
 * Reads what the app-server says of its own accord: notifications, their items, and server requests.
 *
 * Each is a closed union with an `unknown` member, so that a newer Codex breaks no turn. The lists
 * name everything that Codex has and what this program does with it; a test holds them against the
 * protocol that the real programs print.
 */
import { z } from "../../../core/schema.ts";
import type { CodexNews } from "../../../core/codex/news.ts";
import { isObject } from "../json_object.ts";
import { isNewsMethod, type NewsMethod, readNews } from "./news_shapes.ts";
import {
  type KnownItemType,
  type KnownNotification,
  knownNotification,
  type KnownRequest,
  knownRequest,
} from "./protocol_shapes.ts";

export type Handling =
  /** Changes what this program does or knows. */
  | "handled"
  /** Is told to the person, or to the operator by the log. */
  | "shown"
  /** Is passed over on purpose. */
  | "ignored";

export const ITEMS: Readonly<Record<KnownItemType, Handling>> = {
  agentMessage: "shown",
  commandExecution: "shown",
  dynamicToolCall: "shown",
  fileChange: "shown",
  imageGeneration: "shown",
  imageView: "shown",
  mcpToolCall: "shown",
  reasoning: "shown",
  webSearch: "shown",
  // What this program sent comes back as an item, and tells in which turn.
  userMessage: "handled",
  // Tell which threads are sub-agents of the turn's own.
  collabAgentToolCall: "handled",
  subAgentActivity: "handled",
  contextCompaction: "shown",
  // Passed on by name only: no front-end shows them.
  enteredReviewMode: "ignored",
  exitedReviewMode: "ignored",
  functionCallOutput: "ignored",
  hookPrompt: "ignored",
  plan: "ignored",
  sleep: "ignored",
};

export type Notification =
  | KnownNotification
  /** Is nothing else than news for a person. */
  | { readonly method: "news"; readonly name: string; readonly news: CodexNews }
  | { readonly method: "ignored"; readonly name: string }
  /** Newer than this program. */
  | { readonly method: "unknown"; readonly name: string }
  /** Known, but its shape is another one than this program knows. */
  | { readonly method: "unreadable"; readonly name: string; readonly reason: string };

export const NOTIFICATIONS = {
  "account/rateLimits/updated": "handled",
  "command/exec/outputDelta": "handled",
  "item/fileChange/patchUpdated": "handled",
  "serverRequest/resolved": "handled",
  "thread/goal/cleared": "handled",
  "thread/goal/updated": "handled",
  "thread/started": "handled",
  "thread/tokenUsage/updated": "handled",
  "turn/completed": "handled",
  "turn/started": "handled",

  "error": "shown",
  "item/agentMessage/delta": "shown",
  "item/completed": "shown",
  "item/started": "shown",
  "turn/diff/updated": "shown",
  "turn/plan/updated": "shown",
  // News, each told once in a quiet line; see `news_shapes.ts`.
  "autoApprovalReview/strictReviewRequired": "shown",
  "configWarning": "shown",
  "deprecationNotice": "shown",
  "guardianWarning": "shown",
  "hook/completed": "shown",
  "item/autoApprovalReview/completed": "shown",
  "mcpServer/startupStatus/updated": "shown",
  "model/rerouted": "shown",
  "model/safetyBuffering/updated": "shown",
  "model/verification": "shown",
  "modelProvider/authRecoveryStarted": "shown",
  "warning": "shown",

  // The finished item holds all of it.
  "item/commandExecution/outputDelta": "ignored",
  "item/commandExecution/terminalInteraction": "ignored",
  "item/fileChange/outputDelta": "ignored",
  "item/mcpToolCall/progress": "ignored",
  "item/plan/delta": "ignored",
  "item/reasoning/summaryPartAdded": "ignored",
  "item/reasoning/summaryTextDelta": "ignored",
  "item/reasoning/textDelta": "ignored",
  "rawResponse/completed": "ignored",
  "rawResponseItem/completed": "ignored",
  "thread/compacted": "ignored",
  // Their end tells what matters, or the turn goes on as if they had not been.
  "hook/started": "ignored",
  "item/autoApprovalReview/started": "ignored",
  "modelProvider/authRecoveryCompleted": "ignored",
  // Scores for a client's own use, in no documented shape.
  "turn/moderationMetadata": "ignored",
  // Bookkeeping of threads; this program asks when it wants to know.
  "project/changed": "ignored",
  "thread/archived": "ignored",
  "thread/attachment/updated": "ignored",
  "thread/closed": "ignored",
  "thread/deleted": "ignored",
  "thread/environment/connected": "ignored",
  "thread/environment/disconnected": "ignored",
  "thread/name/updated": "ignored",
  "thread/prediction/updated": "ignored",
  "thread/project/updated": "ignored",
  "thread/queue/changed": "ignored",
  "thread/readState/changed": "ignored",
  "thread/reverted": "ignored",
  "thread/section/changed": "ignored",
  "thread/settings/updated": "ignored",
  "thread/status/changed": "ignored",
  "thread/unarchived": "ignored",
  // Of the account and the installation; `account/read` and the next turn tell what matters.
  "account/gatewayOAuth/changed": "ignored",
  "account/login/completed": "ignored",
  "account/updated": "ignored",
  "app/list/updated": "ignored",
  "externalAgentConfig/import/completed": "ignored",
  "externalAgentConfig/import/progress": "ignored",
  "mcpServer/oauthLogin/completed": "ignored",
  "remoteControl/status/changed": "ignored",
  "skills/changed": "ignored",
  "windows/worldWritableWarning": "ignored",
  "windowsSandbox/setupCompleted": "ignored",
  // Belong to requests that this program does not make.
  "fs/changed": "ignored",
  "fuzzyFileSearch/sessionCompleted": "ignored",
  "fuzzyFileSearch/sessionUpdated": "ignored",
  "mcpServer/event/stream/notification": "ignored",
  "process/exited": "ignored",
  "process/outputDelta": "ignored",
  "thread/search/partial": "ignored",
  "thread/realtime/closed": "ignored",
  "thread/realtime/error": "ignored",
  "thread/realtime/item/completed": "ignored",
  "thread/realtime/item/started": "ignored",
  "thread/realtime/item/transcript/delta": "ignored",
  "thread/realtime/itemAdded": "ignored",
  "thread/realtime/outputAudio/delta": "ignored",
  "thread/realtime/sdp": "ignored",
  "thread/realtime/started": "ignored",
  "thread/realtime/transcript/delta": "ignored",
  "thread/realtime/transcript/done": "ignored",
} as const satisfies
  & Readonly<Record<string, Handling>>
  & Readonly<Record<KnownNotification["method"] | NewsMethod, Exclude<Handling, "ignored">>>;

const handlingOf: ReadonlyMap<string, Handling> = new Map(Object.entries(NOTIFICATIONS));

/** Reads any notification; never throws. */
export function readNotification(name: string, params: unknown): Notification {
  const handling = handlingOf.get(name);
  if (handling === undefined) return { method: "unknown", name };
  if (handling === "ignored") return { method: "ignored", name };
  if (isNewsMethod(name)) return newsIn(name, params);
  const read = knownNotification.safeParse({ method: name, params });
  return read.success
    ? read.data
    : { method: "unreadable", name, reason: z.prettifyError(read.error) };
}

function newsIn(name: NewsMethod, params: unknown): Notification {
  const read = readNews(name, params);
  if ("reason" in read) return { method: "unreadable", name, reason: read.reason };
  return read.news === undefined
    ? { method: "ignored", name }
    : { method: "news", name, news: read.news };
}

export type ServerRequest =
  | KnownRequest
  /** Newer than this program. */
  | { readonly method: "unknown"; readonly name: string }
  /** Known, but its shape is another one than this program knows. */
  | { readonly method: "unreadable"; readonly name: string; readonly reason: string };

export const SERVER_REQUESTS: Readonly<
  Record<KnownRequest["method"], Exclude<Handling, "ignored">>
> = {
  "applyPatchApproval": "handled",
  "execCommandApproval": "handled",
  "item/commandExecution/requestApproval": "handled",
  "item/fileChange/requestApproval": "handled",
  "item/permissions/requestApproval": "handled",
  "item/tool/requestUserInput": "handled",
  "mcpServer/elicitation/request": "handled",
  // Declined, and the person is told.
  "account/chatgptAuthTokens/refresh": "shown",
  "attestation/generate": "shown",
  "currentTime/read": "shown",
  "item/tool/call": "shown",
};

/** Reads any server request; never throws. */
export function readServerRequest(name: string, params: unknown): ServerRequest {
  if (!Object.hasOwn(SERVER_REQUESTS, name)) return { method: "unknown", name };
  const read = knownRequest.safeParse({ method: name, params });
  return read.success
    ? read.data
    : { method: "unreadable", name, reason: z.prettifyError(read.error) };
}

/** The thread and the turn that a notification or a server request belongs to, as far as it says. */
export interface Address {
  readonly threadId?: string;
  readonly turnId?: string;
}

/**
 * Reads it by hand, as every notification has one, and most have nothing else that is read.
 * @returns nothing of what has another shape than is known
 */
export function addressOf(params: unknown): Address {
  if (!isObject(params)) return {};
  const { conversationId, thread, turn } = params;
  const names = [params.threadId, params.turnId, conversationId, idIn(thread), idIn(turn)]
    .map((value) => value ?? undefined);
  const texts = names.filter((value) => value === undefined || typeof value === "string");
  if (texts.length < names.length) return {};
  const [ofThread, ofTurn, ofConversation, threadOwn, turnOwn] = texts;
  const threadId = ofThread ?? ofConversation ?? threadOwn;
  const turnId = ofTurn ?? turnOwn;
  return {
    ...(threadId === undefined ? {} : { threadId }),
    ...(turnId === undefined ? {} : { turnId }),
  };
}

/** The id of a thread or a turn; false where it has none, which is no shape that is known. */
function idIn(value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  return isObject(value) ? value.id ?? false : false;
}
