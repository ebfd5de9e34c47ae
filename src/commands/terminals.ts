/** Shows and stops the commands that Codex has left running, such as a server: /ps and /stop. */
import type { RunningCommand, RunningCommandsReport } from "../core/session/running_commands.ts";
import type { CodexError } from "../core/errors.ts";
import { formatDuration } from "../core/text/duration.ts";
import { onOneLine } from "../core/text/short_text.ts";
import type { Texts } from "../texts/texts.ts";
import { failureText } from "../texts/trouble_texts.ts";
import type { Asking, Command, Press, Pressed } from "./command.ts";
import { type Choice, refuses, type Reply, ReplyBuilder, says } from "./reply.ts";

/** Limits the commands that are listed, and have a button. */
const MOST_LISTED = 10;
const LINE_LIMIT = 200;
const LABEL_LIMIT = 32;
/** Telegram's limit for the data of a button, in bytes. */
const ACTION_LIMIT = 64;

export const ps: Command = {
  name: "ps",
  where: "everywhere",
  section: "look",
  takes: "nothing",
  needs: { codex: true },
  run: shown,
  actions: {
    /** `ps:`, below an answer. */
    ps: async (press) => ({ reply: await shown(press) }),
    /** `term:<command>`. */
    term: stopPressed,
  },
};

export const stop: Command = {
  name: "stop",
  where: "everywhere",
  section: "control",
  takes: { text: "id" },
  needs: { codex: true },
  run: async (context) => {
    const { args, sessionService: { commands }, session, texts } = context;
    const typed = args.toLowerCase();
    if (typed === "all") {
      const report = await commands.stopAll(session);
      const sentences = stoppedSentences(report, context);
      return sentences.length === 0 ? says(texts.terminals.none) : says(sentences.join("\n"));
    }
    const { commands: running } = await commands.list(session);
    const [only, ...others] = running;
    if (typed === "" && (only === undefined || others.length > 0)) return await shown(context);
    const stopped = await commands.stop(session, typed === "" ? only?.id ?? "" : typed);
    if (stopped === undefined) return refuses(texts.terminals.unknownId(args));
    return says(stoppedSentence(stopped, context));
  },
};

async function stopPressed(press: Press): Promise<Pressed> {
  const { sessionService: { commands }, session, texts, data } = press;
  const stopped = await commands.stop(session, data);
  if (stopped === undefined) return { toast: texts.terminals.ended };
  const said = stoppedSentence(stopped, press);
  return { toast: said.replaceAll("`", ""), reply: says(said) };
}

async function shown(asking: Asking): Promise<Reply> {
  const { sessionService, session, texts } = asking;
  const report = await sessionService.commands.list(session);
  if (report.unsupported !== undefined) throw report.unsupported;
  const { none, title } = texts.terminals;
  if (report.commands.length === 0) {
    return says(report.unknown === undefined ? none : unknownSentence(report.unknown, texts));
  }
  const lines = new ReplyBuilder().line(title, "bold");
  addCommands(lines, report, asking);
  return lines.with({ choices: stopChoices(report, texts) }).build();
}

/** Adds a line for each command: what it is, for how long, and where. */
export function addCommands(
  lines: ReplyBuilder,
  { commands, unknown }: RunningCommandsReport,
  asking: Pick<Asking, "texts" | "clock">,
): void {
  const { texts } = asking;
  for (const command of commands.slice(0, MOST_LISTED)) {
    lines.code(onOneLine(command.command, LINE_LIMIT));
    lines.line(factsOf(command, asking).map((fact) => ` · ${fact}`).join(""));
  }
  const more = commands.length - MOST_LISTED;
  if (more > 0) lines.line(texts.queue.more(more));
  if (unknown !== undefined) lines.line(unknownSentence(unknown, texts).replaceAll("`", ""));
}

function factsOf(
  { startedAt, machine, leftBehind }: RunningCommand,
  { texts, clock }: Pick<Asking, "texts" | "clock">,
): readonly string[] {
  const age = startedAt === undefined ? undefined : clock.now().getTime() - startedAt.getTime();
  return [
    ...(age === undefined ? [] : [formatDuration(age, texts)]),
    ...(machine === undefined ? [] : [machine]),
    ...(leftBehind ? [texts.terminals.leftBehind] : []),
  ];
}

/** A button for each, and one for all of several. */
export function stopChoices(
  { commands }: RunningCommandsReport,
  { terminals }: Texts,
): readonly (readonly Choice[])[] {
  return commands.slice(0, MOST_LISTED).flatMap(({ id, command }) => {
    const action = `term:${id}`;
    if (new TextEncoder().encode(action).length > ACTION_LIMIT) return [];
    const label = terminals.stop(onOneLine(command, LABEL_LIMIT));
    return [[{ label, action, typed: `/stop ${id}` }]];
  });
}

/** Says which commands were stopped, and whether some may run on. */
export function stoppedSentences(
  report: RunningCommandsReport,
  asking: Pick<Asking, "texts" | "clock">,
): string[] {
  const { commands, unknown } = report;
  return [
    ...commands.map((command) => stoppedSentence(command, asking)),
    ...(unknown === undefined ? [] : [unknownSentence(unknown, asking.texts)]),
    ...unsupportedSentences(report, asking),
  ];
}

/** Says that some may run which cannot be asked for now. */
function unknownSentence(why: CodexError, texts: Texts): string {
  return texts.terminals.unknown(failureText(why, texts, ps.name));
}

/**
 * Says that nobody can tell what still runs, and what ends it all the same. Which backend could tell
 * is said by /ps, which is about nothing else.
 */
export function unsupportedSentences(
  { unsupported }: Pick<RunningCommandsReport, "unsupported">,
  { texts }: Pick<Asking, "texts">,
): string[] {
  return unsupported === undefined ? [] : [texts.trouble.unsupported.terminals];
}

function stoppedSentence(
  command: RunningCommand,
  asking: Pick<Asking, "texts" | "clock">,
): string {
  // A backtick in it would end the code.
  const line = onOneLine(command.command, LINE_LIMIT).replaceAll("`", "'");
  return asking.texts.terminals.stopped(`\`${line}\``, factsOf(command, asking).join(", "));
}
