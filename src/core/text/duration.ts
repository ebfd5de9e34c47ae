/** Formats durations and counts for people. */

/** Units in a language. */
export interface DurationUnits {
  readonly days: (count: string) => string;
  readonly hours: (count: string) => string;
  readonly minutes: (count: string) => string;
  readonly seconds: (count: string) => string;
}

/** Texts that include units. */
interface WithUnits {
  readonly units: DurationUnits;
}

/** `4 s`, `2 min 5 s`, `3 h 12 min`, `2 d 4 h`: the two largest units. */
export function formatDuration(ms: number, { units }: WithUnits): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [
    [Math.floor(seconds / 86_400), units.days],
    [Math.floor(seconds / 3_600) % 24, units.hours],
    [Math.floor(seconds / 60) % 60, units.minutes],
    [seconds % 60, units.seconds],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return units.seconds("0");
  return parts.slice(first, first + 2).filter(([count]) => count > 0)
    .map(([count, unit]) => unit(String(count))).join(" ");
}

/** The largest unit alone: `4 s`, `3 h`. */
export function formatAge(ms: number, texts: WithUnits): string {
  const unitMs = [86_400_000, 3_600_000, 60_000].find((each) => ms >= each) ?? 1_000;
  return formatDuration(ms - ms % unitMs, texts);
}

/** `950`, `12.3k`, `1.2M`. */
export function formatCount(count: number): string {
  if (count < 1_000) return String(count);
  // A value that rounds to 1000k is 1M.
  return count < 999_950 ? `${inTenths(count / 1_000)}k` : `${inTenths(count / 1_000_000)}M`;
}

function inTenths(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}
