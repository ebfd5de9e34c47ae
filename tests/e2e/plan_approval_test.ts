/** A plan is shown, agreed to, changed, and outlives the program; with a real Codex. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import { LAST_WITH_MCP_SERVER, NEWEST } from "../support/codex_versions.ts";
import type { Step } from "../support/responses_api.ts";
import { isRole, scriptRoles, type Turns } from "./plan_script.ts";
import { Stage, type StageOptions } from "./stage.ts";

const PLAN_MODE: Turns = [[{ message: '{"mode":"plan","reason":"several files"}' }]];
const SINGLE = '{"mode":"single","reason":"small"}';
const APPROVED: Turns = [[{
  message: '{"verdict":"approved","summary":"all good","findings":[],"earlier":[]}',
}]];

/** What a planner answers. */
function plan(goal: string, more: Readonly<Record<string, unknown>> = {}): Step {
  const steps = [{ title: `${goal}: the file`, files: ["a.txt"] }];
  const nothing = { checks: ["cat a.txt"], risks: [], questions: [] };
  return { message: JSON.stringify({ goal, steps, ...nothing, changes_files: true, ...more }) };
}

/** Codex waits for a command for some seconds, and then asks the model again. */
const NEVER: Step = { until: new Promise(() => {}), then: { message: "never" } };

const write = (name: string): Step => ({ command: `echo done > ${name}` });

async function withPlans(
  options: Partial<StageOptions>,
  roles: Readonly<Record<string, Turns>>,
  body: (stage: Stage) => Promise<void>,
): Promise<void> {
  await using stage = await Stage.set({ codex: NEWEST, backend: "auto", ...options });
  scriptRoles(stage.model, { selector: PLAN_MODE, reviewer: APPROVED, ...roles });
  await stage.start();
  await body(stage);
}

function labels({ buttons }: SeenMessage): string[] {
  return buttons.flat().map(({ text }) => text);
}

function exists(stage: Stage, name: string): Promise<boolean> {
  return Deno.stat(join(stage.workspace, name)).then(() => true, () => false);
}

function developersInputs(stage: Stage): string[] {
  return stage.model.requests.filter(isRole("developer"))
    .filter(({ toolOutputs }) => toolOutputs.length === 0).map(({ lastUserText }) => lastUserText);
}

const ASK = { codexConf: 'plan_approval = "ask"' };

Deno.test("with ask the developer begins after Go; a reply and the button Change revise the plan", () =>
  withPlans(ASK, {
    planner: [[plan("First")], [plan("Second")], [plan("Third")]],
    developer: [[write("a.txt"), { message: "built" }]],
  }, async (stage) => {
    const request = stage.say("build it");
    const first = await stage.reply(request, /^📋 Plan\nFirst\n1\. First: the file a\.txt/);
    assert.match(first.text, /Checks\n• cat a\.txt\n✋ Waiting for your Go/);
    assert.deepEqual(labels(first), ["Go", "Change", "Cancel"]);
    await stage.reply(request, /^✋ Waiting for your Go/);
    assert.match((await stage.ask("/status", /^Status/)).text, /Now: .*Waiting for your Go/);
    assert.match((await stage.ask("/queue", /Now running|Queue/)).text, /Plan: First/);
    assert.equal(await exists(stage, "a.txt"), false);

    stage.world.send(stage.chat, { text: "use another name", replyTo: first.id });
    const second = await stage.reply(request, /^📋 Plan 2\nSecond/);
    await stage.reply(
      request,
      /First[\s\S]*✏️ Changed by Ann: use another name\nA new plan follows/,
    );
    const asked = stage.model.requests.filter(isRole("planner")).at(-1);
    assert.match(asked?.lastUserText ?? "", /# Your plan\n\nGoal: First[\s\S]*use another name/);

    stage.world.press(stage.chat, second.id, "Change");
    const words = await stage.reply(second.id, /^✏️ What should be different\?/);
    assert.ok(words.id > second.id);
    // A command is no answer.
    await stage.ask("/plan", /Now: ask[\s\S]*Second/);
    stage.say("and make it short");
    const third = await stage.reply(request, /^📋 Plan 3\nThird/);
    const old = stage.world.forcePress(stage.chat, second.id, second.buttons[0]?.[0]?.data ?? "");
    assert.match((await stage.world.waitForAnswer(old)).text ?? "", /no longer works/);
    stage.world.press(stage.chat, third.id, "Go");
    await stage.reply(request, /^built/);
    await stage.reply(request, /Third[\s\S]*✅ Go by Ann$/);
    assert.equal(await exists(stage, "a.txt"), true);
    const [told = ""] = developersInputs(stage);
    assert.match(told, /build it[\s\S]*use another name[\s\S]*and make it short/);
    assert.match(told, /# Plan to carry out\n\nGoal: Third/);
    const review = stage.model.requests.find(isRole("reviewer"));
    assert.match(review?.lastUserText ?? "", /Goal: Third/);
    const log = await stage.ask("/log all", /Steps/);
    assert.match(log.text, /Goal: First[\s\S]*Goal: Third/);

    const dropped = stage.say("build another");
    const fourth = await stage.reply(dropped, /^📋 Plan\nThird/);
    stage.world.press(stage.chat, fourth.id, "Cancel");
    await stage.reply(dropped, /^⏹ Stopped/);
    await stage.reply(dropped, /Third[\s\S]*⏹ Cancelled by Ann$/);
    // The trace is written beside what the person sees.
    assert.equal(await stage.stop(), 0);
    const decisions = (await stage.traces()).filter(({ kind }) => kind === "decision")
      .map(({ text }) => text);
    assert.deepEqual(decisions, [
      "change by Ann: use another name",
      "change by Ann: and make it short",
      "go by Ann",
      "cancel by Ann",
    ]);
  }));

Deno.test("a plan that awaits a Go, and its buttons, outlive a kill", () =>
  withPlans(ASK, {
    planner: [[plan("Lasting")], [plan("Changed")]],
    developer: [[write("a.txt"), { message: "built" }]],
  }, async (stage) => {
    const request = stage.say("build it");
    const shown = await stage.reply(request, /^📋 Plan\nLasting/);
    stage.world.send(stage.chat, { text: "/steer and be kind" });
    await stage.logged(/ run\.steered /);
    await stage.startAfterKill();
    stage.world.send(stage.chat, { text: "with words", replyTo: shown.id });
    const changed = await stage.reply(request, /^📋 Plan 2\nChanged/);
    await stage.startAfterKill();
    stage.world.press(stage.chat, changed.id, "Go");
    await stage.reply(request, /^built/);
    assert.equal(stage.model.requests.filter(isRole("planner")).length, 2);
    const [told = ""] = developersInputs(stage);
    assert.match(told, /and be kind/);
    assert.match(told, /with words/);
    await stage.reply(request, /Changed[\s\S]*✅ Go by Ann$/);
    const open = stage.world.transcript(stage.chat).filter((each) => labels(each).includes("Go"));
    assert.deepEqual(open, []);
  }));

Deno.test("the plan of work that was discarded after a kill takes no words any more", () =>
  withPlans({}, {
    planner: [[plan("Lost")]],
    developer: [[{ command: "sleep 600" }]],
  }, async (stage) => {
    const request = stage.say("build it");
    const shown = await stage.reply(request, /^📋 Plan\nLost/);
    await stage.model.received(isRole("developer"));
    await stage.startAfterKill();
    const held = await stage.reply(request, /^⚠️ Interrupted/);
    stage.world.press(stage.chat, shown.id, "Change");
    await stage.reply(shown.id, /^✏️ What should be different/);
    await stage.ask("/status", /^Status/);
    stage.world.press(stage.chat, held.id, "Discard");
    await stage.reply(request, /^⏹ Stopped/);
    await stage.world.waitForMessage(
      stage.chat,
      (message) => message.id === shown.id && labels(message).length === 0,
    );
    stage.model.script({ when: isRole("selector"), steps: [{ message: SINGLE }] });
    stage.model.script({ when: isRole("developer"), steps: [{ message: "heard" }] });
    await stage.ask("something else", /^heard/);
    const reply = stage.world.send(stage.chat, { text: "and more", replyTo: shown.id });
    await stage.reply(reply.id, /^heard/);
  }));

Deno.test("with auto the button Change stops the work, which goes on by another plan; Stop ends it", () =>
  withPlans({}, {
    planner: [[plan("First")], [plan("Second")]],
    developer: [
      [write("a.txt"), { command: "sleep 600" }, NEVER],
      [write("b.txt"), { message: "built anew" }],
      [{ command: "sleep 600" }, NEVER],
    ],
  }, async (stage) => {
    const request = stage.say("build it");
    const first = await stage.reply(
      request,
      /^📋 Plan\nFirst[\s\S]*🛠 The work goes on by this plan/,
    );
    assert.deepEqual(labels(first), ["Stop", "Change"]);
    await until(() => exists(stage, "a.txt"));
    stage.world.press(stage.chat, first.id, "Change");
    await stage.reply(first.id, /^✏️ What should be different\?/);
    stage.say("the other file");
    await stage.reply(request, /^📋 Plan 2\nSecond/);
    const closed = await stage.reply(
      request,
      /First[\s\S]*✏️ Changed by Ann: the other file\nThe work by this plan was stopped/,
    );
    assert.deepEqual(labels(closed), []);
    // What was done by both plans is counted, and reviewed.
    await stage.reply(request, /^built anew\n\n✅ Approved in round 1 · 2 files \+2 −0$/);
    const reviewer = stage.model.requests.filter(isRole("reviewer")).at(-1)?.lastUserText ?? "";
    assert.match(reviewer, /- a\.txt \(add, \+1 -0\)\n- b\.txt \(add, \+1 -0\)/);
    const planner = stage.model.requests.filter(isRole("planner")).at(-1)?.lastUserText ?? "";
    assert.match(planner, /# Done so far by your plan[\s\S]*a\.txt/);
    const [, told = ""] = developersInputs(stage);
    assert.match(told, /changed the plan while you were at work[\s\S]*the other file[\s\S]*a\.txt/);
    assert.match(told, /# Plan to carry out\n\nGoal: Second/);
    assert.equal(await exists(stage, "b.txt"), true);

    const other = stage.say("build another");
    const plan2 = await stage.reply(other, /^📋 Plan\nSecond/);
    await until(() => Promise.resolve(developersInputs(stage).length === 3));
    stage.world.press(stage.chat, plan2.id, "Stop");
    await stage.reply(other, /^⏹ Stopped/);
    await stage.reply(other, /Second[\s\S]*a\.txt$/);
  }));

/** Polls for what no message tells. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = AbortSignal.timeout(60_000);
  while (!await holds()) {
    deadline.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const WHICH = { question: "Which database?", choices: ["Postgres", "SQLite"] };

Deno.test("open questions are answered by a reply or a button; a planner that only asks makes no plan", () =>
  withPlans({}, {
    planner: [
      [{ message: "Which database?" }],
      [plan("With it", { questions: [WHICH] })],
    ],
    developer: [[{ message: "built" }]],
  }, async (stage) => {
    const request = stage.say("store it");
    const asked = await question(stage, request, /Codex has a question\n\nWhich database\?/);
    stage.world.send(stage.chat, { text: "the usual one", replyTo: asked.id });
    const again = await question(stage, request, /Which database\? · Optional\nWith it/);
    assert.deepEqual(labels(again), ["Postgres", "SQLite", "Skip", "Cancel"]);
    await stage.reply(
      request,
      /With it[\s\S]*• Which database\?\n❓ Answer the question below first/,
    );
    stage.world.press(stage.chat, again.id, "SQLite");
    await stage.reply(request, /With it[\s\S]*• Which database\? → SQLite/);
    await stage.reply(request, /^built/);
    const planner = stage.model.requests.filter(isRole("planner"));
    assert.match(
      planner[1]?.lastUserText ?? "",
      /Which database\? Answer of the person: the usual/,
    );
    const selector = stage.model.requests.find(isRole("selector"));
    assert.deepEqual(selector?.tools, ["update_plan", "request_user_input", "apply_patch"]);
    const [told = ""] = developersInputs(stage);
    assert.match(told, /Goal: With it[\s\S]*Which database\? Answer of the person: SQLite/);
  }));

Deno.test("an open question that nobody answers in time is told to the person and the developer", () =>
  withPlans({ codexConf: "plan_question_minutes = 0.05" }, {
    planner: [[plan("Silent", { questions: [WHICH] })]],
    developer: [[{ message: "built" }]],
  }, async (stage) => {
    const late = stage.say("store more");
    const open = await stage.reply(late, /Which database\? · Optional\nSilent/);
    await stage.reply(open.id, /^⌛ Nobody answered within 3 s, so Codex goes on/);
    await stage.reply(late, /Silent[\s\S]*→ not answered: Codex decides and says how/);
    await stage.reply(late, /^built/);
    assert.match(developersInputs(stage).at(-1) ?? "", /Not answered: decide yourself and say/);
  }));

function question(stage: Stage, to: number, fits: RegExp): Promise<SeenMessage> {
  return stage.world.waitForMessage(
    stage.chat,
    (message) => message.replyTo === to && fits.test(message.text) && message.buttons.length > 0,
    { what: `an open question that fits ${fits}` },
  );
}

for (const codex of ["0.140.0", LAST_WITH_MCP_SERVER] as const) {
  const backend = codex === LAST_WITH_MCP_SERVER ? "mcp" : "app-server";
  const options = { codex, backend } as const;
  Deno.test(`${backend} ${codex}: a plan in prose awaits its Go, in Korean as well`, () =>
    withPlans(options, {
      planner: [[{ message: "1. Write the file.\n2. Test it." }], [plan("Second")]],
      developer: [[{ message: "built" }]],
    }, async (stage) => {
      await stage.ask("/language ko", /한국어/);
      await stage.ask("/plan ask", /승인을 기다립니다/);
      await stage.ask("/status", /계획: 승인 후 실행/);
      const request = stage.say("build it");
      const first = await stage.reply(request, /^📋 계획\n1\. Write the file\.\n2\. Test it\.\n✋/);
      assert.deepEqual(labels(first), ["시작", "변경", "취소"]);
      stage.world.send(stage.chat, { text: "짧게", replyTo: first.id });
      const second = await stage.reply(request, /^📋 계획 2\nSecond/);
      await stage.restart();
      await stage.reply(request, /^🔁[^]*✋/);
      await stage.ask("/approve", /계획: Second/);
      stage.world.press(stage.chat, second.id, "시작");
      await stage.reply(request, /^built/);
      assert.match(developersInputs(stage)[0] ?? "", /짧게[\s\S]*Second/);
    }));
}
