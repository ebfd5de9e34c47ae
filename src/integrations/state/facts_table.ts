/** Single facts about the program's life. */
import type { StateDatabase } from "./database.ts";

const ALIVE_AT = "alive_at";

export class FactsTable {
  readonly #database: StateDatabase;

  constructor(database: StateDatabase) {
    this.#database = database;
  }

  /** When a process was last known to serve people; undefined at the very first start. */
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
