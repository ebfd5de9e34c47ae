/** /start: what the bot is, where it stands, and the first things to do with it. */
import { TextBuilder } from "../render/text_builder.ts";
import type { Command } from "./command.ts";

/** The three that a new person needs first. */
const FIRST_COMMANDS = ["status", "mode", "cancel"] as const;

export const start: Command = async (context) => {
  const { commands, status, refusals, help } = context.texts;
  const report = await context.status();
  const { codex, profile } = report;
  const lines = new TextBuilder().bold(commands.greeting).line();
  if (codex.kind === "echo") lines.line().bold(refusals.echo).line();
  if (!codex.ready) lines.line().line(refusals.notReady(codex.lastError ?? status.none));
  lines.line().line(commands.whatIDo).line();
  lines.text(`${status.mode}: `).bold(report.session.mode).line();
  lines.text(`${status.profile}: `).bold(profile.name).line();
  lines.text(`${status.folder}: `).code(profile.workingDirectory).line().line();
  for (const name of FIRST_COMMANDS) lines.line(`/${name} – ${commands.menu[name]}`);
  return lines.line().text(help.all).build();
};
