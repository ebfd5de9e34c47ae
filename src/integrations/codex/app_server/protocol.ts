/**
 * The app-server messages that we read, as loosely as possible: unknown fields are ignored, and a
 * field that we can do without may be missing. From the protocol of Codex 0.140.0 to 0.169.0.
 */
import { z } from "zod";

/** Reads a value that may be null or missing as one that may be missing. */
export function maybe<Schema extends z.ZodType>(
  schema: Schema,
): z.ZodType<z.output<Schema> | undefined> {
  return schema.nullish().transform((value) => value ?? undefined);
}

const status = z.string().transform((word) => {
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

export const fileChanges = z.array(z.object({
  path: z.string(),
  kind: z.object({ type: z.enum(["add", "delete", "update"]), move_path: maybe(z.string()) }),
  diff: z.string().default(""),
}));
export type WireFileChanges = z.infer<typeof fileChanges>;

export const knownItem = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("agentMessage"),
    id: z.string(),
    text: z.string(),
    phase: maybe(z.string()),
  }),
  z.object({ type: z.literal("reasoning"), id: z.string(), summary: z.array(z.string()) }),
  z.object({
    type: z.literal("commandExecution"),
    id: z.string(),
    command: z.string(),
    cwd: z.string(),
    status,
    exitCode: maybe(z.number()),
    aggregatedOutput: maybe(z.string()),
  }),
  z.object({ type: z.literal("fileChange"), id: z.string(), changes: fileChanges, status }),
  z.object({
    type: z.literal("mcpToolCall"),
    id: z.string(),
    server: z.string(),
    tool: z.string(),
    status,
  }),
  z.object({ type: z.literal("dynamicToolCall"), id: z.string(), tool: z.string(), status }),
  z.object({ type: z.literal("webSearch"), id: z.string() }),
]);
export type KnownItem = z.infer<typeof knownItem>;
export const anyItem = z.object({ type: z.string(), id: z.string() });

export const turnError = z.object({ message: z.string(), codexErrorInfo: z.unknown().optional() });

export const turn = z.object({
  id: z.string(),
  status: z.enum(["completed", "interrupted", "failed", "inProgress"]),
  items: z.array(z.unknown()).default([]),
  error: maybe(turnError),
});
export type WireTurn = z.infer<typeof turn>;

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

/** Where a notification or a request belongs; both are told in nearly every one. */
export const address = z.object({
  threadId: maybe(z.string()),
  turnId: maybe(z.string()),
  turn: maybe(z.object({ id: z.string() })),
  /** The name of `threadId` in requests of the older kind. */
  conversationId: maybe(z.string()),
});

export const itemNotice = z.object({ item: z.unknown() });
export const messageDelta = z.object({ itemId: z.string(), delta: z.string() });
export const turnNotice = z.object({ threadId: z.string(), turn });
export const planNotice = z.object({
  plan: z.array(z.object({ step: z.string(), status: z.string() })),
});
export const diffNotice = z.object({ diff: z.string() });
export const usageNotice = z.object({ tokenUsage: z.object({ total: tokens, last: tokens }) });
export const errorNotice = z.object({ error: turnError, willRetry: z.boolean().default(false) });
export const warningNotice = z.object({ message: z.string() });
export const patchNotice = z.object({ itemId: z.string(), changes: fileChanges });
export const resolvedNotice = z.object({ requestId: z.union([z.string(), z.number()]) });

export const commandQuestion = z.object({
  itemId: z.string(),
  reason: maybe(z.string()),
  command: maybe(z.string()),
  cwd: maybe(z.string()),
  networkApprovalContext: maybe(z.object({ host: z.string() })),
});
export const filesQuestion = z.object({
  itemId: z.string(),
  reason: maybe(z.string()),
  grantRoot: maybe(z.string()),
});
export const permissionsQuestion = z.object({
  itemId: z.string(),
  reason: maybe(z.string()),
  cwd: maybe(z.string()),
  permissions: z.record(z.string(), z.unknown()),
});
export const olderCommandQuestion = z.object({
  callId: z.string(),
  command: z.array(z.string()),
  cwd: maybe(z.string()),
  reason: maybe(z.string()),
});
export const olderFilesQuestion = z.object({
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

export const threadAnswer = z.object({ thread: z.object({ id: z.string() }) });
export const resumeAnswer = z.object({
  sandbox: maybe(z.object({ type: z.string() })),
  approvalPolicy: z.unknown().optional(),
  thread: maybe(z.object({ status: maybe(z.object({ type: z.string() })) })),
});
export const turnAnswer = z.object({ turn: z.object({ id: z.string() }) });
export const accountAnswer = z.object({
  account: z.unknown().optional(),
  requiresOpenaiAuth: z.boolean().default(false),
});
