/** Reports the state of session and Codex: /status in full, /start in short. */
import type { BackendHealth } from "../core/codex/codex.ts";
import type { StatusReport } from "../core/run/engine.ts";
import { isGoodEnd } from "../core/run/run_end.ts";
import type { LastRun } from "../core/session/session.ts";
import { formatDuration } from "../core/text/duration.ts";
import { checkFacts, verdictText } from "../texts/end_texts.ts";
import { folderWaitText } from "../texts/folder_texts.ts";
import { heldText } from "../texts/held_text.ts";
import { newsText } from "../texts/news_texts.ts";
import { standingText } from "../texts/standing_text.ts";
import type { Texts } from "../texts/texts.ts";
import { runTroubleText, troubleText } from "../texts/trouble_texts.ts";
import type { Command, CommandContext, Deliveries } from "./command.ts";
import { effortLine, modelLine } from "./model.ts";
import { ReplyBuilder } from "./reply.ts";
import { sandboxLine } from "./sandbox.ts";
import { addAgents, agentChoices } from "./agents.ts";
import { addCommands, stopChoices } from "./terminals.ts";

export const status: Command = {
  name: "status",
  where: "everywhere",
  section: "look",
  takes: "nothing",
  needs: { codex: true },
  run: async (context) => {
    const { texts } = context;
    const report = await context.status();
    const lines = new ReplyBuilder().line(texts.session.status.title, "bold");
    if (report.codex.kind === "echo") lines.icon("warning").line(texts.notices.demo);
    const add: AddLine = (label, value) => {
      lines.bold(texts.session.labels[label]).line(`: ${value}`);
    };
    const { name } = report.session;
    if (name !== undefined) add("conversation", context.redact(name));
    addSession(add, report, texts);
    addRuns(add, report, context);
    const agents = await context.sessionService.agents.list(context.session);
    if (agents.length > 0) lines.bold(texts.activity.agents).line(":");
    addAgents(lines, agents, texts);
    const running = await context.sessionService.commands.list(context.session);
    if (running.commands.length > 0 || running.unknown !== undefined) {
      lines.bold(texts.session.labels.commands).line(":");
      addCommands(lines, running, context);
    }
    addCodex(add, report.codex, context);
    addDeliveries(add, context.deliveries(), texts);
    add("version", texts.session.status.version(context.sessionService.version));
    const choices = [...agentChoices(agents, texts), ...stopChoices(running, texts)];
    return lines.with({ choices }).build();
  },
};

/** Lists the commands that a new person needs first. */
const FIRST_COMMANDS = ["status", "mode", "cancel"] as const;

export const start: Command = {
  name: "start",
  where: "chat",
  section: "look",
  rare: true,
  // A link to the bot may put words of its own there.
  takes: "anything",
  run: async (context) => {
    const { commands: { greeting, briefs }, session: { labels }, notices, plans } = context.texts;
    const { codex, profile, session } = await context.status();
    const lines = new ReplyBuilder().line(greeting.title, "bold");
    if (codex.kind === "echo") lines.line().icon("warning").line(notices.demo, "bold");
    // One that was not needed yet, as on another machine, or is just starting, has no trouble.
    if (!codex.ready && codex.lastTrouble !== undefined) {
      lines.line().icon("warning").line(notices.notReady(lastErrorText(codex, context.texts)));
    }
    lines.line().line(greeting.whatIDo).line();
    lines.text(`${labels.mode}: `).bold(session.mode).line();
    if (session.mode === "plan") {
      lines.text(`${labels.plans}: ${plans.short[profile.planApproval ?? "auto"]}`).line();
    }
    lines.text(`${labels.profile}: `).bold(profile.name).line();
    lines.text(`${labels.folder}: `).code(profile.workingDirectory).line().line();
    for (const name of FIRST_COMMANDS) lines.line(`/${name} – ${briefs[name]}`);
    return lines.line().line(greeting.more).build();
  },
};

type AddLine = (label: keyof Texts["session"]["labels"], value: string) => void;

function addSession(add: AddLine, { session, profile, codex }: StatusReport, texts: Texts): void {
  add("mode", session.mode);
  if (session.mode === "plan") add("plans", texts.plans.short[profile.planApproval ?? "auto"]);
  add("profile", profile.name);
  add("model", modelLine({ session, profile }, texts));
  add("effort", effortLine({ session, profile }, texts));
  if (profile.machine !== undefined) add("machine", profile.machine);
  add("folder", profile.workingDirectory);
  add("sandbox", sandboxLine(profile, codex.kind, texts));
}

function addRuns(add: AddLine, report: StatusReport, context: CommandContext): void {
  const { texts, clock, openQuestions } = context;
  const { status } = texts.session;
  const { queued, awaitingConfirmation: onHold } = report;
  const open = openQuestions();
  const asked = open.filter(({ type }) => type === "approval").map(({ id }) => id).join(", ");
  const questions = open.filter(({ type }) => type === "question").length;
  const now = [
    currentStage(report, context),
    ...(asked === "" ? [] : [status.needsDecision(asked)]),
    ...(questions === 0 ? [] : [texts.questions.waiting(questions)]),
  ];
  add("now", now.join(" · "));
  const waiting = [
    ...(queued === 0 ? [] : [status.queued(queued)]),
    ...(onHold === 0 ? [] : [status.onHold(onHold)]),
  ];
  add("queue", waiting.join(", ") || status.none);
  add("lastRun", lastRun(report, texts, clock.now()));
  add("review", lastReview(report, texts));
}

function currentStage(
  { active }: StatusReport,
  { texts, redact }: Pick<CommandContext, "texts" | "redact">,
): string {
  if (active === undefined) return texts.session.status.idle;
  const { stage, ageMs, held, folderWait } = active;
  if (held !== undefined) return heldText(held, texts);
  if (folderWait !== undefined) return folderWaitText(folderWait, texts, redact);
  const age = formatDuration(stage?.ageMs ?? ageMs, texts);
  return `${standingText(active, texts)}, ${age}`;
}

function lastRun({ session: { lastRun } }: StatusReport, texts: Texts, now: Date): string {
  const { status } = texts.session;
  if (lastRun === undefined) return status.none;
  const age = formatDuration(now.getTime() - Date.parse(lastRun.endedAt), texts);
  const facts = status.lastRunFacts(formatDuration(lastRun.latencyMs, texts), age);
  // Sessions of an earlier version have the error in its own words only.
  const why = lastRun.trouble === undefined
    ? lastRun.error
    : runTroubleText(lastRun.trouble, lastRun, texts);
  const error = why === undefined ? "" : `: ${withoutCode(why)}`;
  return `${outcomeText(lastRun, texts)} ${facts}${error}${failedChecks(lastRun, texts)}`;
}

/** Of work that nobody reviews: a review says why it approves nothing. */
function failedChecks({ end }: LastRun, { ends }: Texts): string {
  const { verdict, checks } = end ?? {};
  if (verdict !== "done" || checks === undefined || checks.failed === 0) return "";
  return checkFacts(checks, ends).map((fact) => ` · ${fact}`).join("");
}

/** What was answered and is not approved is not just done. */
function outcomeText({ status, end }: LastRun, texts: Texts): string {
  const isDoubtful = status === "ok" && end !== undefined && !isGoodEnd(end);
  return isDoubtful
    ? withSmallLetter(verdictText(end, texts))
    : texts.session.status.outcome[status];
}

function withSmallLetter(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function lastReview(
  { session: { lastRun }, maxReviewRounds }: StatusReport,
  texts: Texts,
): string {
  const { status } = texts.session;
  const { end, acceptedBy } = lastRun ?? {};
  const round = lastRun?.reviewRound ?? 0;
  // A person may have asked for more rounds.
  const rounds = `${round}/${Math.max(round, maxReviewRounds)}`;
  if (end === undefined || lastRun?.reviewResult === undefined) return `${rounds}, ${status.none}`;
  const accepted = acceptedBy === undefined ? "" : ` · ${texts.ends.accepted(acceptedBy)}`;
  return `${rounds}, ${withSmallLetter(verdictText(end, texts))}${accepted}`;
}

function addCodex(
  add: AddLine,
  codex: BackendHealth,
  { texts, redact, clock }: Pick<CommandContext, "texts" | "redact" | "clock">,
): void {
  const { status } = texts.session;
  const version = codex.version === undefined ? "" : ` ${codex.version}`;
  add("codex", `${codex.kind}${version}, ${codex.ready ? status.ready : status.notReady}`);
  const facts = [
    codex.command,
    ...(codex.pid === undefined ? [] : [`pid ${codex.pid}`]),
    ...(codex.uptimeMs === undefined ? [] : [status.uptime(formatDuration(codex.uptimeMs, texts))]),
    ...(codex.restarts === 0 ? [] : [status.restarts(codex.restarts)]),
  ];
  add("process", facts.join(", "));
  add("lastError", lastErrorText(codex, texts));
  for (const news of codex.standing ?? []) {
    add("attention", withoutCode(newsText(news, { texts, redact, now: clock.now() })));
  }
}

function lastErrorText({ lastTrouble }: BackendHealth, texts: Texts): string {
  if (lastTrouble === undefined) return texts.session.status.none;
  return withoutCode(troubleText(lastTrouble, texts));
}

/** A value is shown as it is, without the look of code. */
function withoutCode(sentence: string): string {
  return sentence.replaceAll("`", "");
}

/** Adds a line only when messages were sent with less formatting than intended. */
function addDeliveries(
  add: AddLine,
  { plainTextResends, richFallbacks }: Deliveries,
  { session: { status } }: Texts,
): void {
  const facts = [
    ...(plainTextResends === 0 ? [] : [status.withoutFormatting(plainTextResends)]),
    ...(richFallbacks === 0 ? [] : [status.richRefused(richFallbacks)]),
  ];
  if (facts.length > 0) add("messages", facts.join(", "));
}
