/**
 * Connects to Telegram: asks who the bot is, removes a webhook, and asks for the first updates, all at
 * the same time, since what the updates bring waits for both of the others.
 */
import type { UserFromGetMe } from "@grammyjs/types";
import type { Api } from "grammy";
import type { Clock } from "../core/clock.ts";
import { pause } from "../core/deadline.ts";
import type { Log } from "../core/log.ts";
import { createTelegramApi, refusalOf } from "./api.ts";
import { classifyFailure } from "./api_failure.ts";
import { beginPolling, type PollerDependencies, type PollingOptions } from "./poller.ts";
import { TelegramTime } from "./telegram_time.ts";
import { removeWebhook, reportingRemoval } from "./webhook.ts";

export interface ConnectionDependencies {
  readonly settings: {
    readonly botToken: string;
    readonly apiRoot: string;
    readonly polling: PollingOptions;
  };
  /** Hands the addresses, which hold the token, to nobody else. */
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly log: Log;
}

/** What was found out, and what was begun for the poller. */
interface Connected extends Pick<PollerDependencies, "webhook" | "begun"> {
  readonly bot: UserFromGetMe;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export class TelegramConnection {
  readonly api: Api;
  readonly time: TelegramTime;
  readonly #deps: ConnectionDependencies;
  #connecting: Promise<Connected | undefined> | undefined;

  constructor(deps: ConnectionDependencies) {
    const { settings, clock, log } = deps;
    this.#deps = deps;
    this.time = new TelegramTime(clock);
    this.api = createTelegramApi(settings, this.time.observing(deps.fetch));
    this.api.config.use(reportingRemoval(log));
  }

  /** Begins what {@link established} waits for, which tells how it ended. */
  begin(signal: AbortSignal): void {
    this.#connecting ??= this.#connect(signal);
    this.#connecting.catch(() => {});
  }

  /**
   * @returns undefined when the signal has aborted
   * @throws {TelegramRefusal} when Telegram refuses us for good
   */
  async established(signal: AbortSignal): Promise<Connected | undefined> {
    this.begin(signal);
    return await this.#connecting;
  }

  /**
   * What failed while Telegram could not be reached at all says nothing about now: then the poller
   * begins anew.
   */
  async #connect(signal: AbortSignal): Promise<Connected | undefined> {
    const { settings: { polling: options }, clock } = this.#deps;
    const asking = { api: this.api, options, clock };
    const identifying = this.#identifyBot(signal);
    const webhook = options.deleteWebhookOnStart ? removeWebhook(asking, signal) : undefined;
    const begun = beginPolling(asking, signal);
    const identified = await identifying;
    if (identified === undefined) return undefined;
    const { bot, retried } = identified;
    if (!retried) return { bot, webhook, begun };
    // It may hang where the network came up in the meantime.
    begun?.end();
    return { bot, webhook: (await webhook)?.removed === true ? webhook : undefined };
  }

  /** Retries for as long as it takes, since a machine may be up before its network is. */
  async #identifyBot(
    signal: AbortSignal,
  ): Promise<{ readonly bot: UserFromGetMe; readonly retried: boolean } | undefined> {
    const { clock, log } = this.#deps;
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs *= 2) {
      try {
        return { bot: await this.api.getMe(), retried: pauseMs > FIRST_PAUSE_MS };
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal !== undefined) throw refusal;
        const failure = classifyFailure(error);
        log.warn("telegram.unreachable", { error: failure.description });
        const askedMs = failure.kind === "flood" ? failure.retryAfterMs : 0;
        await pause(clock, Math.max(askedMs, Math.min(pauseMs, LONGEST_PAUSE_MS)), signal);
      }
    }
    return undefined;
  }
}
