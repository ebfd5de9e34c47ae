/** Row: what the record of a large folder costs. */
import type { Figure, Row } from "../figures.ts";
import { measureSnapshots } from "../snapshots.ts";

export const SNAPSHOTS: Row = {
  name: "snapshots",
  about: "the record of 50,000 files with one change, beside `git status`",
  isLong: true,
  async measure(): Promise<Figure[]> {
    const { statusMs, snapshotMs, ratio } = await measureSnapshots(FILES, TIMES);
    return [{
      what: "record of a folder, medians",
      values: [snapshotMs],
      unit: "ms",
      beside: { what: "git status", values: [statusMs] },
      result: ratio,
      kind: "noisy",
    }];
  },
};

const FILES = 50_000;
const TIMES = 7;
