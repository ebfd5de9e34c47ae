/** From Codex's MCP events to the events of a turn. */
import type {
  FileChange,
  PlanStep,
  TokenUsage,
  TurnEvent,
  TurnItem,
} from "../../../core/codex/codex.ts";
import { outputExcerpt } from "../output_excerpt.ts";
import { bareCommand } from "../shell_command.ts";
import {
  type EventMessage,
  itemEvent,
  type KnownItem,
  knownItem,
  messageDelta,
  planUpdate,
  textEvent,
  turnDiff,
  type WireFileChanges,
  type WireTokens,
} from "./wire.ts";

/**
 * What an event tells the reader of a turn; often nothing.
 * @throws {z.ZodError} when an event that we know has another shape than we know
 */
export function translate(message: EventMessage): TurnEvent[] {
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
      return [{ type: "retrying", message: textEvent.parse(message).message }];
    case "warning":
      return [{ type: "warning", message: textEvent.parse(message).message }];
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

/** A file that is moved is gone here and new there. */
export function fileChangesOf(changes: WireFileChanges): FileChange[] {
  return Object.entries(changes).flatMap(([path, { type, move_path }]): FileChange[] =>
    typeof move_path !== "string" || move_path === path
      ? [{ path, kind: type }]
      : [{ path, kind: "delete" }, { path: move_path, kind: "add" }]
  );
}

function itemsOf(message: EventMessage): TurnItem[] {
  const { item } = itemEvent.parse(message);
  const known = knownItem.safeParse(item);
  if (known.success) return [turnItem(known.data)];
  // Our own words come back as an item.
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
  }
}

function planStep({ step, status }: { readonly step: string; readonly status: string }): PlanStep {
  return {
    text: step,
    status: status === "completed" || status === "in_progress" ? status : "pending",
  };
}
