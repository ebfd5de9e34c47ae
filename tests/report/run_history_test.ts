import assert from "node:assert/strict";
import { runHistory } from "../../src/report/run_history.ts";
import { hostileRun } from "./hostile_run.ts";
import { showText } from "../../src/report/text/show_text.ts";
import { paintIn } from "../../src/report/text/paint.ts";
import { copyOfRun, FIRST_VERSION } from "../traces/lines.ts";
import { recordedRun, recordsOf } from "../traces/recorded.ts";

const GOLDEN = new URL("../fixtures/traces/plan_run.txt", import.meta.url);

Deno.test("showText() prints the recorded run", async () => {
  assert.equal(showText(recordedRun(), paintIn(false)), await Deno.readTextFile(GOLDEN));
});

Deno.test("runHistory() has the stages, the decisions and the files", () => {
  const run = recordedRun();
  assert.deepEqual(
    run.stages.map(({ role, round, review }) => [role, round, review?.verdict]),
    [
      ["selector", 0, undefined],
      ["planner", 0, undefined],
      ["developer", 1, undefined],
      ["reviewer", 1, "needs_changes"],
      ["developer", 2, undefined],
      ["reviewer", 2, "approved"],
    ],
  );
  assert.deepEqual(
    run.files.map(({ path, added, removed }) => [path, added, removed]),
    [["src/main.ts", 6, 4], ["src/report.ts", 5, 0], ["tests/report_test.ts", 13, 1]],
  );
  const steps = run.stages.flatMap((stage) => stage.steps);
  const approval = steps.find((step) => step.type === "approval");
  assert.deepEqual([approval?.decided_by, approval?.decision], ["Ann", "accept"]);
  // The command's duration leaves out the wait for approval.
  const commit = steps.findLast((step) => step.type === "command" && /commit/.test(step.command));
  assert.ok(commit?.type === "command" && commit.duration_ms < (approval?.waited_ms ?? 0));
});

Deno.test("runHistory() copes with a trace that is cut anywhere", () => {
  const lines = copyOfRun({ id: "aaaa", day: "2026-03-01" });
  for (let length = 1; length < lines.length; length++) {
    for (const part of [lines.slice(0, length), lines.slice(length)]) {
      const run = runHistory("aaaa", recordsOf(part));
      assert.ok(run.endedAt >= run.startedAt);
      assert.ok(!/NaN|undefined/.test(showText(run, paintIn(false))));
    }
  }
  const begun = runHistory("aaaa", recordsOf(lines.slice(0, 12)));
  assert.deepEqual([begun.state, begun.stages.at(-1)?.result], ["unfinished", undefined]);
});

Deno.test("runHistory() reads the traces of the first version as far as they go", () => {
  const run = runHistory("old1", recordsOf(FIRST_VERSION));
  assert.deepEqual(
    [run.state, run.workflow, run.request, run.answer, run.sparse, run.endedAt - run.startedAt],
    ["ok", "single", "hello", "hi", true, 10_000],
  );
  assert.equal(run.stages[0]?.startedAt, run.startedAt + 1_000);
});

Deno.test("a run that a later process resumed has a pause", () => {
  const [first = "", ...more] = copyOfRun({ id: "aaaa", day: "2026-03-01" });
  const again = first.replace('"continued":false', '"continued":true')
    .replace(/T15:10:52\.\d+Z/, "T15:11:00.000Z");
  const replayed = JSON.stringify({
    schema_version: 2,
    type: "notice",
    timestamp: "2026-03-01T15:11:00.000Z",
    run_id: "aaaa",
    session_id: "tg:1:1",
    stage: "developer",
    round: 0,
    kind: "replayed",
    text: "select",
  });
  const lines = [first, ...more.slice(0, 3), again, replayed, ...more.slice(3)];
  const run = runHistory("aaaa", recordsOf(lines));
  assert.equal(run.stages.length, recordedRun().stages.length);
  assert.deepEqual(run.pauses.map(({ from, to }) => to - from), [2_238]);
});

Deno.test("what a later process takes over is no turn, and stands where it was said", () => {
  const lines = copyOfRun({ id: "aaaa", day: "2026-03-01" });
  const at = (fits: string): string => lines.find((line) => line.includes(fits)) ?? "";
  const notice = (kind: string, text: string): string =>
    JSON.stringify({
      ...{ schema_version: 2, type: "notice", timestamp: "2026-03-01T15:12:11.000Z" },
      ...{ run_id: "aaaa", session_id: "tg:1:1", stage: "developer", round: 0, kind, text },
    });
  const replayed = (step: string): string => notice("replayed", step);
  const restarted = at('"type":"run"').replace('"continued":false', '"continued":true');
  const plan = at('"stage":"planner","round":0,"text"');
  const decision = notice("decision", "go by Ann");
  const again = [
    restarted,
    ...[replayed("select"), at('"type":"selection"')],
    ...[replayed("plan"), plan],
    ...[replayed("decide"), decision],
    ...[replayed("develop 1"), replayed("review 1"), at('"type":"review","round":1')],
  ];
  const second = lines.findIndex((line) =>
    line.includes('"type":"stage_start","stage":"reviewer","round":2')
  );
  const cut = [...lines.slice(0, 8), decision, ...lines.slice(8, second + 1)];
  const run = runHistory("aaaa", recordsOf([...cut, ...again, ...lines.slice(second)]));
  assert.deepEqual(
    run.stages.map(({ role, round, review }) => [role, round, review?.verdict]),
    [
      ["selector", 0, undefined],
      ["planner", 0, undefined],
      ["developer", 1, undefined],
      ["reviewer", 1, "needs_changes"],
      ["developer", 2, undefined],
      ["reviewer", 2, undefined],
      ["reviewer", 2, "approved"],
    ],
  );
  const steps = run.stages.flatMap(({ steps }) => steps);
  assert.equal(steps.filter(({ type }) => type === "message").length, 5);
  assert.equal(
    steps.filter((step) => step.type === "notice" && step.kind === "decision").length,
    1,
  );
  // A line that the end of the earlier process has cost is made good.
  const lost = cut.filter((line) => !line.includes('"type":"review"'));
  const whole = runHistory("aaaa", recordsOf([...lost, ...again, ...lines.slice(second)]));
  assert.deepEqual(whole.stages.flatMap(({ review }) => review?.verdict ?? []), [
    "needs_changes",
    "approved",
  ]);
});

Deno.test("what was recorded of the folder counts once, however many rounds there were", () => {
  const lines = copyOfRun({ id: "aaaa", day: "2026-03-01" });
  const one = { path: "src/one.ts", kind: "add", added: 40, removed: 0 };
  const two = { path: "src/two.ts", kind: "update", added: 2, removed: 1 };
  const inRound = (
    round: number,
    refused: string | null,
    changes: readonly typeof one[],
    files = changes.length,
  ): string =>
    JSON.stringify({
      ...{ schema_version: 2, type: "workspace", timestamp: "2026-03-01T15:12:00.000Z" },
      ...{ run_id: "aaaa", session_id: "tg:1:1", round, refused, files, added: 43, removed: 1 },
      changes,
    });
  const ends = lines.flatMap((line, index) =>
    line.includes('"type":"stage"') && line.includes('"stage":"developer"') ? [index + 1] : []
  );
  const withRounds = (...rounds: readonly string[]): string[] =>
    lines.flatMap((line, index) => {
      const round = rounds[ends.indexOf(index + 1)];
      return round === undefined ? [line] : [line, round];
    });

  // Each record counts from the beginning of the run; what was taken back is in none.
  const again = runHistory(
    "aaaa",
    recordsOf(
      withRounds(
        inRound(1, null, [one, { ...two, path: "gone.ts" }]),
        inRound(2, null, [one, two]),
      ),
    ),
  );
  assert.deepEqual(again.files, [one, two]);
  assert.deepEqual(again.totals, { files: 2, added: 43, removed: 1 });

  // What was not recorded is what Codex has told of the turn.
  const refused = runHistory(
    "aaaa",
    recordsOf(withRounds(inRound(1, null, [one]), inRound(2, "too-large", []))),
  );
  assert.deepEqual(refused.files.map(({ path, added }) => [path, added]), [
    ["src/main.ts", 1],
    ["src/one.ts", 40],
    ["tests/report_test.ts", 7],
  ]);

  const many = runHistory(
    "aaaa",
    recordsOf(withRounds(inRound(1, null, [one]), inRound(2, null, [one, two], 250))),
  );
  assert.deepEqual(many.totals, { files: 250, added: 43, removed: 1 });
  assert.match(showText(many, paintIn(false)), /248 more files did not fit in the trace\n/);
});

Deno.test("showText() prints no control characters", () => {
  const hostile = hostileRun();
  const files = [{ path: "\x1b[2Ja", kind: "\x1b]0;owned\x07add", added: 1, removed: 0 }];
  const text = showText({ ...hostile, id: "x\x1b[2J\x9b", files }, paintIn(false));
  // deno-lint-ignore no-control-regex -- these must not be there
  assert.doesNotMatch(text, /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
});
