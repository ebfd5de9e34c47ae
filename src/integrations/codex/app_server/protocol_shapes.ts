/**
 * The shapes of what the app-server says, as loose as possible: unknown fields are ignored, and a
 * field that nobody needs may be missing. From the protocol of Codex 0.140.0 and newer.
 */
import { z } from "../../../core/schema.ts";
import type { GoalStatus, ThreadGoal } from "../../../core/codex/thread_activity.ts";
import { maybe } from "./maybe.ts";
import { availableDecisions, elicitation, userInputRequest } from "./question_shapes.ts";

// Items

const itemStatus = z.string().transform((word) => {
  switch (word) {
    case "inProgress":
      return "in_progress" as const;
    case "failed":
    case "declined":
      return word;
    default:
      return "completed" as const;
  }
});

const fileChanges = z.array(z.object({
  path: z.string(),
  kind: z.object({ type: z.enum(["add", "delete", "update"]), move_path: maybe(z.string()) }),
  diff: z.string().default(""),
}));
export type WireFileChanges = z.infer<typeof fileChanges>;

const knownItem = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("agentMessage"),
    id: z.string(),
    text: z.string(),
    phase: maybe(z.string()),
    /** `async` = the model said it with a tool for that, and works on. */
    delivery: z.unknown().optional(),
    /** Asked with it; the text has them, too. */
    questions: z.unknown().optional(),
  }),
  z.object({ type: z.literal("reasoning"), id: z.string(), summary: z.array(z.string()) }),
  z.object({
    type: z.literal("commandExecution"),
    id: z.string(),
    command: z.string(),
    cwd: z.string(),
    status: itemStatus,
    exitCode: maybe(z.number()),
    aggregatedOutput: maybe(z.string()),
  }),
  z.object({
    type: z.literal("fileChange"),
    id: z.string(),
    changes: fileChanges,
    status: itemStatus,
  }),
  z.object({
    type: z.literal("mcpToolCall"),
    id: z.string(),
    server: z.string(),
    tool: z.string(),
    status: itemStatus,
    error: maybe(z.object({ message: z.string() })).catch(undefined),
  }),
  z.object({
    type: z.literal("dynamicToolCall"),
    id: z.string(),
    tool: z.string(),
    status: itemStatus,
  }),
  z.object({ type: z.literal("userMessage"), id: z.string(), clientId: maybe(z.string()) }),
  z.object({ type: z.literal("webSearch"), id: z.string() }),
  z.object({
    type: z.literal("imageGeneration"),
    id: z.string(),
    savedPath: maybe(z.string()),
  }),
  z.object({ type: z.literal("imageView"), id: z.string(), path: z.string() }),
  z.object({
    type: z.literal("subAgentActivity"),
    id: z.string(),
    /** `started`, `interacted`, `interrupted` or `completed`. */
    kind: z.string(),
    agentThreadId: z.string(),
    /** Its place below `/root`, e.g. `/root/helper`. */
    agentPath: z.string(),
  }),
  z.object({
    type: z.literal("collabAgentToolCall"),
    id: z.string(),
    tool: z.string(),
    receiverThreadIds: z.array(z.string()).default([]),
  }),
  /** Nothing of these is needed but their names. */
  z.object({
    type: z.enum([
      "contextCompaction",
      "enteredReviewMode",
      "exitedReviewMode",
      "functionCallOutput",
      "hookPrompt",
      "plan",
      "sleep",
    ]),
    id: z.string(),
  }),
]);

/** An item that this program does not know, or whose shape is another one than it knows. */
const unknownItem = z.object({ type: z.string(), id: z.string() })
  .transform(({ type, id }) => ({ type: "unknown" as const, id, kind: type }));

const item = z.union([knownItem, unknownItem]);
export type Item = z.infer<typeof item>;
export type KnownItemType = z.infer<typeof knownItem>["type"];

// Notifications

const error = z.object({ message: z.string(), codexErrorInfo: z.unknown().optional() });

const turn = z.object({
  id: z.string(),
  /** `unknown` = newer than this program. */
  status: z.enum(["completed", "interrupted", "failed", "inProgress"]).or(
    z.string().transform((unknown) => ({ unknown })),
  ),
  // Whatever is wrong with it, the turn has ended.
  error: maybe(error).catch(undefined),
});
export type WireTurn = z.infer<typeof turn>;

const GOAL_STATUSES: Readonly<Record<string, GoalStatus>> = {
  active: "active",
  paused: "paused",
  blocked: "blocked",
  usageLimited: "usage-limited",
  budgetLimited: "budget-limited",
  complete: "complete",
};

export const threadGoal = z.object({
  objective: z.string(),
  status: z.string().transform((status): GoalStatus => GOAL_STATUSES[status] ?? "other"),
  tokenBudget: maybe(z.number()),
  tokensUsed: z.number().default(0),
  timeUsedSeconds: z.number().default(0),
}).transform(({ tokenBudget, timeUsedSeconds, ...goal }): ThreadGoal => ({
  ...goal,
  secondsUsed: timeUsedSeconds,
  ...(tokenBudget === undefined ? {} : { tokenBudget }),
}));

/** A turn of a thread that was read. */
export const turnWithItems = turn.extend({
  /** Without those that cannot be read. */
  items: z.array(z.unknown()).default([]).transform((all) =>
    all.flatMap((one) => {
      const read = item.safeParse(one);
      return read.success ? [read.data] : [];
    })
  ),
});

const tokens = z.object({
  totalTokens: z.number(),
  inputTokens: z.number(),
  cachedInputTokens: z.number().default(0),
  outputTokens: z.number(),
  reasoningOutputTokens: z.number().default(0),
}).transform(({ reasoningOutputTokens, ...others }) => ({
  ...others,
  reasoningTokens: reasoningOutputTokens,
}));

/** The last second that a date can hold. */
export const LAST_SECOND = 8.64e12;

const rateLimitWindow = z.object({
  usedPercent: z.number(),
  windowDurationMins: maybe(z.number().positive()),
  /** Unix seconds. */
  resetsAt: maybe(z.number().min(0).max(LAST_SECOND)),
});
export type WireRateLimitWindow = z.infer<typeof rateLimitWindow>;

export const rateLimitSnapshot = z.object({
  rateLimits: z.object({
    limitId: maybe(z.string()),
    planType: maybe(z.string()),
    primary: maybe(rateLimitWindow),
    secondary: maybe(rateLimitWindow),
  }),
});
export type RateLimitSnapshot = z.infer<typeof rateLimitSnapshot>;

export const knownNotification = z.discriminatedUnion("method", [
  z.object({ method: z.literal("item/started"), params: z.object({ item }) }),
  z.object({ method: z.literal("item/completed"), params: z.object({ item }) }),
  z.object({
    method: z.literal("item/agentMessage/delta"),
    params: z.object({ itemId: z.string(), delta: z.string() }),
  }),
  z.object({
    method: z.literal("item/fileChange/patchUpdated"),
    params: z.object({ itemId: z.string(), changes: fileChanges }),
  }),
  z.object({
    method: z.literal("turn/plan/updated"),
    params: z.object({ plan: z.array(z.object({ step: z.string(), status: z.string() })) }),
  }),
  z.object({ method: z.literal("turn/diff/updated"), params: z.object({ diff: z.string() }) }),
  z.object({
    method: z.literal("turn/started"),
    params: z.object({ turn: z.object({ id: z.string(), rootTurnId: maybe(z.string()) }) }),
  }),
  z.object({ method: z.literal("turn/completed"), params: z.object({ turn }) }),
  z.object({
    method: z.literal("thread/started"),
    params: z.object({ thread: z.object({ id: z.string(), parentThreadId: maybe(z.string()) }) }),
  }),
  z.object({ method: z.literal("thread/goal/updated"), params: z.object({ goal: threadGoal }) }),
  z.object({ method: z.literal("thread/goal/cleared"), params: z.unknown() }),
  z.object({
    method: z.literal("thread/tokenUsage/updated"),
    params: z.object({ tokenUsage: z.object({ total: tokens, last: tokens }) }),
  }),
  z.object({
    method: z.literal("serverRequest/resolved"),
    params: z.object({ requestId: z.union([z.string(), z.number()]) }),
  }),
  z.object({ method: z.literal("account/rateLimits/updated"), params: rateLimitSnapshot }),
  z.object({
    method: z.literal("command/exec/outputDelta"),
    params: z.object({
      processId: z.string(),
      stream: z.enum(["stdout", "stderr"]),
      deltaBase64: z.base64().transform((text) => Uint8Array.fromBase64(text)),
    }),
  }),
  z.object({
    method: z.literal("error"),
    params: z.object({ error, willRetry: z.boolean().default(false) }),
  }),
  z.object({
    method: z.literal("mcpServer/startupStatus/updated"),
    params: z.object({
      name: z.string(),
      /** `starting`, `ready`, `failed` or `cancelled`. */
      status: z.string(),
      error: maybe(z.string()),
      failureReason: maybe(z.string()),
    }),
  }),
]);
export type KnownNotification = z.infer<typeof knownNotification>;

// Server requests

const rights = z.record(z.string(), z.unknown());

const commandApproval = z.object({
  /** `writeStdin` = words for a command that runs already. */
  kind: z.string().default("command"),
  itemId: z.string(),
  reason: maybe(z.string()),
  command: maybe(z.string()),
  cwd: maybe(z.string()),
  networkApprovalContext: maybe(z.object({ host: z.string() })),
  additionalPermissions: maybe(rights),
  availableDecisions,
});
export type CommandApproval = z.infer<typeof commandApproval>;

const fileChangeApproval = z.object({
  itemId: z.string(),
  reason: maybe(z.string()),
  grantRoot: maybe(z.string()),
});
export type FileChangeApproval = z.infer<typeof fileChangeApproval>;

const permissionsApproval = z.object({
  itemId: z.string(),
  reason: maybe(z.string()),
  cwd: maybe(z.string()),
  permissions: rights,
});
export type PermissionsApproval = z.infer<typeof permissionsApproval>;

const execCommandApproval = z.object({
  callId: z.string(),
  command: z.array(z.string()),
  cwd: maybe(z.string()),
  reason: maybe(z.string()),
});
export type ExecCommandApproval = z.infer<typeof execCommandApproval>;

const applyPatchApproval = z.object({
  callId: z.string(),
  reason: maybe(z.string()),
  fileChanges: z.record(
    z.string(),
    z.object({
      type: z.enum(["add", "delete", "update"]),
      unified_diff: maybe(z.string()),
      content: maybe(z.string()),
    }),
  ),
});
export type ApplyPatchApproval = z.infer<typeof applyPatchApproval>;

export const knownRequest = z.discriminatedUnion("method", [
  z.object({
    method: z.literal("item/commandExecution/requestApproval"),
    params: commandApproval,
  }),
  z.object({ method: z.literal("item/fileChange/requestApproval"), params: fileChangeApproval }),
  z.object({ method: z.literal("item/permissions/requestApproval"), params: permissionsApproval }),
  z.object({ method: z.literal("execCommandApproval"), params: execCommandApproval }),
  z.object({ method: z.literal("applyPatchApproval"), params: applyPatchApproval }),
  z.object({ method: z.literal("item/tool/requestUserInput"), params: userInputRequest }),
  z.object({ method: z.literal("mcpServer/elicitation/request"), params: elicitation }),
  z.object({
    method: z.enum([
      "account/chatgptAuthTokens/refresh",
      "attestation/generate",
      "currentTime/read",
      "item/tool/call",
    ]),
    params: z.unknown(),
  }),
]);
export type KnownRequest = z.infer<typeof knownRequest>;
