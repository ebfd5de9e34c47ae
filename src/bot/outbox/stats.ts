/** What the outbox has done since it began. */
export interface OutboxStats {
  /** Calls in the lanes, repeated ones included. */
  readonly calls: number;
  readonly delivered: number;
  readonly failed: number;
  /** Progress, reactions and typing that nobody needed any more. */
  readonly dropped: number;
  /** Times Telegram asked for a pause. */
  readonly floods: number;
  readonly retries: number;
  /** Messages whose formatting Telegram refused. */
  readonly plainTextResends: number;
  /** Rich messages that Telegram refused, and that were sent as ordinary ones. */
  readonly richFallbacks: number;
}

/** The counters behind the stats, shared by all lanes. */
export type Tally = { -readonly [Name in keyof OutboxStats]: OutboxStats[Name] };

export function newTally(): Tally {
  return {
    calls: 0,
    delivered: 0,
    failed: 0,
    dropped: 0,
    floods: 0,
    retries: 0,
    plainTextResends: 0,
    richFallbacks: 0,
  };
}
