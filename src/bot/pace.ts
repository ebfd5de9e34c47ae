/** How fast the bot writes, and how long it waits before it goes on. */
export interface TelegramPace {
  readonly private: ChatPace;
  readonly group: ChatPace;
  /** How long the bot waits for further parts of what a person sends, in milliseconds. */
  readonly collectMs: number;
  /** Until a call that failed is tried again, in milliseconds; the wait grows from there. */
  readonly retryMs: number;
}

/**
 * How fast one chat is written to. In any stretch of time it gets at most `burst + time / gapMs`
 * calls.
 */
export interface ChatPace {
  /** Calls that may follow one another at once after a silence. */
  readonly burst: number;
  /** Milliseconds until one more call may follow. */
  readonly gapMs: number;
  /** Least milliseconds between two changes of a status message. */
  readonly refreshMs: number;
}

/** The pace of that chat: ids of groups are negative. */
export function paceOf(pace: TelegramPace, chatId: number): ChatPace {
  return chatId > 0 ? pace.private : pace.group;
}
