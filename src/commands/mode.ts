/** Sets what the next request works under: /mode, /profile and /new. */
import type { BackendKind } from "../core/codex/codex.ts";
import { belongsTo, type Session } from "../core/session/session.ts";
import type { Profile } from "../core/session/settings.ts";
import type { Texts } from "../texts/texts.ts";
import type { Command, CommandContext } from "./command.ts";
import { effortLine, modelLine } from "./model.ts";
import { type Reply, ReplyBuilder, says } from "./reply.ts";
import { sandboxLine } from "./sandbox.ts";

const MODES = ["single", "plan"] as const;

export const mode: Command = {
  name: "mode",
  where: "everywhere",
  section: "settings",
  takes: { oneOf: MODES },
  needs: { disk: "change" },
  run: async (context) => {
    const { engine, session, args, texts: { session: texts } } = context;
    const wanted = MODES.find((each) => each === args);
    if (wanted !== undefined) {
      await engine.setMode(session, wanted);
      const { set, meaning } = texts.mode;
      return says([set(wanted), meaning[wanted], texts.fromNextMessage].join("\n"));
    }
    const { session: { mode: used } } = await context.status();
    const lines = new ReplyBuilder();
    for (const each of MODES) lines.choice(each, texts.mode.meaning[each], each === used);
    return lines.sentence(texts.mode.pick).build();
  },
};

export const profile: Command = {
  name: "profile",
  where: "everywhere",
  section: "settings",
  takes: { text: "name" },
  needs: { disk: "change" },
  run: async (context) => {
    const { engine, session, args, texts } = context;
    if (args === "" || args.toLowerCase() === "list") {
      return (await profileList(context)).sentence(texts.session.profile.pick).build();
    }
    const selected = await engine.selectProfile(session, args);
    if (selected === undefined) {
      const unknown = texts.session.profile.unknown(args);
      return (await profileList(context, unknown)).with({ refused: true }).build();
    }
    return await selectedReply(selected, context);
  },
};

async function selectedReply(selected: Profile, context: CommandContext): Promise<Reply> {
  const { session: texts } = context.texts;
  const lines = new ReplyBuilder().line(texts.profile.set(selected.name));
  const report = await context.status();
  addProfile(lines, { ...report, codex: report.codex.kind }, context.texts);
  const { developerThread } = report.session;
  if (developerThread !== undefined && !belongsTo(developerThread, selected)) {
    lines.line(texts.conversationStays);
  }
  return lines.text(texts.fromNextMessage).build();
}

async function profileList(context: CommandContext, intro = ""): Promise<ReplyBuilder> {
  const { engine, texts } = context;
  const { title, isActive, isDefault } = texts.session.profile;
  const report = await context.status();
  const { all, default: defaultName } = engine.profiles();
  const lines = new ReplyBuilder();
  if (intro !== "") lines.line(intro);
  lines.line(title, "bold");
  for (const each of all) {
    const active = each.name === report.profile.name;
    const marks = [
      ...(active ? [isActive] : []),
      ...(each.name === defaultName ? [isDefault] : []),
    ];
    lines.text(active ? "● " : "○ ").bold(each.name);
    lines.line(marks.length === 0 ? "" : ` (${marks.join(", ")})`);
    // What was chosen for the session counts for the profile in use.
    const { model: _model, reasoningEffort: _effort, ...session } = report.session;
    const { codex } = each;
    addProfile(lines, { ...(active ? report : { profile: each, session }), codex }, texts);
  }
  return lines;
}

function addProfile(
  lines: ReplyBuilder,
  shown: { readonly profile: Profile; readonly session: Session; readonly codex: BackendKind },
  texts: Texts,
): void {
  const { labels } = texts.session;
  const { machine, workingDirectory } = shown.profile;
  lines.line(`    ${labels.model}: ${modelLine(shown, texts)}`);
  lines.line(`    ${labels.effort}: ${effortLine(shown, texts)}`);
  if (machine !== undefined) lines.text(`    ${labels.machine}: `).code(machine).line();
  lines.text(`    ${labels.folder}: `).code(workingDirectory).line();
  lines.line(`    ${labels.sandbox}: ${sandboxLine(shown.profile, shown.codex, texts)}`);
}
