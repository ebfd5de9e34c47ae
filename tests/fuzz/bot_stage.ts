/** Sets up gate, router and buttons, with recording fakes behind them. */
import { endedReviewParts } from "../fakes/memory_ended_reviews.ts";
import { MemoryPlanMessages } from "../fakes/memory_plan_messages.ts";
import { MemoryPlans } from "../fakes/memory_plans.ts";
import type { GoalPolicy } from "../../src/core/codex/goal.ts";
import { MemoryGoals } from "../fakes/memory_goals.ts";
import { USUAL_PACE } from "../fakes/usual_pace.ts";
import { WITHOUT_ACTIVITY } from "../../src/core/codex/thread_activity.ts";
import { onlyThisMachine } from "../../src/core/codex/codex.ts";
import { AllowedGroups, Gate } from "../../src/bot/gate.ts";
import {
  type Delivery,
  newCounters,
  type OutboxStats,
  type OutgoingEdit,
  type OutgoingMessage,
} from "../../src/bot/outbox/outgoing.ts";
import type { Approvals } from "../../src/bot/presenter/approvals.ts";
import { PersonRequests } from "../../src/bot/presenter/person_requests.ts";
import { Preferences } from "../../src/bot/preferences.ts";
import { Router } from "../../src/bot/router.ts";
import type { Transcriber } from "../../src/core/chat/transcriber.ts";
import type { CodexQueries } from "../../src/core/codex/codex_queries.ts";
import { RunRecorder } from "../../src/core/run/run_recorder.ts";
import { SessionService } from "../../src/core/session/session_service.ts";
import {
  CAPABILITIES,
  unsupportedQueries,
  unsupportedTerminals,
} from "../../src/integrations/codex/backend_parts.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import {
  MemoryAttachments,
  MemoryTelegramFiles,
  MemoryWaiting,
} from "../fakes/memory_attachments.ts";
import {
  MemoryEditOffers,
  MemoryPreferences,
  MemoryProgramMessages,
  MemoryStatusMessages,
} from "../fakes/memory_bot_stores.ts";
import { MemorySnapshots } from "../fakes/memory_snapshots.ts";
import { MemorySessions } from "../fakes/memory_stores.ts";
import { MemoryChanges, MemoryRunLogs } from "../fakes/memory_records.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { PROFILE, RecordingEngine } from "./recording_engine.ts";

export const OWNER = 42;
export const GROUP = -100;
export const QUESTION_MESSAGE = 70;

export class SilentOutbox {
  readonly sent: OutgoingMessage[] = [];
  readonly edited: OutgoingEdit[] = [];
  readonly documents: string[] = [];
  readonly toasts: (string | undefined)[] = [];

  send(message: OutgoingMessage): Promise<Delivery> {
    this.sent.push(message);
    return Promise.resolve({ status: "sent", messageId: QUESTION_MESSAGE });
  }

  edit(edit: OutgoingEdit): Promise<Delivery> {
    this.edited.push(edit);
    return Promise.resolve({ status: "sent", messageId: QUESTION_MESSAGE });
  }

  sendDocument({ fileName }: { readonly fileName: string }): Promise<Delivery> {
    this.documents.push(fileName);
    return Promise.resolve({ status: "sent", messageId: QUESTION_MESSAGE });
  }

  stats(): OutboxStats {
    return newCounters();
  }

  answerCallback(_queryId: string, text?: string): Promise<void> {
    this.toasts.push(text);
    return Promise.resolve();
  }

  readonly reactions: (string | undefined)[] = [];

  react(_chatId: number, _messageId: number, emoji: string | undefined): Promise<Delivery> {
    this.reactions.push(emoji);
    return Promise.resolve({ status: "sent", messageId: 0 });
  }

  typing(): void {}

  setButtons(): void {}

  /** Chats that were heard from. */
  readonly heardFrom: number[] = [];

  reachable(chatId: number): void {
    this.heardFrom.push(chatId);
  }
}

/** Makes an update of what a person writes to the bot in private. */
export function messageFrom(userId: number, text: string, languageCode = "en"): unknown {
  const from = { id: userId, is_bot: false, first_name: "Ann", language_code: languageCode };
  const length = text.split(/\s/, 1)[0]?.length;
  const entities = text.startsWith("/") ? [{ type: "bot_command", offset: 0, length }] : [];
  const chat = { id: userId, type: "private" };
  return { update_id: 1, message: { message_id: 5, date: 1, chat, from, text, entities } };
}

export interface BotStage {
  readonly runLogs: MemoryRunLogs;
  readonly engine: RecordingEngine;
  readonly outbox: SilentOutbox;
  readonly approvals: Approvals;
  readonly personRequests: PersonRequests;
  readonly router: Router;
  readonly preferences: Preferences;
  readonly statusMessages: MemoryStatusMessages;
  readonly editOffers: MemoryEditOffers;
  readonly programMessages: MemoryProgramMessages;
  readonly files: MemoryTelegramFiles;
  readonly attachments: MemoryAttachments;
  readonly waiting: MemoryWaiting;
  readonly clock: FakeClock;
  /** Ends what goes on beside the routing. */
  readonly stop: AbortController;
  /** Languages that were chosen, by whom. */
  readonly chosen: (readonly [userId: number, language: string])[];
  /** Groups that the bot left. */
  readonly left: number[];
  readonly sessions: MemorySessions;
  readonly goals: MemoryGoals;
}

/**
 * @param queries what Codex answers beside its turns; nothing by default
 * @param damages names of damaged databases that were set aside
 */
export function botStage(
  queries: CodexQueries = unsupportedQueries("the stage"),
  damages: readonly string[] = [],
  transcriber?: Transcriber,
  goalPolicy: GoalPolicy = "ask",
): BotStage {
  const goals = new MemoryGoals();
  const sessions = new MemorySessions();
  const clock = new FakeClock();
  const engine = new RecordingEngine();
  const runLogs = new MemoryRunLogs();
  const outbox = new SilentOutbox();
  const approvalStore = { keep: () => {}, sent: () => {}, close: () => {}, open: () => [] };
  const planMessages = new MemoryPlanMessages();
  const personRequests = new PersonRequests({
    planMessages,
    outbox,
    approvalStore,
    clock,
    redact: (text) => text,
    approvalTimeoutMs: 3_600_000,
    languageOf: ({ origin }) => origin.language,
  });
  const left: number[] = [];
  const chosen: (readonly [number, string])[] = [];
  const preferences = new Preferences(new MemoryPreferences());
  const groups = new AllowedGroups([GROUP], preferences);
  const stop = new AbortController();
  const stores = {
    preferences,
    statusMessages: new MemoryStatusMessages(),
    editOffers: new MemoryEditOffers(),
    programMessages: new MemoryProgramMessages(),
    attachments: new MemoryAttachments(),
    waitingAttachments: new MemoryWaiting(),
  };
  const files = new MemoryTelegramFiles();
  const damaged = [...damages];
  const router = new Router({
    core: {
      engine,
      sessionService: new SessionService({
        version: "0.0.0",
        machines: onlyThisMachine({
          activity: WITHOUT_ACTIVITY,
          kind: "app-server" as const,
          capabilities: CAPABILITIES.echo,
          queries,
          terminals: unsupportedTerminals("the test"),
          goals,
          start: () => Promise.resolve(),
          restart: () => Promise.resolve({ type: "restarted" as const }),
        }),
        goals: goalPolicy,
        profiles: { default: "default", all: new Map([["default", PROFILE]]) },
        sessions,
        snapshots: new MemorySnapshots(),
        ...endedReviewParts(),
        redact: (text) => text,
      }),
      records: new RunRecorder({
        plans: new MemoryPlans(),
        logs: runLogs,
        changes: new MemoryChanges(),
        snapshots: new MemorySnapshots(),
        clock,
        log: new RecordingLog(),
        redact: (text) => text,
      }),
    },
    telegram: {
      outbox,
      files,
      transcriber,
      botProfile: { languageChosen: (...choice) => void chosen.push(choice) },
      botUsername: "our_bot",
      time: { onOwnClock: (time) => time },
      leaveChat: (chatId) => {
        left.push(chatId);
        return Promise.resolve();
      },
    },
    stores: { ...stores, takeDamage: () => damaged.shift() },
    gate: new Gate({ allowedUsers: [OWNER], allowedChats: groups }, clock),
    groups,
    personRequests,
    collectMs: USUAL_PACE.collectMs,
    newId: () => "run",
    signal: stop.signal,
    clock,
    log: new RecordingLog(),
    redact: (text) => text,
  });
  const { waitingAttachments: waiting, ...kept } = stores;
  return {
    runLogs,
    engine,
    outbox,
    approvals: personRequests.approvals,
    personRequests,
    router,
    ...kept,
    waiting,
    files,
    clock,
    stop,
    chosen,
    left,
    sessions,
    goals,
  };
}
