/** /cancel stops what runs, /cancel all also drops what waits. */
import type { CancelReport } from "../../core/engine.ts";
import { plainText } from "../render/formatted_text.ts";
import type { Texts } from "../texts/texts.ts";
import type { Command } from "./command.ts";

export const cancel: Command = ({ engine, session, args, texts }) => {
  const all = args.toLowerCase() === "all";
  if (args !== "" && !all) return Promise.resolve(plainText(texts.commands.cancelUsage));
  const report = engine.cancel(session, { all });
  const text = cancelText(report, texts) || texts.commands.nothingToCancel;
  return Promise.resolve(plainText(text));
};

/** What was stopped, dropped and left over; empty when nothing was at work. */
export function cancelText(
  { stopped, dropped, remaining }: CancelReport,
  { commands, run }: Texts,
): string {
  const stage = stopped?.stage === undefined ? run.starting : run.role[stopped.stage.role];
  return [
    ...(stopped === undefined ? [] : [commands.stopped(stage)]),
    ...(dropped > 0 ? [commands.dropped(dropped)] : []),
    ...(stopped !== undefined && remaining > 0 ? [commands.remaining(remaining)] : []),
  ].join("\n");
}
