/** Shows the sub-agents at work, and says which were stopped: parts of /status, /queue, /cancel, /new. */
import type { StoppedAgents, WorkingAgent } from "../core/session/working_agents.ts";
import { onOneLine } from "../core/text/short_text.ts";
import type { Texts } from "../texts/texts.ts";
import type { Choice, ReplyBuilder } from "./reply.ts";

const MOST_LISTED = 10;
const NAME_LIMIT = 40;
const DOING_LIMIT = 160;

/** Adds a line for each: its name, what it does, and where. */
export function addAgents(
  lines: ReplyBuilder,
  agents: readonly WorkingAgent[],
  { activity, queue }: Texts,
): void {
  for (const { name, doing, machine } of agents.slice(0, MOST_LISTED)) {
    lines.icon("agent").bold(onOneLine(name, NAME_LIMIT)).text(" · ");
    if (doing === undefined) lines.text(activity.agentState.working);
    else lines.code(onOneLine(doing, DOING_LIMIT));
    lines.line(machine === undefined ? "" : ` · ${machine}`);
  }
  if (agents.length > MOST_LISTED) lines.line(queue.more(agents.length - MOST_LISTED));
}

export function agentChoices(
  { length: count }: readonly WorkingAgent[],
  { activity }: Texts,
): readonly (readonly Choice[])[] {
  if (count === 0) return [];
  return [[{ label: activity.stopAgents(String(count)), action: "agents:", typed: "/cancel" }]];
}

/** Says who was stopped; nothing where nobody was. */
export function agentSentences(
  { agents, commands }: StoppedAgents,
  { activity }: Texts,
): string[] {
  const names = agents.map((name) => onOneLine(name, NAME_LIMIT)).join(", ");
  return [
    ...(agents.length === 0 ? [] : [activity.stoppedAgents(names)]),
    ...(commands === 0 ? [] : [activity.stoppedCommands(commands)]),
  ];
}
