/// <reference lib="deno.worker" />
/** The entry of the worker in which the chat in the terminal runs. */
import { runChat } from "../chat_app.ts";
import { serveApplication } from "./application_entry.ts";
import { EXIT_CODES } from "./exit_codes.ts";

const CODES = {
  well: EXIT_CODES.ok,
  failed: EXIT_CODES.failed,
  interrupted: EXIT_CODES.interrupted,
} as const;

serveApplication(async ({ config, chat }, host, signal) => {
  if (chat === undefined) throw new TypeError("The chat is started without its options");
  return CODES[await runChat(config, chat, host, signal)];
});
