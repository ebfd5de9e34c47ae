/** /mode, /profile and /new: what the next request works under. */
import { belongsTo, type Session } from "../../core/session/session.ts";
import type { Profile } from "../../core/session/settings.ts";
import { type FormattedText, plainText } from "../render/formatted_text.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Texts } from "../../texts/texts.ts";
import { cancelText } from "./cancel_command.ts";
import { effortLine, modelLine } from "./choices_in_use.ts";
import type { Command, CommandContext } from "./command.ts";

export const mode: Command = async (context) => {
  const { engine, session, args, texts: { commands } } = context;
  const wanted = args.toLowerCase();
  if (wanted !== "single" && wanted !== "plan") {
    const report = await context.status();
    return plainText(`${commands.modeUsage}\n${commands.modeIs(report.session.mode)}`);
  }
  await engine.setMode(session, wanted);
  return plainText(
    [commands.modeSet(wanted), commands.modeMeaning[wanted], commands.fromNextRequest].join("\n"),
  );
};

export const newSession: Command = async ({ engine, waiting, session, args, texts }) => {
  // Whoever writes a request behind it would lose that, and what runs and waits as well.
  if (args !== "") return plainText(texts.commands.takesNoWords("/new"));
  const stopped = cancelText(await engine.reset(session), texts);
  waiting.clear(session);
  const said = [stopped, texts.commands.newSession].filter((line) => line !== "");
  return new TextBuilder().sentence(said.join("\n")).build();
};

export const profile: Command = async (context) => {
  const { engine, session, args, texts } = context;
  if (args === "") return await profileList(context, texts.commands.profileUsage);
  if (args.toLowerCase() === "list") return await profileList(context, "");
  const selected = await engine.selectProfile(session, args);
  if (selected === undefined) {
    return await profileList(context, texts.commands.unknownProfile(args));
  }
  const lines = new TextBuilder().line(texts.commands.profileSet(selected.name));
  const report = await context.status();
  drawProfile(lines, report, texts);
  const { developerThread } = report.session;
  if (developerThread !== undefined && !belongsTo(developerThread, selected)) {
    lines.line(texts.machines.newPlace);
  }
  return lines.text(texts.commands.fromNextRequest).build();
};

async function profileList(context: CommandContext, intro: string): Promise<FormattedText> {
  const { engine, texts: { status } } = context;
  const report = await context.status();
  const { all, default: defaultName } = engine.profiles();
  const lines = new TextBuilder();
  if (intro !== "") lines.line(intro);
  lines.bold(status.profilesTitle).line();
  for (const each of all) {
    const active = each.name === report.profile.name;
    const marks = [
      ...(active ? [status.isActive] : []),
      ...(each.name === defaultName ? [status.isDefault] : []),
    ];
    lines.text(active ? "● " : "○ ").bold(each.name);
    lines.line(marks.length === 0 ? "" : ` (${marks.join(", ")})`);
    // What was chosen for the session counts for the profile in use.
    const { model: _model, reasoningEffort: _effort, ...session } = report.session;
    drawProfile(lines, active ? report : { profile: each, session }, context.texts);
  }
  return lines.build();
}

function drawProfile(
  lines: TextBuilder,
  shown: { readonly profile: Profile; readonly session: Session },
  texts: Texts,
): void {
  const { status, codex } = texts;
  const { machine, workingDirectory, sandbox, approvalPolicy } = shown.profile;
  lines.line(`    ${status.model}: ${modelLine(shown, texts)}`);
  lines.line(`    ${codex.effort}: ${effortLine(shown, texts)}`);
  if (machine !== undefined) {
    lines.text(`    ${texts.machines.machine}: `).code(machine).line();
  }
  lines.text(`    ${status.folder}: `).code(workingDirectory).line();
  lines.line(`    ${status.rights}: ${sandbox}, ${approvalPolicy}`);
}
