/**
 * Launches the application from a worker that holds the rights for it. The launcher itself cannot
 * launch it again, because it has given its rights up.
 */
import { fileURLToPath } from "node:url";
import { workerPermissions } from "./application_launch.ts";
import { type ApplicationPermissions, isSpawnerReport, type SpawnerOrder } from "./messages.ts";
import type { ApplicationEvents, LaunchApplication } from "./worker_supervisor.ts";

interface WorkerSpawner {
  /** One application at a time. */
  readonly launch: LaunchApplication;
  /** Ends the spawner, so that the process can end. */
  close(): void;
}

/**
 * Starts the spawner's worker, and resolves when nothing more has to be read for it.
 * @throws {Error} when it does not load
 */
export async function startWorkerSpawner(
  permissions: ApplicationPermissions,
): Promise<WorkerSpawner> {
  const worker = new Worker(new URL("./spawner_worker.ts", import.meta.url), {
    type: "module",
    name: "spawner",
    deno: { permissions: workerPermissions(permissions, sourceFolders()) },
  });
  const ready = Promise.withResolvers<void>();
  let current: ApplicationEvents | undefined;
  worker.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (!isSpawnerReport(data)) current?.onFailure("the spawner cannot be understood");
    else if (data.type === "ready") ready.resolve();
    else if (data.type === "report") current?.onReport(data.report);
    else current?.onFailure(data.reason);
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    ready.reject(new Error(`Cannot load the spawner: ${event.message}`));
    current?.onFailure(`the spawner ended: ${event.message}`);
  });
  await ready.promise;
  const order = (message: SpawnerOrder, transfer: Transferable[] = []): void =>
    worker.postMessage(message, transfer);
  const launch: LaunchApplication = (events) => {
    current = events;
    order({ type: "launch", permissions });
    return {
      send: (message, transfer) => order({ type: "send", order: message }, transfer),
      terminate: () => order({ type: "terminate" }),
    };
  };
  return { launch, close: () => order({ type: "close" }) };
}

/**
 * What must be readable to load the application again when the program runs from its source; a
 * compiled program carries its modules.
 */
function sourceFolders(): readonly string[] {
  const folder = new URL("../", import.meta.url);
  return Deno.build.standalone || folder.protocol !== "file:" ? [] : [fileURLToPath(folder)];
}
