/** Commands that Codex leaves running: seen, stopped, and gone with the program; on real Codex. */
import assert from "node:assert/strict";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import { processesOf } from "../faults/processes.ts";
import { LAST_WITH_MCP_SERVER, NEWEST } from "../support/codex_versions.ts";
import { until } from "../support/processes.ts";
import { noneRuns } from "./none_running.ts";
import { singleModeTest } from "./single_mode.ts";
import { Stage } from "./stage.ts";

const OPTIONS = { codex: NEWEST, backend: "app-server" } as const;

singleModeTest("a command that Codex left running is shown and stopped", OPTIONS, async (stage) => {
  const { world, chat } = stage;
  const [first, second] = [leaving(stage, "serve one"), leaving(stage, "serve two")];
  const answer = await stage.ask("serve one", /^left$/);
  assert.deepEqual(labels(answer), ["⚙️ 1 command still runs"]);
  await running(stage, first);
  await stage.ask("/log", new RegExp(`sleep ${first} · running`));
  const status = await stage.ask("/status", /^Status/);
  assert.match(status.text, new RegExp(`Still running:\n.*sleep ${first} · \\d+ s\\n`));
  await stage.ask("serve two", /^left$/);

  const queue = await stage.ask("/queue", /^Queue/);
  assert.match(queue.text, new RegExp(`sleep ${first}.*\\n.*sleep ${second} · \\d+ s`));
  assert.doesNotMatch(queue.text, /sk-live/);
  assert.equal(labels(queue).length, 2);
  world.press(chat, queue.id, labels(queue)[0] ?? "");
  await stage.reply(queue.id, new RegExp(`^Stopped .*sleep ${first} \\(\\d+ s\\)\\.`));
  await gone(stage, first);
  const again = world.press(chat, queue.id, labels(queue)[0] ?? "");
  assert.equal((await world.waitForAnswer(again)).text, "That command has already ended.");

  // A turn that is cancelled takes what it began, and nothing of others.
  const third = leaving(stage, "hang", "hangs");
  const hanging = stage.say("hang");
  await running(stage, third);
  await stage.model.received(({ lastUserText, toolOutputs }) =>
    lastUserText === "hang" && toolOutputs.length === 1
  );
  await stage.ask("/cancel", /^Stopping the current request/);
  await gone(stage, third);
  // The command ends a moment before the request does, and a second /cancel would stop that again.
  await stage.reply(hanging, /^⏹ Stopped/);
  await running(stage, second);
  await stage.ask("/cancel", /^No request is running\. 1 command still runs: \/cancel all/);

  const pressed = await stage.ask("/ps", /^Still running/);
  assert.equal(labels(pressed).length, 1);
  const question = await stage.ask("/new", /^1 command still runs:\n/);
  assert.deepEqual(labels(question), [
    "Stop and start new",
    "Keep working",
    "Start new, leave commands running",
  ]);
  world.press(chat, question.id, "Start new, leave commands running");
  await edited(stage, question, /^1 command still runs; \/ps lists them\.\nNew conversation in/);
  await stage.ask("/mode single", /Mode set to single/);
  await stage.ask("hello", /^ok: hello$/);
  await stage.ask("/ps", new RegExp(`sleep ${second} · .* · earlier conversation`));
  // What was left on purpose is not asked about again.
  await stage.ask("/new", /^New conversation in/);
  await stage.ask("/cancel all", new RegExp(`^Stopped .*sleep ${second} \\(.*\\)\\.$`));
  await gone(stage, second);
  await stage.ask("/stop", /^No command is still running/);
});

Deno.test("/new stops what still runs, and so does the end of the program", async () => {
  await using stage = await Stage.set(OPTIONS);
  let program = await stage.start();
  for (const end of ["new", "stopped", "killed"]) {
    await stage.ask("/mode single", /Mode set to single/);
    const left = leaving(stage, end);
    await stage.ask(end, /^left$/);
    await running(stage, left);
    if (end === "new") {
      const anew = await stage.ask("/new now", /New conversation in/);
      assert.match(anew.text, new RegExp(`^Stopped .*sleep ${left} \\(.*\\)\\.\n`));
    } else {
      if (end === "stopped") await program.stop();
      else await program.kill();
      await gone(stage, left);
      program = await stage.start();
      await noneRuns(stage);
    }
    await gone(stage, left);
  }
});

singleModeTest(
  "undo says that a command still runs and may write again",
  OPTIONS,
  async (stage) => {
    const left = String(100_000 + Math.floor(Math.random() * 900_000));
    stage.model.script({
      when: ({ lastUserText }) => lastUserText === "build and serve",
      steps: [
        { command: "echo built >out.txt" },
        { command: `sleep ${left}`, yieldMs: 300 },
        { message: "served" },
      ],
    });
    await stage.ask("build and serve", /^served\n\n✅ Done · 1 file/);
    await running(stage, left);
    await stage.ask(
      "/undo",
      /^Taken back: 1 file[^]+\n1 command still runs, and may change the files again; \/ps lists them\.$/,
    );
    await stage.ask("/redo", /^Brought back: 1 file(?![^]*still runs)/);
    await stage.ask("/stop", /^Stopped /);
    await gone(stage, left);
    await stage.ask("/undo", /^Taken back: 1 file(?![^]*still runs)/);
  },
);

const OVER_MCP = { codex: LAST_WITH_MCP_SERVER, backend: "mcp" } as const;
const NOT_KNOWN = /cannot list or stop commands that still run; \/restart codex ends all of them\./;

singleModeTest(
  "over MCP it is said what runs on, also behind a stop, and what ends it",
  OVER_MCP,
  async (stage) => {
    const left = leaving(stage, "serve it");
    const answer = await stage.ask("serve it", /^left$/);
    assert.deepEqual(labels(answer), ["⚙️ 1 command still runs"]);
    await running(stage, left);
    assert.match((await stage.ask("/ps", NOT_KNOWN)).text, /backend = "app-server"/);
    for (const command of ["/stop all", "/queue", "/cancel", "/cancel all"]) {
      assert.doesNotMatch((await stage.ask(command, NOT_KNOWN)).text, /backend =/, command);
    }

    const cut = leaving(stage, "hang", "hangs");
    const hanging = stage.say("hang");
    await running(stage, cut);
    await stage.model.received(({ lastUserText, toolOutputs }) =>
      lastUserText === "hang" && toolOutputs.length === 1
    );
    const stopping = await stage.ask("/cancel all", /^Stopping the current request/);
    assert.match(stopping.text, NOT_KNOWN);
    await stage.reply(hanging, /^⏹ Stopped .* · 1 command still runs \(\/ps\)/);
    await running(stage, cut);
    await stage.ask("/restart codex", /^Codex was started anew/);
    await Promise.all([gone(stage, left), gone(stage, cut)]);
    assert.deepEqual(labels(await stage.ask("hello", /^ok: /)), []);
  },
);

/** Lets the model answer these words by a command that runs on. @returns its seconds, as its name */
function leaving({ model }: Stage, words: string, end: "answers" | "hangs" = "answers"): string {
  const seconds = String(100_000 + Math.floor(Math.random() * 900_000));
  const last = { message: "left" };
  model.script({
    when: ({ lastUserText }) => lastUserText === words,
    steps: [
      { command: `KEY=sk-live-0123456789abcdefghijklmnop sleep ${seconds}`, yieldMs: 300 },
      end === "answers" ? last : { until: new Promise(() => {}), then: last },
    ],
  });
  return seconds;
}

function labels({ buttons }: SeenMessage): string[] {
  return buttons.flat().map(({ text }) => text);
}

function edited(stage: Stage, { id }: SeenMessage, fits: RegExp): Promise<SeenMessage> {
  return stage.world.waitForMessage(
    stage.chat,
    (message) => message.id === id && fits.test(message.text),
    { what: `an edit of ${id} that fits ${fits}` },
  );
}

/**
 * Resolves when the command is a process of this machine, and not only the sandbox that is to run it:
 * Codex loses a command that is stopped just then.
 */
function running(stage: Stage, seconds: string): Promise<void> {
  return until(() => commandsWith(stage, seconds).some((each) => each === `sleep ${seconds}`));
}

/** Resolves when no process of the command is left. */
function gone(stage: Stage, seconds: string): Promise<void> {
  return until(() => commandsWith(stage, seconds).length === 0);
}

function commandsWith({ home }: Stage, seconds: string): string[] {
  return processesOf(home).map(({ command }) => command.trim())
    .filter((command) => command.includes(`sleep ${seconds}`));
}
