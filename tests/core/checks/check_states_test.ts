import assert from "node:assert/strict";
import type { CheckResult } from "../../../src/core/checks/check.ts";
import { type CheckState, checksVerdict } from "../../../src/core/checks/check_states.ts";

const STARTED = { command: "c", startedAt: new Date(0) };

function check(round: number, status: CheckResult["status"] | "running"): CheckState {
  const base = { ...STARTED, name: status, round };
  return status === "running" ? { ...base, status } : { ...base, status, latencyMs: 1, tail: "" };
}

Deno.test("the checks of the last round passed where each of them did", () => {
  const of = (...statuses: (CheckResult["status"] | "running")[]) =>
    checksVerdict([check(1, "failed"), ...statuses.map((status) => check(2, status))]);
  assert.equal(checksVerdict([]), undefined);
  assert.equal(of("passed", "passed"), "passed");
  assert.equal(of("passed", "not-run"), "not-run");
  assert.equal(of("not-run", "failed"), "failed");
  assert.equal(of("passed", "timed-out"), "failed");
  assert.equal(of("failed", "running"), "running");
});
