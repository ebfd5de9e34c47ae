/** Lists what proves the work, proposes more, and runs it on request: /checks. */
import type { Check } from "../core/checks/check.ts";
import type { ProposedCheck } from "../core/checks/proposals.ts";
import type { ChecksReport } from "../core/checks/session_checks.ts";
import { tomlLine } from "../core/checks/toml.ts";
import type { LogEntry } from "../core/run/run_log.ts";
import { formatDuration } from "../core/text/duration.ts";
import { onOneLine } from "../core/text/short_text.ts";
import { CHECK_SIGNS } from "../texts/check_texts.ts";
import { errorText } from "../texts/trouble_texts.ts";
import type { Action, Asking, Command, CommandContext } from "./command.ts";
import { type Choice, refuses, type Reply, ReplyBuilder } from "./reply.ts";

const COMMAND_LIMIT = 120;
const CHOICES_IN_ROW = 3;
/** Bytes of a button's data that a name may take. */
const NAME_BYTES = 45;

export const checks: Command = {
  name: "checks",
  where: "everywhere",
  section: "settings",
  takes: { text: "checks" },
  needs: { codex: "first", disk: "request" },
  run: async (context) => {
    const [, word = "", wanted = ""] = /^(\S*)\s*([\s\S]*)$/.exec(context.args) ?? [];
    switch (word.toLowerCase()) {
      case "":
      case "list":
        return await listReply(context);
      case "run":
        return await run(context);
      case "add":
      case "on":
        return await added(context, wanted);
      case "off":
      case "remove":
        return await switchedOff(context, wanted);
      default:
        return refuses(context.texts.checks.usage);
    }
  },
  actions: {
    /** `checkadd:<name>`: switches a proposed check, or one that is off, on for the session. */
    checkadd: pressed((press) => added(press, press.data)),
    /** `checkoff:<name>`. */
    checkoff: pressed((press) => switchedOff(press, press.data)),
  },
};

function pressed(change: (press: Parameters<Action>[0]) => Promise<Reply>): Action {
  return async (press) => {
    const edit = await change(press);
    return edit.refused === true ? "stale" : { edit };
  };
}

async function run({ sessionService, session, submitTask, texts }: CommandContext): Promise<
  Reply | undefined
> {
  const { checks } = await sessionService.checks.report(session);
  if (checks.length === 0) return refuses(texts.checks.nothingToRun);
  submitTask("checks");
  return undefined;
}

async function added(asking: Asking, wanted: string): Promise<Reply> {
  const { sessionService, session, texts: { checks: texts } } = asking;
  if (wanted === "") return refuses(texts.usage);
  const change = await sessionService.checks.add(session, wanted);
  if (change.type === "unknown") return refuses(texts.unknownToAdd(wanted));
  const { name } = change.check;
  return await listReply(asking, change.type === "added" ? texts.isOn(name) : texts.wasOn(name));
}

async function switchedOff(asking: Asking, wanted: string): Promise<Reply> {
  const { sessionService, session, texts: { checks: texts } } = asking;
  if (wanted === "") return refuses(texts.usage);
  const change = await sessionService.checks.switchOff(session, wanted);
  if (change.type === "unknown") return refuses(texts.unknown(wanted));
  const { name } = change.check;
  return await listReply(asking, change.type === "off" ? texts.isOff(name) : texts.wasOff(name));
}

async function listReply(asking: Asking, intro?: string): Promise<Reply> {
  const { sessionService, session, texts: { checks: texts } } = asking;
  const report = await sessionService.checks.report(session);
  const lines = new ReplyBuilder();
  if (intro !== undefined) lines.sentence(intro).line().line();
  lines.bold(texts.title).line(` · ${report.profile.name}`);
  if (report.checks.length === 0) lines.line(texts.none);
  const last = lastResults(asking);
  for (const check of report.checks) addCheck(lines, check, last(check), asking);
  for (const check of report.off) addCheck(lines, check, texts.off, asking, "○ ");
  if (report.checks.length > 0) lines.line(texts.when).sentence(texts.runNow).line();
  addProposals(lines, report, asking);
  const choices = choicesOf(report);
  return lines.with(choices.length === 0 ? {} : { choices }).build();
}

function addCheck(
  lines: ReplyBuilder,
  { name, command }: Pick<Check, "name" | "command">,
  fact: string | undefined,
  { redact }: Asking,
  sign = "● ",
): void {
  lines.text(sign).bold(name).text(" ").code(onOneLine(redact(command), COMMAND_LIMIT))
    .line(fact === undefined ? "" : ` · ${fact}`);
}

function addProposals(
  lines: ReplyBuilder,
  { profile, checks, proposals, unread }: ChecksReport,
  asking: Asking,
): void {
  const { texts, redact } = asking;
  if (unread !== undefined) {
    lines.line().sentence(`${texts.checks.unread} ${errorText(unread, texts, "checks")}`).line();
    return;
  }
  if (proposals.length === 0) {
    if (checks.length === 0) lines.line().sentence(texts.checks.noProposals).line();
    return;
  }
  lines.line().line(texts.checks.offers, "bold");
  for (const proposal of proposals) addCheck(lines, proposal, proposal.source, asking, "○ ");
  lines.line().line(texts.checks.forGood(profile.name))
    .pre(redact(tomlLine([...checks, ...proposals])), "toml");
}

/** How each check ended last, in the newest run of the session that has any. */
function lastResults(
  { records, session, texts }: Asking,
): (check: Pick<Check, "name">) => string | undefined {
  const entries = (records.runLog(session)?.log.entries ?? []).filter(({ kind }) =>
    kind === "check"
  );
  return ({ name }) => {
    // A name may have a colon in it.
    const last = entries.findLast(({ text }) =>
      text.startsWith(`${name}: `) || text.split("\n", 1)[0] === name
    );
    return last === undefined ? undefined : resultText(last, texts);
  };
}

function resultText(
  { status, exitCode, durationMs = 0 }: LogEntry,
  texts: Asking["texts"],
): string {
  const { log } = texts.records;
  if (status === undefined) return `${CHECK_SIGNS.running} ${texts.checks.status.running}`;
  const sign = status === "passed" ? CHECK_SIGNS.passed : CHECK_SIGNS.failed;
  const how = status === "failed" && exitCode !== undefined
    ? log.exitCode(exitCode)
    : log.status[status];
  return `${sign} ${how}, ${formatDuration(durationMs, texts)}`;
}

function choicesOf({ checks, off, proposals }: ChecksReport): Choice[][] {
  const all = [
    ...proposals.map((each) => choice(each, "+", "add")),
    ...off.map((each) => choice(each, "+", "add")),
    ...checks.map((each) => choice(each, "−", "off")),
  ].flat();
  const rows: Choice[][] = [];
  for (let start = 0; start < all.length; start += CHOICES_IN_ROW) {
    rows.push(all.slice(start, start + CHOICES_IN_ROW));
  }
  return rows;
}

/** A name that does not fit into a button can be typed. */
function choice(
  { name }: Pick<ProposedCheck, "name">,
  sign: string,
  what: "add" | "off",
): Choice[] {
  if (new TextEncoder().encode(name).length > NAME_BYTES) return [];
  return [{
    label: `${sign} ${name}`,
    action: `check${what}:${name}`,
    typed: `/checks ${what} ${name}`,
  }];
}
