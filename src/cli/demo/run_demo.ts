/**
 * Runs the real program against a Bot API server of our own on loopback, with a page in the browser
 * or the terminal as the chat. Needs no installation and no configuration, and leaves nothing behind.
 */
import { join } from "node:path";
import { runApp } from "../../app.ts";
import { type Environment, readEnvironment } from "../../config/environment.ts";
import { type Config, parseConfig } from "../../config/load.ts";
import type { Clock } from "../../core/clock.ts";
import { describeError, UserFacingError } from "../../core/errors.ts";
import { createRedactor } from "../../core/redaction/redact.ts";
import { startBotApiServer } from "../../demo/bot_api/server.ts";
import { createCodexBackend } from "../../integrations/codex/create_backend.ts";
import { createLog } from "../../integrations/logging/log.ts";
import { createSystemClock } from "../../integrations/system_clock.ts";
import type { DemoOptions, DemoProcess, DemoWork } from "./demo_process.ts";
import { chatInPage, chatInTerminal } from "./demo_chats.ts";

/** Any id will do: the chat exists in this process only. */
const PERSON_ID = 1_000_001;
const BOT = { firstName: "Codex", username: "codex_demo_bot" };

/**
 * Runs until the person ends it, or the signal aborts.
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
    const setting = {
      world: server.world,
      person,
      process: { ...process, stop },
      options,
      work,
      clock,
    };
    const chat = (options.terminal ? chatInTerminal : chatInPage)(setting);
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

interface DemoPlace {
  /** Holds everything of the demo, and is removed with it. */
  readonly folder: string;
  readonly token: string;
  readonly apiRoot: string;
  readonly personId: number;
}

/** With `--codex`, tries once whether Codex starts and is logged in; else answers are canned. */
async function demoWork(
  process: DemoProcess,
  { codex, verbose }: DemoOptions,
  { clock, ...place }: DemoPlace & { readonly clock: Clock },
): Promise<DemoWork> {
  const echo = await demoConfig(process, place, { codex: false });
  if (!codex) return { config: echo, by: "echo" };
  const config = await demoConfig(process, place, { codex: true });
  using log = createLog({
    verbose: false,
    write: verbose ? process.print : () => {},
    clock,
    redactor: createRedactor({ secrets: config.secrets }),
  });
  const backend = createCodexBackend(config.codex, {
    clock,
    log,
    environment: process.variables,
    clientVersion: process.version,
  });
  try {
    await backend.start(process.stop);
    return { config, by: "codex" };
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    return { config: echo, by: "echo", complaint: describeError(error) };
  } finally {
    await backend.close();
  }
}

async function demoConfig(
  process: DemoProcess,
  { folder, token, apiRoot, personId }: DemoPlace,
  { codex }: { readonly codex: boolean },
): Promise<Config> {
  const workspace = join(folder, "workspace");
  await Deno.mkdir(workspace, { recursive: true });
  const environment: Environment = {
    ...await readEnvironment(process),
    stateFolder: join(folder, "state"),
    variables: { ...process.variables, TELEGRAM_BOT_TOKEN: token },
  };
  const text = `
[telegram]
allowed_users = [${personId}]
api_root = "${apiRoot}"
[codex]
backend = "${codex ? "auto" : "echo"}"
agent_working_directory = ${JSON.stringify(codex ? process.workingDirectory : workspace)}
[runs]
shutdown_grace_seconds = 1
`;
  return await parseConfig(text, { path: join(folder, "conf.toml"), environment });
}
