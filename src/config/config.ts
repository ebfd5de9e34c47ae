/** The whole configuration after reading, checking and merging: what the program is built from. */
import type { CodexSettings, MachineSettings } from "../core/codex/codex_settings.ts";
import type { Profiles } from "../core/session/settings.ts";

export interface Config {
  /** Absolute path of the file that was read. */
  readonly path: string;
  /** True when the file did not exist and was written from the template just now. */
  readonly created: boolean;
  /** Where sessions, traces and run records live; absolute. */
  readonly stateFolder: string;
  /** Where traces are written, when not in `traces` of the state folder; absolute. */
  readonly tracesFolder?: string;
  /** Values that must never be seen: the tokens, and every variable that is named as a key. */
  readonly secrets: readonly string[];
  readonly telegram: TelegramSettings;
  readonly codex: CodexSettings;
  /** Every machine that a profile works on, but this one. */
  readonly machines: readonly MachineSettings[];
  readonly runs: RunSettings;
  /** How long the files of the trace are kept, in days. */
  readonly traceDays: number;
  /** Most reviews in one plan run; 0 = no review. */
  readonly maxReviewRounds: number;
  readonly profiles: Profiles;
  /** What works but deserves a look, one sentence each, for the log at start. */
  readonly warnings: readonly string[];
}

export interface RunSettings {
  /** How long running turns may go on when the program is asked to end, in milliseconds. */
  readonly shutdownGraceMs: number;
  /** A request that waited longer than this for the program must be confirmed before it runs; milliseconds. */
  readonly askAfterMs: number;
}

export interface TelegramSettings {
  /** From the environment, never from conf.toml. */
  readonly botToken: string;
  /** Empty = nobody. */
  readonly allowedUsers: readonly number[];
  /** Group chats in which allowed users may work. */
  readonly allowedChats: readonly number[];
  /** What is work in a group: what speaks to the bot, or every text of an allowed user. */
  readonly groupTrigger: "mention" | "all";
  /** How long a question of Codex waits for a person before it is declined, in milliseconds. */
  readonly approvalTimeoutMs: number;
  /** Without a trailing slash. */
  readonly apiRoot: string;
  readonly polling: PollingSettings;
  readonly pace: PaceSettings;
}

/** How fast the bot writes, and how long it waits before it goes on. */
export interface PaceSettings {
  readonly private: ChatPace;
  readonly group: ChatPace;
  /** How long the bot waits for further parts of what a person sends, in milliseconds. */
  readonly collectMs: number;
  /** Until a call that failed is tried again, in milliseconds; the wait grows from there. */
  readonly retryMs: number;
}

/** How fast one chat is written to. */
export interface ChatPace {
  /** Calls that may follow one another at once after a silence. */
  readonly burst: number;
  /** Milliseconds until one more call may follow. */
  readonly gapMs: number;
  /** Least milliseconds between two changes of a status message. */
  readonly refreshMs: number;
}

export interface PollingSettings {
  /** Seconds that one getUpdates call may wait, 0 to 50. */
  readonly pollTimeoutSeconds: number;
  /** Pause after a failed call, in seconds, before the growing back-off. */
  readonly loopSleepSeconds: number;
  readonly deleteWebhookOnStart: boolean;
  readonly dropPendingUpdates: boolean;
  readonly ignorePendingUpdatesOnStart: boolean;
  /** Codex must have answered its handshake before the first update is taken. */
  readonly requireWarmup: boolean;
  /** How long `/cancel` gives a turn to end by itself, in seconds. */
  readonly cancelWaitSeconds: number;
}
