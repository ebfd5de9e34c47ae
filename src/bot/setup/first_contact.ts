/** Publishes the menus and texts of a new bot, and sends its owner a first message. */
import type { Api } from "grammy";
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import { BotProfile } from "../bot_profile.ts";
import type { PreferenceStore } from "../preferences.ts";
import { TextBuilder } from "../render/text_builder.ts";
import { type Language, textsFor } from "../../texts/texts.ts";
import type { BotConnection, BotIdentity } from "./bot_connection.ts";

export interface ProfileParts {
  readonly api: Api;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Sets menus, descriptions and the menu button in both languages.
 * @returns how many of them failed; the bot sets those again when it starts
 */
export async function publishProfile(
  bot: BotIdentity,
  groups: readonly number[],
  parts: ProfileParts,
): Promise<number> {
  let failed = 0;
  const log: Log = {
    debug: () => {},
    info: () => void failed++,
    warn: () => {},
    error: () => {},
  };
  const profile = new BotProfile({ ...parts, botId: bot.id, store: forgetfulStore(), log });
  await profile.publish({ groups, choices: [] });
  return failed;
}

/** Forgets what was set, so that the first start sets everything once more. */
function forgetfulStore(): PreferenceStore {
  const values = new Map<string, string>();
  return {
    get: (owner, name) => values.get(`${owner} ${name}`),
    set: (owner, name, value) => void values.set(`${owner} ${name}`, value),
  };
}

/**
 * Tells the owner in their private chat that the bot works.
 * @throws {UserFacingError} when it does not arrive, such as when they never wrote to the bot
 */
export async function sendFirstMessage(
  account: BotConnection,
  to: { readonly userId: number; readonly language: Language },
  folder: string,
): Promise<void> {
  const { setup } = textsFor(to.language);
  const { text, entities } = new TextBuilder().bold(setup.connected).line().line()
    .line(setup.folder(folder)).line().text(setup.whatNext).build();
  const options = { entities: [...entities], link_preview_options: { is_disabled: true } };
  await account.call((api, signal) => api.sendMessage(to.userId, text, options, signal));
}
