/** Reports the tokens of the session and the limits of the account: /usage. */
import type { RateLimits, RateLimitWindow } from "../core/codex/codex_queries.ts";
import type { TokenUsage } from "../core/codex/codex.ts";
import type { UsageReport } from "../core/session/session_service.ts";
import { formatDuration } from "../core/text/duration.ts";
import { windowName } from "../texts/news_texts.ts";
import type { Texts } from "../texts/texts.ts";
import { errorText } from "../texts/trouble_texts.ts";
import type { Command } from "./command.ts";
import { type Reply, ReplyBuilder } from "./reply.ts";

export const usage: Command = {
  name: "usage",
  where: "everywhere",
  section: "look",
  takes: "nothing",
  needs: { codex: true },
  run: async ({ sessionService, session, status, clock, texts }) => {
    // Tells of a session that had to begin anew.
    await status();
    return usageOfSession(await sessionService.usage(session), texts, clock.now());
  },
};

export function usageOfSession(report: UsageReport, texts: Texts, now: Date): Reply {
  const { title, limits } = texts.session.usage;
  const lines = new ReplyBuilder().line(title, "bold");
  addTokens(lines, report.session, texts);
  lines.line().line(limits, "bold");
  addLimits(lines, report, texts, now);
  return lines.build();
}

function addTokens(lines: ReplyBuilder, tokens: TokenUsage | undefined, texts: Texts): void {
  const { usage } = texts.session;
  if (tokens === undefined) {
    lines.line(usage.none);
    return;
  }
  // Grouped alike in both languages.
  const count = (number: number): string => number.toLocaleString("en");
  lines.line(usage.input(count(tokens.inputTokens), count(tokens.cachedInputTokens)));
  lines.line(usage.output(count(tokens.outputTokens), count(tokens.reasoningTokens)));
  lines.line(usage.total(count(tokens.totalTokens)));
}

function addLimits(
  lines: ReplyBuilder,
  { limits, limitsUnknown }: UsageReport,
  texts: Texts,
  now: Date,
): void {
  const { usage } = texts.session;
  if (limitsUnknown !== undefined) {
    lines.sentence(usage.unknown(errorText(limitsUnknown, texts, "usage"))).line();
  } else if (limits === undefined || isEmpty(limits)) lines.line(usage.noLimits);
  if (limits === undefined) return;
  if (limits.plan !== undefined) lines.line(usage.plan(limits.plan));
  for (const window of [limits.primary, limits.secondary]) {
    if (window !== undefined) addWindow(lines, window, texts, now);
  }
}

function isEmpty({ plan, primary, secondary }: RateLimits): boolean {
  return plan === undefined && primary === undefined && secondary === undefined;
}

function addWindow(lines: ReplyBuilder, window: RateLimitWindow, texts: Texts, now: Date): void {
  const { usage } = texts.session;
  lines.text(`${windowName(window, texts)}: ${usage.used(String(Math.round(window.usedPercent)))}`);
  if (window.resetsAt !== undefined) {
    const reset = new Date(window.resetsAt);
    const leftMs = reset.getTime() - now.getTime();
    if (leftMs <= 0) lines.text(`, ${usage.wasReset}`);
    else {
      const left = usage.in(formatDuration(leftMs, texts));
      lines.text(`, ${usage.resets} `).time(reset, left);
    }
  }
  lines.line();
}
