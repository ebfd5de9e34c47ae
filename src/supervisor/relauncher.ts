/** The relauncher, as the launcher sees it: a way to launch the application without any rights. */
import { fileURLToPath } from "node:url";
import type { ApplicationEvents, LaunchApplication } from "./application_supervisor.ts";
import { isRelauncherReport, type RelauncherOrder } from "./messages.ts";
import { type ApplicationPermissions, workerPermissions } from "./permissions.ts";

export interface Relauncher {
  /** One application at a time. */
  readonly launch: LaunchApplication;
  /** Lets go of it, so that the process can end. */
  close(): void;
}

/**
 * Starts it and resolves when nothing more has to be read for it.
 * @throws {Error} when it does not load
 */
export async function startRelauncher(
  permissions: ApplicationPermissions,
): Promise<Relauncher> {
  const worker = new Worker(new URL("./relaunch_worker.ts", import.meta.url), {
    type: "module",
    name: "relauncher",
    deno: { permissions: workerPermissions(permissions, sourceFolders()) },
  });
  const ready = Promise.withResolvers<void>();
  let current: ApplicationEvents | undefined;
  worker.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (!isRelauncherReport(data)) current?.onFailure("the relauncher cannot be understood");
    else if (data.type === "ready") ready.resolve();
    else if (data.type === "report") current?.onReport(data.report);
    else current?.onFailure(data.reason);
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    ready.reject(new Error(`Cannot load the relauncher: ${event.message}`));
    current?.onFailure(`the relauncher ended: ${event.message}`);
  });
  await ready.promise;
  const order = (message: RelauncherOrder): void => worker.postMessage(message);
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
