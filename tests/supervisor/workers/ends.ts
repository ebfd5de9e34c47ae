/// <reference lib="deno.worker" />
/** Ends with code 3 as soon as it is started, and answers pings until then. */
import type { ApplicationOrder } from "../../../src/supervisor/messages.ts";

self.addEventListener("message", ({ data }: MessageEvent<ApplicationOrder>) => {
  if (data.type === "ping") self.postMessage({ type: "pong" });
  if (data.type !== "start") return;
  self.postMessage({ type: "ended", code: 3 });
  self.close();
});
