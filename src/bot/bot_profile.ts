/**
 * Publishes what Telegram's clients show of the bot by themselves: menus of commands, descriptions,
 * the menu button. Sets only what differs from the last time, so that a restart makes no calls.
 */
import type { Api } from "grammy";
import type { BotCommandScope } from "@grammyjs/types";
import type { Clock } from "../core/clock.ts";
import { describeError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { type CallSignal, callTelegram } from "./api.ts";
import { classifyFailure } from "./api_failure.ts";
import type { PreferenceStore } from "./preferences.ts";
import { menuOf } from "../commands/table.ts";
import { type Language, LANGUAGES, textsFor } from "../texts/texts.ts";

export interface BotProfileDependencies {
  readonly api: Pick<
    Api,
    "setMyCommands" | "setMyDescription" | "setMyShortDescription" | "setChatMenuButton"
  >;
  /** Tells what was set for this bot from what was set for another one. */
  readonly botId: number;
  /** Digests of what was set last. */
  readonly store: PreferenceStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts every call. */
  readonly signal: AbortSignal;
}

export interface ProfileAudience {
  /** The allowed groups under their newest ids. */
  readonly groups: readonly number[];
  /** People who chose a language. */
  readonly choices: readonly { readonly userId: number; readonly language: Language }[];
}

interface Setting {
  /** Unique among the settings of the bot. */
  readonly name: string;
  readonly content: unknown;
  readonly apply: (signal: CallSignal) => Promise<unknown>;
}

const CALL_TIMEOUT_MS = 30_000;
/** Texts without a language code are shown to everybody who has no texts in their own language. */
const CODES = { en: {}, ko: { language_code: "ko" } } as const;

export class BotProfile {
  readonly #deps: BotProfileDependencies;
  /** The end of the last call: they are made one at a time. */
  #work: Promise<void> = Promise.resolve();

  constructor(deps: BotProfileDependencies) {
    this.#deps = deps;
  }

  /**
   * Sets everything. In groups only the allowed ones see a menu; in private everybody does.
   *
   * The bot works without it, and an allowed group may not have the bot yet: a failure is logged,
   * the rest goes on, and the next start tries again.
   */
  publish({ groups, choices }: ProfileAudience): Promise<void> {
    const scopes: BotCommandScope[] = [
      { type: "all_private_chats" },
      ...groups.map((chat_id) => ({ type: "chat", chat_id }) as const),
    ];
    return this.#set([
      ...scopes.flatMap((scope) => LANGUAGES.map((language) => this.#menu(scope, language))),
      ...choices.map(({ userId, language }) => this.#personalMenu(userId, language)),
      ...LANGUAGES.flatMap((language) => this.#descriptions(language)),
      this.#menuButton(),
    ]);
  }

  /** Sets the menu of a person's private chat in the language that they chose. */
  languageChosen(userId: number, language: Language): void {
    // void: never rejects, and nobody waits for a menu.
    void this.#set([this.#personalMenu(userId, language)]);
  }

  #set(settings: readonly Setting[]): Promise<void> {
    this.#work = this.#work.then(async () => {
      for (const setting of settings) await this.#setOne(setting);
    });
    return this.#work;
  }

  async #setOne({ name, content, apply }: Setting): Promise<void> {
    const { store, botId, clock, log, signal } = this.#deps;
    if (signal.aborted) return;
    const owner = `bot:${botId}`;
    const digest = await digestOf(content);
    if (store.get(owner, name) === digest) return;
    try {
      await callTelegram(clock, CALL_TIMEOUT_MS, signal, apply);
      log.debug("telegram.profile.set", { name });
    } catch (error) {
      log.info("telegram.profile.failed", { name, error: classifyFailure(error).description });
      return;
    }
    try {
      store.set(owner, name, digest);
    } catch (error) {
      // The next start sets it again.
      log.info("telegram.profile.not-kept", { name, error: describeError(error) });
    }
  }

  #menu(scope: BotCommandScope, language: Language): Setting {
    const place = "chat_id" in scope ? `chat:${scope.chat_id}` : scope.type;
    return this.#commands(`menu:${place}:${language}`, language, { scope, ...CODES[language] });
  }

  #personalMenu(userId: number, language: Language): Setting {
    const scope = { type: "chat", chat_id: userId } as const;
    return this.#commands(`menu:chat:${userId}`, language, { scope });
  }

  #commands(
    name: string,
    language: Language,
    options: { readonly scope: BotCommandScope; readonly language_code?: "ko" },
  ): Setting {
    const menu = menuOf(textsFor(language));
    const apply = (signal: CallSignal): Promise<unknown> =>
      this.#deps.api.setMyCommands(menu, options, signal);
    return { name, content: { menu, options }, apply };
  }

  #descriptions(language: Language): Setting[] {
    const { api } = this.#deps;
    const { description, shortDescription } = textsFor(language).botProfile;
    const code = CODES[language];
    return [
      {
        name: `description:${language}`,
        content: description,
        apply: (signal) => api.setMyDescription(description, code, signal),
      },
      {
        name: `short_description:${language}`,
        content: shortDescription,
        apply: (signal) => api.setMyShortDescription(shortDescription, code, signal),
      },
    ];
  }

  #menuButton(): Setting {
    const menu_button = { type: "commands" } as const;
    return {
      name: "menu_button",
      content: menu_button,
      apply: (signal) => this.#deps.api.setChatMenuButton({ menu_button }, signal),
    };
  }
}

/** Makes a short digest, which is enough to notice a change. */
async function digestOf(content: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex().slice(0, 32);
}
