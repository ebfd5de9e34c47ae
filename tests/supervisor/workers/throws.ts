/// <reference lib="deno.worker" />
/** Throws something with a secret in it as soon as it is started. */
import type { ApplicationOrder } from "../../../src/supervisor/messages.ts";

self.addEventListener("message", ({ data }: MessageEvent<ApplicationOrder>) => {
  if (data.type !== "start") return;
  throw new Error(`no such thing as ${data.application.config.telegram.botToken}`);
});
