/** Everything Telegram, put together: api -> poller -> gate -> router, presenter -> outbox. */
import type { Redact } from "../core/redaction/redact.ts";
import type { Api } from "grammy";
import type { UserFromGetMe } from "@grammyjs/types";
import type { AttachmentFiles, WaitingAttachments } from "../core/chat/attachment.ts";
import type { ChatPort } from "../core/chat/chat.ts";
import type { Clock } from "../core/clock.ts";
import type { SessionService } from "../core/session/session_service.ts";
import type { Engine } from "../core/run/engine.ts";
import type { Log } from "../core/log.ts";
import type { RunRecords } from "../core/run/run_recorder.ts";
import { AllowedGroups, Gate, type GroupTrigger } from "./gate.ts";
import { createTelegramApi, refusalOf } from "./api.ts";
import { BotProfile, type ProfileAudience } from "./bot_profile.ts";
import type { TelegramPace } from "./pace.ts";
import { classifyFailure } from "./api_failure.ts";
import { TelegramFiles } from "./intake/telegram_files.ts";
import { Outbox } from "./outbox/outbox.ts";
import { Poller, type PollingOptions, type UpdateStore } from "./poller.ts";
import { Preferences, type PreferenceStore } from "./preferences.ts";
import { Presenter } from "./presenter/presenter.ts";
import type { OutboxStore } from "./outbox/outbox_journal.ts";
import type { Questions } from "./presenter/questions.ts";
import type { StatusMessages } from "./presenter/status_messages.ts";
import { Router } from "./router.ts";
import { StorageTrouble } from "./storage_trouble.ts";
import { StorageNews } from "./storage_news.ts";

export interface TelegramSettings {
  readonly botToken: string;
  readonly allowedUsers: readonly number[];
  readonly allowedChats: readonly number[];
  readonly groupTrigger: GroupTrigger;
  /** How long a question of Codex waits for a person, in milliseconds. */
  readonly approvalTimeoutMs: number;
  readonly apiRoot: string;
  readonly polling: PollingOptions;
  readonly pace: TelegramPace;
}

export interface FrontEndDependencies {
  readonly settings: TelegramSettings;
  readonly store: UpdateStore;
  readonly outboxStore: OutboxStore;
  readonly statusMessages: StatusMessages;
  readonly questions: Questions;
  readonly preferences: PreferenceStore;
  readonly sessionService: SessionService;
  readonly attachments: AttachmentFiles;
  readonly waitingAttachments: WaitingAttachments;
  /** Hands the addresses, which hold the token, to nobody else. */
  readonly fetch: typeof globalThis.fetch;
  readonly records: RunRecords;
  /** The name of a damaged database that was set aside, once. */
  readonly takeDamage: () => string | undefined;
  /** Masks secrets in what people read; keeps the length of the text. */
  readonly redact: Redact;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  /** Whether answers come from the echo, which is said with each of them. */
  readonly echo: () => boolean;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** Until a disk that cannot be read is looked at again, in milliseconds. */
const DISK_PAUSE_MS = 5_000;
/** How long the last messages may take to leave when the program ends, in milliseconds. */
const CLOSE_GRACE_MS = 10_000;

/** Goes on with what an earlier process left; false = not with all of it yet, call it again. */
type ResumableEngine = Engine & { resume(): boolean };

export class TelegramFrontEnd {
  readonly #deps: FrontEndDependencies;
  readonly #api: Api;
  readonly #outbox: Outbox;
  readonly #presenter: Presenter;
  readonly #preferences: Preferences;
  readonly #groups: AllowedGroups;
  readonly #gate: Gate;

  constructor(deps: FrontEndDependencies) {
    const { settings, clock, log, outboxStore, redact } = deps;
    this.#deps = deps;
    this.#api = createTelegramApi(settings, deps.fetch);
    this.#outbox = new Outbox({
      api: this.#api,
      store: outboxStore,
      pace: settings.pace,
      redact,
      clock,
      log,
    });
    this.#preferences = new Preferences(deps.preferences);
    this.#presenter = new Presenter({
      ...deps,
      outbox: this.#outbox,
      rich: (chatId) => this.#preferences.rich(chatId),
      pace: settings.pace,
      approvalTimeoutMs: settings.approvalTimeoutMs,
      languageOf: ({ session, origin }) =>
        this.#preferences.language(Number(session.userId)) ?? origin.language,
    });
    this.#groups = new AllowedGroups(settings.allowedChats, this.#preferences);
    this.#gate = new Gate({ ...settings, allowedChats: this.#groups }, clock);
  }

  get chat(): ChatPort {
    return this.#presenter;
  }

  /**
   * Takes up what an earlier process left, then serves people until the signal aborts.
   * @throws {TelegramRefusal} when Telegram refuses us for good
   */
  async run(engine: ResumableEngine, signal: AbortSignal): Promise<void> {
    const { settings, store, clock, log } = this.#deps;
    const bot = await this.#whoAmI(signal);
    if (bot === undefined) return;
    log.info("telegram.connected", { bot: `@${bot.username}`, api_root: settings.apiRoot });
    const profile = this.#profile(bot.id, signal);
    const published = profile.publish(this.#audience());
    this.#outbox.restore();
    this.#presenter.approvals.expireOld();
    const resumed = this.#resume(engine, signal);
    const router = this.#router(engine, bot, profile, signal);
    const trouble = new StorageTrouble({
      route: (update) => router.route(update),
      gate: this.#gate,
      outbox: this.#outbox,
      botUsername: bot.username,
      preferences: this.#preferences,
    });
    const poller = new Poller({
      api: this.#api,
      store,
      options: settings.polling,
      handle: (update) => router.route(update),
      handleUnstored: (update, failure) => trouble.handleUnstored(update, failure),
      onGivenUp: (update) => trouble.onGivenUp(update),
      clock,
      log,
    });
    await poller.run(signal);
    await Promise.all([published, resumed]);
  }

  /** Goes on with what an earlier process left, as soon as the disk lets us read it. */
  async #resume(engine: ResumableEngine, signal: AbortSignal): Promise<void> {
    while (!engine.resume() && !signal.aborted) {
      await this.#deps.clock.sleep(DISK_PAUSE_MS, signal).catch(() => {
        // Aborted: the loop sees it and ends.
      });
    }
  }

  /** Hands over what is still to be said. Safe to call when `run` never began. */
  async close(): Promise<void> {
    this.#presenter.close();
    const settled = this.#presenter.settled();
    await this.#outbox.close(CLOSE_GRACE_MS);
    await settled;
  }

  #profile(botId: number, signal: AbortSignal): BotProfile {
    const { preferences, clock, log } = this.#deps;
    return new BotProfile({ api: this.#api, botId, kept: preferences, clock, log, signal });
  }

  #audience(): ProfileAudience {
    const choices = this.#deps.settings.allowedUsers.flatMap((userId) => {
      const language = this.#preferences.language(userId);
      return language === undefined ? [] : [{ userId, language }];
    });
    return { groups: this.#groups.present(), choices };
  }

  #router(
    engine: Engine,
    bot: UserFromGetMe,
    botProfile: BotProfile,
    signal: AbortSignal,
  ): Router {
    const { settings, takeDamage, waitingAttachments, ...deps } = this.#deps;
    return new Router({
      ...deps,
      engine,
      preferences: this.#preferences,
      botProfile,
      gate: this.#gate,
      groups: this.#groups,
      approvals: this.#presenter.approvals,
      outbox: this.#outbox,
      storageNews: new StorageNews(takeDamage),
      files: new TelegramFiles({
        ...settings,
        ...deps,
        api: this.#api,
        retryMs: settings.pace.retryMs,
        fetch: (address, signal) => deps.fetch(address, { signal, redirect: "error" }),
      }),
      waiting: waitingAttachments,
      collectMs: settings.pace.collectMs,
      leaveChat: (chatId) => this.#api.leaveChat(chatId),
      botUsername: bot.username,
      signal,
    });
  }

  /** Asks again for as long as it takes: a machine may be up before its network is. */
  async #whoAmI(signal: AbortSignal): Promise<UserFromGetMe | undefined> {
    const { clock, log } = this.#deps;
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs *= 2) {
      try {
        return await this.#api.getMe();
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal !== undefined) throw refusal;
        log.warn("telegram.unreachable", { error: classifyFailure(error).description });
        await clock.sleep(Math.min(pauseMs, LONGEST_PAUSE_MS), signal).catch(() => {
          // Aborted: the loop sees it and ends.
        });
      }
    }
    return undefined;
  }
}
