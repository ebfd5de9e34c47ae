/// <reference lib="deno.worker" />
/**
 * The entry of the worker in which the demo runs: it may use its own folder, this machine's loopback,
 * and the few programs that it was told of.
 */
import { standardOutput } from "../system_process.ts";
import { typedLines } from "../typed_lines.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { failureOf } from "../../supervisor/failure.ts";
import type { DemoOrder, DemoReport } from "./demo_messages.ts";
import { runDemo } from "./run_demo.ts";

const report = (report: DemoReport): void => self.postMessage(report);
const stopping = new AbortController();

async function run({ place, options }: DemoOrder & { readonly type: "run" }): Promise<void> {
  const { print, unread } = standardOutput();
  // A chat that nobody sees has ended.
  const stop = AbortSignal.any([stopping.signal, unread]);
  try {
    const lines = (): AsyncIterable<string> => typedLines(Deno.stdin.readable, stop);
    await runDemo({ ...place, stop, print, lines }, options);
    report({ type: "ended", code: EXIT_CODES.ok });
  } catch (error) {
    report({ type: "ended", ...failureOf(error) });
  }
}

self.addEventListener("message", ({ data }: MessageEvent<DemoOrder>) => {
  switch (data.type) {
    case "run":
      // Reports whatever goes wrong.
      void run(data);
      return;
    case "stop":
      return stopping.abort();
  }
});
report({ type: "ready" });
