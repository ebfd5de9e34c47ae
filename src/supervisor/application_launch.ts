/** Launches the application in a worker of its own, with the permissions computed for it. */
import type { Redactor } from "../core/redaction/redact.ts";
import { type ApplicationPermissions, isApplicationReport } from "./messages.ts";
import type { LaunchApplication } from "./worker_supervisor.ts";

/** Each has a worker of its own, which loads nothing of the other. */
export type ApplicationName = "bot" | "chat";

/** Launches the bot from the calling isolate, each time in a new worker. */
export function applicationLauncher(
  permissions: ApplicationPermissions,
  redactor: Redactor,
): LaunchApplication {
  return (events) => launchIn(newWorker("bot", permissions), redactor)(events);
}

/**
 * Loads the application, and resolves when nothing more has to be read for it. What it returns can
 * be launched once.
 * @throws {Error} when it does not load
 */
export async function loadApplication(
  name: ApplicationName,
  permissions: ApplicationPermissions,
  redactor: Redactor,
): Promise<LaunchApplication> {
  const worker = newWorker(name, permissions);
  const loaded = Promise.withResolvers<void>();
  const ready = new AbortController();
  const once = { signal: ready.signal };
  const fail = (reason: string): void =>
    loaded.reject(new Error(`Cannot load the application: ${redactor.forLogs(reason)}`));
  worker.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (isApplicationReport(data) && data.type === "died") fail(data.reason ?? "it ended");
    else loaded.resolve();
  }, once);
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    fail(event.message);
  }, once);
  await loaded.promise;
  ready.abort();
  return launchIn(worker, redactor);
}

function newWorker(name: ApplicationName, permissions: ApplicationPermissions): Worker {
  return new Worker(entryOf(name), {
    type: "module",
    name,
    deno: { permissions: workerPermissions(permissions) },
  });
}

function entryOf(name: ApplicationName): URL {
  switch (name) {
    case "bot":
      return new URL("./bot_worker.ts", import.meta.url);
    case "chat":
      return new URL("./chat_worker.ts", import.meta.url);
  }
}

/** Launches the application in a worker that was made for it. */
export function launchIn(worker: Worker, redactor: Redactor): LaunchApplication {
  return ({ onReport, onFailure }) => {
    worker.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (isApplicationReport(data)) onReport(data);
      else onFailure("it sent a message that cannot be understood");
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      onFailure(redactor.forLogs(event.message));
    });
    return {
      send: (order, transfer = []) => worker.postMessage(order, transfer),
      terminate: () => worker.terminate(),
    };
  };
}

/** Puts the permissions into the runtime's terms. @param alsoRead further paths to be read */
export function workerPermissions(
  { read, write, net }: ApplicationPermissions,
  alsoRead: readonly string[] = [],
): Deno.PermissionOptionsObject {
  return {
    read: [...read, ...alsoRead],
    write: [...write],
    net: [...net],
    run: false,
    env: false,
    sys: false,
    ffi: false,
    import: false,
  };
}
