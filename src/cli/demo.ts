/**
 * `deno task demo`: the real program against a Bot API server of our own on loopback, with the
 * terminal as the chat. Nothing to install, nothing to configure, nothing left behind.
 */
import { join } from "node:path";
import { runApp } from "../app.ts";
import type { Config } from "../config/config.ts";
import { type Environment, readEnvironment } from "../config/environment.ts";
import { parseConfig } from "../config/load.ts";
import { startBotApiServer } from "../demo/bot_api/server.ts";
import type { ChatHandle } from "../demo/bot_api/world_types.ts";
import type { World } from "../demo/bot_api/world.ts";
import { TerminalChat } from "../demo/terminal_chat.ts";
import { createSystemClock } from "../integrations/system_clock.ts";

export interface DemoProcess {
  readonly variables: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly version: string;
  readonly stop: AbortSignal;
  readonly print: (text: string) => void;
  /** What the person types, a line at a time. */
  readonly lines: AsyncIterable<string>;
}

export interface DemoOptions {
  /** Use the Codex of this machine instead of the echo backend. */
  readonly codex: boolean;
  /** Sent at once; without any, the person types. */
  readonly messages: readonly string[];
  /** Show the program's log, too. */
  readonly verbose: boolean;
}

/** A person's id as good as any: the chat exists in this process only. */
const PERSON_ID = 1_000_001;

/** Runs until the messages are answered, the typing ends, or the signal aborts. */
export async function runDemo(process: DemoProcess, options: DemoOptions): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "codex-orchestrator-demo-" });
  const token = `${PERSON_ID}:${crypto.randomUUID().replaceAll("-", "")}`;
  const server = await startBotApiServer({ token, clock: createSystemClock() });
  const person = server.world.createPerson({ id: PERSON_ID, firstName: "You" });
  const chat = server.world.privateChat(person);
  const finished = new AbortController();
  const stop = AbortSignal.any([process.stop, finished.signal]);
  try {
    const config = await demoConfig(process, options, { folder, token, apiRoot: server.url });
    const app = runApp(config, {
      variables: process.variables,
      version: process.version,
      verbose: false,
      write: options.verbose ? process.print : () => {},
    }, stop);
    const ended = talk(server.world, chat, process, options, stop).finally(() => finished.abort());
    await Promise.all([app, ended]);
  } finally {
    finished.abort();
    await server.close();
    await Deno.remove(folder, { recursive: true });
  }
}

async function demoConfig(
  process: DemoProcess,
  { codex }: DemoOptions,
  { folder, token, apiRoot }: { folder: string; token: string; apiRoot: string },
): Promise<Config> {
  const workspace = join(folder, "workspace");
  await Deno.mkdir(workspace);
  const environment: Environment = {
    ...await readEnvironment(process),
    stateFolder: join(folder, "state"),
    variables: { ...process.variables, TELEGRAM_BOT_TOKEN: token },
  };
  const text = `
[telegram]
allowed_users = [${PERSON_ID}]
api_root = "${apiRoot}"
[codex]
backend = "${codex ? "auto" : "echo"}"
agent_working_directory = ${JSON.stringify(codex ? process.workingDirectory : workspace)}
`;
  return await parseConfig(text, { path: join(folder, "conf.toml"), environment });
}

async function talk(
  world: World,
  chat: ChatHandle,
  process: DemoProcess,
  { messages }: DemoOptions,
  stop: AbortSignal,
): Promise<void> {
  const terminal = new TerminalChat({ world, chat, print: process.print });
  const unwatch = world.watch(() => terminal.draw());
  try {
    if (messages.length > 0) { for (const message of messages) terminal.type(message); }
    else await typeUntilStopped(terminal, process.lines, stop);
    await settled(world, terminal, stop);
  } finally {
    unwatch();
  }
}

async function typeUntilStopped(
  terminal: TerminalChat,
  lines: AsyncIterable<string>,
  stop: AbortSignal,
): Promise<void> {
  for await (const line of lines) {
    if (stop.aborted) return;
    if (line.trim() !== "") terminal.type(line);
  }
}

/** Resolves when every message has its answer, or the demo is stopped. */
function settled(world: World, terminal: TerminalChat, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!stop.aborted && !terminal.settled()) return;
      unwatch();
      stop.removeEventListener("abort", look);
      resolve();
    };
    const unwatch = world.watch(look);
    stop.addEventListener("abort", look);
    look();
  });
}
