/// <reference lib="deno.worker" />
/**
 * The entry of the worker that launches the application again after it died. It holds the
 * application's rights, and may read the program's source.
 */
import { createRedactor } from "../core/redaction/redact.ts";
import { applicationLauncher } from "./application_launch.ts";
import { isSpawnerOrder, type SpawnerReport } from "./messages.ts";
import { SpawnerHost } from "./spawner_host.ts";

const report = (report: SpawnerReport): void => self.postMessage(report);
// This worker knows no secret; the launcher knows them and masks what it logs.
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
