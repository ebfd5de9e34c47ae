/** /cancel, /queue, /retry, /steer, /continue, /drop: what runs, what waits, and what is left open. */
import { promptLine, type Run, shortRunId } from "../../core/run/run.ts";
import { formatDuration } from "../../core/text/duration.ts";
import { withoutControls } from "../../core/text/control_characters.ts";
import { type Line, span } from "../text/styled_line.ts";
import type { Command, CommandContext } from "./command.ts";
import { problem, said } from "./said.ts";

export const cancel: Command = {
  usage: "/cancel [all]",
  brief: "stop what runs; with all also what waits",
  run: ({ args, cancel }) => {
    const all = args.toLowerCase() === "all";
    if (args !== "" && !all) return problem("Usage: /cancel or /cancel all");
    const lines = cancel({ all });
    return lines.length > 0 ? lines : said("Nothing runs.");
  },
};

export const queue: Command = {
  usage: "/queue",
  brief: "what runs and what waits",
  run: (context) => {
    const { engine, session, texts } = context;
    const { active, waiting, awaitingConfirmation } = engine.queue(session);
    const begins = (run: Run): string => withoutControls(promptLine(run, context.redact));
    const lines: Line[] = [
      ...(active === undefined ? [] : [[
        span("at work  ", "good"),
        span(`${begins(active.run)}, ${formatDuration(active.ageMs, texts)}`),
      ]]),
      ...waiting.map((run, index): Line => [
        span(`${String(index + 1).padStart(7)}  `, "dim"),
        span(begins(run)),
      ]),
      ...awaitingConfirmation.map((run): Line => [
        span(`${shortRunId(run.id).padStart(7)}  `, "warning"),
        span(`${begins(run)} (waits for /continue or /drop)`),
      ]),
    ];
    return lines.length > 0 ? lines : said("Nothing runs and nothing waits.");
  },
};

export const retry: Command = {
  usage: "/retry",
  brief: "the last request again",
  run: ({ engine, session, submit }) => {
    const last = engine.lastRequest(session);
    if (last === undefined) return problem("There is no request that could be repeated.");
    submit(last.prompt);
    return [];
  },
};

export const steer: Command = {
  usage: "/steer TEXT",
  brief: "add to what Codex is working on",
  run: ({ args, steer }) => {
    if (args === "") return problem("Usage: /steer TEXT");
    steer(args);
    return [];
  },
};

export const goOn: Command = {
  usage: "/continue [ID]",
  brief: "go on with what an earlier chat left",
  run: (context) =>
    withConfirmation(context, ({ id, session }) => context.engine.continueRun(session, id)),
};

export const drop: Command = {
  usage: "/drop [ID]",
  brief: "leave it",
  run: (context) =>
    withConfirmation(context, ({ id, session }) => context.engine.dropRun(session, id)),
};

/** Without an id it is about the only one there is. */
function withConfirmation(context: CommandContext, act: (run: Run) => void): Line[] {
  const { engine, session, args, redact } = context;
  const awaiting = engine.awaitingConfirmation(session);
  const [run, ...others] = awaiting.filter(({ id }) => id.startsWith(args.toLowerCase()));
  if (run !== undefined && others.length === 0) {
    act(run);
    return [];
  }
  if (awaiting.length === 0) return problem("Nothing waits for your word.");
  return [
    ...problem("Which one? Type its ID behind the command:"),
    ...awaiting.flatMap((each) =>
      said(`${shortRunId(each.id)}  ${withoutControls(promptLine(each, redact))}`)
    ),
  ];
}
