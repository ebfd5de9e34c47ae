/** A strict Bot API server in memory, for the demo and for tests. */
import type { Clock } from "../../core/clock.ts";
import { Account, type Limits } from "./account.ts";
import { type ApiCall, CallLog } from "./call_log.ts";
import { type AddedFault, type Fault, Faults } from "./faults.ts";
import { Gateway } from "./gateway.ts";
import { type BotUser, DEFAULT_BOT } from "./people.ts";
import { createSystemClock } from "../../integrations/system_clock.ts";
import { World } from "./world.ts";

export interface BotApiServerOptions {
  /** The token that the bot must send, e.g. `7000000001:secret`. */
  readonly token: string;
  /** 0 or absent = any free one. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly hostname?: string;
  /** Times everything except the waits of `world`. Default: the system clock. */
  readonly clock?: Clock;
  readonly botUser?: Partial<BotUser>;
  readonly limits?: Limits;
}

export interface BotApiServer extends AsyncDisposable {
  /** The `apiRoot` of a client, without a trailing slash. */
  readonly url: string;
  /** Acts as people and shows what happened. */
  readonly world: World;
  readonly faults: {
    /** Makes the next fitting calls fail; the oldest fault goes first. */
    add(fault: Fault): AddedFault;
    clear(): void;
  };
  /** Every call since the start, in the order of arrival. */
  readonly calls: () => readonly ApiCall[];
  /** Ends every running call and frees the port. Safe to call twice. */
  close(): Promise<void>;
}

/** @throws {Deno.errors.AddrInUse} when the port is taken */
export function startBotApiServer(options: BotApiServerOptions): Promise<BotApiServer> {
  const { token, port = 0, hostname = "127.0.0.1", clock = createSystemClock(), limits = {} } =
    options;
  const account = new Account(clock, { ...DEFAULT_BOT, ...options.botUser }, limits);
  const log = new CallLog();
  const faults = new Faults();
  const gateway = new Gateway({ token, account, log, faults });
  return new Promise((resolve, reject) => {
    try {
      const server = Deno.serve({
        port,
        hostname,
        handler: (request) => gateway.handle(request),
        onListen: (address) => {
          let closed: Promise<void> | undefined;
          const close = (): Promise<void> => closed ??= (gateway.close(), server.shutdown());
          resolve({
            url: `http://${address.hostname}:${address.port}`,
            world: new World(account, log),
            faults,
            calls: () => log.all(),
            close,
            [Symbol.asyncDispose]: close,
          });
        },
      });
    } catch (error) {
      reject(error);
    }
  });
}
