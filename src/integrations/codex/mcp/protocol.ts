/**
 * Reads what `codex mcp-server` says (recorded from 0.153.4): events as those of a turn, and
 * elicitations as approval requests. Shapes are loose, as every release adds to them.
 */
import { fileURLToPath } from "node:url";
import { z } from "../../../core/schema.ts";
import type { ApprovalDecision, ApprovalRequest } from "../../../core/codex/approval.ts";
import type { BackgroundTerminal } from "../../../core/codex/background_terminals.ts";
import type {
  FileChange,
  PlanStep,
  TokenUsage,
  TurnEvent,
  TurnItem,
} from "../../../core/codex/codex.ts";
import { unreachable } from "../../../core/errors.ts";
import { readErrorMessage } from "../error_message.ts";
import { bareCommand, movedChanges, outputExcerpt, unifiedDiff } from "../item_texts.ts";

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
/** The end of a turn must be heard, whatever it says; so must an error, which ends it too. */
export const taskComplete = z.looseObject({ last_agent_message: z.string().nullish().catch(null) });
export const errorEvent = z.looseObject({
  message: z.string().catch(""),
  codex_error_info: z.unknown().optional(),
});
const textEvent = z.looseObject({ message: z.string() });
const messageDelta = z.looseObject({ item_id: z.string(), delta: z.string() });
const turnDiff = z.looseObject({ unified_diff: z.string() });
export const approvalEvent = z.looseObject({ call_id: z.string(), reason: z.string().nullish() });

const planUpdate = z.looseObject({
  plan: z.array(z.looseObject({ step: z.string(), status: z.string() })),
});

const tokens = z.looseObject({
  input_tokens: z.number(),
  cached_input_tokens: z.number().default(0),
  output_tokens: z.number(),
  reasoning_output_tokens: z.number().default(0),
  total_tokens: z.number(),
});
type WireTokens = z.infer<typeof tokens>;

export const tokenCount = z.looseObject({
  info: z.looseObject({ total_token_usage: tokens, last_token_usage: tokens }).nullish(),
});

const fileChange = z.looseObject({
  type: z.enum(["add", "delete", "update"]),
  content: z.string().optional(),
  unified_diff: z.string().optional(),
  move_path: z.string().nullish(),
});
const fileChanges = z.record(z.string(), fileChange);
type WireFileChanges = z.infer<typeof fileChanges>;

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

const knownItem = z.discriminatedUnion("type", [
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
    /** With one the command outlives its turn, unless it ends by itself. */
    process_id: z.string().nullish().catch(null),
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
type KnownItem = z.infer<typeof knownItem>;

const itemEvent = z.looseObject({
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

/** This program's own messages on their way out. */
export const sentCancellation = z.looseObject({
  method: z.literal("notifications/cancelled"),
  params: z.looseObject({ requestId: z.union([z.number(), z.string()]) }),
});

export const sentCall = z.looseObject({
  id: z.union([z.number(), z.string()]),
  method: z.literal("tools/call"),
  params: z.looseObject({ _meta: z.looseObject({ [CALL_MARK]: z.number() }) }),
});

/**
 * @returns what an event tells the reader of a turn; often nothing
 * @throws {z.ZodError} when the shape of a known event is another one than this program knows
 */
export function turnEvents(message: EventMessage): TurnEvent[] {
  switch (message.type) {
    case "item_started":
      return itemsOf(message).map((item) => ({ type: "item.started", item }));
    case "item_completed":
      return itemsOf(message).map((item) => ({ type: "item.completed", item }));
    case "agent_message_content_delta": {
      const { item_id, delta } = messageDelta.parse(message);
      return [{ type: "message.delta", itemId: item_id, text: delta }];
    }
    case "plan_update":
      return [{ type: "plan", steps: planUpdate.parse(message).plan.map(planStep) }];
    case "turn_diff":
      return [{ type: "diff", unifiedDiff: turnDiff.parse(message).unified_diff }];
    case "stream_error":
      return [{
        type: "retrying",
        message: readErrorMessage(textEvent.parse(message).message).text,
      }];
    // Of what its automatic review denied, nothing else is told here.
    case "guardian_warning":
    case "warning":
      return [{
        type: "news",
        news: { type: "warning", text: textEvent.parse(message).message },
      }];
    default:
      return [];
  }
}

export function tokenUsage(tokens: WireTokens): TokenUsage {
  return {
    inputTokens: tokens.input_tokens,
    cachedInputTokens: tokens.cached_input_tokens,
    outputTokens: tokens.output_tokens,
    reasoningTokens: tokens.reasoning_output_tokens,
    totalTokens: tokens.total_tokens,
  };
}

const commandItem = z.looseObject({ item: knownItem });

/** @returns the command that the event begins, and that can outlive its turn; undefined = none */
export function lastingCommand(
  message: EventMessage,
): Pick<BackgroundTerminal, "id" | "command" | "workingDirectory"> | undefined {
  const { item } = commandItem.safeParse(message).data ?? {};
  if (item?.type !== "CommandExecution" || typeof item.process_id !== "string") return undefined;
  return { id: item.id, command: bareCommand(item.command), workingDirectory: item.cwd };
}

function fileChangesOf(changes: WireFileChanges): FileChange[] {
  return Object.entries(changes).flatMap(([path, { type, move_path }]) =>
    movedChanges(path, type, move_path)
  );
}

function itemsOf(message: EventMessage): TurnItem[] {
  const { item } = itemEvent.parse(message);
  const known = knownItem.safeParse(item);
  if (known.success) return [turnItem(known.data)];
  // What this program sent comes back as an item.
  return item.type === "UserMessage" ? [] : [{ type: "other", id: item.id, kind: item.type }];
}

function turnItem(item: KnownItem): TurnItem {
  switch (item.type) {
    case "AgentMessage": {
      const text = item.content.map((part) => part.text).join("");
      const commentary = item.phase === "commentary" ? { commentary: true as const } : {};
      return { type: "message", id: item.id, text, ...commentary };
    }
    case "Reasoning":
      return { type: "reasoning", id: item.id, summary: item.summary_text.join("\n\n") };
    case "CommandExecution":
      return {
        type: "command",
        id: item.id,
        command: bareCommand(item.command),
        workingDirectory: item.cwd,
        status: item.status,
        ...(typeof item.exit_code === "number" ? { exitCode: item.exit_code } : {}),
        ...outputExcerpt(item.aggregated_output),
      };
    case "FileChange":
      return {
        type: "files",
        id: item.id,
        changes: fileChangesOf(item.changes),
        status: item.status,
      };
    default:
      return unreachable(item);
  }
}

function planStep({ step, status }: { readonly step: string; readonly status: string }): PlanStep {
  return {
    text: step,
    status: status === "completed" || status === "in_progress" ? status : "pending",
  };
}

/**
 * Makes an approval request of an elicitation.
 * @param id unique within the process
 * @param reason from the approval event that comes before: the elicitation itself has none
 * @returns undefined for a kind of elicitation that this program does not know
 */
export function approvalRequest(
  id: string,
  asked: Elicitation,
  reason: string | undefined,
): ApprovalRequest | undefined {
  const base = {
    id,
    threadId: asked.threadId,
    turnId: asked.codex_event_id,
    itemId: asked.codex_call_id,
    ...(reason === undefined ? {} : { reason }),
    ...(asked.codex_cwd === undefined ? {} : { workingDirectory: asked.codex_cwd }),
  };
  if (asked.codex_elicitation === "exec-approval" && asked.codex_command !== undefined) {
    return { ...base, kind: "command", command: bareCommand(asked.codex_command) };
  }
  if (asked.codex_elicitation === "patch-approval" && asked.codex_changes !== undefined) {
    const changes = asked.codex_changes;
    return { ...base, kind: "files", changes: fileChangesOf(changes), diff: diffOf(changes) };
  }
  return undefined;
}

/** Answers as Codex reads it: by the top-level `decision`; anything unreadable there is a rejection. */
export function elicitationAnswer(
  decision: ApprovalDecision,
  reason = "The person declined this",
): Record<string, unknown> {
  switch (decision) {
    case "accept":
      return { action: "accept", content: {}, decision: "approved" };
    case "accept-for-session":
      return { action: "accept", content: {}, decision: "approved_for_session" };
    // Nothing of the kind exists in this protocol.
    case "accept-always":
    case "accept-prefix":
    case "accept-host":
    case "decline-host":
    case "decline":
      return {
        action: "decline",
        decision: { denied: { rejection: reason } },
      };
    case "cancel":
      return { action: "cancel", decision: "abort" };
    default:
      return unreachable(decision);
  }
}

function diffOf(changes: WireFileChanges): string {
  return Object.entries(changes).map(([path, { type, content, unified_diff }]) => {
    if (unified_diff !== undefined) return unifiedDiff(path, "update", unified_diff);
    return unifiedDiff(path, type === "delete" ? "delete" : "add", content ?? "");
  }).join("\n");
}
