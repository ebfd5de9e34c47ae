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

/** An application that is being loaded in a worker of its own, and is told nothing. */
export class LoadingApplication {
  readonly #worker: Worker;
  readonly #loaded = Promise.withResolvers<void>();
  readonly #watching = new AbortController();
  #failure: string | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    // Whoever waits for it is told; it may be ended before anybody does.
    this.#loaded.promise.catch(() => {});
    const watched = { signal: this.#watching.signal };
    worker.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (isApplicationReport(data) && data.type === "died") this.#fail(data.reason ?? "it ended");
      else this.#loaded.resolve();
    }, watched);
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#fail(event.message);
    }, watched);
  }

  /**
   * Resolves when nothing more has to be read for it, with the worker, which is not watched any more.
   * @throws {Error} with the reason, unmasked, when it does not load or has died meanwhile
   */
  async loaded(): Promise<Worker> {
    await this.#loaded.promise;
    if (this.#failure !== undefined) throw new Error(this.#failure);
    this.#watching.abort();
    return this.#worker;
  }

  terminate(): void {
    this.#worker.terminate();
  }

  #fail(reason: string): void {
    this.#failure ??= reason;
    this.#loaded.reject(new Error(reason));
  }
}

export function beginLoading(
  name: ApplicationName,
  permissions: ApplicationPermissions,
): LoadingApplication {
  return new LoadingApplication(newWorker(name, permissions));
}

/**
 * Loads the application, and resolves when nothing more has to be read for it. What it returns can
 * be launched once.
 * @param ahead is being loaded already with these permissions; where it fails another one is loaded
 * @throws {Error} when it does not load
 */
export async function loadApplication(
  name: ApplicationName,
  permissions: ApplicationPermissions,
  redactor: Redactor,
  ahead?: LoadingApplication,
): Promise<LaunchApplication> {
  const loaded = await loadedAhead(ahead);
  if (loaded !== undefined) return launchIn(loaded, redactor);
  try {
    return launchIn(await beginLoading(name, permissions).loaded(), redactor);
  } catch (error) {
    const reason = redactor.forLogs(error instanceof Error ? error.message : String(error));
    throw new Error(`Cannot load the application: ${reason}`);
  }
}

async function loadedAhead(ahead: LoadingApplication | undefined): Promise<Worker | undefined> {
  try {
    return await ahead?.loaded();
  } catch {
    // The usual way says why, if it fails as well.
    ahead?.terminate();
    return undefined;
  }
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
