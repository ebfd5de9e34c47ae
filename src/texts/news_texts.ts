/** Texts of what Codex tells beside its work, each a quiet line. */
import type { RateLimitWindow } from "../core/codex/codex_queries.ts";
import type { CodexNews } from "../core/codex/news.ts";
import { asSentence, unreachable } from "../core/errors.ts";
import type { Redact } from "../core/redaction/redact.ts";
import { formatDuration } from "../core/text/duration.ts";
import { onOneLine } from "../core/text/short_text.ts";
import type { Texts } from "./texts.ts";

const en = {
  news: {
    warning: (text: string) => `Codex warns: ${text}`,
    /** Codex's own settings, in its config.toml. */
    config: (text: string) => `Codex about its config.toml: ${text}`,
    /** Codex's own config.toml. */
    configIgnored: (reason: string) =>
      `Codex cannot read its configuration and works without your settings: ${reason} Correct it, then /restart.`,
    configIgnoredThere: (machine: string, reason: string) =>
      `Codex on ${machine} cannot read its configuration and works without your settings: ${reason} Correct it there, then /restart.`,
    mcpFailed: (name: string, reason: string) =>
      `MCP server ${name} did not start, so its tools are missing: ${reason}`,
    mcpFailedLogin: (name: string) =>
      `MCP server ${name} needs a new login, so its tools are missing. Run \`codex mcp login ${name}\` where Codex works.`,
    mcpEnded: (name: string) =>
      `MCP server ${name} ended the connection, so a call of its tools failed. If that happens again, /restart starts it anew; so does a new conversation: /new`,
    rerouted: (from: string, to: string) => `${to} answers instead of ${from}`,
    /** Codex's `highRiskCyberActivity`. */
    cyberRisk: "the request looked like risky security work to OpenAI",
    throttled: (model: string) => `${model} is slowed down by a safety check.`,
    faster: (model: string) => `${model} is faster now: /model`,
    verification: (needed: string) =>
      `OpenAI wants this account verified for such requests (${needed}).`,
    compacted: "Codex summarized the older part of this conversation and goes on with the summary.",
    hookBlocked: (hook: string, text: string) => `Your hook ${hook} stopped Codex: ${text}`,
    hookFailed: (hook: string, text: string) =>
      `Your hook ${hook} failed, so Codex went on without it: ${text}`,
    hookUntrusted: (hook: string, command: string) =>
      `Codex does not run your hook ${hook}${
        command === "" ? "" : ` (\`${command}\`)`
      } before you trust it: run \`codex\` where Codex works, which asks about it, then /restart.`,
    hookWarned: (hook: string, text: string) => `Your hook ${hook} says: ${text}`,
    agentFailed: (name: string, reason: string) => `Sub-agent ${name} failed: ${reason}`,
    agentGoal: (name: string, objective: string) =>
      `Sub-agent ${name} set itself a goal: ${objective} It finishes its task; what it begins for that goal by itself is stopped.`,
    commandEnded: (command: string) =>
      `\`${command}\` no longer runs: it ended when Codex had to be started anew.`,
    reviewDenied: (subject: string, reason: string) =>
      `Codex's automatic review denied \`${subject}\`: ${reason}`,
    reviewTimedOut: (subject: string) =>
      `Codex's automatic review of \`${subject}\` took too long, so it was denied.`,
    /** A button. */
    allow: (subject: string) => `Allow once: ${subject}`,
    allowed: "Allowed once.",
    allowedMore: "Send `go on`, and Codex tries it again.",
    reviewStrict: "Codex's automatic review is strict for the rest of this request.",
    limit: (window: string, percent: number) => `${window}: ${percent}% used`,
    /** Behind the limit. */
    resetsIn: (time: string) => `resets in ${time}`,
    unknownEnd: (status: string) => `Codex ended this in a way I don't know (${status}).`,
    notStopped: (machine: string) =>
      `Codex on ${machine} could not be told to stop, so it may still be at work there. The next request of this conversation stops it first.`,
    /** Codex gave none. */
    noReason: "it gave no reason",
    more: (count: number) => count === 1 ? "1 more is in /log" : `${count} more are in /log`,
  },
};

export type NewsTexts = typeof en;

const ko: NewsTexts = {
  news: {
    warning: (text) => `Codex 경고: ${text}`,
    config: (text) => `Codex 설정(config.toml) 관련 알림: ${text}`,
    configIgnored: (reason) =>
      `Codex가 설정 파일을 읽지 못해 설정 없이 작업합니다: ${reason} 파일을 고친 뒤 /restart 를 보내 주세요.`,
    configIgnoredThere: (machine, reason) =>
      `${machine}의 Codex가 설정 파일을 읽지 못해 설정 없이 작업합니다: ${reason} 그곳에서 파일을 고친 뒤 /restart 를 보내 주세요.`,
    mcpFailed: (name, reason) =>
      `MCP 서버 ${name}을(를) 시작하지 못해 그 도구를 쓸 수 없습니다: ${reason}`,
    mcpFailedLogin: (name) =>
      `MCP 서버 ${name}에 다시 로그인해야 그 도구를 쓸 수 있습니다. Codex가 있는 컴퓨터에서 \`codex mcp login ${name}\` 을 실행해 주세요.`,
    mcpEnded: (name) =>
      `MCP 서버 ${name}의 연결이 끊겨 도구 호출에 실패했습니다. 또 그러면 /restart 를 보내거나 /new 로 새 대화를 시작해 주세요. 서버도 다시 시작됩니다.`,
    rerouted: (from, to) => `${from} 대신 ${to} 모델이 답합니다`,
    cyberRisk: "OpenAI가 이 요청을 위험한 보안 작업으로 판단했습니다",
    throttled: (model) => `안전 검사 때문에 ${model} 응답이 느려졌습니다.`,
    faster: (model) => `지금은 ${model} 모델이 더 빠릅니다: /model`,
    verification: (needed) => `OpenAI가 이런 요청에는 계정 인증을 요구합니다 (${needed}).`,
    compacted: "Codex가 이 대화의 앞부분을 요약했고, 요약을 바탕으로 이어갑니다.",
    hookBlocked: (hook, text) => `설정하신 훅 ${hook}이(가) Codex를 막았습니다: ${text}`,
    hookFailed: (hook, text) =>
      `설정하신 훅 ${hook}이(가) 실패해 Codex가 훅 없이 계속했습니다: ${text}`,
    hookUntrusted: (hook, command) =>
      `설정하신 훅 ${hook}${
        command === "" ? "" : ` (\`${command}\`)`
      }은(는) 신뢰하기 전까지 실행되지 않습니다. Codex가 있는 컴퓨터에서 \`codex\` 를 실행해 신뢰한 뒤 /restart 를 보내 주세요.`,
    hookWarned: (hook, text) => `설정하신 훅 ${hook}의 알림: ${text}`,
    agentFailed: (name, reason) => `하위 에이전트 ${name}이(가) 실패했습니다: ${reason}`,
    agentGoal: (name, objective) =>
      `하위 에이전트 ${name}이(가) 스스로 목표를 정했습니다: ${objective} 맡은 일은 마치지만, 그 목표를 위해 스스로 시작하는 작업은 중지합니다.`,
    commandEnded: (command) =>
      `\`${command}\` 명령은 Codex를 다시 시작하면서 끝나 더는 실행되지 않습니다.`,
    reviewDenied: (subject, reason) =>
      `Codex의 자동 검토가 거부했습니다: \`${subject}\` (${reason})`,
    reviewTimedOut: (subject) =>
      `Codex의 자동 검토가 너무 오래 걸려 거부되었습니다: \`${subject}\``,
    allow: (subject) => `한 번 허용: ${subject}`,
    allowed: "한 번 허용했습니다.",
    allowedMore: "`계속해 줘` 라고 보내시면 Codex가 다시 시도합니다.",
    reviewStrict: "이 요청이 끝날 때까지 Codex의 자동 검토가 더 엄격해집니다.",
    limit: (window, percent) => `${window}: ${percent}% 사용`,
    resetsIn: (time) => `${time} 후 초기화`,
    unknownEnd: (status) => `Codex가 제가 모르는 방식으로 작업을 끝냈습니다 (${status}).`,
    notStopped: (machine) =>
      `${machine}의 Codex에 중지를 전달하지 못해 그곳에서 작업이 계속될 수 있습니다. 이 대화의 다음 요청을 시작하기 전에 그 작업을 먼저 중지합니다.`,
    noReason: "이유를 알리지 않았습니다",
    more: (count) => `나머지 ${count}건은 /log 에 있습니다`,
  },
};

export const NEWS_TEXTS = { en, ko };

/** UTF-16 units of Codex's own words. */
const QUOTE_LIMIT = 240;
const NAME_LIMIT = 80;
const MOST_LINES = 5;
const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;

interface NewsContext {
  readonly texts: Pick<Texts, "news" | "session" | "units">;
  /** Masks secrets, before anything is cut: half a secret is not recognized. */
  readonly redact: Redact;
  /** Absent = without the time that is left. */
  readonly now?: Date;
}

/** Puts each of them into a line, and counts those that are too many. */
export function newsTexts(all: readonly CodexNews[], context: NewsContext): string[] {
  const shown = all.slice(0, MOST_LINES);
  const more = all.length - shown.length;
  const lines = shown.map((news) => newsText(news, context));
  return more > 0 ? [...lines, `… ${context.texts.news.more(more)}`] : lines;
}

/** Puts it into one line; what stands between backticks is code. */
export function newsText(
  news: CodexNews,
  { texts, redact, now }: NewsContext,
): string {
  const words = texts.news;
  const quote = (text: string): string => onOneLine(redact(text), QUOTE_LIMIT);
  const name = (text: string): string => onOneLine(redact(text), NAME_LIMIT);
  switch (news.type) {
    case "warning":
      return words.warning(quote(news.text));
    case "config-warning":
    case "deprecation":
      return words.config(quote(news.text));
    case "config.ignored": {
      const reason = asSentence(quote(news.reason));
      return news.machine === undefined
        ? words.configIgnored(reason)
        : words.configIgnoredThere(news.machine, reason);
    }
    case "mcp-server.failed":
      return news.login
        ? words.mcpFailedLogin(name(news.name))
        : words.mcpFailed(name(news.name), quote(news.reason ?? words.noReason));
    case "mcp-server.ended":
      return words.mcpEnded(name(news.name));
    case "model.rerouted": {
      const known = news.reason === "highRiskCyberActivity";
      const reason = known ? words.cyberRisk : quote(news.reason);
      return `${words.rerouted(name(news.from), name(news.to))}: ${reason}.`;
    }
    case "model.throttled": {
      const slow = words.throttled(name(news.model));
      return news.faster === undefined ? slow : `${slow} ${words.faster(name(news.faster))}`;
    }
    case "verification":
      return words.verification(quote(news.needed));
    case "compacted":
      return words.compacted;
    case "hook.blocked":
      return words.hookBlocked(name(news.hook), quote(news.text) || words.noReason);
    case "hook.failed":
      return words.hookFailed(name(news.hook), quote(news.text) || words.noReason);
    case "hook.untrusted":
      return words.hookUntrusted(name(news.hook), quote(news.text).replaceAll("`", "'"));
    case "hook.warned":
      return words.hookWarned(name(news.hook), quote(news.text));
    case "agent.failed":
      return words.agentFailed(name(news.name), asSentence(quote(news.reason)));
    case "agent.goal":
      return words.agentGoal(name(news.name), asSentence(quote(news.objective)));
    case "command.ended":
      return words.commandEnded(quote(news.command).replaceAll("`", "'"));
    case "review.denied": {
      const subject = quote(news.subject).replaceAll("`", "'");
      return news.timedOut
        ? words.reviewTimedOut(subject)
        : words.reviewDenied(subject, quote(news.reason ?? words.noReason));
    }
    case "review.strict":
      return words.reviewStrict;
    case "limit":
      return limitText(news.window, texts, now);
    case "unknown-end":
      return words.unknownEnd(name(news.status));
    case "not-stopped":
      return words.notStopped(news.machine);
    default:
      return unreachable(news);
  }
}

function limitText(
  window: RateLimitWindow,
  texts: NewsContext["texts"],
  now: Date | undefined,
): string {
  const { limit, resetsIn } = texts.news;
  const used = limit(windowName(window, texts), Math.floor(window.usedPercent));
  if (window.resetsAt === undefined || now === undefined) return used;
  const leftMs = Date.parse(window.resetsAt) - now.getTime();
  return leftMs <= 0 ? used : `${used}, ${resetsIn(formatDuration(leftMs, texts))}`;
}

/** Names a window by its length: which of the two is weekly differs from plan to plan. */
export function windowName(
  { windowMinutes }: RateLimitWindow,
  texts: Pick<Texts, "session" | "units">,
): string {
  const { usage } = texts.session;
  if (windowMinutes === undefined) return usage.someWindow;
  const days = windowMinutes / DAY_MINUTES;
  if (days === 1) return usage.daily;
  if (days === 7) return usage.weekly;
  if (days >= 28 && days <= 31) return usage.monthly;
  return usage.window(formatDuration(windowMinutes * MINUTE_MS, texts));
}
