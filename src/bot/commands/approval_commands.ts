/** /approve ID and /deny ID: the buttons' typed twins. */
import { plainText } from "../render/formatted_text.ts";
import type { Command } from "./command.ts";

export function answerApproval(decision: "accept" | "decline"): Command {
  return ({ approvals, args, by, texts }) => {
    if (!/^\S+$/.test(args)) return Promise.resolve(plainText(texts.commands.approvalUsage));
    // A decision shows in the question itself, which is edited.
    return Promise.resolve(
      approvals.decide(args, decision, by)
        ? undefined
        : plainText(texts.commands.unknownApproval(args)),
    );
  };
}
