/** Stores how people and chats want the bot to talk to them. */
import type { Sender } from "./sender.ts";
import { type Language, languageOf, LANGUAGES } from "../texts/texts.ts";

export interface PreferenceStore {
  /** Never throws. @returns undefined when nothing was chosen */
  get(owner: string, name: string): string | undefined;
  /** @throws {StorageError} when it cannot be stored */
  set(owner: string, name: string, value: string): void;
}

export class Preferences {
  readonly #store: PreferenceStore;

  constructor(store: PreferenceStore) {
    this.#store = store;
  }

  /** Returns the language that the person chose, else that of their client. */
  languageOf({ userId, languageCode }: Pick<Sender, "userId" | "languageCode">): Language {
    const chosen = userId === undefined ? undefined : this.language(userId);
    return chosen ?? languageOf(languageCode);
  }

  /** Returns the language that the person chose; undefined = none. */
  language(userId: number): Language | undefined {
    const chosen = this.#store.get(`user:${userId}`, "language");
    return LANGUAGES.find((language) => language === chosen);
  }

  /** @throws {StorageError} when it cannot be stored */
  setLanguage(userId: number, language: Language): void {
    this.#store.set(`user:${userId}`, "language", language);
  }

  /** Tells whether answers go to this chat as native rich messages. */
  rich(chatId: number): boolean {
    return this.#store.get(`chat:${chatId}`, "rich") === "on";
  }

  /** @throws {StorageError} when it cannot be stored */
  setRich(chatId: number, rich: boolean): void {
    this.#store.set(`chat:${chatId}`, "rich", rich ? "on" : "off");
  }

  /** Returns the id of the supergroup that the group became; undefined = none. */
  movedTo(chatId: number): number | undefined {
    return numberOf(this.#store.get(`chat:${chatId}`, "moved_to"));
  }

  /** @throws {StorageError} when it cannot be stored */
  setMovedTo(chatId: number, newChatId: number): void {
    this.#store.set(`chat:${chatId}`, "moved_to", String(newChatId));
    this.#store.set(`chat:${newChatId}`, "moved_from", String(chatId));
  }

  /** Returns the id of the group that became this supergroup; undefined = none. */
  movedFrom(chatId: number): number | undefined {
    return numberOf(this.#store.get(`chat:${chatId}`, "moved_from"));
  }
}

function numberOf(stored: string | undefined): number | undefined {
  const id = Number(stored);
  return Number.isSafeInteger(id) ? id : undefined;
}
