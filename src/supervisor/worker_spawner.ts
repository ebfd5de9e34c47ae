/** The spawner, as the launcher sees it: a way to launch the application without any rights. */
import { fileURLToPath } from "node:url";
import type { ApplicationEvents, LaunchApplication } from "./worker_supervisor.ts";
import { isSpawnerReport, type SpawnerOrder } from "./messages.ts";
import { type ApplicationPermissions, workerPermissions } from "./permissions.ts";

export interface WorkerSpawner {
  /** One application at a time. */
  readonly launch: LaunchApplication;
  /** Lets go of it, so that the process can end. */
  close(): void;
}

/**
 * Starts it and resolves when nothing more has to be read for it.
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
  const order = (message: SpawnerOrder): void => worker.postMessage(message);
  const launch: LaunchApplication = (events) => {
    current = events;
    order({ type: "launch", permissions });
    return {
      send: (message) => order({ type: "send", order: message }),
      terminate: () => order({ type: "terminate" }),
    };
  };
  return { launch, close: () => order({ type: "close" }) };
}

/**
 * What must be readable to load the application anew when the program runs from its source. A
 * compiled program carries its modules.
 */
function sourceFolders(): readonly string[] {
  const folder = new URL("../", import.meta.url);
  return Deno.build.standalone || folder.protocol !== "file:" ? [] : [fileURLToPath(folder)];
}
