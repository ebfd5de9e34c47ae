/**
 * What we read of `codex mcp-server`, as recorded from 0.153.4: loose, as every release adds to it.
 */
import { fileURLToPath } from "node:url";
import { z } from "zod";

export const EVENT_METHOD = "codex/event";

/** `id` is the turn's; empty for what belongs to the session. */
export const eventNotice = z.looseObject({
  _meta: z.looseObject({
    requestId: z.union([z.number(), z.string()]).optional(),
    threadId: z.string(),
  }),
  id: z.string(),
  msg: z.looseObject({ type: z.string() }),
});

export type EventMessage = z.infer<typeof eventNotice>["msg"];

export const taskStarted = z.looseObject({ turn_id: z.string() });
/** The end of a turn must be heard, whatever it says; so must an error, which is another end. */
export const taskComplete = z.looseObject({ last_agent_message: z.string().nullish().catch(null) });
export const errorEvent = z.looseObject({
  message: z.string().catch(""),
  codex_error_info: z.unknown().optional(),
});
export const textEvent = z.looseObject({ message: z.string() });
export const messageDelta = z.looseObject({ item_id: z.string(), delta: z.string() });
export const turnDiff = z.looseObject({ unified_diff: z.string() });
export const approvalEvent = z.looseObject({ call_id: z.string(), reason: z.string().nullish() });

export const planUpdate = z.looseObject({
  plan: z.array(z.looseObject({ step: z.string(), status: z.string() })),
});

const tokens = z.looseObject({
  input_tokens: z.number(),
  cached_input_tokens: z.number().default(0),
  output_tokens: z.number(),
  reasoning_output_tokens: z.number().default(0),
  total_tokens: z.number(),
});
export type WireTokens = z.infer<typeof tokens>;

export const tokenCount = z.looseObject({
  info: z.looseObject({ total_token_usage: tokens, last_token_usage: tokens }).nullish(),
});

const fileChange = z.looseObject({
  type: z.enum(["add", "delete", "update"]),
  content: z.string().optional(),
  unified_diff: z.string().optional(),
  move_path: z.string().nullish(),
});
export const fileChanges = z.record(z.string(), fileChange);
export type WireFileChanges = z.infer<typeof fileChanges>;

const status = z.enum(["in_progress", "completed", "failed", "declined"]).catch("completed");

/** Items tell their folder as a URL, approvals as a path. */
const folder = z.string().transform((text) => {
  if (!text.startsWith("file:")) return text;
  try {
    return fileURLToPath(text);
  } catch {
    // A folder of another computer, or no URL after all: shown as it is.
    return text;
  }
});

export const knownItem = z.discriminatedUnion("type", [
  z.looseObject({
    type: z.literal("AgentMessage"),
    id: z.string(),
    content: z.array(z.looseObject({ text: z.string().default("") })),
    phase: z.string().nullish(),
  }),
  z.looseObject({
    type: z.literal("Reasoning"),
    id: z.string(),
    summary_text: z.array(z.string()).default([]),
  }),
  z.looseObject({
    type: z.literal("CommandExecution"),
    id: z.string(),
    command: z.array(z.string()),
    cwd: folder,
    status: status.default("in_progress"),
    exit_code: z.number().nullish(),
    aggregated_output: z.string().nullish(),
  }),
  z.looseObject({
    type: z.literal("FileChange"),
    id: z.string(),
    changes: fileChanges,
    status: status.default("in_progress"),
  }),
]);
export type KnownItem = z.infer<typeof knownItem>;

export const itemEvent = z.looseObject({
  item: z.looseObject({ type: z.string(), id: z.string() }),
});

/** `elicitation/create`; the SDK's own schema drops every `codex_…` field. */
export const elicitation = z.looseObject({
  threadId: z.string(),
  codex_elicitation: z.string(),
  codex_event_id: z.string(),
  codex_call_id: z.string(),
  codex_command: z.array(z.string()).optional(),
  codex_cwd: z.string().optional(),
  codex_changes: fileChanges.optional(),
});
export type Elicitation = z.infer<typeof elicitation>;

export const toolResult = z.looseObject({
  isError: z.boolean().optional(),
  content: z.array(z.looseObject({ text: z.string().optional() })).default([]),
});

/** Marks a call, so that the id that the SDK gives to its request can be seen on its way out. */
export const CALL_MARK = "codex-orchestrator/call";

/** Our own messages on their way out. */
export const sentCancellation = z.looseObject({
  method: z.literal("notifications/cancelled"),
  params: z.looseObject({ requestId: z.union([z.number(), z.string()]) }),
});

export const sentCall = z.looseObject({
  id: z.union([z.number(), z.string()]),
  method: z.literal("tools/call"),
  params: z.looseObject({ _meta: z.looseObject({ [CALL_MARK]: z.number() }) }),
});
