/// <reference lib="deno.worker" />
/** Runs an application in the worker that it was loaded in, with only the rights that it needs. */
import { print, printError } from "../integrations/terminal/system_terminal.ts";
import { createSystemClock } from "../integrations/system_clock.ts";
import { ApplicationHost, type ApplicationHostSettings } from "./application_host.ts";
import { type ApplicationReport, isApplicationOrder } from "./messages.ts";

/** Obeys the launcher from now on. To be called once, by the entry of the worker. */
export function serveApplication(run: ApplicationHostSettings["run"]): void {
  const report = (report: ApplicationReport): void => self.postMessage(report);
  const host = new ApplicationHost({
    run,
    clock: createSystemClock(),
    print,
    printError,
    report,
    close: () => self.close(),
  });

  self.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (!isApplicationOrder(data)) throw new TypeError("Cannot understand an order");
    host.receive(data);
  });
  self.addEventListener("error", (event) => {
    event.preventDefault();
    // Cannot reject: it only waits and reports. The same below.
    void host.fault(event.error ?? event.message);
  });
  self.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    void host.fault(event.reason);
  });
  report({ type: "ready" });
}
