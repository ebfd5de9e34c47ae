/** /status: everything that is known, in lines that fit a phone. */
import type { BackendHealth } from "../../core/codex/codex.ts";
import type { StatusReport } from "../../core/run/engine.ts";
import { formatDuration } from "../../core/text/duration.ts";
import type { OutboxStats } from "../outbox/outgoing.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Texts } from "../../texts/texts.ts";
import { effortLine, modelLine } from "./choices_in_use.ts";
import type { Command, CommandContext } from "./command.ts";

export const status: Command = async (context) => {
  const { texts } = context;
  const report = await context.status();
  const lines = new TextBuilder().bold(texts.status.title).line();
  if (report.codex.kind === "echo") lines.line(texts.refusals.echo);
  const add = (label: string, value: string): void => {
    lines.bold(label).line(`: ${value}`);
  };
  addSession(add, report, texts);
  addRuns(add, report, context);
  addCodex(add, report.codex, texts);
  addMessages(add, context.outboxStats(), texts);
  return lines.build();
};

type AddLine = (label: string, value: string) => void;

function addSession(add: AddLine, { session, profile }: StatusReport, texts: Texts): void {
  const { status } = texts;
  add(status.mode, session.mode);
  add(status.profile, profile.name);
  add(status.model, modelLine({ session, profile }, texts));
  add(texts.codex.effort, effortLine({ session, profile }, texts));
  if (profile.machine !== undefined) add(texts.machines.machine, profile.machine);
  add(status.folder, profile.workingDirectory);
  add(status.rights, `${profile.sandbox}, ${profile.approvalPolicy}`);
}

function addRuns(add: AddLine, report: StatusReport, context: CommandContext): void {
  const { texts, texts: { status }, clock, approvals, by } = context;
  const asked = approvals.openFor(by).join(", ");
  const stage = currentStage(report, texts);
  add(status.now, asked === "" ? stage : `${stage} · ${status.waitsForDecision(asked)}`);
  const queue = [
    ...(report.queued === 0 ? [] : [status.waiting(report.queued)]),
    ...(report.awaitingConfirmation === 0 ? [] : [status.offered(report.awaitingConfirmation)]),
  ];
  add(status.queue, queue.join(", ") || status.none);
  add(status.lastRun, lastRun(report, texts, clock.now()));
  add(status.review, lastReview(report, texts));
}

function currentStage({ active }: StatusReport, texts: Texts): string {
  const { run, status } = texts;
  if (active === undefined) return status.idle;
  const age = formatDuration(active.stage?.ageMs ?? active.ageMs, texts);
  if (active.stage === undefined) return `${run.starting}, ${age}`;
  const { role, round } = active.stage;
  const rounds = round > 0 ? ` · ${run.round(round)}` : "";
  return `${run.role[role]}${rounds}, ${age}`;
}

function lastRun({ session: { lastRun } }: StatusReport, texts: Texts, now: Date): string {
  const { status } = texts;
  if (lastRun === undefined) return status.none;
  const age = formatDuration(now.getTime() - Date.parse(lastRun.endedAt), texts);
  const facts = status.lastRunFacts(formatDuration(lastRun.latencyMs, texts), age);
  const error = lastRun.error === undefined ? "" : `: ${lastRun.error}`;
  return `${status.outcome[lastRun.status]} ${facts}${error}`;
}

function lastReview(
  { session: { lastRun }, maxReviewRounds }: StatusReport,
  { status, run }: Texts,
): string {
  const result = lastRun?.reviewResult;
  const rounds = `${lastRun?.reviewRound ?? 0}/${maxReviewRounds}`;
  return `${rounds}, ${result === undefined ? status.none : run.review[result]}`;
}

function addCodex(add: AddLine, codex: BackendHealth, texts: Texts): void {
  const { status } = texts;
  const version = codex.version === undefined ? "" : ` ${codex.version}`;
  add(status.codex, `${codex.kind}${version}, ${codex.ready ? status.ready : status.notReady}`);
  const facts = [
    codex.command,
    ...(codex.pid === undefined ? [] : [`pid ${codex.pid}`]),
    ...(codex.uptimeMs === undefined ? [] : [status.uptime(formatDuration(codex.uptimeMs, texts))]),
    ...(codex.restarts === 0 ? [] : [status.restarts(codex.restarts)]),
  ];
  add(status.process, facts.join(", "));
  add(status.lastError, codex.lastError ?? status.none);
}

/** Nothing, as long as every message went out as it was meant. */
function addMessages(
  add: AddLine,
  { plainTextResends, richFallbacks }: OutboxStats,
  { delivery }: Texts,
): void {
  const facts = [
    ...(plainTextResends === 0 ? [] : [delivery.withoutFormatting(plainTextResends)]),
    ...(richFallbacks === 0 ? [] : [delivery.richRefused(richFallbacks)]),
  ];
  if (facts.length > 0) add(delivery.messages, facts.join(", "));
}
