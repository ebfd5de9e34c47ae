/** Goals, on which Codex works by itself: nothing of that is unseen, and all of it can be stopped. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { namesIn } from "../support/temporary_folder.ts";
import { NEWEST } from "../support/codex_versions.ts";
import type { ReceivedRequest, Step } from "../support/responses_api.ts";
import { Stage, type StageOptions } from "./stage.ts";
import { timed, wayMs, withinASecond } from "./within_a_second.ts";

const APP_SERVER: StageOptions = { codex: NEWEST, backend: "app-server" };

const isRound = ({ goalRound }: ReceivedRequest): boolean => goalRound !== undefined;
const asks = (text: string) => (request: ReceivedRequest): boolean =>
  request.lastUserText.endsWith(text) && !isRound(request);
const NEVER: Step = { until: new Promise(() => {}), then: { message: "never" } };
const COMPLETE: Step = { tool: "update_goal", arguments: { status: "complete" } };

/** How many rounds the model was asked for. */
function rounds({ model }: Stage): number {
  return model.requests.filter((request) => isRound(request) && request.toolOutputs.length === 0)
    .length;
}

/** The rounds to come, each with its own steps; the last one is played again and again. */
function script(stage: Stage, each: readonly (readonly Step[])[]): void {
  const before = rounds(stage);
  stage.model.script({
    when: isRound,
    steps: () => each[Math.min(rounds(stage) - before, each.length) - 1] ?? [],
  });
}

/** Lets the goal go on, in a round that does not end. @returns the id of the message that did so */
async function resumed(stage: Stage): Promise<number> {
  const before = rounds(stage);
  script(stage, [[NEVER]]);
  const resume = stage.say("/goal resume");
  await stage.model.received((request) => isRound(request) && rounds(stage) > before);
  return resume;
}

/** A model takes longer for its words than the program for a pause. */
const PAUSED = / codex\.event .*"type":"goal".*"status":"paused"/;

async function single(stage: Stage, ...args: string[]): Promise<void> {
  await stage.start(...args);
  await stage.ask("/mode single", /Mode set to single/);
}

Deno.test("a goal that the model sets is paused, asked about, and worked on when it may", async () => {
  await using stage = await Stage.set(APP_SERVER);
  await single(stage, "--verbose");
  const paused = stage.logged(PAUSED);
  stage.model.script({
    when: asks("make a goal"),
    steps: [
      { tool: "create_goal", arguments: { objective: "all tests are green" } },
      { until: paused, then: { message: "goal created" } },
    ],
  });
  const request = stage.say("make a goal");
  await stage.reply(request, /^goal created$/);
  const question = await stage.reply(
    request,
    /that no request here works on:\nall tests are green/,
  );
  assert.deepEqual(question.buttons.flat().map(({ text }) => text), ["Let it go on", "Stop"]);
  await stage.ask("hi", /^ok: hi$/);
  await stage.ask("/goal", /Goal · paused\nall tests are green/);
  await stage.restart();
  await stage.ask("hi again", /^ok: hi again$/);
  assert.equal(rounds(stage), 0);

  script(stage, [[{ message: "two are left" }], [COMPLETE, { message: "all are green" }]]);
  stage.world.press(stage.chat, question.id, "Let it go on");
  const report = await stage.reply(request, /Goal, round 1\n+two are left/);
  assert.equal(report.silent, true);
  await stage.reply(request, /Goal reached\n+all are green/);
  await stage.reply(request, /^🎯 Goal reached · 2 rounds · /);
  await stage.ask("and now", /^ok: and now$/);
  assert.equal(rounds(stage), 2);
});

Deno.test("/goal sets one: its questions are asked, messages pass it, /cancel stops it at once", async () => {
  await using stage = await Stage.set(APP_SERVER);
  await single(stage, "--verbose");
  await stage.ask("/goal", /has no goal[\s\S]*\/goal 200k tokens 2h/);
  const file = join(stage.home, "made");
  const held = Promise.withResolvers<void>();
  script(stage, [
    [{ command: `touch ${file}`, escalated: "It lies outside" }, { message: "made it" }],
    [{ until: held.promise, then: { message: "half of it" } }],
    [NEVER],
  ]);
  const goal = stage.say("/goal 200k tokens 2h make it all");
  const question = await stage.reply(goal, /Codex wants to run a command/);
  stage.world.press(stage.chat, question.id, "Allow once");
  await stage.reply(goal, /Goal, round 1\n+made it/);
  assert.equal((await Deno.stat(file)).isFile, true);
  const status = await stage.reply(
    goal,
    /^🎯 Goal · round 2\nmake it all\n.* of 200k tokens · .* of 2 h/,
  );
  assert.deepEqual(status.buttons.flat().map(({ text }) => text), ["Pause", "Stop", "Log"]);
  await stage.ask("/status", /Now: Goal · round 2/);

  const passing = stage.say("by the way");
  await stage.reply(passing, /Starts after the present round of the goal/);
  await stage.logged(PAUSED);
  held.resolve();
  await stage.reply(passing, /^ok: by the way$/);
  const third = await stage.reply(goal, /^🎯 Goal · round 3/);
  assert.equal(third.id, status.id);
  await stage.model.received((request) => isRound(request) && rounds(stage) === 3);
  await stage.ask("/goal", /Goal · at work/);

  await stage.ask("/log", /touch/);
  let cancel = 0;
  await withinASecond(async (time) => {
    const work = time === 1 ? goal : await resumed(stage);
    const way = await wayMs(stage, status.id);
    const tookMs = await timed(() => {
      cancel = stage.say("/cancel");
      return stage.reply(work, /^⏹ Stopped, goal paused/);
    });
    return { wayMs: way, tookMs };
  });
  await stage.reply(cancel, /Stopping the goal/);
  const calls = stage.model.requests.length;
  await stage.ask("/goal", /Goal · paused\nmake it all/);
  await stage.ask("what now", /^ok: what now$/);
  assert.equal(stage.model.requests.length, calls + 1);

  script(stage, [[COMPLETE, { message: "all of it" }]]);
  const resume = stage.say("/goal resume");
  await stage.reply(resume, /Goal reached\n+all of it/);
});

Deno.test("all rounds of a goal are one record: told, and taken back", async () => {
  await using stage = await Stage.set(APP_SERVER);
  await single(stage);
  script(stage, [
    [{ command: "echo 1 > one.txt" }, { message: "one" }],
    [{ command: "echo 2 > two.txt; echo 1 >> one.txt" }, COMPLETE, { message: "both" }],
  ]);
  const goal = stage.say("/goal write two files");
  await stage.reply(goal, /Goal reached\n+both/);
  await stage.reply(goal, /^🎯 Goal reached · 2 files \+3 −0 · 2 rounds · /);
  await stage.ask("/diff last", /\+\+\+ b\/one\.txt[\s\S]*\+\+\+ b\/two\.txt/);
  await stage.ask("/undo", /^Taken back: 2 files \+0 −3/);
  const left = namesIn(stage.workspace);
  assert.deepEqual(left, []);
});

Deno.test("a goal at work is paused by a restart and offered, and by a crash just so", async () => {
  await using stage = await Stage.set(APP_SERVER);
  const first = await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  const held = Promise.withResolvers<void>();
  const half = { until: held.promise, then: { message: "half of it" } };
  script(stage, [[{ message: "begun" }], [half], [NEVER]]);
  const goal = stage.say("/goal go on and on");
  await stage.reply(goal, /Goal, round 1\n+begun/);
  await stage.model.received((request) => isRound(request) && rounds(stage) === 2);
  stage.say("/steer in green");
  await stage.reply(goal, /✍️ in green/);
  held.resolve();
  await stage.reply(goal, /Goal, round 2\n+ok: in green/);
  await stage.model.received((request) => isRound(request) && rounds(stage) === 3);
  await first.kill();
  const calls = stage.model.requests.length;
  const second = await stage.start();
  const offer = await stage.reply(goal, /The program stopped while Codex worked on this goal/);
  assert.deepEqual(offer.buttons.flat().map(({ text }) => text), ["Resume", "Clear"]);
  await stage.ask("meanwhile", /^ok: meanwhile$/);
  assert.equal(stage.model.requests.length, calls + 1);

  script(stage, [[NEVER]]);
  stage.world.press(stage.chat, offer.id, "Resume");
  await stage.model.received((request) => isRound(request) && rounds(stage) === 4);
  assert.equal(await second.stop(), 0);
  await stage.start();
  const again = await stage.reply(goal, /The program stopped while Codex worked on this goal/);
  await stage.ask("once more", /^ok: once more$/);
  assert.equal(rounds(stage), 4);
  stage.world.press(stage.chat, again.id, "Clear");
  await stage.world.waitFor(() =>
    /^🗑 Goal cleared/.test(stage.world.message(stage.chat, again.id).text)
  );
  await stage.ask("/goal", /has no goal/);
});

Deno.test("a goal that waits is no goal yet, and one that pauses goes on when it is wanted", async () => {
  await using stage = await Stage.set(APP_SERVER);
  await single(stage);
  const held = Promise.withResolvers<void>();
  stage.model.script({
    when: asks("first of all"),
    steps: [{ until: held.promise, then: { message: "that was first" } }],
  });
  const first = stage.say("first of all");
  await stage.model.received(asks("first of all"));
  const waiting = stage.say("/goal do X");
  await stage.reply(waiting, /Queued/);
  await stage.ask("/goal", /^Goal · queued\ndo X$/);
  await stage.ask("/goal pause", /^The goal is taken from the queue\.$/);
  await stage.reply(waiting, /^⏹ Goal not set$/);
  await stage.ask("/goal resume", /no goal to go on with/);
  held.resolve();
  await stage.reply(first, /^that was first$/);

  const round = Promise.withResolvers<void>();
  script(stage, [
    [{ until: round.promise, then: { message: "a part" } }],
    [COMPLETE, { message: "all of it" }],
  ]);
  const goal = stage.say("/goal do Y");
  await stage.model.received(isRound);
  await stage.ask("/goal pause", /pauses after its present round/);
  const pausing = await stage.ask("/goal", /^Goal · pauses after its present round\ndo Y\n/);
  assert.deepEqual(pausing.buttons.flat().map(({ text }) => text), ["Resume", "Clear"]);
  const resumed = stage.say("/goal resume");
  await stage.reply(resumed, /Queued/);
  await stage.ask("/goal", /^Goal · at work\ndo Y\n/);
  await stage.ask("/goal resume", /at work already/);
  round.resolve();
  await stage.reply(goal, /^⏸ Goal paused[\s\S]*a part$/);
  await stage.reply(resumed, /Goal reached\n+all of it/);

  // Codex does not begin the thread.
  await stage.ask("/new", /./);
  await Deno.rename(stage.codexHome, `${stage.codexHome}-away`);
  await Deno.writeTextFile(stage.codexHome, "");
  const failed = await stage.ask("/goal do Z", /^❌ Failed: [\s\S]*⏹ Goal not set\. Set it again/);
  assert.deepEqual(failed.buttons, []);
});

Deno.test("what ends the work on a goal is said, with what goes on from there", async () => {
  await using stage = await Stage.set(APP_SERVER);
  await single(stage);
  await stage.ask("an earlier one", /^ok: an earlier one$/);
  script(stage, [[{ message: "a part" }]]);
  const goal = stage.say("/goal 100 tokens do it");
  const limited = await stage.reply(goal, /Token budget used up[\s\S]*sets a higher budget/);
  assert.deepEqual(limited.buttons.flat().map(({ text }) => text), [
    "Raise to 200 tokens",
    "Clear",
  ]);
  assert.equal(rounds(stage), 2);

  script(stage, [[{ message: "more of it" }], [{ status: 500 }]]);
  await stage.ask("/goal 100k tokens", /Failed: [\s\S]*Goal paused\. \/goal resume tries again/);
  assert.equal(rounds(stage), 4);
  await stage.ask("/goal", /Goal · blocked/);
  script(stage, [[NEVER]]);
  const killed = stage.say("/goal resume");
  await stage.model.received((request) => isRound(request) && rounds(stage) === 5);
  const started = await stage.logged(/codex\.started .*pid=\d+/);
  Deno.kill(Number(/pid=(\d+)/.exec(started)?.[1]), "SIGKILL");
  await stage.reply(
    killed,
    /is unknown\. .* then \/goal resume\.[\s\S]*Goal paused\. \/goal resume/,
  );
  // It is no request, and the earlier one is not meant.
  await stage.ask("/retry", /^The last work was no request: \/goal resume tries it again/);
  const status = await stage.ask("/status", /Now: idle/);
  assert.match(status.text, /Last request: failed .*unknown\. .*\/goal resume/);
  assert.equal(stage.model.requests.filter(asks("an earlier one")).length, 1);
  await stage.ask("/goal", /Goal · paused/);

  const other = stage.say("/goal do something else");
  const question = await stage.reply(other, /another goal:\ndo it\nReplace it with: do something/);
  stage.world.press(stage.chat, question.id, "Keep it");
  await stage.reply(other, /^🎯 The former goal stays/);
  script(stage, [[NEVER]]);
  const replacing = stage.say("/goal do something else");
  const again = await stage.reply(replacing, /Replace it with: do something else/);
  stage.world.press(stage.chat, again.id, "Replace it");
  await stage.model.received((request) => isRound(request) && rounds(stage) === 6);
  const anew = await stage.ask("/new", /A goal is at work/);
  stage.world.press(stage.chat, anew.id, "Stop and start new");
  await stage.reply(replacing, /^⏹ Stopped, goal paused/);
  await stage.ask("hello", /^ok: hello$/);
  await stage.ask("/goal", /has no goal/);
  assert.equal(rounds(stage), 6);

  script(stage, [[{ command: "true" }, { message: "worked" }], [{ message: "still thinking" }]]);
  const idle = await stage.ask("/goal think", /Many rounds did nothing[\s\S]*then \/goal resume/);
  // Codex may begin another one before it hears of the pause.
  assert.ok(rounds(stage) >= 5 + 1 + 10, `${rounds(stage)}`);
  assert.match(idle.text, /still thinking/);
});

Deno.test("a goal whose conversation is left for another project stays paused there, and goes on there", async () => {
  const profiles = ["one", "two"].map((name) => `
[profiles.${name}]
working_directory = "WORKSPACE/${name}"
`);
  await using stage = await Stage.set(APP_SERVER);
  for (const name of ["one", "two"]) await Deno.mkdir(join(stage.workspace, name));
  const conf = join(stage.stateFolder, "conf.toml");
  const text = profiles.join("").replaceAll("WORKSPACE", stage.workspace);
  await Deno.writeTextFile(conf, await Deno.readTextFile(conf) + text);
  await single(stage, "--verbose");
  await stage.ask("/profile one", /^Profile set to one/);
  const held = Promise.withResolvers<void>();
  script(stage, [[{ until: held.promise, then: { message: "a part" } }], [COMPLETE, {
    message: "all of it",
  }]]);
  const goal = stage.say("/goal do it");
  await stage.model.received(isRound);
  await stage.ask("/profile two", /^Profile set to two/);
  const passing = stage.say("by the way");
  await stage.reply(passing, /Starts after the present round/);
  await stage.logged(PAUSED);
  held.resolve();
  await stage.reply(passing, /^ok: by the way$/);
  await stage.reply(goal, /^⏸ Goal paused in its conversation, which was left/);
  await stage.ask("/goal", /has no goal/);

  await stage.ask("/profile one", /^Profile set to one/);
  await stage.ask("/resume 1", /^▶️ Continuing: do it/);
  await stage.ask("/goal resume", /Goal reached\n+all of it/);
});
