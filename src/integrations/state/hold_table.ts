/**
 * Keeps until when the requests of each machine are held; this machine has the empty name, and a
 * time that nobody knows is empty.
 */
import type { Hold, HoldStore } from "../../core/run/queue_holds.ts";
import type { StateDatabase } from "./database.ts";

export class HoldTable implements HoldStore {
  readonly #database: StateDatabase;

  constructor(database: StateDatabase) {
    this.#database = database;
  }

  all(): Hold[] {
    return this.#database.all("SELECT machine, until FROM holds").map((row) => {
      const machine = String(row.machine);
      const until = String(row.until);
      return { ...(until === "" ? {} : { until }), ...(machine === "" ? {} : { machine }) };
    });
  }

  set({ machine = "", until = "" }: Hold): void {
    this.#database.run(
      `INSERT INTO holds (machine, until) VALUES (?, ?)
       ON CONFLICT (machine) DO UPDATE SET until = excluded.until`,
      machine,
      until,
    );
  }

  remove(machine = ""): void {
    this.#database.run("DELETE FROM holds WHERE machine = ?", machine);
  }
}
