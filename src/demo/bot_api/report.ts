/** The state of the world in lines, for the error of a wait that failed. */
import type { Account } from "./account.ts";
import type { ApiCall } from "./call_log.ts";
import { type SeenMessage, transcriptOf } from "./transcript.ts";

const SHOWN_CALLS = 15;
const SHOWN_MESSAGES = 10;
const SHOWN_CHARACTERS = 160;

export function describeWorld(account: Account, calls: readonly ApiCall[]): string {
  const lines: string[] = [];
  for (const chat of account.chats.values()) {
    lines.push(`Chat ${chat.id}:`, ...transcriptOf(chat).slice(-SHOWN_MESSAGES).map(describe));
  }
  lines.push("Last calls:", ...calls.slice(-SHOWN_CALLS).map(describeCall));
  return lines.join("\n");
}

function describe(message: SeenMessage): string {
  const who = message.byBot ? "bot" : `${message.fromId ?? "channel"}`;
  const labels = message.buttons.flat().map((button) => `[${button.text}]`).join(" ");
  const marks = `${message.deleted ? " (deleted)" : ""}${message.reactions.join("")}`;
  return shorten(`  #${message.id} ${who}${marks}: ${message.text} ${labels}`);
}

function describeCall({ method, parameters, outcome }: ApiCall): string {
  const end = outcome === undefined
    ? "under way"
    : outcome.type === "refused"
    ? `${outcome.status} ${outcome.description}`
    : outcome.type;
  return shorten(`  ${method} ${JSON.stringify(parameters)} -> ${end}`);
}

function shorten(line: string): string {
  const flat = line.replaceAll("\n", "⏎");
  return flat.length <= SHOWN_CHARACTERS ? flat : `${flat.slice(0, SHOWN_CHARACTERS)}…`;
}
