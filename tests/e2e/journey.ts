/** From a Telegram message to Codex's answer, with the real program and a real Codex. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import type { ReceivedRequest, Step } from "../support/responses_api.ts";
import { isRole, scriptRoles } from "./plan_script.ts";
import { Stage, type StageOptions, TOKEN } from "./stage.ts";
import { timed, wayMs, withinASecond } from "./within_a_second.ts";

const hanging = ({ lastUserText }: ReceivedRequest): boolean => lastUserText === "hang";

const PLAN: Step = { message: '{"mode":"plan","reason":"several files"}' };
const CHANGES: Step = {
  message:
    '{"verdict":"needs_changes","summary":"A test is missing","findings":[{"severity":"major","file":"a.ts","message":"no test"}]}',
};
const APPROVED: Step = { message: '{"verdict":"approved","summary":"good","findings":[]}' };
const NEVER: Step = { until: new Promise(() => {}), then: { message: "never" } };

/** Registers the journeys for one generation of Codex. */
export function journeys(options: StageOptions): void {
  const recorded = options.backend !== "mcp";
  const test = (name: string, body: (stage: Stage) => Promise<void>, more = ""): void =>
    Deno.test(`${options.backend} ${options.codex}: ${name}`, async () => {
      await using stage = await Stage.set({ ...options, conf: more });
      await body(stage);
    });

  test("a single run answers, continues the conversation and leaves a trace", async (stage) => {
    const program = await stage.start();
    await stage.ask("/mode single", /Mode set to single/);
    const question = stage.say("first question");
    const answer = await stage.reply(question, /^ok: first question$/);
    assert.equal(answer.silent, false);
    await stage.ask("second question", /^ok: second question$/);
    assert.deepEqual(stage.model.requests.at(-1)?.userTexts, ["first question", "second question"]);
    assert.equal(await program.stop(), 0);
    const traces = await stage.traces();
    const types = ["run", "stage_start", "message", "stage", "workspace", "request"];
    assert.deepEqual(traces.map(({ type }) => type), [...types, ...types]);
    const request = traces.find(({ type }) => type === "request");
    assert.deepEqual([request?.status, request?.output_text], ["ok", "ok: first question"]);
    assert.ok(!program.log.join("\n").includes(TOKEN));
    // A starved Codex may take longer to end, or to answer a check, than it is given; and what it has
    // ended may be there for a moment more.
    const isSlow = / (?:codex\.(?:killed|check\.missed)|leftovers\.ended) /;
    const warnings = program.log.filter((line) => / (?:WARN|ERROR) /.test(line));
    assert.deepEqual(warnings.filter((line) => !isSlow.test(line)), []);
  });

  test("a plan run with two rounds delivers the approved candidate", async (stage) => {
    // An edit that is under way when the next stage begins shows that one.
    const shows = (way: string): Promise<unknown> =>
      stage.world.waitForMessage(stage.chat, ({ text }) => text.includes(`Plan ✓ › ${way}`));
    const built = {
      until: shows("Build ● › Review ○ · 1/3"),
      then: { message: "first candidate" },
    };
    const reviewed = { until: shows("Build ✓ › Review ● · 2/3"), then: APPROVED };
    scriptRoles(stage.model, {
      selector: [[PLAN]],
      planner: [[{ message: "the plan" }]],
      developer: [
        [{ command: "echo one > a.ts" }, built],
        [{ command: "echo two >> a.ts" }, { message: "second candidate" }],
      ],
      reviewer: [[CHANGES], [reviewed]],
    });
    await stage.start();
    const answer = await stage.ask("build the feature", /^second candidate$/);
    const developer = stage.model.requests.filter(isRole("developer"));
    const revision = developer.find(({ userTexts }) => userTexts.length === 2);
    assert.match(revision?.lastUserText ?? "", /\[major\] a\.ts: no test/);
    const status = await stage.reply(answer.replyTo ?? 0, /^✅ Approved in round 2 · /);
    const changed = recorded ? " · 1 file +2 −0" : "";
    const ended = `✅ Approved in round 2${changed.replace("+", "\\+")}`;
    assert.match(answer.text, new RegExp(`\\n\\n${ended}$`));
    assert.match(status.text, new RegExp(`^${ended} · \\d+ s · [\\d.]+k? tokens$`));
    const labels = (message: SeenMessage): string[][] =>
      message.buttons.map((row) => row.map(({ text }) => text));
    assert.deepEqual(labels(status), [["Log"]]);
    assert.deepEqual(labels(answer), [recorded ? ["Diff", "Undo", "Report"] : ["Report"]]);
    await stage.session(({ last_review_result }) => last_review_result === "approved");
    const told = await stage.ask("/status", /^Status/);
    assert.match(
      told.text,
      /Last request: done in [^,]+, .+ ago\nReview: 2\/3, approved in round 2/,
    );
  });

  test("a used-up review says what is still open", async (stage) => {
    scriptRoles(stage.model, {
      selector: [[PLAN]],
      planner: [[{ message: "the plan" }]],
      developer: [[{ command: "echo one > a.ts" }, { message: "a candidate" }]],
      reviewer: [[CHANGES]],
    });
    await stage.start();
    const answer = await stage.ask("build the feature", /a candidate/);
    assert.match(
      answer.text,
      /A test is missing[\s\S]*F1 \[major\] a\.ts: no test[\s\S]*⚠️ Not approved: 1 open finding/,
    );
    const developer = stage.model.requests.filter(isRole("developer"));
    assert.ok(developer.every(({ userTexts }) => userTexts.length === 1));
  }, "max_review_rounds = 1");

  test("the second message waits its turn, and /cancel stops the first within a second", async (stage) => {
    await stage.start();
    await stage.ask("/mode single", /Mode set to single/);
    const asks = (text: string) => ({ lastUserText }: ReceivedRequest): boolean =>
      lastUserText === text;
    await withinASecond(async (time) => {
      const [hangs, goesOn] = [`hang ${time}`, `and this ${time}`];
      stage.model.script({ when: asks(hangs), steps: [NEVER] });
      const slow = stage.say(hangs);
      const status = await stage.reply(slow, /Developing/);
      const next = stage.say(goesOn);
      await stage.reply(next, /Queued · next/);
      await stage.model.received(asks(hangs));
      const way = await wayMs(stage, status.id);
      let cancel = 0;
      const tookMs = await timed(() => {
        cancel = stage.say("/cancel");
        return stage.model.received(asks(goesOn));
      });
      await stage.reply(cancel, /Stopping the current request/);
      await stage.reply(slow, /^⏹ Stopped/);
      await stage.reply(next, new RegExp(`^ok: ${goesOn}$`));
      return { wayMs: way, tookMs };
    });
  });

  test("a profile changes folder and model of the next request", async (stage) => {
    const other = join(stage.home, ".codex-orchestrator", "other");
    await Deno.mkdir(other);
    await stage.start();
    await stage.ask("/mode single", /Mode set to single/);
    await stage.ask("/profile list", /● default \(active, default\)[\s\S]*○ fast/);
    await stage.ask("/profile FAST", /Profile set to fast/);
    await stage.ask("where am I?", /^ok: where am I\?$/);
    assert.equal(stage.model.requests.at(-1)?.model, "gpt-5.4");
    const status = await stage.ask("/status", /^Status/);
    assert.ok(status.text.includes(`Folder: ${other}`), status.text);
    await stage.ask("/profile nothing", /no profile "nothing"[\s\S]*fast/);
  }, '[profiles.default]\n[profiles.fast]\nmodel = "gpt-5.4"\nworking_directory = "other"');

  test("a stranger gets the id and nothing else, and groups get nothing", async (stage) => {
    const program = await stage.start();
    const { world } = stage;
    const stranger = world.createPerson({ id: 99, firstName: "Eve" });
    const chat = world.privateChat(stranger);
    world.send(chat, "rm -rf everything");
    await world.waitForMessage(chat, /not allowed[\s\S]*Your ID is 99/);
    world.send(chat, "/status");
    const group = world.createGroup({ botStatus: "administrator" });
    world.send(group, { text: "@codex_test_bot hello", from: stage.owner });
    await program.logged(/telegram\.refused .*reason="the chat is not allowed"/);
    assert.equal(world.botMessages(chat).length, 1);
    assert.equal(world.botMessages(group).length, 0);
    assert.equal(stage.model.requests.length, 0);
  });

  test("a Codex killed in mid-turn is told, not repeated, and the next request works", async (stage) => {
    const program = await stage.start();
    await stage.ask("/mode single", /Mode set to single/);
    stage.model.script({ when: hanging, steps: [NEVER] });
    const slow = stage.say("hang");
    await stage.model.received(hanging);
    const started = await program.logged(/codex\.started .*pid=\d+/);
    Deno.kill(Number(/pid=(\d+)/.exec(started)?.[1]), "SIGKILL");
    await stage.reply(slow, /how far it got is unknown/);
    await stage.ask("again", /^ok: again$/);
    assert.equal(stage.model.requests.filter(hanging).length, 1);
  });

  for (
    const [status, said] of [[401, /codex login/], [429, /429|limit/i], [
      500,
      /500|error/i,
    ]] as const
  ) {
    test(`a model that answers ${status} is told in the chat, and the next request works`, async (stage) => {
      await stage.start();
      await stage.ask("/mode single", /Mode set to single/);
      stage.model.script({
        when: ({ lastUserText }) => lastUserText === "fail",
        steps: [{ status }],
      });
      const answer = await stage.ask("fail", /Failed: /);
      assert.match(answer.text, said);
      await stage.ask("fine", /^(?:.*\n)*.*ok: .*fine/);
    });
  }

  test("work goes on after a restart: the conversation, and what waited", async (stage) => {
    const first = await stage.start();
    await stage.ask("/mode single", /Mode set to single/);
    await stage.ask("remember me", /^ok: remember me$/);
    await first.kill();
    const meanwhile = stage.say("sent while nobody listened");
    await stage.start();
    await stage.reply(meanwhile, /ok: [\s\S]*sent while nobody listened/);
    const told = JSON.stringify(stage.model.requests.at(-1)?.userTexts);
    assert.match(told, /remember me/);
  });

  test("a crash in a developer's turn is told after the restart, and nothing runs twice", async (stage) => {
    const first = await stage.start();
    await stage.ask("/mode single", /Mode set to single/);
    stage.model.script({ when: hanging, steps: [NEVER] });
    const slow = stage.say("hang");
    const waiting = stage.say("and this");
    await stage.model.received(hanging);
    await first.kill();
    await stage.start();
    const offer = await stage.reply(slow, /Some files may have changed already/);
    await stage.reply(waiting, /ok: [\s\S]*and this/);
    assert.equal(stage.model.requests.filter(hanging).length, 1);
    await stage.ask("/status", /Queue: 1 on hold/);
    stage.world.press(stage.chat, offer.id, "Continue");
    await stage.reply(slow, /ok: [\s\S]*You were interrupted[\s\S]*hang/);
    const ended = await stage.reply(slow, /^✅ Done/);
    assert.equal(ended.id, offer.id);
    await stage.ask("/continue", /Nothing needs your decision/);
  });

  test("an approval is asked in the chat and decided by a button", async (stage) => {
    const { world } = stage;
    await stage.start();
    await stage.ask("/mode single", /Mode set to single/);
    const file = join(stage.home, "made");
    stage.model.script({
      when: ({ lastUserText }) => lastUserText === "make it",
      steps: [{ command: `touch ${file}`, escalated: "It lies outside" }, { message: "made" }],
    });
    const request = stage.say("make it");
    const question = await stage.reply(request, /Codex wants to run a command/);
    assert.match(question.text, new RegExp(`touch ${file}[\\s\\S]*It lies outside`));
    world.press(stage.chat, question.id, "Allow once");
    await stage.reply(request, /^made$/);
    assert.equal((await Deno.stat(file)).isFile, true);
    await world.waitFor(() =>
      /Allowed once by Ann/.test(world.message(stage.chat, question.id).text)
    );
  });

  test("/status tells everything, quickly, while a run is at work", async (stage) => {
    await stage.start();
    stage.model.script({ when: isRole("selector"), steps: [NEVER] });
    const slow = stage.say("think hard");
    const { id } = await stage.reply(slow, /Choosing how to work/);
    await withinASecond(async () => ({
      wayMs: await wayMs(stage, id),
      tookMs: await timed(() => stage.ask("/status", /^Status/)),
    }));
    const status = await stage.ask("/status", /^Status/);
    const kind = options.backend === "mcp" ? "mcp" : "app-server";
    for (
      const part of [
        "Mode: plan",
        "Profile: default",
        `Folder: ${stage.workspace}`,
        "Now: Choosing how to work",
        "Queue: none",
        "Last request: none",
        "Review: 0/3",
        `Codex: ${kind} ${options.codex}, ready`,
        "Last error: none",
        "codex-orchestrator doctor --latest",
      ]
    ) assert.ok(status.text.includes(part), `${part} in\n${status.text}`);
    assert.match(status.text, /pid \d+, up /);
  });
}
