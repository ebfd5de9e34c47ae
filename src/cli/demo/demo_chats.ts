/** Shows the demo's chat, in the browser or in the terminal. */
import { waitAtMost } from "../../core/deadline.ts";
import { UserFacingError } from "../../core/errors.ts";
import type { World } from "../../demo/bot_api/world.ts";
import { SUGGESTIONS } from "../../demo/story/job.ts";
import { PageChat } from "../../demo/page/page_chat.ts";
import { type PageServer, type PageServerOptions, servePage } from "../../demo/page/server.ts";
import { TerminalChat } from "../../demo/terminal_chat.ts";
import type { DemoSetting } from "./demo_process.ts";
import type { DemoWork } from "./demo_work.ts";

/** The port that the documentation names. */
const USUAL_PORT = 8766;
/** How many ports after it are tried when it is taken. */
const OTHER_PORTS = 9;

/** Serves the chat page until it is stopped. @throws {UserFacingError} when it cannot be served */
export async function chatInPage(
  { world, person, process, options, work, clock }: DemoSetting,
): Promise<void> {
  const { stop, print } = process;
  const parts = {
    chat: new PageChat(world, person),
    setting: {
      bot: { name: world.bot.firstName, username: world.bot.username ?? "" },
      work: work.by,
      suggestions: SUGGESTIONS,
      ...(work.complaint === undefined ? {} : { complaint: work.complaint }),
    },
    clock,
  };
  await using server = served(parts, options.port);
  print(`Demo: ${server.url} · ${WORKS[work.by]} · Ctrl-C stops it\n`);
  if (options.open) openBrowser(server.oneTimeLink(), process.opener ?? []);
  await aborted(stop);
}

const WORKS: Readonly<Record<DemoWork["by"], string>> = {
  script: "a scripted Codex (--codex uses yours)",
  codex: "your Codex",
  echo: "canned answers",
};

function served(parts: Omit<PageServerOptions, "port">, wanted: number | undefined): PageServer {
  const last = wanted ?? USUAL_PORT + OTHER_PORTS;
  for (let port = wanted ?? USUAL_PORT;; port++) {
    try {
      return servePage({ ...parts, port });
    } catch (error) {
      if (!isNotOurs(error)) throw error;
      if (port === last) throw noPort(wanted, error);
    }
  }
}

function isNotOurs(error: unknown): boolean {
  return error instanceof Deno.errors.AddrInUse || error instanceof Deno.errors.PermissionDenied;
}

function noPort(wanted: number | undefined, cause: unknown): UserFacingError {
  const ports = wanted === undefined
    ? `Ports ${USUAL_PORT} to ${USUAL_PORT + OTHER_PORTS} are`
    : `Port ${wanted} is`;
  return new UserFacingError(`${ports} taken by other programs`, {
    remedy: "Name a free one with --port N",
    cause,
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/**
 * Takes lines as messages and prints the chat. Once nothing more can be typed, it resolves when the
 * messages are answered, when a question waits that nobody can answer now, or when it is stopped.
 */
export async function chatInTerminal(
  { world, person, process, options, work, clock }: DemoSetting,
): Promise<void> {
  const { messages } = options;
  const { stop, print } = process;
  const terminal = new TerminalChat({ world, chat: world.privateChat(person), print });
  const unwatch = world.watch(() => terminal.draw());
  try {
    if (messages.length > 0) { for (const message of messages) terminal.type(message); }
    else {
      const [suggestion = ""] = SUGGESTIONS[person.languageCode === "ko" ? "ko" : "en"];
      print(
        `Demo: this terminal is the chat · ${WORKS[work.by]} · #1 presses a button, Ctrl-D ends\n`,
      );
      if (work.by === "script") print(`Type, for example: ${suggestion}\n`);
      print("\n");
      await typeUntilStopped(terminal, process.lines(), stop);
    }
    while (!stop.aborted && !terminal.settled()) {
      const changed = nextChange(world, stop);
      if (!terminal.asks()) await changed;
      else if (!await waitAtMost(clock, ASKED_MS, changed)) {
        return print(
          "Nobody can answer this here. To answer: codex-orchestrator demo --terminal\n",
        );
      }
    }
  } finally {
    unwatch();
  }
}

/** A chat that shows a question for so long does wait for its answer. */
const ASKED_MS = 2_000;

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

/** Resolves when anything in the chats changes, or the demo is stopped. */
function nextChange(world: World, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      unwatch();
      stop.removeEventListener("abort", end);
      resolve();
    };
    const unwatch = world.watch(end);
    stop.addEventListener("abort", end);
  });
}

/** Opens the page in the desktop's browser, if there is one. */
function openBrowser(url: string, [program, ...args]: readonly string[]): void {
  if (program === undefined) return;
  try {
    // Detached: the browser outlives the demo, and Ctrl-C is not meant for it.
    const child = new Deno.Command(program, {
      args: [...args, url],
      stdin: "null",
      stdout: "null",
      stderr: "null",
      detached: true,
    }).spawn();
    child.unref();
  } catch (error) {
    // The address is printed in the terminal, too.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
