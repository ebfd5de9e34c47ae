import assert from "node:assert/strict";
import { liveTime } from "./live_time.ts";

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

function shown(secondsFromNow: number, format: string, language = "en"): string | undefined {
  const entity = { type: "date_time", offset: 0, length: 1, unixTime: NOW / 1000 + secondsFromNow };
  return liveTime({ ...entity, format }, { at: NOW + 400, language });
}

Deno.test("liveTime tells a relative time in the reader's language", () => {
  assert.equal(shown(-33, "r"), "33 seconds ago");
  assert.equal(shown(-33, "r", "ko"), "33초 전");
  assert.equal(shown(-150, "r"), "2 minutes ago");
  assert.equal(shown(7_300, "r"), "in 2 hours");
  assert.equal(shown(-200_000, "r"), "2 days ago");
});

Deno.test("liveTime tells the time of day, and leaves other formats alone", () => {
  assert.equal(shown(60, "t"), "03:05");
  assert.equal(shown(60, "wDT"), undefined);
  const bare = { type: "date_time", offset: 0, length: 1 };
  assert.equal(liveTime(bare, { at: NOW, language: "en" }), undefined);
});
