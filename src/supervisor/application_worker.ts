/// <reference lib="deno.worker" />
/** The entry of the worker in which the application runs, with no more rights than it needs. */
import { runApp } from "../app.ts";
import { createSystemClock } from "../integrations/system_clock.ts";
import { ApplicationHost } from "./application_host.ts";
import { type ApplicationReport, isApplicationOrder } from "./messages.ts";
import { print, printError } from "./standard_streams.ts";

const report = (report: ApplicationReport): void => self.postMessage(report);
const host = new ApplicationHost({
  run: runApp,
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
