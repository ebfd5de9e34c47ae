/** Sub-agents of the real Codex, from the chat: seen, asked for, and stopped. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { exists } from "../../src/config/file_access.ts";
import { LAST_WITH_MCP_SERVER, NEWEST } from "../support/codex_versions.ts";
import { isHelper, leftRunning, scriptHelper, SPAWN } from "../support/helper_script.ts";
import { isListed, until, unusualSleep } from "../support/processes.ts";
import { type ReceivedRequest, scriptInOrder, type Step } from "../support/responses_api.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { writeProgram } from "../support/write_program.ts";
import { isRole, scriptRoles } from "./plan_script.ts";
import { singleModeTest } from "./single_mode.ts";
import { Stage, type StageOptions } from "./stage.ts";
import { timed, wayMs, withinASecond } from "./within_a_second.ts";

const OPTIONS: StageOptions = {
  codex: NEWEST,
  backend: "app-server",
  features: ["multi_agent_v2"],
};

singleModeTest(
  "a sub-agent is seen, asks by its name, and its work is kept",
  OPTIONS,
  async (stage) => {
    const { chat, home, model, world } = stage;
    const file = join(home, "made");
    const patch = "*** Begin Patch\n*** Add File: by_helper.txt\n+new\n*** End Patch";
    const gate = Promise.withResolvers<void>();
    const asks: Step = { command: `touch ${file}`, escalated: "It lies outside" };
    scriptHelper(model, [{ patch }, asks, { until: gate.promise, then: { message: "helped" } }]);
    const request = stage.say("go");
    const question = await stage.reply(request, /Codex wants to run a command/);
    assert.match(question.text, /\nSub-agent: helper\n/);
    await stage.reply(request, /\n🤖 helper · /);
    world.press(chat, question.id, "Allow once");
    await until(() => exists(file));
    gate.resolve();
    await stage.reply(request, /^parent is done$/);

    const log = await stage.ask("/log", /^📜 Steps/);
    for (
      const part of [
        "🤖 helper ✋ touch",
        "🤖 helper · done",
        "by_helper.txt",
        "🤖 helper 💬 helped",
      ]
    ) {
      assert.ok(log.text.includes(part), `${part} in\n${log.text}`);
    }
    await stage.ask("/diff", /by_helper\.txt/);
  },
);

singleModeTest(
  "/cancel stops the sub-agents of a request within a second",
  OPTIONS,
  async (stage) => {
    const { model } = stage;
    await withinASecond(async (time) => {
      // A conversation takes the name of a sub-agent once.
      if (time > 1) {
        await stage.ask("/new now", /New conversation/);
        await stage.ask("/mode single", /Mode set to single/);
      }
      const command = unusualSleep();
      scriptHelper(model, [leftRunning(command), { silent: true }]);
      const before = model.requests.length;
      const request = stage.say("go");
      await until(() => model.requests.slice(before).filter(isHelper).length === 2);
      await until(() => isListed(command));
      const shown = await stage.reply(request, /\n🤖 helper · sleep/);
      const way = await wayMs(stage, shown.id);
      const cancel = stage.say("/cancel");
      const tookMs = await timed(async () => {
        await until(async () => model.open === 0 && !await isListed(command));
      });
      const said = await stage.reply(cancel, /^Stopping the current request/);
      assert.match(said.text, /\nSub-agents stopped: helper\.\n1 command of theirs was ended\.$/);
      await stage.reply(request, /^⏹ Stopped/);
      return { wayMs: way, tookMs };
    });
    await stage.ask("/cancel", /^Nothing is running/);
  },
);

singleModeTest(
  "a sub-agent that works on is shown, asks, and is stopped",
  OPTIONS,
  async (stage) => {
    const { chat, home, model, world } = stage;
    const [command, file] = [unusualSleep(), join(home, "made")];
    const gate = Promise.withResolvers<void>();
    const asks: Step = { command: `touch ${file}`, escalated: "It lies outside" };
    const steps: Step[] = [
      { until: gate.promise, then: asks },
      leftRunning(command),
      { silent: true },
    ];
    scriptHelper(model, steps, { waits: false });
    const request = stage.say("go");
    await stage.reply(request, /^parent is done$/);
    gate.resolve();
    const question = await stage.reply(request, /Codex wants to run a command/);
    assert.match(question.text, /\nSub-agent: helper\n/);
    world.press(chat, question.id, "Allow once");
    await until(() => model.requests.filter(isHelper).length === 3);
    // The tool call may be over before the sandbox has begun the command.
    await until(() => isListed(command));
    assert.equal(await exists(file), true);

    const status = await stage.ask("/status", /Sub-agents at work:\n🤖 helper · sleep/);
    assert.match(status.text, /Now: idle/);
    const shown = await stage.ask("/queue", /Sub-agents at work\n🤖 helper · sleep/);
    await stage.ask("/new", /A sub-agent of Codex is still at work:\n🤖 helper/);
    world.press(chat, shown.id, "Stop sub-agents (1)");
    await stage.reply(shown.id, /^Sub-agents stopped: helper\.\n1 command of theirs was ended\.$/);
    await until(async () => model.open === 0 && !await isListed(command));

    // The name is taken in this conversation.
    await stage.ask("/new now", /./);
    const late = Promise.withResolvers<void>();
    const patch = "*** Begin Patch\n*** Add File: late.txt\n+new\n*** End Patch";
    scriptHelper(model, [{ until: late.promise, then: { patch } }, { message: "it is done" }], {
      waits: false,
    });
    const second = stage.say("go");
    await stage.reply(second, /^parent is done$/);
    late.resolve();
    await stage.reply(
      second,
      /^🤖 Sub-agent helper worked on after the answer: done\.\nChanged: workspace\/late\.txt$/,
    );
    const after = await stage.ask("/status", /Now: idle/);
    assert.doesNotMatch(after.text, /Sub-agents/);
  },
);

for (const codex of [LAST_WITH_MCP_SERVER, NEWEST] as const) {
  singleModeTest(
    "a goal that a sub-agent sets itself is told, and Codex works on it no further",
    { ...OPTIONS, codex },
    async (stage) => {
      const { model } = stage;
      const gate = Promise.withResolvers<void>();
      const goal: Step = { tool: "create_goal", arguments: { objective: "all is green" } };
      scriptHelper(model, [goal, { message: "helped" }], {
        further: [{ until: gate.promise, then: { command: "true" } }],
      });
      const isRound = ({ goalRound }: ReceivedRequest): boolean => goalRound !== undefined;
      model.script({ when: isRound, steps: [{ silent: true }] });
      const request = stage.say("go");
      // The round that Codex begins for the goal is interrupted, before its request or behind it.
      await until(async () => {
        return (await stage.ask("/log", /./)).text.includes("🤖 helper · stopped");
      });
      gate.resolve();
      await stage.reply(request, /^parent is done$/);
      const told = await stage.reply(request, /^ℹ️/);
      assert.match(told.text, /^ℹ️ Sub-agent helper set itself a goal: all is green\. It finishes/);
      await stage.ask("hello", /^ok: hello$/);
      assert.ok(model.requests.filter(isRound).length <= 1);
    },
  );
}

singleModeTest(
  "a denial that stops a sub-agent alone says so",
  OPTIONS,
  async (stage) => {
    const asks: Step = { command: "echo it", escalated: "It lies outside" };
    scriptHelper(stage.model, [asks], { waits: false });
    const request = stage.say("go");
    const question = await stage.reply(request, /Codex wants to run a command/);
    stage.world.press(stage.chat, question.id, "Deny and stop helper");
    await stage.reply(request, /⏹ Sub-agent helper denied and stopped by Ann, /);
    await stage.reply(request, /^parent is done$/);
    await stage.ask("/status", /Now: idle/);
  },
);

singleModeTest(
  "a denial that stops a request stops its sub-agents",
  OPTIONS,
  async (stage) => {
    const { model } = stage;
    const asks: Step = { command: "echo it", escalated: "It lies outside" };
    const command = unusualSleep();
    const begun = Promise.withResolvers<void>();
    scriptHelper(model, [leftRunning(command), { silent: true }], {
      waits: false,
      further: [{ until: begun.promise, then: asks }],
    });
    const request = stage.say("go");
    await until(() => model.requests.filter(isHelper).length === 2);
    await until(() => isListed(command));
    begun.resolve();
    const question = await stage.reply(request, /Codex wants to run a command/);
    stage.world.press(stage.chat, question.id, "Deny and stop");
    await stage.reply(request, /^⏹ Stopped/);
    await until(async () => model.open === 0 && !await isListed(command));
    const status = await stage.ask("/status", /Now: idle/);
    assert.doesNotMatch(status.text, /Sub-agents/);
  },
);

singleModeTest(
  "how a sub-agent ended is told to its own request, also while the next one runs",
  OPTIONS,
  async (stage) => {
    const [late, next] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const patch = "*** Begin Patch\n*** Add File: late.txt\n+new\n*** End Patch";
    scriptHelper(
      stage.model,
      [{ until: late.promise, then: { patch } }, { message: "it is done" }],
      {
        waits: false,
      },
    );
    const first = stage.say("go");
    await stage.reply(first, /^parent is done$/);
    stage.model.script({
      when: ({ lastUserText }) => lastUserText === "and on",
      steps: [{ until: next.promise, then: { message: "well" } }],
    });
    const second = stage.say("and on");
    await stage.model.received(({ lastUserText }) => lastUserText === "and on");
    late.resolve();
    await stage.reply(
      first,
      /^🤖 Sub-agent helper worked on after the answer: done\.\nChanged: workspace\/late\.txt$/,
    );
    next.resolve();
    await stage.reply(second, /^well/);
  },
);

singleModeTest(
  "a sub-agent that the end of the program cuts short is told",
  OPTIONS,
  async (stage) => {
    scriptHelper(stage.model, [{ silent: true }], { waits: false });
    const request = stage.say("go");
    await stage.reply(request, /^parent is done$/);
    await until(() => stage.model.requests.some(isHelper));
    await stage.restart();
    await stage.reply(
      request,
      /^🤖 Sub-agent helper worked on after the answer: lost, Codex ended\.$/,
    );
  },
);

singleModeTest(
  "why a sub-agent failed is told, also when the answer was there before",
  OPTIONS,
  async (stage) => {
    const body = '{"error":{"message":"Not this one"}}';
    scriptHelper(stage.model, [{ status: 400, body }]);
    const request = stage.say("go");
    await stage.reply(request, /^parent is done$/);
    await stage.reply(request, /^ℹ️ Sub-agent helper failed: Not this one\.$/);
    await stage.ask("/log", /helper failed: Not this one/);

    // The name is taken in this conversation.
    await stage.ask("/new now", /./);
    const late = Promise.withResolvers<void>();
    const failing = { until: late.promise, then: { status: 400, body } };
    scriptHelper(stage.model, [failing], { waits: false });
    const second = stage.say("go");
    await stage.reply(second, /^parent is done$/);
    late.resolve();
    await stage.reply(
      second,
      /^🤖 Sub-agent helper worked on after the answer: failed: Not this one\.$/,
    );
  },
);

Deno.test("work is reviewed and recorded when its sub-agents have ended", async () => {
  await using stage = await Stage.set(OPTIONS);
  const { model } = stage;
  const goal = { goal: "Two files", steps: [{ title: "Write them", files: ["a.txt"] }] };
  const plan = { ...goal, checks: [], risks: [], questions: [], changes_files: true };
  const verdict = { verdict: "approved", summary: "all good", findings: [], earlier: [] };
  scriptRoles(model, {
    selector: [[{ message: '{"mode":"plan","reason":"two files"}' }]],
    planner: [[{ message: JSON.stringify(plan) }]],
    developer: [[{ command: "echo a > a.txt" }, SPAWN, { message: "built" }]],
    reviewer: [[{ message: JSON.stringify(verdict) }]],
  });
  const built = Promise.withResolvers<void>();
  const patch = "*** Begin Patch\n*** Add File: late.txt\n+new\n*** End Patch";
  scriptInOrder(model, isHelper, [{ until: built.promise, then: { patch } }, {
    message: "helped",
  }]);
  await stage.start();
  const request = stage.say("build it");
  await model.received((asked) => isRole("developer")(asked) && asked.toolOutputs.length === 2);
  await stage.ask("/status", /Build ●[\s\S]*🤖 helper/);
  built.resolve();
  await stage.reply(request, /^built\n\n✅ Approved in round 1 · 2 files \+2 −0$/);
  assert.ok(!model.requests.slice(0, -1).some(isRole("reviewer")), "reviewed before its end");
});

/** No real Codex asks for a thread that nobody has begun; this one does. */
const ODD_CODEX = new URL("../fixtures/programs/app_server.ts", import.meta.url).pathname;

Deno.test("a question that belongs to no request is declined, and told to the owner once", async () => {
  await using folder = await temporaryFolder();
  const command = join(folder.path, "codex");
  const server = `${Deno.execPath()} run --no-lock --no-config --allow-read ${ODD_CODEX}`;
  await writeProgram(
    command,
    `#!/bin/sh
case "$*" in
  *--version*) echo "codex-cli ${NEWEST}";;
  *) exec ${server} stranger-asks;;
esac
`,
  );
  await using stage = await Stage.set({ codex: "none", backend: "app-server", command });
  await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  const request = stage.say("rm -rf build");
  await stage.reply(request, /^\{"decision":"decline"\}$/);
  await stage.logged(/ codex\.unowned .*kind=question/);
  const told = (): number =>
    stage.world.botMessages(stage.chat).filter(({ text }) =>
      text.startsWith("⚠️ Codex asked for permission in work that nobody started here") &&
      text.includes("rm -rf build")
    ).length;
  await until(() => told() > 0);
  // The same was asked twice.
  await stage.ask("/status", /Now: idle/);
  assert.equal(told(), 1);
});
