/// <reference lib="deno.worker" />
/**
 * The entry of the worker that can launch the application anew. The launcher cannot: it has given
 * all its rights up. This one holds what the application is to hold, and may read the source.
 */
import { createRedactor } from "../core/redaction/redact.ts";
import { applicationLauncher } from "./application_launch.ts";
import { isSpawnerOrder, type SpawnerReport } from "./messages.ts";
import { SpawnerHost } from "./spawner_host.ts";

const report = (report: SpawnerReport): void => self.postMessage(report);
// No secret is known here; the launcher, which knows them, masks what it logs.
const redactor = createRedactor({ secrets: [] });
const host = new SpawnerHost({
  launcher: (permissions) => applicationLauncher(permissions, redactor),
  report,
  close: () => self.close(),
});

self.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  if (!isSpawnerOrder(data)) throw new TypeError("Cannot understand an order");
  host.receive(data);
});
report({ type: "ready" });
