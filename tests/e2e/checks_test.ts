/** Checks that the program runs itself: what fails is sent back, and is approved by nobody. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { LAST_WITH_MCP_SERVER, NEWEST } from "../support/codex_versions.ts";
import { isListed, until, unusualSleep } from "../support/processes.ts";
import type { ReceivedRequest, Step } from "../support/responses_api.ts";
import { isRole, scriptRoles, type Turns } from "./plan_script.ts";
import { Stage, type StageOptions } from "./stage.ts";

const PLAN: Step = { message: '{"mode":"plan","reason":"several files"}' };
const APPROVED: Step = { message: '{"verdict":"approved","summary":"good","findings":[]}' };

function checksTest(
  name: string,
  options: Pick<StageOptions, "codexConf"> & Partial<StageOptions>,
  body: (stage: Stage) => Promise<void>,
): void {
  const { backend = "auto", codex = NEWEST } = options;
  Deno.test(`${backend} ${codex}: ${name}`, async () => {
    await using stage = await Stage.set({ ...options, backend, codex });
    await stage.start();
    await body(stage);
  });
}

function scriptPlan(stage: Stage, developer: Turns, reviewer: Turns = [[APPROVED]]): void {
  scriptRoles(stage.model, {
    selector: [[PLAN]],
    planner: [[{ message: "the plan" }]],
    developer,
    reviewer,
  });
}

/** The traces of so many runs that have ended. */
function tracesOf(stage: Stage, runs: number): Promise<Record<string, unknown>[]> {
  return tracesWith(stage, runs, "request");
}

/** The traces as soon as so many of a type are there: they are written beside the work. */
async function tracesWith(
  stage: Stage,
  count: number,
  wanted: "request" | "check",
): Promise<Record<string, unknown>[]> {
  let traces: Record<string, unknown>[] = [];
  await until(async () => {
    traces = await stage.traces();
    return traces.filter(({ type }) => type === wanted).length >= count;
  });
  return traces;
}

function inputs(stage: Stage, role: string): string[] {
  const texts = stage.model.requests.filter(isRole(role)).map(({ lastUserText }) => lastUserText);
  return texts.filter((text, index) => texts.indexOf(text) === index);
}

for (const codex of ["0.140.0", NEWEST] as const) {
  checksTest("a failing check comes back with its output, and an approval needs all to pass", {
    codex,
    codexConf: `checks = ["test -f b.txt || { echo b.txt is missing; exit 7; }", ` +
      `{ name = "quick", command = "true" }]`,
  }, async (stage) => {
    const failing = stage.world.waitForMessage(stage.chat, ({ text }) => /🧪 ✘ test/.test(text));
    scriptPlan(stage, [
      [{ command: "echo a > a.txt" }, { message: "first" }],
      [{ command: "echo b > b.txt" }, { message: "second" }],
    ], [[{ until: failing, then: APPROVED }]]);
    const answer = await stage.ask("build it", /^second/);
    assert.match(answer.text, /✅ Approved in round 2 · ✔ 2 checks · 2 files \+2 −0$/);
    const [, revision = ""] = inputs(stage, "developer");
    assert.match(
      revision,
      /C1 \[major\] The check "test" fails: `test -f b\.txt [^`]+` ended with/,
    );
    assert.match(
      revision,
      /# Checks that fail[^#]+test: FAILED with exit code 7[^#]+ {4}b\.txt is missing/,
    );
    assert.doesNotMatch(revision, /quick/);
    const [first = "", second = ""] = inputs(stage, "reviewer");
    assert.match(
      first,
      /Checks, run by the program on this round's work\n- test: FAILED with exit/,
    );
    assert.match(first, /open already: do not raise it again\n- C1 \[major\]/);
    assert.match(second, /- test: passed in [^\n]+\n- quick: passed in /);
    assert.doesNotMatch(second, /C1/);
    const traces = await tracesOf(stage, 1);
    const told = traces.filter(({ type }) => type === "check")
      .map(({ round, name, status, exit_code: code }) => [round, name, status, code]);
    assert.deepEqual(told, [
      [1, "test", "failed", 7],
      [1, "quick", "passed", 0],
      [2, "test", "passed", 0],
      [2, "quick", "passed", 0],
    ]);
    const reviews = traces.filter(({ type }) => type === "review");
    assert.deepEqual(reviews.map(({ verdict }) => verdict), ["needs_changes", "approved"]);
    const log = await stage.ask("/log", /Steps/);
    assert.match(log.text, /🧪 test: test -f b\.txt[^\n]+ · exit 7(?: · \d+ s)?\n/);
  });
}

checksTest("a check that fails to the end is not approved, whatever the reviewer says", {
  codexConf: `checks = [{ name = "never", command = "echo $RANDOM; echo key=AIza" }, ` +
    `{ name = "slow", command = "echo begun; sleep 600", timeout = 8 }]\nmax_review_rounds = 2`,
}, async (stage) => {
  scriptPlan(stage, [
    [{ command: "echo a > a.txt" }, { message: "first" }],
    [{ command: "echo b > b.txt" }, { message: "second" }],
  ]);
  const answer = await stage.ask("build it", /^second/);
  assert.match(answer.text, /C1 \[major\] The check slow took too long/);
  assert.match(answer.text, /⚠️ Not approved: /);
  const status = await stage.reply(answer.replyTo ?? 0, /^⚠️/);
  assert.match(status.text, /\n🧪 ✔ never(?: \d+ s)? · ✘ slow timed out \d+ s/);
  assert.notEqual((await stage.session()).last_review_result, "approved");
  const [, revision = ""] = inputs(stage, "developer");
  assert.match(revision, /slow: FAILED: did not end within \d+\.\d s[^#]+ {4}begun/);
});

const SLEEP = unusualSleep();

checksTest("in single mode the person sees it; /cancel in the middle leaves nothing running", {
  codexConf: `checks = [{ name = "lint", command = "echo 틀렸다; exit 2" }, ` +
    `{ name = "long", command = "test ! -f wait || ${SLEEP}" }]`,
}, async (stage) => {
  await stage.ask("/mode single", /Mode set to single/);
  const asks = (text: string) => ({ lastUserText }: ReceivedRequest): boolean =>
    lastUserText === text;
  stage.model.script({
    when: asks("change it"),
    steps: [{ command: "echo a > a.txt" }, { message: "changed" }],
  });
  const request = stage.say("change it");
  await stage.reply(request, /^changed/);
  await stage.reply(request, /^⚠️ Done · ✘ 1 of 2 checks · [^]+\n🧪 ✘ lint(?: \d+ s)? · ✔ long/);
  await stage.ask("nothing to do", /^ok: nothing to do$/);
  const traces = await tracesOf(stage, 2);
  assert.equal(traces.filter(({ type }) => type === "check").length, 2);
  await stage.ask("/language ko", /한국어/);
  stage.model.script({
    when: asks("wait"),
    steps: [{ command: "touch wait" }, { message: "waiting" }],
  });
  const slow = stage.say("wait");
  await stage.reply(slow, /🧪 ✘ lint(?: \d+초)?\n▶️ 점검 중: long/);
  await until(() => isListed(SLEEP));
  await stage.ask("/cancel", /중지/);
  await stage.reply(slow, /^⏹/);
  await until(async () => !await isListed(SLEEP));
});

checksTest("a program that is killed between a check and the review repeats neither", {
  codexConf: `checks = ["echo ran >> ../checked; true"]\nsandbox = "danger-full-access"`,
}, async (stage) => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => release = resolve);
  scriptPlan(stage, [[{ command: "echo a > a.txt" }, { message: "built" }]], [
    [{ until: held, then: APPROVED }],
  ]);
  const request = stage.say("build it");
  await stage.model.received(isRole("reviewer"));
  await tracesWith(stage, 1, "check");
  await stage.startAfterKill();
  release();
  const answer = await stage.reply(request, /^built/);
  assert.match(answer.text, /✅ Approved in round 1 · ✔ 1 check · 1 file \+1 −0$/);
  assert.equal(await Deno.readTextFile(join(stage.home, "checked")), "ran\n");
  const traces = await tracesOf(stage, 1);
  assert.equal(traces.filter(({ type }) => type === "check").length, 1);
});

checksTest("what a check writes is told, reviewed and taken back with the work", {
  codexConf: `checks = ["echo formatted >> a.txt"]`,
}, async (stage) => {
  scriptPlan(stage, [[{ command: "echo a > a.txt" }, { message: "built" }]]);
  await stage.ask("build it", /^built\n\n✅ Approved in round 1 · ✔ 1 check · 1 file \+2 −0$/);
  const [reviewed = ""] = inputs(stage, "reviewer");
  assert.match(reviewed, /\n\+a\n\+formatted\n[^]+checks themselves have changed files/);
  await stage.ask("/undo", /^Taken back: 1 file \+0 −2/);
  await stage.ask("/mode single", /Mode set to single/);
  stage.model.script({
    when: ({ lastUserText }) => lastUserText.includes("write it"),
    steps: [{ command: "echo a > a.txt" }, { message: "written" }],
  });
  await stage.ask("write it", /^written\n\n✅ Done · ✔ 1 check · 1 file \+2 −0$/);
  await stage.ask("/undo", /^Taken back: 1 file \+0 −2/);
});

checksTest("work that a check has taken back is reviewed, and is no answer without changes", {
  codexConf: `checks = ["rm -f a.txt"]\nmax_review_rounds = 1`,
}, async (stage) => {
  const gone: Step = {
    message: '{"verdict":"needs_changes","summary":"a.txt is gone","findings":[]}',
  };
  scriptPlan(stage, [[{ command: "echo a > a.txt" }, { message: "built" }]], [[gone]]);
  await stage.ask(
    "build it",
    /^built[^]+a\.txt is gone[^]+⚠️ Not approved: 1 open finding · ✔ 1 check$/,
  );
  const [reviewed = ""] = inputs(stage, "reviewer");
  assert.match(reviewed, /Changed files of this run\n\(none\)[^]+themselves have changed files/);
});

checksTest("what a check writes before a review that is made up for is told and reviewed as well", {
  codexConf: `checks = ["echo formatted >> a.txt"]`,
}, async (stage) => {
  const unreadable: Step = { message: "looks good" };
  const developer: Turns = [[{ command: "echo a > a.txt" }, { message: "built" }]];
  scriptPlan(stage, developer, [[unreadable], [unreadable], [APPROVED]]);
  const answer = await stage.ask("build it", /^built/);
  stage.world.press(stage.chat, answer.id, "Review again");
  await stage.reply(
    answer.replyTo ?? 0,
    /^built\n\n✅ Approved in round 1 · ✔ 1 check · 1 file \+1 −0$/,
  );
  const reviewed = inputs(stage, "reviewer").at(-1) ?? "";
  assert.match(reviewed, /\n\+a\n\+formatted\n\+formatted\n[^]+themselves have changed files/);
  await stage.ask("/undo", /^Taken back: 1 file \+0 −1/);
});

checksTest("a report that says otherwise than what ran is a finding of its own", {
  codexConf: "",
}, async (stage) => {
  const test = "sh ./test.sh";
  scriptPlan(stage, [
    [
      { command: "printf 'echo 12 failures; exit 1' > test.sh" },
      { command: test },
      { message: "All tests pass." },
    ],
    [{ command: "echo true > test.sh" }, { command: test }, { message: "R1: mended, passes." }],
  ]);
  const answer = await stage.ask("build it", /^R1: mended/);
  assert.match(answer.text, /✅ Approved in round 2/);
  const [, revision = ""] = inputs(stage, "developer");
  assert.match(
    revision,
    /R1 \[major\] The report says "All tests pass\.", but `sh .*test.*` ended/,
  );
});

checksTest("over MCP nothing is checked, which is said, and so nothing is approved", {
  backend: "mcp",
  codex: LAST_WITH_MCP_SERVER,
  codexConf: `checks = ["true"]`,
}, async (stage) => {
  scriptPlan(stage, [[{ command: "echo a > a.txt" }, { message: "built" }]]);
  const request = stage.say("build it");
  const answer = await stage.reply(request, /^built/);
  assert.match(answer.text, /⚠️ Not approved: the checks could not be run/);
  await stage.reply(request, /the checks of this profile are not run[^]+backend = "app-server"/);
  const reviewer = stage.model.requests.find(isRole("reviewer"));
  assert.match(reviewer?.developerText ?? "", /Here you can write nowhere/);
  assert.match(reviewer?.lastUserText ?? "", /- true: could not be run/);
});

checksTest("/checks proposes what the project offers, keeps a choice and runs it on request", {
  codexConf: "",
}, async (stage) => {
  await Deno.writeTextFile(
    join(stage.workspace, "package.json"),
    '{"scripts":{"test":"node -e 1","lint":"x"}}',
  );
  await Deno.writeTextFile(
    join(stage.workspace, "Makefile"),
    "check:\n\t@echo 셈이 틀렸다; exit 3\n",
  );
  await stage.ask("/checks run", /There are no checks to run/);
  const list = await stage.ask("/checks", /^Checks · default/);
  assert.match(
    list.text,
    /None\.[^]+This project offers\n○ check make check · Makefile\n○ lint npm run lint/,
  );
  assert.match(list.text, /checks = \["make check", "npm run lint", "npm test"\]/);
  assert.equal(stage.model.requests.length, 0);
  stage.world.press(stage.chat, list.id, "+ check");
  await stage.world.waitForMessage(
    stage.chat,
    ({ id, text }) =>
      id === list.id && /^check is on in this conversation[^]+● check make check\n/.test(text),
  );
  await stage.ask("/checks add echo 'two words'", /echo is on in this conversation/);
  await stage.ask("/checks off nope", /^There is no check named nope\. \/checks lists them\.$/);
  await stage.ask("/checks add nope", /no check named nope[\s\S]*send \/checks add exec nope/);
  await stage.ask("/checks add exec true", /true is on in this conversation/);
  await stage.ask("/checks off true", /true is off in this conversation/);
  await stage.ask("/checks add ./e2e:quick.sh", /e2e:quick is on in this conversation/);
  await stage.ask("/language ko", /한국어/);
  await stage.restart();
  const ran = stage.say("/checks run");
  const answer = await stage.reply(ran, /^✘ check[^]+셈이/);
  assert.match(answer.text, /^✘ check[^]+셈이 틀렸다[^]+✔ echo/);
  assert.equal(stage.model.requests.length, 0);
  const again = await stage.ask("/checks", /^점검 · default/);
  assert.match(again.text, /● check make check · ✘ 종료 코드 \d, /);
  assert.match(again.text, /● e2e:quick \.\/e2e:quick\.sh · ✘ 종료 코드 127, /);
  await stage.ask("/checks off echo", /이 대화에서 echo 점검을 껐습니다/);
  await stage.ask("/new", /새 대화/);
  assert.match((await stage.ask("/checks", /^점검/)).text, /● check make check/);
});
