/** A time that the reader's client keeps current, as it reads at some moment. */
import type { SeenEntity } from "../recording.ts";

/** When and in which language somebody looks. */
export interface Reader {
  /** Milliseconds since the beginning of the epoch. */
  readonly at: number;
  readonly language: string;
}

/** Largest first; seconds. */
const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]] as const;

/** @returns undefined for formats that stay as they were written */
export function liveTime(
  { unixTime, format }: SeenEntity,
  { at, language }: Reader,
): string | undefined {
  if (unixTime === undefined) return undefined;
  // The reader lives in UTC.
  if (format === "t") return new Date(unixTime * 1000).toISOString().slice(11, 16);
  if (format !== "r") return undefined;
  const seconds = Math.trunc(unixTime - at / 1000);
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(language).format(Math.trunc(seconds / length), unit);
}
