/** Launches the application in the spawner's worker, which loads no module of Node for it. */
import { describeError } from "../core/errors.ts";
import type {
  ApplicationOrder,
  ApplicationPermissions,
  SpawnerOrder,
  SpawnerReport,
} from "./messages.ts";
import type { LaunchApplication, RunningApplication } from "./worker_supervisor.ts";

/** What an order hands over, which is handed on. */
function portsOf(order: ApplicationOrder): Transferable[] {
  const port = order.type === "start" ? order.application.broker : undefined;
  return port === undefined ? [] : [port];
}

interface SpawnerHostSettings {
  readonly launcher: (permissions: ApplicationPermissions) => LaunchApplication;
  readonly report: (report: SpawnerReport) => void;
  /** Ends the worker, and the application with it. */
  readonly close: () => void;
}

/** Runs in the spawner's worker: launches the application there and passes messages on. */
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
        return this.#running?.send(order.order, portsOf(order.order));
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
