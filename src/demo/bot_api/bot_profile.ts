/** Keeps what the bot says about itself: command lists, descriptions and menu buttons. */
import type { JsonObject } from "./wire.ts";

export class BotProfile {
  readonly commands = new CommandLists();
  readonly descriptions = new LocalizedText();
  readonly shortDescriptions = new LocalizedText();
  /** By chat id; 0 is the button of all other private chats. */
  readonly menuButtons = new Map<number, JsonObject>();
}

export interface BotCommand {
  readonly command: string;
  readonly description: string;
}

/** A scope as one string, e.g. `default`, `chat:5`, `chat_member:-1001:5`. */
export type ScopeKey = string;

/** Command lists by scope and language. */
class CommandLists {
  readonly #lists = new Map<string, readonly BotCommand[]>();

  set(scope: ScopeKey, language: string, commands: readonly BotCommand[]): void {
    this.#lists.set(key(scope, language), commands);
  }

  delete(scope: ScopeKey, language: string): void {
    this.#lists.delete(key(scope, language));
  }

  /** Exactly this list; empty when there is none. */
  get(scope: ScopeKey, language: string): readonly BotCommand[] {
    return this.#lists.get(key(scope, language)) ?? [];
  }

  /** The first list that is set, which is the one a person is shown. */
  firstOf(scopes: readonly ScopeKey[], language: string): readonly BotCommand[] {
    for (const scope of scopes) {
      for (const code of new Set([language, ""])) {
        const list = this.#lists.get(key(scope, code));
        if (list !== undefined) return list;
      }
    }
    return [];
  }
}

function key(scope: ScopeKey, language: string): string {
  return `${scope} ${language}`;
}

/** A text by language code; "" is the one for everybody else. */
export class LocalizedText {
  readonly #texts = new Map<string, string>();

  set(language: string, text: string): void {
    this.#texts.set(language, text);
  }

  for(language: string): string {
    return this.#texts.get(language) || this.#texts.get("") || "";
  }
}
