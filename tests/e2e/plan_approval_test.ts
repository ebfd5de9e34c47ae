/** A plan is shown, agreed to, changed, and outlives the program; with a real Codex. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import { NEWEST } from "../support/codex_versions.ts";
import type { Step } from "../support/responses_api.ts";
import { isRole, scriptRoles, type Turns } from "./plan_script.ts";
import { Stage, type StageOptions } from "./stage.ts";

const PLAN_MODE: Turns = [[{ message: '{"mode":"plan","reason":"several files"}' }]];
const APPROVED: Turns = [[{
  message: '{"verdict":"approved","summary":"all good","findings":[],"earlier":[]}',
}]];

/** What a planner answers. */
function plan(goal: string, more: Readonly<Record<string, unknown>> = {}): Step {
  const steps = [{ title: `${goal}: the file`, files: ["a.txt"] }];
  const nothing = { checks: ["cat a.txt"], risks: [], questions: [] };
  return { message: JSON.stringify({ goal, steps, ...nothing, changes_files: true, ...more }) };
}

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
    await stage.ask("/plan", /Now: ask[\s\S]*Goal: Second/);
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
