/** Reads when a usage limit resets from the sentence in which Codex tells it. */

/** `try again at 3:05 PM`, with the day before it where it is another one: `Jan 5th, 2027 3:05 PM`. */
const AT =
  /try again at (?:([a-z]{3,9}) (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?: at)?,? )?(\d{1,2}):(\d{2}) ?([ap]m)?/i;
/** `try again in 2 days 3 hours 5 minutes`. */
const IN = /try again in ((?:(?:and )?\d+ (?:day|hour|minute|second)s?,? ?)+)/i;
const PART = /(\d+) (day|hour|minute|second)/gi;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** How far two clocks may be apart that are set by the network. */
const CLOCKS_APART_MS = 5 * MINUTE_MS;
const UNIT_MS: Readonly<Record<string, number>> = {
  day: DAY_MS,
  hour: 60 * MINUTE_MS,
  minute: MINUTE_MS,
  second: 1_000,
};

/** Where the clock stands by which Codex tells times of day. */
export type TimeZone =
  | { readonly type: "here" }
  | { readonly type: "elsewhere"; readonly utcOffsetMinutes: number }
  /** A time of day says nothing then. */
  | { readonly type: "unknown" };

const HERE: TimeZone = { type: "here" };

/** Tells whether the sentence names a time of day, which counts in one time zone only. */
export function namesTimeOfDay(sentence: string): boolean {
  return AT.test(sentence);
}

/**
 * Reads the time by the clock of the machine on which Codex works.
 * @returns ISO 8601, a minute later than said, as the sentence leaves out the seconds; undefined where
 * it says none, or one that has passed: the limit holds all the same, by a clock that nobody knows here
 */
export function resetTimeIn(
  sentence: string,
  now: Date,
  zone: TimeZone = HERE,
): string | undefined {
  const time = pointOfTime(sentence, now, zone) ?? lapse(sentence, now);
  if (time === undefined || Number.isNaN(time.getTime())) return undefined;
  const leftMs = time.getTime() + MINUTE_MS - now.getTime();
  if (leftMs <= -CLOCKS_APART_MS) return undefined;
  return new Date(now.getTime() + (leftMs > 0 ? leftMs : MINUTE_MS)).toISOString();
}

/** Without a day it is one of today, even where it has passed: Codex names any other day. */
function pointOfTime(sentence: string, now: Date, zone: TimeZone): Date | undefined {
  if (zone.type === "unknown") return undefined;
  // The fields of UTC are those of the clock there, once they are moved by as much.
  const moved = zone.type === "here" ? undefined : zone.utcOffsetMinutes * MINUTE_MS;
  const clock = new Date(now.getTime() + (moved ?? 0));
  const [, month, day, year, hour, minute, half] = AT.exec(sentence) ?? [];
  if (hour === undefined || minute === undefined) return undefined;
  const suffix = moved === undefined ? "" : " UTC";
  const time = month === undefined
    ? new Date(clock)
    : new Date(`${month} ${day}, ${year}${suffix}`);
  const told = [hourOfDay(Number(hour), half), Number(minute), 0, 0] as const;
  if (moved === undefined) time.setHours(...told);
  else time.setUTCHours(...told);
  return new Date(time.getTime() - (moved ?? 0));
}

function hourOfDay(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  return hour % 12 + (half.toLowerCase() === "pm" ? 12 : 0);
}

function lapse(sentence: string, now: Date): Date | undefined {
  const parts = IN.exec(sentence)?.[1];
  if (parts === undefined) return undefined;
  const ms = [...parts.matchAll(PART)].reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (UNIT_MS[unit.toLowerCase()] ?? 0),
    0,
  );
  return new Date(now.getTime() + ms);
}
