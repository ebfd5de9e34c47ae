/**
 * `deno task demo`: the real program against a Bot API server of our own on loopback, with a page
 * in the browser or the terminal as the chat. Nothing to install, nothing to configure, nothing left
 * behind.
 */
import { runApp } from "../../app.ts";
import { startBotApiServer } from "../../demo/bot_api/server.ts";
import { createSystemClock } from "../../integrations/system_clock.ts";
import type { DemoOptions, DemoProcess } from "./demo_process.ts";
import { demoWork } from "./demo_work.ts";
import { chatInPage } from "./page_demo.ts";
import { chatInTerminal } from "./terminal_demo.ts";

/** A person's id as good as any: the chat exists in this process only. */
const PERSON_ID = 1_000_001;
const BOT = { firstName: "Codex", username: "codex_demo_bot" };

/**
 * Runs until the person has had enough, or the signal aborts.
 * @throws {UserFacingError} when it cannot be shown
 */
export async function runDemo(process: DemoProcess, options: DemoOptions): Promise<void> {
  const clock = createSystemClock();
  const folder = await process.makeFolder();
  const token = `${PERSON_ID}:${crypto.randomUUID().replaceAll("-", "")}`;
  const server = await startBotApiServer({ token, clock, botUser: BOT });
  const finished = new AbortController();
  const stop = AbortSignal.any([process.stop, finished.signal]);
  try {
    const place = { folder, token, apiRoot: server.url, personId: PERSON_ID };
    const work = await demoWork(process, options, { ...place, clock });
    if (work.complaint !== undefined) {
      process.print(`${work.complaint}\n\n`);
    }
    const person = server.world.createPerson({ id: PERSON_ID, firstName: "You" });
    const seat = {
      world: server.world,
      person,
      process: { ...process, stop },
      options,
      work,
      clock,
    };
    const chat = (options.terminal ? chatInTerminal : chatInPage)(seat);
    const app = runApp(work.config, {
      variables: process.variables,
      version: process.version,
      verbose: false,
      write: options.verbose ? process.print : () => {},
    }, stop);
    const end = (): void => finished.abort();
    await Promise.all([app.finally(end), chat.finally(end)]);
  } finally {
    finished.abort();
    await server.close();
    await Deno.remove(folder, { recursive: true });
  }
}
