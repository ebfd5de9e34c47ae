/** Finds what a person is told beside the work, and keeps what nobody was told yet or what lasts. */
import type { RateLimits, RateLimitWindow } from "../../../core/codex/codex_queries.ts";
import { type CodexNews, LIMIT_STEPS, newsKey } from "../../../core/codex/news.ts";
import { DeniedActions } from "./denied_actions.ts";
import type { Notification } from "./protocol.ts";
import type { Item } from "./protocol_shapes.ts";

/** @returns what a notification tells a person beside the work; undefined for most */
export function newsOf(notification: Notification): CodexNews | undefined {
  switch (notification.method) {
    case "news":
      return notification.news;
    case "mcpServer/startupStatus/updated": {
      const { name, status, error: reason, failureReason } = notification.params;
      if (status !== "failed") return undefined;
      const login = failureReason === "reauthenticationRequired";
      const failed = { type: "mcp-server.failed", name, login } as const;
      return reason === undefined ? failed : { ...failed, reason };
    }
    case "item/completed":
      return itemNews(notification.params.item);
    default:
      return undefined;
  }
}

/** What Codex says of a call of an MCP server that ended meanwhile, or before: it starts none again. */
const SERVER_ENDED = /\btransport closed\b/i;

function itemNews(item: Item): CodexNews | undefined {
  switch (item.type) {
    case "contextCompaction":
      return { type: "compacted" };
    case "mcpToolCall":
      return SERVER_ENDED.test(item.error?.message ?? "")
        ? { type: "mcp-server.ended", name: item.server }
        : undefined;
    default:
      return undefined;
  }
}

const MOST_KEPT = 50;
const MOST_TOLD = 1_000;

export class AppServerNews {
  readonly #tell: (news: CodexNews) => boolean;
  readonly denied = new DeniedActions();
  readonly #told = new Set<string>();
  #kept: CodexNews[] = [];
  /** Commands that ended with a process, by the thread that began them. */
  readonly #ended = new Map<string, readonly CodexNews[]>();
  /** The process works without its configuration. */
  #ignored: CodexNews | undefined;
  /** MCP servers that did not start. */
  readonly #failed = new Map<string, CodexNews>();
  /** The last step told of each window of a limit. */
  readonly #steps = new Map<string, number>();

  /** @param tell hands it to a turn at work; false = there is none */
  constructor(tell: (news: CodexNews) => boolean) {
    this.#tell = tell;
  }

  /** Tells what belongs to no thread: now or to the next turn, once for each text. */
  add(news: CodexNews): void {
    const key = newsKey(news);
    if (this.#told.has(key) || this.#told.size >= MOST_TOLD) return;
    this.#told.add(key);
    if (!this.#tell(news)) this.#kept = [...this.#kept, news].slice(-MOST_KEPT);
  }

  /** The same of a process that works without its configuration, for as long as it does. */
  addIgnored(news: CodexNews): void {
    this.#ignored = news;
    this.add(news);
  }

  /** Keeps for the next turn of a thread that its commands end with the process. */
  addEnded(threadId: string, commands: readonly string[]): void {
    const before = this.#ended.get(threadId) ?? [];
    const ended = commands.map((command) => ({ type: "command.ended", command }) as const);
    this.#ended.set(threadId, [...before, ...ended].slice(-MOST_KEPT));
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > MOST_KEPT && oldest !== undefined) this.#ended.delete(oldest);
  }

  /** Hands over to a turn of the thread what nobody was told yet. */
  take(threadId: string): readonly CodexNews[] {
    const told = [...this.#kept, ...this.#ended.get(threadId) ?? []];
    this.#kept = [];
    this.#ended.delete(threadId);
    return told;
  }

  /**
   * Takes note of what lasts.
   * @param params of the notification, as they came
   */
  note(notification: Notification, params: unknown): void {
    this.denied.note(notification, params);
    if (notification.method !== "mcpServer/startupStatus/updated") return;
    const { name, status } = notification.params;
    const news = newsOf(notification);
    if (news !== undefined) this.#failed.set(name, news);
    else if (status === "ready") this.#failed.delete(name);
  }

  /** A new process reads its configuration and starts its MCP servers anew. */
  restarted(): void {
    if (this.#ignored !== undefined) this.#withdraw(newsKey(this.#ignored));
    this.#ignored = undefined;
    this.#failed.clear();
  }

  /** Tells it to nobody who was not told yet, and again when it is so again. */
  #withdraw(key: string): void {
    this.#told.delete(key);
    this.#kept = this.#kept.filter((news) => newsKey(news) !== key);
  }

  /** Another account has limits of its own. */
  forgetLimits(): void {
    this.#steps.clear();
  }

  /** Tells each window that has reached another step. */
  addLimits(limits: RateLimits): void {
    for (const { slot, window, step } of windowSteps(limits)) {
      const key = `${slot} ${window.windowMinutes}`;
      const before = this.#steps.get(key) ?? 0;
      this.#steps.set(key, step);
      if (step > before) this.add({ type: "limit", window, step });
    }
  }

  /** What lasts: an ignored configuration, MCP servers that did not start, and nearly used up limits. */
  standing(limits: RateLimits | undefined, now: Date): readonly CodexNews[] {
    const ignored = this.#ignored === undefined ? [] : [this.#ignored];
    return [...ignored, ...this.#failed.values(), ...standingLimits(limits ?? {}, now)];
  }
}

function standingLimits(limits: RateLimits, now: Date): CodexNews[] {
  return windowSteps(limits).flatMap(({ window, step }) => {
    const isPast = window.resetsAt !== undefined && Date.parse(window.resetsAt) <= now.getTime();
    return step === 0 || isPast ? [] : [{ type: "limit", window, step }];
  });
}

interface WindowStep {
  readonly slot: "primary" | "secondary";
  readonly window: RateLimitWindow;
  /** 0 = below the first. */
  readonly step: number;
}

function windowSteps(limits: RateLimits): WindowStep[] {
  return (["primary", "secondary"] as const).flatMap((slot) => {
    const window = limits[slot];
    return window === undefined ? [] : [{ slot, window, step: stepOf(window.usedPercent) }];
  });
}

/** The highest step that is reached; 0 = none. */
function stepOf(usedPercent: number): number {
  return LIMIT_STEPS.findLast((step) => usedPercent >= step) ?? 0;
}
