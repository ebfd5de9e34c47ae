/** Starts the broker: the worker that alone may start programs. */
import type { Log } from "../core/log.ts";
import type { BrokerRights } from "./broker_limits.ts";
import type { BrokerWorkerOrder, BrokerWorkerReport } from "./broker_worker.ts";

export interface RunningBroker {
  /**
   * Starts what the next application will ask for, beside loading that.
   * @param greeting what it says first to an app-server
   */
  startAhead(greeting: string): void;
  /** Makes a connection for an application; what an earlier one has left running is ended. */
  connect(): MessagePort;
  /** Ends every program and the broker. */
  close(): Promise<void>;
}

interface BrokerParts {
  readonly rights: BrokerRights;
  readonly log: Log;
  /** Told when it has failed: no program can be started any more. */
  readonly onFailure: (reason: string) => void;
}

/**
 * Resolves when nothing more has to be read for it.
 * @throws {Error} when it does not load
 */
export async function startBroker(
  { rights: { limits, run }, log, onFailure }: BrokerParts,
): Promise<RunningBroker> {
  const worker = new Worker(new URL("./broker_worker.ts", import.meta.url), {
    type: "module",
    name: "broker",
    deno: { permissions: brokerPermissions(run) },
  });
  const ready = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  worker.addEventListener("message", ({ data }: MessageEvent<BrokerWorkerReport>) => {
    if (data.type === "ready") ready.resolve();
    else closed.resolve();
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    log.error("broker.failed", { reason: event.message });
    ready.reject(new Error(`Cannot load the broker: ${event.message}`));
    closed.resolve();
    onFailure(`the broker ended: ${event.message}`);
  });
  await ready.promise;
  const order = (message: BrokerWorkerOrder, transfer: Transferable[] = []): void =>
    worker.postMessage(message, transfer);
  const serve = (ahead?: { readonly greeting: string }): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    order({ type: "serve", limits, port: port1, ahead }, [port1]);
    return port2;
  };
  let served: MessagePort | undefined;
  return {
    startAhead: (greeting) => {
      served = serve({ greeting });
    },
    connect: () => {
      const port = served ?? serve();
      served = undefined;
      return port;
    },
    close: async () => {
      order({ type: "close" });
      await closed.promise;
    },
  };
}

/** It may start the programs, and nothing else: no file, host or variable. */
export function brokerPermissions(run: readonly string[]): Deno.PermissionOptionsObject {
  return {
    read: false,
    write: false,
    net: false,
    env: false,
    // An empty list would allow every program.
    run: run.length === 0 ? false : [...run],
    sys: false,
    ffi: false,
    import: false,
  };
}
