/** What Codex tells beside its work: warnings, what did not start, what was denied or cut short. */
import { onOneLine } from "../text/short_text.ts";
import type { TurnEvent } from "./codex.ts";
import type { RateLimitWindow } from "./codex_queries.ts";

export type CodexNews =
  /** In Codex's own words. */
  | { readonly type: "warning"; readonly text: string }
  | { readonly type: "config-warning"; readonly text: string; readonly details?: string }
  | { readonly type: "deprecation"; readonly text: string; readonly details?: string }
  /** Codex cannot read its own configuration, and works without it. */
  | {
    readonly type: "config.ignored";
    /** What is wrong, and where. */
    readonly reason: string;
    /** Where that Codex works; absent = on this machine. */
    readonly machine?: string;
  }
  /** An MCP server did not start, so that its tools are missing. */
  | {
    readonly type: "mcp-server.failed";
    readonly name: string;
    /** Absent where Codex gives none. */
    readonly reason?: string;
    /** Its login has to be made anew. */
    readonly login: boolean;
  }
  /**
   * An MCP server ended the connection in a call. Codex does not start one of its own again, so that
   * each further call fails; one that is reached over HTTP may be there again.
   */
  | { readonly type: "mcp-server.ended"; readonly name: string }
  /** Another model answers than the one that was asked. */
  | {
    readonly type: "model.rerouted";
    readonly from: string;
    readonly to: string;
    /** Codex's name for it, e.g. `highRiskCyberActivity`. */
    readonly reason: string;
  }
  /** Answers come slowly, as they are checked for safety. */
  | { readonly type: "model.throttled"; readonly model: string; readonly faster?: string }
  /** The account has to be verified for such requests; in Codex's names. */
  | { readonly type: "verification"; readonly needed: string }
  /** The older part of the conversation was replaced with a summary. */
  | { readonly type: "compacted" }
  | {
    readonly type: "hook.blocked";
    /** Codex's name for the occasion, e.g. `preToolUse`. */
    readonly hook: string;
    /** What the hook says; may be empty. */
    readonly text: string;
  }
  /** A hook says something to the person, or failed, so that Codex went on without it. */
  | { readonly type: "hook.warned" | "hook.failed"; readonly hook: string; readonly text: string }
  /** Codex leaves a hook out until the person trusts it; `text` = its command, or empty. */
  | { readonly type: "hook.untrusted"; readonly hook: string; readonly text: string }
  /** A sub-agent failed; the work went on without it. */
  | { readonly type: "agent.failed"; readonly name: string; readonly reason: string }
  /** A sub-agent set itself a goal: the turns that Codex begins for it are stopped. */
  | { readonly type: "agent.goal"; readonly name: string; readonly objective: string }
  /** A command that Codex had left running ended with its process, which had to be started anew. */
  | { readonly type: "command.ended"; readonly command: string }
  /** Codex's automatic review denied what would else have been asked. */
  | {
    readonly type: "review.denied";
    readonly reviewId: string;
    readonly threadId: string;
    /** The name of the sub-agent that wanted it: Codex lets nobody allow it such a thing afterwards. */
    readonly agent?: string;
    /** What was denied, e.g. the command. */
    readonly subject: string;
    /** Absent where the review gives none. */
    readonly reason?: string;
    readonly timedOut: boolean;
  }
  /** From now on the automatic review is strict. */
  | { readonly type: "review.strict" }
  /** So much of the account's limit is used up: told at each of {@link LIMIT_STEPS}. */
  | { readonly type: "limit"; readonly window: RateLimitWindow; readonly step: number }
  /** The turn ended with a status that this program does not know; its answer had come. */
  | { readonly type: "unknown-end"; readonly status: string }
  /** The turn was to be stopped, which the machine could not be told: it may go on there. */
  | { readonly type: "not-stopped"; readonly machine: string };

/** Percent of a limit. */
export const LIMIT_STEPS = [90, 95, 99] as const;

/** What says the same has the same key. */
export function newsKey(news: CodexNews): string {
  switch (news.type) {
    // Codex tells the same as a warning of the settings and as one of the thread.
    case "warning":
    case "config-warning":
    case "deprecation":
      return `text ${news.text}`;
    case "limit":
      return `limit ${news.window.windowMinutes} ${news.step} ${news.window.resetsAt}`;
    case "mcp-server.failed":
      return `${news.type} ${news.name}`;
    case "review.denied":
      return `${news.type} ${news.reviewId}`;
    case "model.rerouted":
    case "model.throttled":
    case "config.ignored":
    case "mcp-server.ended":
    case "verification":
    case "compacted":
    case "hook.blocked":
    case "hook.failed":
    case "hook.untrusted":
    case "hook.warned":
    case "agent.failed":
    case "agent.goal":
    case "command.ended":
    case "review.strict":
    case "unknown-end":
    case "not-stopped":
      return newsNote(news);
    default:
      return news satisfies never;
  }
}

/** Explains how a request came out, or what it met, so that it is told with each of them. */
export function isOfRequest({ type }: CodexNews): boolean {
  return type === "hook.blocked" || type === "mcp-server.ended" || type === "agent.failed" ||
    type === "agent.goal" ||
    type === "command.ended" ||
    type === "review.denied" || type === "unknown-end" || type === "not-stopped";
}

/** @returns what a person has to be told by an event, and was not told before */
export function newsIn(event: TurnEvent): CodexNews | undefined {
  if (event.type === "news") return event.repeated === true ? undefined : event.news;
  if (event.type !== "agent.event") return undefined;
  const news = newsIn(event.event);
  if (news?.type === "review.denied") return { ...news, agent: event.agent.name };
  // The summary of a sub-agent's conversation changes nothing of the person's.
  return news?.type === "compacted" ? undefined : news;
}

/** Writes it for logs and traces. */
export function newsNote(news: CodexNews): string {
  switch (news.type) {
    case "warning":
      return news.text;
    case "config-warning":
    case "deprecation":
      return news.details === undefined ? news.text : `${news.text} ${news.details}`;
    case "config.ignored":
      return `Codex${onMachine(news.machine)} works without its configuration: ${news.reason}`;
    case "mcp-server.failed":
      return `MCP server ${news.name} did not start: ${news.reason ?? "no reason given"}`;
    case "mcp-server.ended":
      return `MCP server ${news.name} ended the connection`;
    case "model.rerouted":
      return `model rerouted from ${news.from} to ${news.to}: ${news.reason}`;
    case "model.throttled":
      return `${news.model} is slowed down by a safety check`;
    case "verification":
      return `verification needed: ${news.needed}`;
    case "compacted":
      return "conversation compacted";
    case "hook.blocked":
      return `hook ${news.hook} blocked: ${news.text}`;
    case "hook.failed":
      return `hook ${news.hook} failed: ${news.text}`;
    case "hook.untrusted":
      return `hook ${news.hook} is not trusted and does not run: ${news.text}`;
    case "hook.warned":
      return `hook ${news.hook}: ${news.text}`;
    case "agent.failed":
      return `sub-agent ${news.name} failed: ${news.reason}`;
    case "agent.goal":
      return `sub-agent ${news.name} set itself a goal, which is not pursued: ${news.objective}`;
    case "command.ended":
      return `ended with the Codex process, which was started anew: ${news.command}`;
    case "review.denied":
      return `automatic review ${news.timedOut ? "timed out" : "denied"}: ${news.subject}${
        news.reason === undefined ? "" : `: ${news.reason}`
      }`;
    case "review.strict":
      return "automatic review is strict from now on";
    case "limit":
      return `${Math.round(news.window.usedPercent)}% of a usage limit used`;
    case "unknown-end":
      return `Codex ended the turn with the unknown status "${onOneLine(news.status, 80)}"`;
    case "not-stopped":
      return `Codex on ${news.machine} could not be told to stop, and may work on`;
    default:
      return news satisfies never;
  }
}

function onMachine(machine: string | undefined): string {
  return machine === undefined ? "" : ` on ${machine}`;
}
