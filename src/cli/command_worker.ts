/// <reference lib="deno.worker" />
/**
 * The entry of the worker in which a command line is understood and its command runs, with no more
 * rights than that command needs: the libraries of others that this takes are loaded here.
 */
import { createSystemClock } from "../integrations/system_clock.ts";
import type { CommandOrder, CommandReport, ProcessFacts } from "./command_messages.ts";
import { obeyReading } from "./launch/configurator.ts";
import { runProgram } from "./program.ts";
import { standardOutput, systemTerminal } from "./system_process.ts";

const report = (report: CommandReport): void => self.postMessage(report);
const stop = new AbortController();

async function perform(facts: ProcessFacts): Promise<void> {
  const code = await runProgram({
    ...facts,
    terminal: systemTerminal(facts.variables),
    clock: createSystemClock(),
    stop: stop.signal,
    ...standardOutput(),
    launch: (wanted) => {
      report({ type: "launch", wanted });
      // The launcher ends this worker before the application begins.
      return new Promise<never>(() => {});
    },
  });
  report({ type: "ended", code });
}

async function obey(order: CommandOrder): Promise<void> {
  switch (order.type) {
    case "perform":
      return await perform(order.process);
    case "template":
    case "read":
      return report(await obeyReading(order));
    case "stop":
      return stop.abort();
  }
}

self.addEventListener("message", ({ data }: MessageEvent<CommandOrder>) => {
  // A rejection ends the worker, which the launcher reports.
  void obey(data);
});
report({ type: "ready" });
