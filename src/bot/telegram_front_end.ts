/** Puts the bot together for one start: poller, gate and router inbound, presenter and outbox out. */
import type { UserFromGetMe } from "@grammyjs/types";
import type { Api } from "grammy";
import type { BaseDependencies } from "../core/base_dependencies.ts";
import type { AttachmentFiles, WaitingAttachments } from "../core/chat/attachment.ts";
import type { Transcriber } from "../core/chat/transcriber.ts";
import type { Announcement, ChatPort } from "../core/chat/chat.ts";
import { pause } from "../core/deadline.ts";
import type { Engine } from "../core/run/engine.ts";
import type { RunRecords } from "../core/run/run_recorder.ts";
import type { SessionKey } from "../core/session/session.ts";
import type { SessionService } from "../core/session/session_service.ts";
import { BotProfile, type ProfileAudience } from "./bot_profile.ts";
import { AllowedGroups, Gate, type GroupTrigger } from "./gate.ts";
import type { EditOffers } from "./intake/edits.ts";
import { TelegramFiles } from "./intake/telegram_files.ts";
import { Outbox } from "./outbox/outbox.ts";
import type { OutboxStore } from "./outbox/outbox_journal.ts";
import type { TelegramPace } from "./pace.ts";
import type { TelegramConnection } from "./connection.ts";
import { Poller, type PollingOptions, type UpdateStore } from "./poller.ts";
import { Preferences, type PreferenceStore } from "./preferences.ts";
import { pictureReader } from "./presenter/pictures.ts";
import { Presenter } from "./presenter/presenter.ts";
import type { ApprovalStore } from "./presenter/person_request.ts";
import type { PlanMessageStore } from "./presenter/plan_messages.ts";
import type { StatusMessages } from "./presenter/status_message.ts";
import { plainText } from "./render/formatted_text.ts";
import { warmUpRenderer } from "./render/warm_up.ts";
import { announcementText } from "../texts/activity_texts.ts";
import { textsFor } from "../texts/texts.ts";
import type { ProgramMessages } from "./replies.ts";
import { Router } from "./router.ts";

export interface TelegramSettings {
  readonly botToken: string;
  readonly allowedUsers: readonly number[];
  readonly allowedChats: readonly number[];
  readonly groupTrigger: GroupTrigger;
  /** How long an approval waits for a person, in milliseconds. */
  readonly approvalTimeoutMs: number;
  readonly apiRoot: string;
  readonly polling: PollingOptions;
  readonly pace: TelegramPace;
}

/** What outlives the program. */
export interface BotStores {
  readonly updates: UpdateStore;
  readonly outbox: OutboxStore;
  readonly statusMessages: StatusMessages;
  readonly approvals: ApprovalStore;
  readonly planMessages: PlanMessageStore;
  readonly editOffers: EditOffers;
  readonly programMessages: ProgramMessages;
  readonly preferences: PreferenceStore;
  readonly attachments: AttachmentFiles;
  readonly waitingAttachments: WaitingAttachments;
  /** Returns the name of a damaged database that was set aside, once. */
  readonly takeDamage: () => string | undefined;
}

export interface FrontEndDependencies extends BaseDependencies {
  readonly connection: TelegramConnection;
  readonly settings: TelegramSettings;
  readonly stores: BotStores;
  /** Besides the engine, which is handed to `run`. */
  readonly core: {
    readonly sessionService: SessionService;
    readonly records: RunRecords;
    /** Tells whether answers come from the echo, which each of them then says. */
    readonly echo: () => boolean;
  };
  /** Writes voice messages down; undefined = nothing does. */
  readonly transcriber: Transcriber | undefined;
  readonly newId: () => string;
  /** Hands the addresses, which hold the token, to nobody else. */
  readonly fetch: typeof globalThis.fetch;
}

/** Pause before a disk that cannot be read is tried again. */
const DISK_PAUSE_MS = 5_000;
/** Until the renderer is made ready, which takes the processor for a moment. */
const WARM_UP_AFTER_MS = 500;
/** How long sending the last messages may take when the program ends. */
const CLOSE_GRACE_MS = 10_000;

/** `resume` goes on with what an earlier process left; false = not with all of it yet. */
type ResumableEngine = Engine & {
  resume(isAdmitted: (session: SessionKey) => boolean): boolean;
};

export class TelegramFrontEnd {
  readonly #deps: FrontEndDependencies;
  readonly #api: Api;
  readonly #outbox: Outbox;
  readonly #presenter: Presenter;
  readonly #preferences: Preferences;
  readonly #groups: AllowedGroups;
  readonly #gate: Gate;

  constructor(deps: FrontEndDependencies) {
    const { settings, stores, clock, log, redact } = deps;
    this.#deps = deps;
    this.#api = deps.connection.api;
    this.#outbox = new Outbox({
      api: this.#api,
      store: stores.outbox,
      pace: settings.pace,
      readPictures: pictureReader((...asked) => deps.core.sessionService.readProfileFile(...asked)),
      redact,
      clock,
      log,
    });
    this.#preferences = new Preferences(stores.preferences);
    this.#presenter = new Presenter({
      clock,
      log,
      redact,
      outbox: this.#outbox,
      statusMessages: stores.statusMessages,
      approvalStore: stores.approvals,
      planMessages: stores.planMessages,
      echo: deps.core.echo,
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
   * Goes on with what an earlier process left, and serves people until the signal aborts.
   * @param ready resolves when there is somebody to work; what arrives before is stored and waits
   * @throws {TelegramRefusal} when Telegram refuses us for good
   */
  async run(engine: ResumableEngine, signal: AbortSignal, ready: Promise<void>): Promise<void> {
    const { settings, stores, clock, log } = this.#deps;
    const connected = await this.#deps.connection.established(signal);
    if (connected === undefined) return;
    const { bot, webhook, begun } = connected;
    log.info("telegram.connected", { bot: `@${bot.username}`, api_root: settings.apiRoot });
    const profile = this.#profile(bot.id, signal);
    const published = profile.publish(this.#audience());
    this.#outbox.restore();
    this.#presenter.requests.expireOld();
    const resumed = ready.then(() => this.#resume(engine, signal));
    const router = this.#router(engine, bot, profile, signal);
    const poller = new Poller({
      api: this.#api,
      store: stores.updates,
      options: settings.polling,
      webhook,
      begun,
      time: this.#deps.connection.time,
      foresee: (update) => router.foresee(update),
      handle: (update) => ready.then(() => router.route(update)),
      handleWithoutDisk: (update, failure) => router.routeWithoutDisk(update, failure),
      onGivenUp: (update) => router.tellGivenUp(update),
      clock,
      log,
    });
    const warmed = this.#warmUp(signal);
    await poller.run(signal);
    await Promise.all([published, resumed, warmed]);
  }

  /** Waits until what the start needs is done. */
  async #warmUp(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    if (await pause(clock, WARM_UP_AFTER_MS, signal)) await warmUpRenderer(clock, signal);
  }

  /** Tells the owner, who is the first of the allowed people. */
  announce(announcement: Announcement): void {
    const [chatId] = this.#deps.settings.allowedUsers;
    if (chatId === undefined) return;
    const texts = textsFor(this.#preferences.language(chatId) ?? "en");
    const content = plainText(`⚠️ ${announcementText(announcement, texts)}`);
    // void: deliveries never reject.
    void this.#outbox.send({ chatId, content }, "reply");
  }

  /** Sends what is still to be said. Safe to call when `run` never began. */
  async close(): Promise<void> {
    this.#presenter.close();
    const settled = this.#presenter.settled();
    await this.#outbox.close(CLOSE_GRACE_MS);
    await settled;
  }

  /** Retries until the disk can be read. */
  async #resume(engine: ResumableEngine, signal: AbortSignal): Promise<void> {
    const isAdmitted = ({ chatId, userId }: SessionKey): boolean =>
      this.#gate.admitsWork(this.#groups.presentId(Number(chatId)), Number(userId));
    while (!engine.resume(isAdmitted) && await pause(this.#deps.clock, DISK_PAUSE_MS, signal));
  }

  #profile(botId: number, signal: AbortSignal): BotProfile {
    const { stores, clock, log } = this.#deps;
    return new BotProfile({ api: this.#api, botId, store: stores.preferences, clock, log, signal });
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
    const { settings, stores, core, newId, clock, log, redact } = this.#deps;
    const { pace } = settings;
    const files = new TelegramFiles({
      ...settings,
      api: this.#api,
      clock,
      retryMs: pace.retryMs,
      fetch: (address, signal) => this.#deps.fetch(address, { signal, redirect: "error" }),
    });
    return new Router({
      core: { ...core, engine },
      telegram: {
        outbox: this.#outbox,
        files,
        transcriber: this.#deps.transcriber,
        botProfile,
        botUsername: bot.username,
        leaveChat: (chatId) => this.#api.leaveChat(chatId),
        time: this.#deps.connection.time,
      },
      stores: { ...stores, preferences: this.#preferences },
      gate: this.#gate,
      groups: this.#groups,
      personRequests: this.#presenter.requests,
      collectMs: pace.collectMs,
      newId,
      signal,
      clock,
      log,
      redact,
    });
  }
}
