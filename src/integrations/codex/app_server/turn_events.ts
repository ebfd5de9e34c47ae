/** Turns the app-server's notifications into the events and the end of a turn. */
import type { FileChange, PlanStep, TurnEvent, TurnItem } from "../../../core/codex/codex.ts";
import { asSentence, unreachable } from "../../../core/errors.ts";
import { bareCommandLine, movedChanges, outputExcerpt } from "../item_texts.ts";
import type { TurnEnd } from "../live_turn.ts";
import { readErrorMessage } from "../error_message.ts";
import { turnFailure } from "../turn_failure.ts";
import { newsOf } from "./news.ts";
import type { Notification } from "./protocol.ts";
import type { Item, WireFileChanges, WireTurn } from "./protocol_shapes.ts";

/** @returns what a notification tells the reader of a turn; often nothing */
export function turnEvents(notification: Notification): TurnEvent[] {
  switch (notification.method) {
    case "item/started":
      return itemsOf(notification.params.item).map((item) => ({ type: "item.started", item }));
    case "item/completed": {
      const news = newsOf(notification);
      return [
        ...itemsOf(notification.params.item)
          .map((item) => ({ type: "item.completed" as const, item })),
        ...(news === undefined ? [] : [{ type: "news" as const, news }]),
      ];
    }
    case "item/agentMessage/delta": {
      const { itemId, delta } = notification.params;
      return [{ type: "message.delta", itemId, text: delta }];
    }
    case "turn/plan/updated":
      return [{ type: "plan", steps: notification.params.plan.map(planStep) }];
    case "turn/diff/updated":
      return [{ type: "diff", unifiedDiff: notification.params.diff }];
    case "error": {
      const { error, willRetry } = notification.params;
      // An error without a retry is told once more by the end of the turn.
      return willRetry ? [{ type: "retrying", message: readErrorMessage(error.message).text }] : [];
    }
    case "news":
    case "mcpServer/startupStatus/updated": {
      const news = newsOf(notification);
      return news === undefined ? [] : [{ type: "news", news }];
    }
    // The turn itself acts on these.
    case "item/fileChange/patchUpdated":
    case "serverRequest/resolved":
    case "thread/tokenUsage/updated":
    case "turn/completed":
    // The owner of the thread acts on these.
    case "thread/goal/cleared":
    case "thread/goal/updated":
    case "thread/started":
    case "turn/started":
    // These are not about a turn.
    case "account/rateLimits/updated":
    case "command/exec/outputDelta":
    case "ignored":
    case "unknown":
    case "unreadable":
      return [];
    default:
      return unreachable(notification);
  }
}

/** The end of a turn of which nobody can tell how it ended: nothing else will come of it. */
export function unknownEnd(status: string): TurnEnd {
  const said = `Codex ended in a way that this program does not know: ${status}`;
  return {
    status: "failed",
    failure: {
      kind: "process",
      message: said,
      trouble: { kind: "failed", said: asSentence(said) },
    },
  };
}

/**
 * How the turn of a `turn/completed` ended. One that carries an error has failed, also where Codex
 * calls it interrupted: nobody who stops a turn makes it fail.
 * @param limitResetsAt when the usage limit resets, where Codex has told; ISO 8601
 */
export function turnEnd({ status, error }: WireTurn, limitResetsAt?: string): TurnEnd {
  if (typeof status === "object") return unknownEnd(status.unknown);
  switch (status) {
    case "interrupted":
      return error === undefined ? { status } : failedEnd(error, limitResetsAt);
    case "failed":
      return failedEnd(error, limitResetsAt);
    case "completed":
    case "inProgress":
      return { status: "completed" };
    default:
      return unreachable(status);
  }
}

function failedEnd(error: WireTurn["error"], limitResetsAt: string | undefined): TurnEnd {
  return {
    status: "failed",
    failure: turnFailure({
      message: error?.message ?? "",
      info: error?.codexErrorInfo,
      ...(limitResetsAt === undefined ? {} : { limitResetsAt }),
    }),
  };
}

export function fileChangesOf(changes: WireFileChanges): FileChange[] {
  return changes.flatMap(({ path, kind }) => movedChanges(path, kind.type, kind.move_path));
}

function itemsOf(item: Item): TurnItem[] {
  switch (item.type) {
    case "agentMessage": {
      const { id, text, phase, delivery, questions } = item;
      if (delivery === "async") {
        const asks = Array.isArray(questions) && questions.length > 0;
        const async = asks ? "question" : "message";
        return [{ type: "message", id, text, commentary: true, async }];
      }
      // The answer itself may come without any phase, depending on the model.
      const commentary = phase === "commentary" ? { commentary: true as const } : {};
      return [{ type: "message", id, text, ...commentary }];
    }
    case "reasoning":
      return [{ type: "reasoning", id: item.id, summary: item.summary.join("\n\n") }];
    case "commandExecution":
      return [{
        type: "command",
        id: item.id,
        command: bareCommandLine(item.command),
        workingDirectory: item.cwd,
        status: item.status,
        ...(item.exitCode === undefined ? {} : { exitCode: item.exitCode }),
        ...outputExcerpt(item.aggregatedOutput),
      }];
    case "fileChange": {
      const { id, changes, status } = item;
      return [{ type: "files", id, changes: fileChangesOf(changes), status }];
    }
    case "mcpToolCall": {
      const { id, server, tool, status } = item;
      return [{ type: "tool", id, name: `${server}.${tool}`, status }];
    }
    case "dynamicToolCall":
      return [{ type: "tool", id: item.id, name: item.tool, status: item.status }];
    case "webSearch":
      return [{ type: "tool", id: item.id, name: "web search", status: "completed" }];
    case "imageGeneration":
      // Without a path there is nothing to show: the picture was not kept.
      return item.savedPath === undefined || item.savedPath.trim() === ""
        ? [{ type: "other", id: item.id, kind: item.type }]
        : [{ type: "picture", id: item.id, path: item.savedPath, made: true }];
    case "imageView":
      return [{ type: "picture", id: item.id, path: item.path, made: false }];
    case "userMessage":
      return [];
    case "collabAgentToolCall":
    case "contextCompaction":
    case "enteredReviewMode":
    case "exitedReviewMode":
    case "functionCallOutput":
    case "hookPrompt":
    case "plan":
    case "sleep":
    case "subAgentActivity":
      return [{ type: "other", id: item.id, kind: item.type }];
    case "unknown":
      return [{ type: "other", id: item.id, kind: item.kind }];
    default:
      return unreachable(item);
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
