/** What people and chats have settled for how the bot talks to them. */
import type { Sender } from "./sender.ts";
import { type Language, languageOf, LANGUAGES } from "../texts/texts.ts";

export interface PreferenceStore {
  /** Undefined when nothing was settled. Never throws. */
  get(owner: string, name: string): string | undefined;
  /** @throws {StorageError} when the disk does not take it */
  set(owner: string, name: string, value: string): void;
}

export class Preferences {
  readonly #store: PreferenceStore;

  constructor(store: PreferenceStore) {
    this.#store = store;
  }

  /** In which language the person is talked to: as they chose, else that of their client. */
  languageOf({ userId, languageCode }: Pick<Sender, "userId" | "languageCode">): Language {
    const chosen = userId === undefined ? undefined : this.language(userId);
    return chosen ?? languageOf(languageCode);
  }

  /** The language that the person chose; undefined = that of their client. */
  language(userId: number): Language | undefined {
    const chosen = this.#store.get(`user:${userId}`, "language");
    return LANGUAGES.find((language) => language === chosen);
  }

  /** @throws {StorageError} when it cannot be kept */
  setLanguage(userId: number, language: Language): void {
    this.#store.set(`user:${userId}`, "language", language);
  }

  /** Whether answers go to this chat as native rich messages. */
  rich(chatId: number): boolean {
    return this.#store.get(`chat:${chatId}`, "rich") === "on";
  }

  /** @throws {StorageError} when it cannot be kept */
  setRich(chatId: number, rich: boolean): void {
    this.#store.set(`chat:${chatId}`, "rich", rich ? "on" : "off");
  }

  /** Which chat the group has become; undefined = it is still the same. */
  movedTo(chatId: number): number | undefined {
    const moved = Number(this.#store.get(`chat:${chatId}`, "moved_to"));
    return Number.isSafeInteger(moved) ? moved : undefined;
  }

  /** @throws {StorageError} when it cannot be kept */
  setMovedTo(chatId: number, newChatId: number): void {
    this.#store.set(`chat:${chatId}`, "moved_to", String(newChatId));
  }
}
