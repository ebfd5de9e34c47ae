/** Tells what an update needs before or while it is carried out, as its command declares it. */
import type { Declaration } from "../commands/command.ts";
import { ACTIONS, CHAT_COMMANDS } from "../commands/table.ts";
import type { Inbound } from "./inbound.ts";

/** The name of a button. */
const BUTTON = /^([a-z]+):/;

/** Tells whether it makes a request, or changes what is kept on the disk. */
export function needsDisk(inbound: Inbound): boolean {
  if (inbound.kind !== "command") return inbound.kind === "text" || inbound.kind === "edited";
  // What is no command of ours is a request.
  const command = commandOf(inbound);
  return command === undefined || command.needs?.disk !== undefined;
}

/** Tells whether its answer may take as long as Codex likes. */
export function asksCodex(inbound: Inbound): boolean {
  return commandOf(inbound)?.needs?.codex !== undefined;
}

/** Finds the command that is typed, or whose button is pressed. */
export function commandOf(inbound: Inbound): Declaration | undefined {
  switch (inbound.kind) {
    case "command":
      return CHAT_COMMANDS.get(inbound.name);
    case "callback":
      return ACTIONS.get(BUTTON.exec(inbound.data)?.[1] ?? "")?.command;
    default:
      return undefined;
  }
}
