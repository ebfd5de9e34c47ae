/** Tells whether Codex may have done anything in a turn beside writing words. */
import { unreachable } from "../errors.ts";
import type { TurnEvent } from "./codex.ts";

/** What is not known to be words alone counts as more. */
export function isMoreThanWords(event: TurnEvent): boolean {
  switch (event.type) {
    case "started":
    case "message.delta":
    case "plan":
    case "usage":
    case "context":
    case "retrying":
    case "waiting":
    case "waited":
    case "warning":
    case "declined":
      return false;
    case "item.started":
    case "item.completed":
      return event.item.type !== "message" && event.item.type !== "reasoning";
    // That there is none is told whenever a thread is loaded.
    case "goal":
      return event.goal !== undefined;
    // Among the news are the person's own hooks, which run programs.
    case "news":
    case "diff":
    case "agent.started":
    case "agent.event":
    case "agent.ended":
    case "terminals.left":
    case "approval.requested":
    case "approval.resolved":
    case "question.requested":
    case "question.resolved":
      return true;
    default:
      return unreachable(event);
  }
}
