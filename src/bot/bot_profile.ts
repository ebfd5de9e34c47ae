/**
 * What Telegram's clients show of the bot by themselves: menus of commands, descriptions, the menu
 * button. Set only where it differs from what was set last, so that a restart makes no calls.
 */
import type { Api } from "grammy";
import type { BotCommand, BotCommandScope } from "@grammyjs/types";
import type { Clock } from "../core/clock.ts";
import { describeError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { type CallSignal, callTelegram } from "./api.ts";
import { classifyFailure } from "./api_failure.ts";
import type { PreferenceStore } from "./preferences.ts";
import { type Language, LANGUAGES, MENU_COMMANDS, type Texts, textsFor } from "../texts/texts.ts";

export interface BotProfileDependencies {
  readonly api: Pick<
    Api,
    "setMyCommands" | "setMyDescription" | "setMyShortDescription" | "setChatMenuButton"
  >;
  /** Whose profile it is: what was set for another bot says nothing about this one. */
  readonly botId: number;
  /** What was set last. */
  readonly kept: PreferenceStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends every call. */
  readonly signal: AbortSignal;
}

export interface ProfileAudience {
  /** The allowed groups under their present ids. */
  readonly groups: readonly number[];
  /** Those who chose a language by themselves. */
  readonly choices: readonly { readonly userId: number; readonly language: Language }[];
}

interface Setting {
  /** Among all settings of the bot. */
  readonly name: string;
  readonly content: unknown;
  readonly apply: (signal: CallSignal) => Promise<unknown>;
}

const CALL_TIMEOUT_MS = 30_000;
/** Telegram shows the texts without a language to everybody for whom there are no others. */
const CODES = { en: {}, ko: { language_code: "ko" } } as const;

export class BotProfile {
  readonly #deps: BotProfileDependencies;
  /** One call at a time, in the order in which they were wanted. */
  #work: Promise<void> = Promise.resolve();

  constructor(deps: BotProfileDependencies) {
    this.#deps = deps;
  }

  /**
   * Whoever is not let in is shown no menu in groups, and may see it in private.
   *
   * A bot works as well without all this, and a group on the list may not have the bot yet: what
   * fails is logged, tried again at the next start, and the rest goes on.
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

  /** The menu of this person's private chat follows, whatever language their client has. */
  languageChosen(userId: number, language: Language): void {
    // Never rejects, and nobody waits for a menu.
    void this.#set([this.#personalMenu(userId, language)]);
  }

  #set(settings: readonly Setting[]): Promise<void> {
    this.#work = this.#work.then(async () => {
      for (const setting of settings) await this.#setOne(setting);
    });
    return this.#work;
  }

  async #setOne({ name, content, apply }: Setting): Promise<void> {
    const { kept, botId, clock, log, signal } = this.#deps;
    if (signal.aborted) return;
    const owner = `bot:${botId}`;
    const digest = await digestOf(content);
    if (kept.get(owner, name) === digest) return;
    try {
      await callTelegram(clock, CALL_TIMEOUT_MS, signal, apply);
      log.debug("telegram.profile.set", { name });
    } catch (error) {
      log.info("telegram.profile.failed", { name, error: classifyFailure(error).description });
      return;
    }
    try {
      kept.set(owner, name, digest);
    } catch (error) {
      // The next start sets it once more.
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
    const { description, shortDescription } = textsFor(language).profile;
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

function menuOf({ commands }: Texts): BotCommand[] {
  return MENU_COMMANDS.map((command) => ({ command, description: commands.menu[command] }));
}

/** Tells one content from another; in full it would be kept for nothing. */
async function digestOf(content: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex().slice(0, 32);
}
