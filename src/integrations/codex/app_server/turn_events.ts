/** From the app-server's notifications to the events of a turn. */
import type { FileChange, PlanStep, TurnEvent, TurnItem } from "../../../core/codex/codex.ts";
import type { TurnEnd } from "../live_turn.ts";
import { bareCommandLine, outputExcerpt } from "../item_texts.ts";
import { turnFailure } from "../turn_failure.ts";
import {
  anyItem,
  diffNotice,
  errorNotice,
  itemNotice,
  type KnownItem,
  knownItem,
  messageDelta,
  planNotice,
  warningNotice,
  type WireFileChanges,
  type WireTurn,
} from "./protocol.ts";

/**
 * What a notification tells the reader of a turn; often nothing.
 * @throws {z.ZodError} when a notification that we know has another shape than we know
 */
export function translate(method: string, params: unknown): TurnEvent[] {
  switch (method) {
    case "item/started":
      return itemsOf(params).map((item) => ({ type: "item.started", item }));
    case "item/completed":
      return itemsOf(params).map((item) => ({ type: "item.completed", item }));
    case "item/agentMessage/delta": {
      const { itemId, delta } = messageDelta.parse(params);
      return [{ type: "message.delta", itemId, text: delta }];
    }
    case "turn/plan/updated":
      return [{ type: "plan", steps: planNotice.parse(params).plan.map(planStep) }];
    case "turn/diff/updated":
      return [{ type: "diff", unifiedDiff: diffNotice.parse(params).diff }];
    case "error": {
      const { error, willRetry } = errorNotice.parse(params);
      // The other kind is told once more by the end of the turn.
      return willRetry ? [{ type: "retrying", message: error.message }] : [];
    }
    case "warning":
      return [{ type: "warning", message: warningNotice.parse(params).message }];
    default:
      return [];
  }
}

/** How the turn of a `turn/completed` ended. */
export function turnEnd(turn: WireTurn): TurnEnd {
  switch (turn.status) {
    case "interrupted":
      return { status: "interrupted" };
    case "failed": {
      const { message, codexErrorInfo } = turn.error ?? { message: "", codexErrorInfo: undefined };
      return { status: "failed", failure: turnFailure({ message, info: codexErrorInfo }) };
    }
    case "completed":
    case "inProgress":
      return { status: "completed" };
  }
}

/** The files of a change; a file that is moved is gone here and new there. */
export function fileChangesOf(changes: WireFileChanges): FileChange[] {
  return changes.flatMap(({ path, kind }): FileChange[] =>
    kind.move_path === undefined || kind.move_path === path
      ? [{ path, kind: kind.type }]
      : [{ path, kind: "delete" }, { path: kind.move_path, kind: "add" }]
  );
}

function itemsOf(params: unknown): TurnItem[] {
  const { item } = itemNotice.parse(params);
  const known = knownItem.safeParse(item);
  if (known.success) return [turnItem(known.data)];
  const { id, type } = anyItem.parse(item);
  // Our own words come back as an item.
  return type === "userMessage" ? [] : [{ type: "other", id, kind: type }];
}

function turnItem(item: KnownItem): TurnItem {
  switch (item.type) {
    case "agentMessage": {
      const { id, text, phase } = item;
      // The answer itself may come without any phase, depending on the model.
      return { type: "message", id, text, ...(phase === "commentary" ? { commentary: true } : {}) };
    }
    case "reasoning":
      return { type: "reasoning", id: item.id, summary: item.summary.join("\n\n") };
    case "commandExecution": {
      const { id, command, cwd, status, exitCode, aggregatedOutput } = item;
      const exit = exitCode === undefined ? {} : { exitCode };
      return {
        type: "command",
        id,
        command: bareCommandLine(command),
        workingDirectory: cwd,
        status,
        ...exit,
        ...outputExcerpt(aggregatedOutput),
      };
    }
    case "fileChange": {
      const { id, changes, status } = item;
      return { type: "files", id, changes: fileChangesOf(changes), status };
    }
    case "mcpToolCall": {
      const { id, server, tool, status } = item;
      return { type: "tool", id, name: `${server}.${tool}`, status };
    }
    case "dynamicToolCall":
      return { type: "tool", id: item.id, name: item.tool, status: item.status };
    case "webSearch":
      return { type: "tool", id: item.id, name: "web search", status: "completed" };
  }
}

function planStep({ step, status }: { step: string; status: string }): PlanStep {
  switch (status) {
    case "completed":
      return { text: step, status };
    case "inProgress":
      return { text: step, status: "in_progress" };
    default:
      return { text: step, status: "pending" };
  }
}
