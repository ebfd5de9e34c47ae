/** /approve ID and /deny ID: the buttons' typed twins. */
import { type FormattedText, plainText } from "../render/formatted_text.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Command, CommandContext } from "./command.ts";

export function answerApproval(decision: "accept" | "decline"): Command {
  return (context) => {
    const { approvals, args, by, texts } = context;
    if (!/^\S+$/.test(args)) return Promise.resolve(usage(context));
    // A decision shows in the question itself, which is edited.
    return Promise.resolve(
      approvals.decide(args, decision, by)
        ? undefined
        : plainText(texts.commands.unknownApproval(args)),
    );
  };
}

/** Telegram sends a command that is touched without what stands behind it. */
function usage({ approvals, by, texts: { commands } }: CommandContext): FormattedText {
  const lines = new TextBuilder().text(commands.approvalUsage);
  const open = approvals.openFor(by);
  if (open.length > 0) lines.line().line().text(commands.openApprovals);
  for (const id of open) lines.line().code(`/approve ${id}`).text("   ").code(`/deny ${id}`);
  return lines.build();
}
