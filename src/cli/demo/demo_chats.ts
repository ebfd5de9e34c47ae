/** The demo in the browser: serves the chat page until it is stopped. */
import { UserFacingError } from "../../core/errors.ts";
import type { World } from "../../demo/bot_api/world.ts";
import { PageChat } from "../../demo/page/page_chat.ts";
import { type PageServer, type PageServerOptions, servePage } from "../../demo/page/server.ts";
import { TerminalChat } from "../../demo/terminal_chat.ts";
import type { Seat } from "./demo_process.ts";
import type { DemoWork } from "./run_demo.ts";

/** What the documentation names. */
const USUAL_PORT = 8766;
/** So many ports behind it are tried when it is taken. */
const OTHER_PORTS = 9;

/** @throws {UserFacingError} when the page cannot be served */
export async function chatInPage(
  { world, person, process, options, work, clock }: Seat,
): Promise<void> {
  const { stop, print, variables } = process;
  const parts = {
    chat: new PageChat(world, person),
    setting: {
      bot: { name: world.bot.firstName, username: world.bot.username ?? "" },
      work: work.by,
      ...(work.complaint === undefined ? {} : { complaint: work.complaint }),
    },
    clock,
  };
  await using server = served(parts, options.port);
  const answers = answersText(work, process.workingDirectory);
  print(`Demo chat: ${server.url} · ${answers} · Ctrl-C stops it\n`);
  if (options.open) await openBrowser(server.oneTimeLink(), variables);
  await aborted(stop);
}

function answersText({ by, complaint }: DemoWork, folder: string): string {
  if (by === "codex") return `Codex works in ${folder}`;
  return complaint === undefined ? "canned answers; --codex uses your Codex" : "canned answers";
}

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

/** Resolves when the messages are answered, the typing ends, or the demo is stopped. */
export async function chatInTerminal({ world, person, process, options }: Seat): Promise<void> {
  const { messages } = options;
  const { stop, print } = process;
  const terminal = new TerminalChat({ world, chat: world.privateChat(person), print });
  const unwatch = world.watch(() => terminal.draw());
  try {
    if (messages.length > 0) { for (const message of messages) terminal.type(message); }
    else await typeUntilStopped(terminal, process.lines(), stop);
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

/** Shows a page in the browser of whoever sits at this machine. A convenience: it may fail. */

type Variables = Readonly<Record<string, string>>;

/** Does nothing where nobody sits, the program may not start others, or there is no opener. */
async function openBrowser(url: string, variables: Variables): Promise<void> {
  const opener = openerFor(Deno.build.os, variables, url);
  if (opener === undefined) return;
  const { command, args } = opener;
  const { state } = await Deno.permissions.query({ name: "run", command });
  if (state !== "granted") return;
  try {
    // On its own: the browser outlives the demo, and Ctrl-C is not meant for it.
    const child = new Deno.Command(command, {
      args: [...args],
      stdin: "null",
      stdout: "null",
      stderr: "null",
      detached: true,
    }).spawn();
    child.unref();
  } catch (error) {
    // The address stands in the terminal, too.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** @returns undefined where there is no desktop to show anything on */
export function openerFor(
  system: typeof Deno.build.os,
  variables: Variables,
  url: string,
): { readonly command: string; readonly args: readonly string[] } | undefined {
  if (variables.CI || variables.SSH_CONNECTION || variables.SSH_TTY) return undefined;
  if (system === "darwin") return { command: "open", args: [url] };
  if (system === "windows") {
    return { command: "rundll32", args: ["url.dll,FileProtocolHandler", url] };
  }
  const desktop = variables.DISPLAY || variables.WAYLAND_DISPLAY;
  return desktop ? { command: "xdg-open", args: [url] } : undefined;
}
