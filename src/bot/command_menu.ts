/** The menu of commands in Telegram's clients, in each language. */
import type { Api } from "grammy";
import type { BotCommand, BotCommandScope } from "@grammyjs/types";
import type { Log } from "../core/log.ts";
import { classifyFailure } from "./outbox/failure.ts";
import { EN } from "./texts/en.ts";
import { KO } from "./texts/ko.ts";
import { MENU_COMMANDS, type Texts } from "./texts/texts.ts";

/**
 * For private chats and the allowed groups: whoever is not let in is shown nothing.
 *
 * A bot without a menu works as well, and a group on the list may not have the bot yet: what fails
 * is logged and the rest goes on.
 */
export async function publishCommandMenu(
  api: Pick<Api, "setMyCommands">,
  allowedChats: readonly number[],
  log: Log,
): Promise<void> {
  const scopes: BotCommandScope[] = [
    { type: "all_private_chats" },
    ...allowedChats.map((chat_id) => ({ type: "chat", chat_id }) as const),
  ];
  for (const scope of scopes) {
    try {
      await api.setMyCommands(menuOf(EN), { scope });
      await api.setMyCommands(menuOf(KO), { scope, language_code: "ko" });
    } catch (error) {
      log.info("telegram.menu.failed", { scope, error: classifyFailure(error).description });
    }
  }
}

function menuOf({ commands }: Texts): BotCommand[] {
  return MENU_COMMANDS.map((command) => ({ command, description: commands.menu[command] }));
}
