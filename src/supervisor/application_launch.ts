/** Launches the application in a worker of its own, with the permissions computed for it. */
import type { Redactor } from "../core/redaction/redact.ts";
import { type ApplicationPermissions, isApplicationReport } from "./messages.ts";
import type { LaunchApplication } from "./worker_supervisor.ts";

/** Launches the application from the calling isolate, each time in a new worker. */
export function applicationLauncher(
  permissions: ApplicationPermissions,
  redactor: Redactor,
): LaunchApplication {
  return (events) => launchIn(newWorker(permissions), redactor)(events);
}

/**
 * Loads the application, and resolves when nothing more has to be read for it. What it returns can
 * be launched once.
 * @throws {Error} when it does not load
 */
export async function loadApplication(
  permissions: ApplicationPermissions,
  redactor: Redactor,
): Promise<LaunchApplication> {
  const worker = newWorker(permissions);
  const loaded = Promise.withResolvers<void>();
  const ready = new AbortController();
  const once = { signal: ready.signal };
  worker.addEventListener("message", () => loaded.resolve(), once);
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    loaded.reject(new Error(`Cannot load the application: ${redactor.forLogs(event.message)}`));
  }, once);
  await loaded.promise;
  ready.abort();
  return launchIn(worker, redactor);
}

function newWorker(permissions: ApplicationPermissions): Worker {
  return new Worker(new URL("./application_worker.ts", import.meta.url), {
    type: "module",
    name: "application",
    deno: { permissions: workerPermissions(permissions) },
  });
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
      send: (order) => worker.postMessage(order),
      terminate: () => worker.terminate(),
    };
  };
}

/** Puts the permissions into the runtime's terms. @param alsoRead further paths to be read */
export function workerPermissions(
  { read, write, net, run }: ApplicationPermissions,
  alsoRead: readonly string[] = [],
): Deno.PermissionOptionsObject {
  return {
    read: [...read, ...alsoRead],
    write: [...write],
    net: [...net],
    // An empty list would allow every program.
    run: run.length === 0 ? false : [...run],
    env: false,
    sys: false,
    ffi: false,
    import: false,
  };
}
