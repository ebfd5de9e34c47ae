/** People and bots, as the server knows them. */
import { compact, type JsonObject } from "./wire.ts";

export interface Person {
  readonly id: number;
  readonly isBot: boolean;
  readonly firstName: string;
  readonly lastName?: string;
  readonly username?: string;
  readonly languageCode?: string;
}

export type NewPerson = Partial<Person>;

/** The bot itself, with what only `getMe` tells. */
export interface BotUser extends Person {
  readonly username: string;
  readonly canJoinGroups: boolean;
  /** False = privacy mode is on: in groups the bot sees only what is meant for it. */
  readonly canReadAllGroupMessages: boolean;
  readonly hasTopicsEnabled: boolean;
}

export const DEFAULT_BOT: BotUser = {
  id: 7_000_000_001,
  isBot: true,
  firstName: "Codex",
  username: "codex_test_bot",
  canJoinGroups: true,
  canReadAllGroupMessages: false,
  hasTopicsEnabled: false,
};

/** Senders that Telegram shows in place of a chat. */
export const GROUP_ANONYMOUS_BOT: Person = {
  id: 1087968824,
  isBot: true,
  firstName: "Group",
  username: "GroupAnonymousBot",
};
export const CHANNEL_BOT: Person = {
  id: 136817688,
  isBot: true,
  firstName: "Channel",
  username: "Channel_Bot",
};
export const TELEGRAM_SERVICE: Person = { id: 777000, isBot: false, firstName: "Telegram" };

export function personToWire(person: Person): JsonObject {
  return compact({
    id: person.id,
    is_bot: person.isBot,
    first_name: person.firstName,
    last_name: person.lastName,
    username: person.username,
    language_code: person.languageCode,
  });
}

export function botToWire(bot: BotUser): JsonObject {
  return {
    ...personToWire(bot),
    can_join_groups: bot.canJoinGroups,
    can_read_all_group_messages: bot.canReadAllGroupMessages,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: bot.hasTopicsEnabled,
    allows_users_to_create_topics: false,
  };
}
