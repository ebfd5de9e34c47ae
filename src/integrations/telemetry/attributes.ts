/**
 * Names the attributes of spans, after the GenAI semantic conventions where those have a name.
 *
 * Their values are kinds, counts and ids: no request, answer, command, path or error text.
 */
import type { CheckStatus } from "../../core/checks/check.ts";
import type { Attributes } from "@opentelemetry/api";
import type { TokenUsage, TurnItem } from "../../core/codex/codex.ts";
import type { PersonRequest } from "../../core/codex/question.ts";
import { unreachable } from "../../core/errors.ts";
import type { RunOutcome, StageReport } from "../../core/run/events.ts";
import { type EndedRun, runEnd } from "../../core/run/run_end.ts";

/** Prefix where the conventions have no name. */
const OWN = "codex_orchestrator";

export interface Tool {
  readonly id: string;
  readonly name: string;
  readonly type: "extension" | "function";
}

/** The tool that an item used; undefined for messages and reasoning. */
export function toolOf(item: TurnItem): Tool | undefined {
  switch (item.type) {
    case "command":
      return { id: item.id, name: "command", type: "extension" };
    case "files":
      return { id: item.id, name: "apply_patch", type: "extension" };
    case "tool":
      return { id: item.id, name: item.name, type: "function" };
    case "picture":
      return {
        id: item.id,
        name: item.made ? "image_generation" : "view_image",
        type: "extension",
      };
    case "message":
    case "reasoning":
    case "other":
      return undefined;
    default:
      return unreachable(item);
  }
}

export function runAttributes(runId: string, workflow: string, provider: string): Attributes {
  return {
    "gen_ai.operation.name": "invoke_workflow",
    "gen_ai.workflow.name": workflow,
    "gen_ai.provider.name": provider,
    [`${OWN}.run.id`]: runId,
  };
}

export function agentAttributes(
  agent: string,
  { provider, model }: { readonly provider: string; readonly model: string | undefined },
): Attributes {
  return {
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.agent.name": agent,
    "gen_ai.provider.name": provider,
    ...(model === undefined ? {} : { "gen_ai.request.model": model }),
  };
}

export function roundAttribute(round: number): Attributes {
  return { [`${OWN}.round`]: round };
}

export function conversationAttribute(threadId: string): Attributes {
  return { "gen_ai.conversation.id": threadId };
}

export function toolAttributes({ id, name, type }: Tool): Attributes {
  return {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": name,
    "gen_ai.tool.type": type,
    "gen_ai.tool.call.id": id,
  };
}

export function exitCodeAttribute(item: TurnItem): Attributes {
  return item.type === "command" && item.exitCode !== undefined
    ? { "process.exit.code": item.exitCode }
    : {};
}

export function checkAttributes(status: CheckStatus, exitCode: number | undefined): Attributes {
  return {
    [`${OWN}.check.status`]: status,
    ...(exitCode === undefined ? {} : { "process.exit.code": exitCode }),
  };
}

export function usageAttributes(usage: TokenUsage): Attributes {
  return {
    "gen_ai.usage.input_tokens": usage.inputTokens,
    "gen_ai.usage.cache_read.input_tokens": usage.cachedInputTokens,
    "gen_ai.usage.output_tokens": usage.outputTokens,
  };
}

export function approvalAttributes({ kind }: PersonRequest): Attributes {
  return { [`${OWN}.approval.kind`]: kind };
}

/** `void` = the turn ended before anybody decided. */
export function decisionAttribute(decision: string): Attributes {
  return { [`${OWN}.approval.decision`]: decision };
}

export function statusAttribute(status: StageReport["status"]): Attributes {
  return { [`${OWN}.stage.status`]: status };
}

export function outcomeAttributes(
  outcome: RunOutcome | { readonly status: "suspended" },
  state: EndedRun,
): Attributes {
  const review = "answer" in outcome ? outcome.answer?.review : undefined;
  return {
    [`${OWN}.run.status`]: outcome.status,
    ...(outcome.status === "suspended"
      ? {}
      : { [`${OWN}.run.verdict`]: runEnd(outcome, state).verdict }),
    ...(review === undefined ? {} : {
      [`${OWN}.review.result`]: review.result,
      [`${OWN}.review.rounds`]: review.rounds,
    }),
  };
}
