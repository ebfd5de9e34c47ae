import assert from "node:assert/strict";
import { formatCount } from "../../src/core/text/duration.ts";
import { duration } from "../../src/report/words.ts";

Deno.test("a rounded amount takes the next unit where it reaches it", () => {
  for (
    const [count, text] of [
      [999, "999"],
      [1_000, "1k"],
      [12_340, "12.3k"],
      [999_949, "999.9k"],
      [999_950, "1M"],
      [1_250_000, "1.3M"],
    ] as const
  ) assert.equal(formatCount(count), text);
  for (
    const [ms, text] of [
      [999, "999 ms"],
      [9_949, "9.9 s"],
      [59_600, "1 min 0 s"],
      [3_599_400, "59 min 59 s"],
      [3_599_600, "1 h 0 min"],
      [7_190_000, "2 h 0 min"],
      [7_500_000, "2 h 5 min"],
    ] as const
  ) assert.equal(duration(ms), text);
});
