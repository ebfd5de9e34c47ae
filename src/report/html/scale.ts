/** Where on the timeline a moment stands. */
import type { RunHistory } from "../run_history.ts";
import { elapsed } from "../words.ts";

export interface Scale {
  /** Per cent of the width. */
  readonly place: (ms: number) => number;
  readonly ticks: readonly { readonly at: number; readonly text: string; readonly last: boolean }[];
  readonly pauses: readonly { readonly from: number; readonly width: number }[];
}

const SECOND = 1_000;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200]
  .map((seconds) => seconds * SECOND);
const MOST_TICKS = 6;
/** A night in which nothing ran must not squeeze the work into a line. */
const PAUSE_SHARE = 0.06;

/** True to time, except that a pause of the program takes a small part of the width only. */
export function scaleOf({ startedAt, endedAt, pauses }: RunHistory): Scale {
  const away = pauses.reduce((sum, { from, to }) => sum + to - from, 0);
  const worked = Math.max(1, endedAt - startedAt - away);
  const shownPause = Math.min(worked * PAUSE_SHARE, away / Math.max(1, pauses.length));
  const total = worked + shownPause * pauses.length;
  const place = (ms: number): number => {
    const idle = pauses.reduce((sum, { from, to }) => {
      const inside = Math.min(Math.max(0, ms - from), to - from);
      return to === from ? sum : sum + inside - inside / (to - from) * shownPause;
    }, 0);
    const share = (ms - startedAt - idle) / total;
    return Math.round(Math.min(1, Math.max(0, share)) * 10_000) / 100;
  };
  return {
    place,
    ticks: ticksOf(worked, pauses.length > 0).map((ms, index, all) => ({
      at: place(startedAt + ms),
      text: elapsed(ms),
      last: index === all.length - 1 && place(startedAt + ms) > 92,
    })),
    pauses: pauses.map(({ from, to }) => ({
      from: place(from),
      width: Math.round((place(to) - place(from)) * 100) / 100,
    })),
  };
}

/** Round times; with a pause among them the distances would not be equal. */
function ticksOf(worked: number, paused: boolean): number[] {
  if (paused) return [0];
  const step = STEPS.find((each) => worked / each <= MOST_TICKS) ?? worked / MOST_TICKS;
  const ticks: number[] = [];
  for (let ms = 0; ms <= worked; ms += step) ticks.push(ms);
  return ticks;
}
