/** Launches the application where the rights for it are, and passes on what is said. */
import { describeError } from "../core/errors.ts";
import type { LaunchApplication, RunningApplication } from "./worker_supervisor.ts";
import type { SpawnerOrder, SpawnerReport } from "./messages.ts";
import type { ApplicationPermissions } from "./permissions.ts";

export interface SpawnerHostSettings {
  readonly launcher: (permissions: ApplicationPermissions) => LaunchApplication;
  readonly report: (report: SpawnerReport) => void;
  /** Ends the worker, and the application with it. */
  readonly close: () => void;
}

export class SpawnerHost {
  readonly #settings: SpawnerHostSettings;
  #running: RunningApplication | undefined;

  constructor(settings: SpawnerHostSettings) {
    this.#settings = settings;
  }

  receive(order: SpawnerOrder): void {
    switch (order.type) {
      case "launch":
        return this.#launch(order.permissions);
      case "send":
        return this.#running?.send(order.order);
      case "terminate":
        this.#running?.terminate();
        this.#running = undefined;
        return;
      case "close":
        return this.#settings.close();
    }
  }

  #launch(permissions: ApplicationPermissions): void {
    const { launcher, report } = this.#settings;
    try {
      this.#running = launcher(permissions)({
        onReport: (said) => report({ type: "report", report: said }),
        onFailure: (reason) => report({ type: "failure", reason }),
      });
    } catch (error) {
      report({ type: "failure", reason: describeError(error) });
    }
  }
}
