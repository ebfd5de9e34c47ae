/** Codex's elicitations as approval requests, and decisions as the answers it understands. */
import type { ApprovalDecision, ApprovalRequest } from "../../../core/codex/codex.ts";
import { bareCommand } from "../shell_command.ts";
import { fileChangesOf } from "./translate.ts";
import type { Elicitation, WireFileChanges } from "./wire.ts";

/**
 * @param id unique within the process
 * @param reason from the approval event that comes before: the elicitation itself has none
 * @returns undefined for a kind of question that we do not know
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

/** Codex reads the top-level `decision` only; whatever it cannot read there is a rejection. */
export function elicitationAnswer(decision: ApprovalDecision): Record<string, unknown> {
  switch (decision) {
    case "accept":
      return { action: "accept", content: {}, decision: "approved" };
    case "accept-for-session":
      return { action: "accept", content: {}, decision: "approved_for_session" };
    case "decline":
      return {
        action: "decline",
        decision: { denied: { rejection: "The person declined this" } },
      };
    case "cancel":
      return { action: "cancel", decision: "abort" };
  }
}

function diffOf(changes: WireFileChanges): string {
  return Object.entries(changes).map(([path, { type, content, unified_diff }]) => {
    if (unified_diff !== undefined) return `--- ${path}\n+++ ${path}\n${unified_diff}`;
    const sign = type === "delete" ? "-" : "+";
    const lines = (content ?? "").trimEnd().split("\n").map((line) => sign + line).join("\n");
    return type === "delete"
      ? `--- ${path}\n+++ /dev/null\n${lines}\n`
      : `--- /dev/null\n+++ ${path}\n${lines}\n`;
  }).join("\n");
}
