/** /cancel stops what runs, /cancel all also drops what waits. */
import type { CancelReport } from "../../core/run/engine.ts";
import { plainText } from "../render/formatted_text.ts";
import { inButton } from "../presenter/status_message.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Reply } from "../replies.ts";
import type { Texts } from "../../texts/texts.ts";
import type { Command, CommandContext } from "./command.ts";
import { promptLine } from "../../core/run/run.ts";
import { drawActive } from "./queue_command.ts";

/** Of what runs in topics, and given a button. */
const MOST_LISTED = 10;

export const cancel: Command = (context) => {
  const { engine, session, args, texts } = context;
  const all = args.toLowerCase() === "all";
  if (args !== "" && !all) return Promise.resolve(plainText(texts.commands.cancelUsage));
  const report = engine.cancel(session, { all });
  const text = cancelText(report, texts);
  return Promise.resolve(
    text === "" ? nothingHere(context) : new TextBuilder().sentence(text).build(),
  );
};

/** Whoever has deleted a topic cannot write there any more, and what runs in it goes on. */
function nothingHere({ engine, session, texts, redact }: CommandContext): Reply {
  const { commands, talk } = texts;
  const runs = engine.queue(session).inTopics.slice(0, MOST_LISTED);
  if (runs.length === 0) return plainText(commands.nothingToCancel);
  const lines = new TextBuilder().text(commands.onlyInTopics).line();
  for (const active of runs) drawActive(lines, active, (run) => promptLine(run, redact), texts);
  const buttons = runs.map(({ run }, index) => [
    { label: talk.queue.cancelWaiting(index + 1), data: `c:${inButton(run)}` },
  ]);
  return { ...lines.build(), buttons };
}

/** What was stopped, dropped and left over, as a sentence; empty when nothing was at work. */
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
