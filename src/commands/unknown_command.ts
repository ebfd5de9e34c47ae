/** Answers a command of a chat that the program does not have. */
import type { Texts } from "../texts/texts.ts";
import { codexCommandReply } from "./codex_commands.ts";
import { type Reply, says } from "./reply.ts";
import { meantCommand } from "./table.ts";

/** @returns undefined for what may be a command of Codex, or mere words */
export function unknownCommandReply(name: string, text: string, texts: Texts): Reply | undefined {
  const elsewhere = codexCommandReply(text, texts);
  if (elsewhere !== undefined) return elsewhere;
  const meant = meantCommand(name, "chat");
  return meant === undefined ? undefined : says(texts.commands.nearMiss(`/${name}`, `/${meant}`));
}
