/** Says how fast the bot writes, and how long it waits before it goes on. */
export interface TelegramPace {
  readonly private: ChatPace;
  readonly group: ChatPace;
  /** How long the bot waits for further parts of what a person sends, in milliseconds. */
  readonly collectMs: number;
  /** Until a call that failed is tried again, in milliseconds; the wait grows from there. */
  readonly retryMs: number;
  /** How long work lasts before it gets a status message, in milliseconds. */
  readonly statusAfterMs: number;
  /** The most calls to all chats together. */
  readonly callsPerSecond: number;
}

/**
 * Limits what decorates one chat: at most `burst + time / gapMs` such calls in any stretch of time, and
 * fewer while other calls go there, which wait for nothing.
 */
export interface ChatPace {
  /** How many calls may follow each other at once after a silence. */
  readonly burst: number;
  /** Milliseconds until one more call may follow. */
  readonly gapMs: number;
  /** Least milliseconds between two changes of a status message. */
  readonly refreshMs: number;
}

/** Returns the pace of a chat; the ids of groups are negative. */
export function paceOf(pace: TelegramPace, chatId: number): ChatPace {
  return chatId > 0 ? pace.private : pace.group;
}
