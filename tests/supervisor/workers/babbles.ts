/// <reference lib="deno.worker" />
/** Sends what is no report. */
self.postMessage({ type: "hello" });
