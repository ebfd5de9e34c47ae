/**
 * Messages between the launcher, the spawner and the application: plain data, because it is copied
 * from one isolate to another.
 */
import type { ChatOptions } from "../chat_app.ts";
import type { Config } from "../config/load.ts";

/** What the application may do; it has no other permission, and starts no program. */
export interface ApplicationPermissions {
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** `HOST:PORT`, or `unix:PATH` */
  readonly net: readonly string[];
}

/** What the application is started with. */
export interface ApplicationStart {
  readonly config: Config;
  /** Those that it needs; it reads none itself. */
  readonly variables: Readonly<Record<string, string>>;
  readonly version: string;
  readonly verbose: boolean;
  /** OpenTelemetry may be on. */
  readonly traced: boolean;
  /** The chat in the terminal; absent = the bot. */
  readonly chat?: ChatOptions;
  /** To the broker, which starts its programs; absent where none may be started. */
  readonly broker?: MessagePort;
}

/** From the launcher to the application. */
export type ApplicationOrder =
  | { readonly type: "start"; readonly application: ApplicationStart }
  | { readonly type: "stop" }
  | { readonly type: "ping" };

/** From the application to the launcher. */
export type ApplicationReport =
  /** The application is loaded: its launcher needs no more rights for it. */
  | { readonly type: "ready" }
  | { readonly type: "pong" }
  /** A Codex process has ended; processes that it started may still run. */
  | { readonly type: "codex-ended" }
  /** `reason`: what was printed for the person, in one line, secrets masked. */
  | { readonly type: "ended"; readonly code: number; readonly reason?: string }
  /**
   * A fault of the program; it has been logged and the application is closing. `reason`: the same
   * in one line, secrets masked.
   */
  | { readonly type: "died"; readonly reason?: string };

/** From the launcher to the spawner. */
export type SpawnerOrder =
  | { readonly type: "launch"; readonly permissions: ApplicationPermissions }
  | { readonly type: "send"; readonly order: ApplicationOrder }
  | { readonly type: "terminate" }
  | { readonly type: "close" };

/** From the spawner to the launcher. */
export type SpawnerReport =
  | { readonly type: "ready" }
  | { readonly type: "report"; readonly report: ApplicationReport }
  /** The application has ended without a report of its own. */
  | { readonly type: "failure"; readonly reason: string };

export const isApplicationOrder = guard<ApplicationOrder>({
  start: ({ application }) => isObject(application),
  stop: nothingMore,
  ping: nothingMore,
});

export const isApplicationReport = guard<ApplicationReport>({
  ready: nothingMore,
  pong: nothingMore,
  "codex-ended": nothingMore,
  ended: ({ code, reason }) => Number.isInteger(code) && isReason(reason),
  died: ({ reason }) => isReason(reason),
});

export const isSpawnerOrder = guard<SpawnerOrder>({
  launch: ({ permissions }) => isObject(permissions),
  send: ({ order }) => isApplicationOrder(order),
  terminate: nothingMore,
  close: nothingMore,
});

export const isSpawnerReport = guard<SpawnerReport>({
  ready: nothingMore,
  report: ({ report }) => isApplicationReport(report),
  failure: ({ reason }) => typeof reason === "string",
});

type Fields = Readonly<Record<string, unknown>>;

/**
 * Makes a check of a message's type and of the presence of its parts. The values inside are not
 * checked again: the other side is this program, and the configuration was checked when it was read.
 */
function guard<Message extends { readonly type: string }>(
  kinds: Readonly<Record<Message["type"], (fields: Fields) => boolean>>,
): (data: unknown) => data is Message {
  const checks = new Map<unknown, (fields: Fields) => boolean>(Object.entries(kinds));
  return (data): data is Message => isObject(data) && checks.get(data.type)?.(data) === true;
}

function isReason(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

function nothingMore(): boolean {
  return true;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
