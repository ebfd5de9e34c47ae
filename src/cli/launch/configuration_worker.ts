/// <reference lib="deno.worker" />
/**
 * The entry of the worker that reads conf.toml for the usual start of the bot, without any right. It
 * loads what that takes and nothing else: every start waits for it.
 */
import { obeyReading } from "./configurator.ts";
import type { ReadingOrder, ReadingReport } from "./configuring.ts";

const report = (report: ReadingReport): void => self.postMessage(report);

self.addEventListener("message", ({ data }: MessageEvent<ReadingOrder>) => {
  // A rejection ends the worker, which the launcher reports.
  void obeyReading(data).then(report);
});
report({ type: "ready" });
