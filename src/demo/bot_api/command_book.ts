/** The bot's command lists, by scope and language. */
export interface BotCommand {
  readonly command: string;
  readonly description: string;
}

/** A scope as one string, e.g. `default`, `chat:5`, `chat_member:-1001:5`. */
export type ScopeKey = string;

export class CommandBook {
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
