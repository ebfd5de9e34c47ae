/// <reference lib="deno.worker" />
/**
 * The entry of the worker that alone may start programs. It loads no code of others, and serves one
 * application at a time.
 */
import { Broker } from "../integrations/codex/broker/broker.ts";
import type { BrokerLimits, BrokerOrder } from "../integrations/codex/broker/messages.ts";
import { createSystemClock } from "../integrations/system_clock.ts";

/** From the launcher to the broker. */
export type BrokerWorkerOrder =
  | {
    readonly type: "serve";
    readonly limits: BrokerLimits;
    readonly port: MessagePort;
    /** Starts what the application will ask for, which is still being loaded. */
    readonly ahead?: { readonly greeting: string } | undefined;
  }
  | { readonly type: "close" };

export type BrokerWorkerReport = { readonly type: "ready" } | { readonly type: "closed" };

const clock = createSystemClock();
const tell = (report: BrokerWorkerReport): void => self.postMessage(report);
let serving: { readonly broker: Broker; readonly port: MessagePort } | undefined;

/** Ends what an application has left running, before the next one begins. */
async function leave(): Promise<void> {
  const left = serving;
  serving = undefined;
  await left?.broker.close();
  left?.port.close();
}

async function obey(order: BrokerWorkerOrder): Promise<void> {
  switch (order.type) {
    case "serve": {
      const leaving = leave();
      const { limits, port, ahead } = order;
      const broker = new Broker({
        limits,
        clock,
        report: (report) => port.postMessage(report),
      });
      serving = { broker, port };
      await leaving;
      // Orders wait in the port until now.
      port.onmessage = ({ data }: MessageEvent<BrokerOrder>) => broker.receive(data);
      if (ahead !== undefined) broker.startAhead(ahead.greeting);
      return;
    }
    case "close":
      await leave();
      tell({ type: "closed" });
      return self.close();
  }
}

self.addEventListener("message", ({ data }: MessageEvent<BrokerWorkerOrder>) => {
  // A rejection ends the worker, which the launcher reports.
  void obey(data);
});
tell({ type: "ready" });
