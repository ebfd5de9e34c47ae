/// <reference lib="deno.worker" />
/**
 * The entry of the worker in which the bot runs. It loads that application alone: each module that
 * could be imported there later is looked up before the first one runs.
 */
import { runApp } from "../app.ts";
import { serveApplication } from "./application_entry.ts";
import { EXIT_CODES } from "./exit_codes.ts";

serveApplication(async ({ config }, host, signal) => {
  await runApp(config, host, signal);
  return EXIT_CODES.ok;
});
