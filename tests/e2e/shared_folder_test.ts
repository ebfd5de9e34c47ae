/** Requests of two conversations that meet in one folder: one waits, or both say that they are mixed. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { NEWEST } from "../support/codex_versions.ts";
import { until } from "../support/processes.ts";
import type { ReceivedRequest } from "../support/responses_api.ts";
import { scriptRoles } from "./plan_script.ts";
import { Stage } from "./stage.ts";
import { Topic } from "./topics.ts";

const asks = (text: string) => ({ lastUserText }: ReceivedRequest): boolean =>
  lastUserText === text;

/** Requests that write a file each once they are let go, however late. */
class Writers {
  readonly #stage: Stage;
  readonly #held = new Map<string, () => void>();

  constructor(stage: Stage, ...names: readonly string[]) {
    this.#stage = stage;
    for (const name of names) this.add(name);
  }

  add(name: string): void {
    const { promise: until, resolve } = Promise.withResolvers<void>();
    this.#held.set(name, resolve);
    this.#stage.model.script({
      when: asks(`write ${name}`),
      steps: [{ until, then: { command: `echo x > ${name}.txt` } }, { message: `wrote ${name}` }],
    });
  }

  letGo(name: string): void {
    this.#held.get(name)?.();
  }
}

const exists = (stage: Stage, name: string): Promise<boolean> =>
  Deno.lstat(join(stage.workspace, name)).then(() => true, () => false);

async function twoTopics(stage: Stage): Promise<[Topic, Topic]> {
  const topics: [Topic, Topic] = [
    new Topic(stage, stage.chat, "One"),
    new Topic(stage, stage.chat, "Two"),
  ];
  for (const topic of topics) await topic.ask("/mode single", /Mode set to single/);
  return topics;
}

Deno.test("the second conversation's request waits for the first one's, or runs beside it", async () => {
  await using stage = await Stage.set({ backend: "auto", codex: NEWEST });
  await stage.start();
  const [one, two] = await twoTopics(stage);
  const writers = new Writers(stage, "a", "b", "c", "d", "e");

  // It waits and says for what, wherever one looks; it can be cancelled.
  const first = one.say("write a");
  await stage.model.received(asks("write a"));
  const second = two.say("write b");
  const waits = await two.reply(second, /^⏳ Waits for “write a” in the same folder\./);
  assert.deepEqual(waits.buttons.flat().map(({ text }) => text), ["Run beside it", "Cancel"]);
  await two.ask("/queue", /Waits for “write a” in the same folder\nwrite b/);
  await two.ask("/status", /Now: Waits for “write a” in the same folder/);
  await two.ask("/undo", /^There is nothing to take back|works in this folder/);
  await two.ask("/cancel", /Stopping the current request \(waiting for the folder\)/);
  await two.reply(second, /^⏹ Stopped/);

  // It begins by itself when the first one has ended.
  const third = two.say("write c");
  await two.reply(third, /^⏳ Waits for “write a”/);
  writers.letGo("c");
  assert.equal(await exists(stage, "c.txt"), false);
  writers.letGo("a");
  await one.reply(first, /^wrote a\b/);
  await two.reply(third, /^wrote c\b/);

  // A person lets it run beside: both say that their changes are mixed, and undo asks first.
  const fourth = one.say("write d");
  await stage.model.received(asks("write d"));
  const fifth = two.say("write e");
  const again = await two.reply(fifth, /^⏳ Waits for “write d”/);
  stage.world.press(stage.chat, again.id, "Run beside it", stage.owner);
  await stage.model.received(asks("write e"));
  writers.letGo("e");
  const answer = await two.reply(fifth, /wrote e\b/);
  assert.match(answer.text, /^🔀 Changes are mixed: “write d” worked in the same folder/);
  await two.ask("/undo", /^Another conversation's request works in this folder/);
  writers.letGo("d");
  const slow = await one.reply(fourth, /wrote d\b/);
  assert.match(slow.text, /^🔀 Changes are mixed: “write e” worked in the same folder/);
  await one.ask("/diff last", /Changes are mixed: another request of yours/);
  const asked = await one.ask("/undo", /^Nothing was taken back yet/);
  assert.ok(await exists(stage, "e.txt"));
  stage.world.press(stage.chat, asked.id, "Take back all of it", stage.owner);
  await one.reply(asked.id, /^Taken back: 2 files/);
  assert.deepEqual(
    await Promise.all(["a.txt", "c.txt", "d.txt", "e.txt"].map((name) => exists(stage, name))),
    [true, true, false, false],
  );
});

Deno.test("a restart keeps what waits, and tells a continued run whose changes it has", async () => {
  await using stage = await Stage.set({ backend: "auto", codex: NEWEST });
  await stage.start();
  const [one, two] = await twoTopics(stage);
  const writers = new Writers(stage, "a", "b");
  const first = one.say("write a");
  await stage.model.received(asks("write a"));
  const second = two.say("write b");
  await two.reply(second, /^⏳ Waits for “write a”/);
  writers.letGo("b");
  await stage.startAfterKill();
  // Nobody works in the folder any more: it begins.
  const interrupted = await one.reply(first, /^⚠️ Interrupted/);
  await two.reply(second, /^wrote b\b/);
  stage.model.script({
    when: ({ lastUserText }) => lastUserText.includes("write a") && lastUserText !== "write a",
    steps: [{ command: "echo x > a.txt" }, { message: "went on with a" }],
  });
  stage.world.press(stage.chat, interrupted.id, "Continue", stage.owner);
  const answer = await one.reply(first, /went on with a\b/);
  // Its record begins before the interruption.
  assert.match(answer.text, /^🔀 Changes are mixed: another request of yours/);
});

Deno.test("what waits says so when the one ahead waits for a person's Go, and a goal gives way to it", async () => {
  await using stage = await Stage.set({ backend: "app-server", codex: NEWEST });
  await stage.start("--verbose");
  const [one, two] = await twoTopics(stage);
  await one.ask("/mode plan", /Mode set to plan/);
  await one.ask("/plan ask", /Plans wait for your Go/);
  const steps = [{ title: "the file", files: ["a.txt"] }];
  const plan = { goal: "A file", steps, checks: [], risks: [], questions: [], changes_files: true };
  scriptRoles(stage.model, {
    selector: [[{ message: '{"mode":"plan","reason":"several files"}' }]],
    planner: [[{ message: JSON.stringify(plan) }]],
    developer: [[{ command: "echo a > a.txt" }, { message: "built" }]],
    reviewer: [[{ message: '{"verdict":"approved","summary":"good","findings":[],"earlier":[]}' }]],
  });
  const writers = new Writers(stage, "b");
  const first = one.say("build it");
  const shown = await one.reply(first, /^📋 Plan\nA file/);
  const second = two.say("write b");
  await two.reply(
    second,
    /^⏳ Waits for “build it” in the same folder[^]+It needs a decision there/,
  );
  stage.world.press(stage.chat, shown.id, "Go", stage.owner);
  await one.reply(first, /^built/);
  await stage.model.received(asks("write b"));
  writers.letGo("b");
  await two.reply(second, /^wrote b\b/);

  const rounds: PromiseWithResolvers<void>[] = [];
  const isRound = ({ goalRound }: ReceivedRequest): boolean => goalRound !== undefined;
  stage.model.script({
    when: isRound,
    steps: () => {
      const round = Promise.withResolvers<void>();
      rounds.push(round);
      return [{ until: round.promise, then: { message: `part ${rounds.length}` } }];
    },
  });
  await one.ask("/mode single", /Mode set to single/);
  const goal = one.say("/goal all of it");
  await stage.model.received(isRound);
  writers.add("c");
  // A model takes longer for its words than the program for the pause.
  const paused = stage.logged(/ codex\.event .*"type":"goal".*"status":"paused"/);
  const third = two.say("write c");
  await two.reply(third, /^⏳ Waits for /);
  await paused;
  rounds[0]?.resolve();
  await stage.model.received(asks("write c"));
  // The goal waits in its turn.
  assert.equal(rounds.length, 1);
  writers.letGo("c");
  await two.reply(third, /^wrote c\b/);
  await until(() => rounds.length === 2);
  rounds[1]?.resolve();
  await one.reply(goal, /Goal, round 2\n+part 2/);
  await one.ask("/cancel", /Stopping/);
});
