/** What the program finds itself: failing checks, and reports that say otherwise than what ran. */
import assert from "node:assert/strict";
import type { CheckedCommand } from "../../src/core/checks/check.ts";
import type { Review } from "../../src/core/run/events.ts";
import { programFindings, withProgramFindings } from "../../src/workflows/program_findings.ts";
import { contradiction } from "../../src/workflows/report_claims.ts";
import { endOf, isStalled } from "../../src/workflows/review.ts";

function check(name: string, more: Partial<CheckedCommand> = {}): CheckedCommand {
  return {
    name,
    command: `run ${name}`,
    status: "passed",
    exitCode: 0,
    latencyMs: 1,
    tail: "",
    ...more,
  };
}
const failing = (name: string, tail = "boom"): CheckedCommand =>
  check(name, { status: "failed", exitCode: 2, tail });
const APPROVED: Review = { verdict: "approved", summary: "all good", findings: [] };

Deno.test("a failing check is one finding over the rounds: open, settled, open again", () => {
  const first = programFindings([], { checks: [failing("test"), check("lint")] }, 1);
  assert.deepEqual(first.map(({ id, state, severity }) => [id, state, severity]), [
    ["C1", "open", "major"],
  ]);
  const second = programFindings(first, { checks: [check("test"), failing("lint")] }, 2);
  assert.deepEqual(second.map(({ id, state, round }) => [id, state, round]), [
    ["C1", "settled", 1],
    ["C2", "open", 2],
  ]);
  const third = programFindings(second, { checks: [failing("test"), check("lint")] }, 3);
  assert.deepEqual(third.map(({ id, state }) => [id, state]), [["C1", "open"], ["C2", "settled"]]);
  // What could not be run is not known to pass.
  const fourth = programFindings(third, { checks: [check("test", { status: "not-run" })] }, 4);
  assert.equal(fourth[0]?.state, "open");
  // Nor is what nobody runs any more, as a check that was taken out of the configuration.
  assert.equal(programFindings(third, { checks: [check("lint")] }, 4)[0]?.state, "open");
});

Deno.test("a report that says otherwise than what ran is a finding, until it does so no more", () => {
  const claim = { command: "npm test", exitCode: 1, claim: "all tests pass" };
  const first = programFindings([], { checks: [], contradiction: claim }, 1);
  assert.deepEqual(first.map(({ id, state, severity }) => [id, state, severity]), [
    ["R1", "open", "major"],
  ]);
  assert.match(first[0]?.message ?? "", /all tests pass.*npm test.*exit code 1/);
  assert.equal(withProgramFindings(APPROVED, first).verdict, "needs_changes");
  const second = programFindings(first, { checks: [] }, 2);
  assert.deepEqual(second.map(({ id, state }) => [id, state]), [["R1", "settled"]]);
});

Deno.test("nothing is approved with a failing check, nor where checks did not run", () => {
  const open = programFindings([], { checks: [failing("test")] }, 1);
  assert.deepEqual(withProgramFindings(APPROVED, open).verdict, "needs_changes");
  assert.deepEqual(withProgramFindings(APPROVED, []).verdict, "approved");
  assert.equal(endOf(APPROVED, { checks: [check("test")] }), "approved");
  assert.equal(endOf(APPROVED, { checks: [check("test", { status: "not-run" })] }), "unchecked");
});

Deno.test("a check that fails in another way is progress, other numbers are none", () => {
  const round = (tail: string): Review =>
    withProgramFindings(APPROVED, programFindings([], { checks: [failing("test", tail)] }, 1));
  assert.ok(isStalled(round("3 of 12 failed in 41 ms"), round("2 of 12 failed in 38 ms")));
  assert.ok(!isStalled(round("syntax error in a.ts"), round("a.ts: expected 1, got 2")));
});

interface Said {
  readonly report: string;
  readonly ran: readonly (readonly [command: string, exitCode?: number])[];
  readonly proven?: readonly string[];
}

function contradicted({ report, ran, proven = [] }: Said): string | undefined {
  const commands = ran.map(([command, exitCode]) =>
    exitCode === undefined ? { command } : { command, exitCode }
  );
  return contradiction(report, commands, proven)?.command;
}

Deno.test("a report that claims success against the last run of a proof is noticed", () => {
  const wrong: readonly (readonly [Said, string])[] = [
    [{ report: "Done. All tests pass.", ran: [["deno test -A", 1]] }, "deno test"],
    [
      { report: "I fixed the failing test; all 12 tests pass now.", ran: [["npm test", 1]] },
      "npm test",
    ],
    [
      { report: "No failures, everything is green.", ran: [["bash -lc 'cd x && pytest -q'", 1]] },
      "pytest",
    ],
    [{ report: "모든 테스트를 통과했습니다.", ran: [["cargo test", 101]] }, "cargo test"],
    [
      { report: "실패한 테스트는 없습니다. 성공적으로 마쳤습니다.", ran: [["make check", 2]] },
      "make check",
    ],
    [
      { report: "It builds successfully.", ran: [["npm run build", 1], ["npm run lint", 0]] },
      "npm run build",
    ],
    [{ report: "Type checks pass.", ran: [["npx tsc --noEmit", 2]] }, "npx tsc"],
    [{ report: "Tests passed.", ran: [["./scripts/test.sh", 1]] }, "test"],
  ];
  for (const [said, command] of wrong) assert.equal(contradicted(said), command, said.report);
});

Deno.test("a report that admits a failure, or nothing to contradict, accuses nobody", () => {
  const right: readonly Said[] = [
    { report: "2 tests still fail: see below. The others pass.", ran: [["deno test", 1]] },
    { report: "All tests pass.", ran: [["deno test", 1], ["deno test -A x_test.ts", 0]] },
    { report: "All tests pass.", ran: [["grep -rn test src", 1], ["ls tests", 2]] },
    { report: "All tests pass.", ran: [["deno test"]] },
    { report: "All tests pass.", ran: [["deno test", 1]], proven: ["deno test --allow-all"] },
    {
      report: "I could not run the tests; the change is successful otherwise.",
      ran: [["npm test", 1]],
    },
    { report: "The tests do not pass yet. Success needs a database.", ran: [["npm test", 1]] },
    { report: "I renamed the function.", ran: [["npm test", 1]] },
    { report: "테스트 3개가 실패합니다. 나머지는 통과합니다.", ran: [["npm test", 1]] },
    {
      report: "All pass.",
      ran: [["cat test/check.txt", 1], ["git diff --check", 2], ["node a.js", 1]],
    },
    { report: "", ran: [["npm test", 1]] },
  ];
  for (const said of right) assert.equal(contradicted(said), undefined, said.report);
});
