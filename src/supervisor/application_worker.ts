/// <reference lib="deno.worker" />
/** The entry of the worker in which the application runs, with only the rights that it needs. */
import { createSystemClock } from "../integrations/system_clock.ts";
import { ApplicationHost, type ApplicationHostSettings } from "./application_host.ts";
import { EXIT_CODES } from "./exit_codes.ts";
import { type ApplicationReport, isApplicationOrder } from "./messages.ts";
import { print, printError } from "../integrations/terminal/system_terminal.ts";

const CHAT_CODES = {
  well: EXIT_CODES.ok,
  failed: EXIT_CODES.failed,
  interrupted: EXIT_CODES.interrupted,
} as const;

type Run = ApplicationHostSettings["run"];

async function loadBot(): Promise<Run> {
  const { runApp } = await import("../app.ts");
  return async ({ config }, host, signal) => {
    await runApp(config, host, signal);
    return EXIT_CODES.ok;
  };
}

async function loadChat(): Promise<Run> {
  const { runChat } = await import("../chat_app.ts");
  return async ({ config, chat }, host, signal) => {
    if (chat === undefined) throw new TypeError("The chat is started without its options");
    return CHAT_CODES[await runChat(config, chat, host, signal)];
  };
}

const report = (report: ApplicationReport): void => self.postMessage(report);
// The launcher names the worker after the one that it will start.
const loaded = self.name === "chat" ? loadChat() : loadBot();
const host = new ApplicationHost({
  run: async (...started) => await (await loaded)(...started),
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
// What does not load is a fault that nobody has caught.
void loaded.then(() => report({ type: "ready" }));
