/**
 * Lists every command of the chat and the terminal. Dispatch, menus, help and documents are made from
 * this table; a command that is not in it goes to Codex as text.
 */
import { nearMiss } from "../core/text/near_names.ts";
import { type CommandName, HELP_SECTIONS } from "../texts/command_texts.ts";
import type { Texts } from "../texts/texts.ts";
import { approve, deny } from "./approvals.ts";
import { checks } from "./checks.ts";
import { goal } from "./goal.ts";
import { language, rich } from "./chat_settings.ts";
import {
  type Action,
  type Command,
  type CommandContext,
  type Declaration,
  type Perform,
  type Place,
  usageOf,
  usageReply,
} from "./command.ts";
import { nameConversation, newConversation } from "./conversation.ts";
import { codexCommandReply, sendAsText } from "./codex_commands.ts";
import { diff, file } from "./diff.ts";
import { last } from "./last.ts";
import { log } from "./log.ts";
import { mode, profile } from "./mode.ts";
import { plan } from "./plan.ts";
import { effort, model } from "./model.ts";
import { report } from "./report.ts";
import { cancel, queue } from "./queue.ts";
import { refuses, type Reply, ReplyBuilder } from "./reply.ts";
import { compact, drop, goOn, retry, steer } from "./requests.ts";
import { accept, round } from "./round.ts";
import { restart } from "./restart.ts";
import { review } from "./review.ts";
import { fork, resume } from "./resume.ts";
import { start, status } from "./status.ts";
import { ps, stop } from "./terminals.ts";
import { redo, undo } from "./undo.ts";
import { usage } from "./usage.ts";

const help: Command = {
  name: "help",
  where: "everywhere",
  section: "look",
  takes: "nothing",
  run: ({ place, texts }) => helpReply(place, texts),
  actions: { asis: sendAsText },
};

const quit: Command = {
  name: "quit",
  aliases: ["exit"],
  where: "terminal",
  section: "control",
  takes: "nothing",
  run: ({ leave }) => {
    leave();
    return undefined;
  },
};

/** Orders the commands as menus and the sections of the help show them. */
const ALL = [
  newConversation,
  nameConversation,
  goal,
  resume,
  review,
  fork,
  compact,
  retry,
  round,
  steer,
  cancel,
  stop,
  goOn,
  drop,
  accept,
  approve,
  deny,
  restart,
  quit,
  status,
  queue,
  ps,
  last,
  log,
  report,
  diff,
  undo,
  redo,
  file,
  usage,
  start,
  help,
  mode,
  plan,
  profile,
  checks,
  model,
  effort,
  language,
  rich,
] as const;

export type ChatCommand = Extract<Command, { readonly where: "everywhere" | "chat" }>;
export type TerminalCommand = Extract<Command, { readonly where: "everywhere" | "terminal" }>;

/** Finds the commands of a chat by name or alias. */
export const CHAT_COMMANDS: ReadonlyMap<string, ChatCommand> = byName(ALL.filter(isOfChat));
/** Finds the commands of the terminal by name or alias. */
export const TERMINAL_COMMANDS: ReadonlyMap<string, TerminalCommand> = byName(
  ALL.filter(isOfTerminal),
);

/** Finds the handler of a button, and its command, by the name before the action's colon. */
export const ACTIONS: ReadonlyMap<string, { readonly act: Action; readonly command: Command }> =
  new Map(
    ALL.flatMap((command: Command) =>
      Object.entries(command.actions ?? {}).map(([name, act]) => [name, { act, command }] as const)
    ),
  );

/** Runs a command; refuses arguments that it does not take. */
export async function perform<Context extends CommandContext>(
  command: Declaration & { readonly run: Perform<Context> },
  context: Context,
): Promise<Reply | undefined> {
  const { name, takes } = command;
  const { args, texts } = context;
  if (takes === "nothing" && args !== "") return refuses(texts.commands.takesNoText(`/${name}`));
  if (typeof takes === "string" || "text" in takes) return await command.run(context);
  const word = args.toLowerCase().replaceAll(/\s+/g, " ");
  const taken = word === "" || takes.oneOf.includes(word) || takes.also?.includes(word) === true;
  if (!taken && takes.refusesText) return refuses(texts.commands.takesNoText(`/${name}`));
  if (!taken) return usageReply(command, texts).build();
  return await command.run({ ...context, args: word });
}

/** Finds the command that was probably meant by a name with a typing slip. */
export function meantCommand(typed: string, place: Place): CommandName | undefined {
  const commands: ReadonlyMap<string, Command> = place === "chat"
    ? CHAT_COMMANDS
    : TERMINAL_COMMANDS;
  return commands.get(nearMiss(typed, commands.keys()) ?? "")?.name;
}

export type Typed =
  | { readonly type: "command"; readonly command: TerminalCommand; readonly args: string }
  | { readonly type: "near-miss"; readonly typed: string; readonly meant: CommandName }
  /** A command of Codex's own terminal. */
  | { readonly type: "elsewhere"; readonly reply: Reply }
  /** A second slash at its beginning sends a command of Codex's own terminal as text. */
  | { readonly type: "request"; readonly text: string };

/** Tells commands, slips and requests apart in what is typed at the terminal. */
export function understood(line: string, texts: Texts): Typed {
  const [, typed, args = ""] = /^\/(\S+)\s*([\s\S]*)$/.exec(line.trim()) ?? [];
  if (typed === undefined) return { type: "request", text: line.trim() };
  const name = typed.toLowerCase();
  const command = TERMINAL_COMMANDS.get(name);
  if (command !== undefined) return { type: "command", command, args: args.trim() };
  const unslashed = line.trim().slice(1);
  if (codexCommandReply(unslashed, texts) !== undefined) {
    return { type: "request", text: unslashed };
  }
  const elsewhere = codexCommandReply(line, texts);
  if (elsewhere !== undefined) return { type: "elsewhere", reply: elsewhere };
  const meant = meantCommand(name, "terminal");
  return meant === undefined
    ? { type: "request", text: line.trim() }
    : { type: "near-miss", typed: name, meant };
}

/** Completes the beginning of a command, where only one of the terminal's begins so. */
export function completed(line: string): string | undefined {
  if (!/^\/[a-z]+$/.test(line)) return undefined;
  const [name, ...others] = [...TERMINAL_COMMANDS.keys()]
    .filter((each) => each.startsWith(line.slice(1)));
  return name === undefined || others.length > 0 ? undefined : `/${name} `;
}

/** Makes the menu of a chat. */
export function menuOf(
  { commands }: Texts,
): { readonly command: string; readonly description: string }[] {
  return ALL.filter(isOfChat).filter((command: Command) => command.rare !== true)
    .map(({ name }) => ({ command: name, description: commands.briefs[name] }));
}

/** Lists every command of the place, section by section, a line each. */
export function helpReply(place: Place, texts: Texts): Reply {
  const { commands: { help, briefs }, terminal } = texts;
  const commands: readonly Command[] = place === "chat"
    ? ALL.filter(isOfChat)
    : ALL.filter(isOfTerminal);
  const lines = new ReplyBuilder().line(help.title, "bold");
  for (const section of HELP_SECTIONS) {
    lines.line().line(help.sections[section], "bold");
    if (section === "work") lines.line(place === "chat" ? help.justWrite : terminal.help.intro);
    for (const command of commands.filter((each) => each.section === section)) {
      lines.line(`${usageOf(command, texts)} – ${briefs[command.name]}`);
    }
  }
  lines.line();
  if (place === "chat") lines.line(help.inGroups);
  else for (const key of terminal.help.keys) lines.line(key);
  return lines.build();
}

function isOfChat(command: Command): command is ChatCommand {
  return command.where !== "terminal";
}

function isOfTerminal(command: Command): command is TerminalCommand {
  return command.where !== "chat";
}

function byName<Each extends Command>(commands: readonly Each[]): ReadonlyMap<string, Each> {
  return new Map(
    commands.flatMap((command) =>
      [command.name, ...command.aliases ?? []].map((name) => [name, command] as const)
    ),
  );
}
