/** Defines time as a dependency: whoever waits or measures is handed a clock, so that tests can own it. */
export interface Clock {
  /** Wall time, for records that people read. */
  now(): Date;
  /** Milliseconds that never run backwards, for durations and deadlines. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
