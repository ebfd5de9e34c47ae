/** Keeps short texts under a name: preferences of people and chats, and facts about the program. */
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { StateDatabase } from "./database.ts";

/** What people and chats have chosen for themselves. */
export class PreferenceTable {
  readonly #database: StateDatabase;
  readonly #log: Log;

  constructor(database: StateDatabase, log: Log) {
    this.#database = database;
    this.#log = log;
  }

  /** @returns undefined when nothing was chosen, or when the disk cannot be read */
  get(owner: string, name: string): string | undefined {
    try {
      const row = this.#database.get(
        "SELECT value FROM preferences WHERE owner = ? AND name = ?",
        owner,
        name,
      );
      return row === undefined ? undefined : String(row.value);
    } catch (error) {
      this.#log.warn("preference.unreadable", { name, error: describeError(error) });
      return undefined;
    }
  }

  /** @throws {StorageError} when the disk does not take it */
  set(owner: string, name: string, value: string): void {
    this.#database.run(
      `INSERT INTO preferences (owner, name, value) VALUES (?, ?, ?)
       ON CONFLICT (owner, name) DO UPDATE SET value = excluded.value`,
      owner,
      name,
      value,
    );
  }
}

const ALIVE_AT = "alive_at";

/** Single facts about the program's life. */
export class FactsTable {
  readonly #database: StateDatabase;

  constructor(database: StateDatabase) {
    this.#database = database;
  }

  /** Tells when a process last served people; undefined at the very first start. */
  aliveAt(): Date | undefined {
    const value = this.#database.get("SELECT value FROM facts WHERE name = ?", ALIVE_AT)?.value;
    const at = new Date(String(value));
    return Number.isNaN(at.getTime()) ? undefined : at;
  }

  markAlive(now: Date): void {
    this.#database.run(
      "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = ?",
      ALIVE_AT,
      now.toISOString(),
      now.toISOString(),
    );
  }
}
