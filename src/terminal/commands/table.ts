/** Every command of the chat, in the order help shows them. */
import { nearMiss } from "../../core/text/near_names.ts";
import { type Line, span } from "../text/styled_line.ts";
import { effort, model, resume, usage } from "./codex_commands.ts";
import type { Command } from "./command.ts";
import { diff, log } from "./record_commands.ts";
import { begin, mode, profile, status } from "./session_commands.ts";
import { cancel, drop, goOn, queue, retry, steer } from "./work_commands.ts";

const quit: Command = {
  usage: "/quit",
  brief: "leave as soon as nothing runs; the conversation is kept",
  run: ({ leave }) => {
    leave();
    return [];
  },
};

const help: Command = {
  usage: "/help",
  brief: "what there is",
  run: () => helpLines(),
};

export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ["help", help],
  ["status", status],
  ["mode", mode],
  ["profile", profile],
  ["model", model],
  ["effort", effort],
  ["steer", steer],
  ["queue", queue],
  ["cancel", cancel],
  ["retry", retry],
  ["diff", diff],
  ["log", log],
  ["usage", usage],
  ["resume", resume],
  ["continue", goOn],
  ["drop", drop],
  ["new", begin],
  ["quit", quit],
]);

const ALIASES: ReadonlyMap<string, string> = new Map([["exit", "quit"]]);

export type Typed =
  | { readonly type: "command"; readonly command: Command; readonly args: string }
  | { readonly type: "near-miss"; readonly typed: string; readonly meant: string }
  | { readonly type: "request" };

/** Any other `/command` is for Codex; one that looks like a slip is asked about. */
export function understood(line: string): Typed {
  const [, typed, args = ""] = /^\/(\S+)\s*([\s\S]*)$/.exec(line.trim()) ?? [];
  if (typed === undefined) return { type: "request" };
  const name = typed.toLowerCase();
  const command = COMMANDS.get(ALIASES.get(name) ?? name);
  if (command !== undefined) return { type: "command", command, args: args.trim() };
  const meant = nearMiss(name, COMMANDS.keys());
  return meant === undefined ? { type: "request" } : { type: "near-miss", typed: name, meant };
}

/** The one command that begins so. */
export function completed(line: string): string | undefined {
  if (!/^\/[a-z]+$/.test(line)) return undefined;
  const [name, ...others] = [...COMMANDS.keys()].filter((each) => each.startsWith(line.slice(1)));
  return name === undefined || others.length > 0 ? undefined : `/${name} `;
}

function helpLines(): Line[] {
  const width = Math.max(...[...COMMANDS.values()].map((command) => command.usage.length));
  return [
    [span("Write what you want done. While Codex works, what you write waits its turn.")],
    ...[...COMMANDS.values()].map(({ usage, brief }): Line => [
      span(`  ${usage.padEnd(width)}  `, "code"),
      span(brief),
    ]),
    [span(
      "Ctrl-C stops what runs, and leaves when nothing does; Ctrl-D leaves when work is over.",
    )],
    [span("Alt-Enter begins a new line, ↑ and ↓ bring earlier ones back.")],
  ];
}
