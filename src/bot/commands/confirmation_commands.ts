/** /continue and /drop: the typed twins of the buttons under a run that waits for a word. */
import type { Engine } from "../../core/run/engine.ts";
import { promptLine, type Run, shortRunId } from "../../core/run/run.ts";
import { type FormattedText, plainText } from "../render/formatted_text.ts";
import { TextBuilder } from "../render/text_builder.ts";
import type { Command, CommandContext } from "./command.ts";

/** Without an id it is about the only one there is. */
export function answerConfirmation(answer: "continue" | "drop"): Command {
  return (context) => {
    const { engine, session, args, texts } = context;
    const { commands } = texts;
    if (/\s/.test(args)) return Promise.resolve(plainText(commands.continueUsage));
    const awaiting = engine.awaitingConfirmation(session);
    const wanted = args === "" ? awaiting : awaiting.filter(({ id }) => isMeant(id, args));
    const [run, ...others] = wanted;
    if (run !== undefined && others.length === 0) {
      // What comes of it shows in the run's own status message, which is edited.
      execute(engine, run, answer);
      return Promise.resolve(undefined);
    }
    return Promise.resolve(listed(awaiting, context));
  };
}

function isMeant(runId: string, typed: string): boolean {
  return typed.length >= shortRunId(runId).length && runId.startsWith(typed.toLowerCase());
}

function execute(engine: Engine, { id, session }: Run, answer: "continue" | "drop"): void {
  if (answer === "continue") engine.continueRun(session, id);
  else engine.dropRun(session, id);
}

function listed(
  awaiting: readonly Run[],
  { args: typed, redact, texts: { commands } }: CommandContext,
): FormattedText {
  if (awaiting.length === 0) return plainText(commands.nothingOffered);
  const lines = new TextBuilder()
    .line(typed === "" ? commands.whichOffered : commands.unknownOffer(typed));
  for (const run of awaiting) {
    lines.code(shortRunId(run.id)).line(` ${promptLine(run, redact)}`);
  }
  return lines.build();
}
