/** The demo in the browser: serves the chat page until it is stopped. */
import { UserFacingError } from "../../core/errors.ts";
import { PageChat } from "../../demo/page/page_chat.ts";
import { type PageServer, type PageServerOptions, servePage } from "../../demo/page/server.ts";
import type { DemoWork } from "./demo_work.ts";
import { openBrowser } from "./open_browser.ts";
import type { Seat } from "./seat.ts";

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
