import assert from "node:assert/strict";
import {
  isApplicationOrder,
  isApplicationReport,
  isSpawnerOrder,
  isSpawnerReport,
} from "../../src/supervisor/messages.ts";
import { applicationStart } from "./application_start.ts";

const START = { type: "start", application: applicationStart("/state") };
const PERMISSIONS = { read: [], write: [], net: [], run: [] };

for (
  const [name, guard, good, bad] of [
    ["isApplicationOrder", isApplicationOrder, [START, { type: "stop" }, { type: "ping" }], [
      { type: "start" },
      { type: "start", application: "x" },
      { type: "pong" },
    ]],
    ["isApplicationReport", isApplicationReport, [
      { type: "ready" },
      { type: "pong" },
      { type: "ended", code: 0 },
      { type: "ended", code: 75, reason: "x" },
      { type: "died" },
      { type: "died", reason: "x" },
    ], [{ type: "died", reason: 1 }, { type: "ended" }, { type: "ended", code: "0" }, {
      type: "ended",
      code: 0.5,
    }]],
    ["isSpawnerOrder", isSpawnerOrder, [
      { type: "launch", permissions: PERMISSIONS },
      { type: "send", order: START },
      { type: "terminate" },
      { type: "close" },
    ], [{ type: "launch" }, { type: "send", order: { type: "launch" } }]],
    ["isSpawnerReport", isSpawnerReport, [
      { type: "ready" },
      { type: "report", report: { type: "died" } },
      { type: "failure", reason: "x" },
    ], [{ type: "report", report: {} }, { type: "failure" }]],
  ] as const
) {
  Deno.test(`${name} knows its messages after the way to another isolate, and no others`, () => {
    for (const message of good) assert.equal(guard(structuredClone(message)), true, message.type);
    const never = [undefined, null, "stop", 1, [], {}, { type: "toString" }, { type: 1 }];
    for (const message of [...bad, ...never]) {
      assert.equal(guard(message), false, JSON.stringify(message));
    }
  });
}
