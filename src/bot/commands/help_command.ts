/** /help: every command, grouped, one line each. */
import { TextBuilder } from "../render/text_builder.ts";
import { HELP_GROUPS, type HelpGroup, type RareCommand } from "../../texts/help_texts.ts";
import { MENU_COMMANDS, type MenuCommand, type Texts } from "../../texts/texts.ts";
import type { Command } from "./command.ts";

/** A command of the menu that has no place here does not compile. */
const GROUP_OF: Readonly<Record<MenuCommand | RareCommand, HelpGroup>> = {
  new: "work",
  resume: "work",
  retry: "work",
  steer: "control",
  cancel: "control",
  continue: "control",
  drop: "control",
  approve: "control",
  deny: "control",
  status: "look",
  usage: "look",
  log: "look",
  diff: "look",
  file: "look",
  queue: "look",
  start: "look",
  help: "look",
  mode: "settings",
  profile: "settings",
  model: "settings",
  effort: "settings",
  language: "settings",
  rich: "settings",
};

export const help: Command = ({ texts }) => {
  const lines = new TextBuilder().bold(texts.help.title).line();
  for (const group of HELP_GROUPS) {
    lines.line().bold(texts.help.groups[group]).line();
    if (group === "work") lines.line(texts.help.justWrite);
    for (const [command, does] of commandsOf(group, texts)) lines.line(`/${command} – ${does}`);
  }
  return Promise.resolve(lines.line().text(texts.help.inGroups).build());
};

function commandsOf(group: HelpGroup, { help: { rare }, commands }: Texts): [string, string][] {
  const lines = new Map<string, string>([
    ...Object.entries(rare),
    ...MENU_COMMANDS.map((command) => [command, commands.menu[command]] as const),
  ]);
  return Object.entries(GROUP_OF).filter(([, each]) => each === group)
    .map(([command]) => [command, lines.get(command) ?? ""]);
}
