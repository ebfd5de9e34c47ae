/** Every sentence the bot says of itself; a language that misses one does not compile. */

import type { Mode } from "../core/session/settings.ts";
import type { DurationUnits } from "../core/text/duration.ts";
import { EN } from "./en.ts";
import type { HelpTexts } from "./help_texts.ts";
import { KO } from "./ko.ts";
import type { FileTexts, RecordTexts } from "./record_texts.ts";
import type { OutcomeTexts, QuestionWords, RunWords, TalkTexts } from "./run_texts.ts";
import type { CodexTexts } from "./session_texts.ts";
import type {
  DeliveryTexts,
  GroupTexts,
  LanguageTexts,
  ProfileTexts,
  SetupTexts,
} from "./telegram_texts.ts";
import type { MachineTexts, TroubleTexts } from "./trouble_texts.ts";

export interface Texts {
  readonly groups: GroupTexts;
  readonly talk: TalkTexts;
  readonly help: HelpTexts;
  readonly units: DurationUnits;
  readonly language: LanguageTexts;
  readonly delivery: DeliveryTexts;
  readonly profile: ProfileTexts;
  readonly setup: SetupTexts;
  readonly records: RecordTexts;
  readonly files: FileTexts;
  readonly machines: MachineTexts;
  readonly trouble: TroubleTexts;

  readonly commands: {
    /** Command -> what stands beside it in Telegram's menu, at most 256 characters. */
    readonly menu: Readonly<Record<MenuCommand, string>>;
    readonly greeting: string;
    readonly whatIDo: string;
    readonly modeUsage: string;
    readonly modeIs: (mode: Mode) => string;
    readonly modeSet: (mode: Mode) => string;
    readonly modeMeaning: Readonly<Record<Mode, string>>;
    readonly fromNextRequest: string;
    readonly newSession: string;
    readonly takesNoWords: (command: string) => string;
    readonly stopped: (stage: string) => string;
    readonly dropped: (count: number) => string;
    readonly remaining: (count: number) => string;
    readonly nothingToCancel: string;
    readonly onlyInTopics: string;
    readonly cancelUsage: string;
    readonly profileUsage: string;
    readonly profileSet: (name: string) => string;
    readonly unknownProfile: (name: string) => string;
    readonly continueUsage: string;
    readonly nothingOffered: string;
    readonly whichOffered: string;
    readonly unknownOffer: (id: string) => string;
    readonly approvalUsage: string;
    /** Below how it is used, above what can be copied. */
    readonly openApprovals: string;
    readonly unknownApproval: (id: string) => string;
    readonly failed: (reason: string) => string;
  };

  readonly codex: CodexTexts;

  readonly status: {
    readonly title: string;
    readonly profilesTitle: string;
    readonly mode: string;
    readonly profile: string;
    readonly model: string;
    readonly folder: string;
    readonly rights: string;
    readonly lastRun: string;
    readonly review: string;
    readonly now: string;
    readonly queue: string;
    readonly codex: string;
    readonly process: string;
    readonly lastError: string;
    /** Behind the stage at work; the ids are those to type. */
    readonly waitsForDecision: (ids: string) => string;
    readonly codexDefault: string;
    readonly idle: string;
    readonly none: string;
    readonly ready: string;
    readonly notReady: string;
    readonly uptime: (time: string) => string;
    readonly restarts: (count: number) => string;
    readonly outcome: Readonly<Record<"ok" | "error" | "cancelled", string>>;
    readonly lastRunFacts: (latency: string, age: string) => string;
    readonly waiting: (count: number) => string;
    readonly offered: (count: number) => string;
    readonly isDefault: string;
    readonly isActive: string;
  };

  readonly refusals: {
    /** To a stranger in a private chat. */
    readonly notAllowed: (userId: number) => string;
    readonly emptyText: string;
    readonly staleButton: string;
    readonly notYours: string;
    readonly echo: string;
    readonly notReady: (reason: string) => string;
  };

  readonly run: OutcomeTexts & RunWords & {
    readonly queued: (position: number) => string;
    readonly interrupted: string;
    readonly interruptedMore: string;
    readonly old: string;
    readonly oldMore: string;
    readonly continueIt: string;
    readonly dropIt: string;
    /** Stands below an offer. */
    readonly typed: (id: string) => string;
    readonly suspended: string;
    readonly continued: string;
    /** Before a message that may have arrived already. */
    readonly perhapsRepeated: string;
    readonly waitingForApproval: string;
    readonly cancel: string;
    readonly failedBecause: (reason: string) => string;
    readonly runId: (id: string) => string;
    readonly wholeAnswerInFile: (name: string) => string;
  };

  readonly notices: {
    readonly sessionSetAside: (file: string) => string;
    readonly sessionNotKept: (reason: string) => string;
    readonly databaseSetAside: (file: string) => string;
    /** To a request that the disk does not take now. */
    readonly cannotStore: (reason: string) => string;
    /** To a message that the program failed at again and again. */
    readonly givenUp: string;
  };

  readonly approvals: QuestionWords & {
    readonly wholeInFile: (name: string) => string;
    readonly accept: string;
    readonly acceptForSession: string;
    readonly decline: string;
    readonly cancel: string;
    readonly typed: (id: string) => string;
    readonly decided: Readonly<
      Record<
        "accept" | "accept-for-session" | "decline" | "cancel",
        /** The time is put behind it. */
        (who: string) => string
      >
    >;
    /** Nobody answered within that time; the time when that was is put behind it. */
    readonly timedOut: (duration: string) => string;
    /** Stands before the time. */
    readonly expires: string;
    readonly noLongerNeeded: string;
    readonly expired: string;
  };
}

export const MENU_COMMANDS = [
  "status",
  "mode",
  "profile",
  "model",
  "effort",
  "resume",
  "usage",
  "cancel",
  "log",
  "diff",
  "file",
  "steer",
  "queue",
  "retry",
  "new",
  "language",
  "rich",
  "help",
] as const;
export type MenuCommand = typeof MENU_COMMANDS[number];

export type Language = "en" | "ko";

export const LANGUAGES: readonly Language[] = ["en", "ko"];

/** @param languageCode of the person's Telegram client, e.g. `ko` or `pt-br` */
export function languageOf(languageCode: string | undefined): Language {
  return languageCode?.toLowerCase().split("-")[0] === "ko" ? "ko" : "en";
}

export function textsFor(language: Language): Texts {
  return language === "ko" ? KO : EN;
}
