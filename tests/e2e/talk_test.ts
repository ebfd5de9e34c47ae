/** Talking to a running job, with real Codex where Codex has to listen. */
import assert from "node:assert/strict";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import type { ReceivedRequest, Step } from "../support/responses_api.ts";
import { GROUP_ID, Stage, type StageOptions } from "./stage.ts";
import { LAST_WITH_MCP_SERVER, NEWEST } from "../support/codex_versions.ts";

const APP_SERVER: StageOptions = { codex: NEWEST, backend: "auto" };
const MCP: StageOptions = { codex: LAST_WITH_MCP_SERVER, backend: "mcp" };
const ECHO: StageOptions = { codex: "none", backend: "echo" };

const NEVER: Step = { until: new Promise(() => {}), then: { message: "never" } };
const PLAN: Step = { message: '{"mode":"plan","reason":"several files"}' };
const APPROVED: Step = { message: '{"verdict":"approved","summary":"good","findings":[]}' };

const is = (role: string) => ({ developerText }: ReceivedRequest): boolean =>
  developerText.includes(`You are the ${role} of a coding team`);
const last = (text: string) => ({ lastUserText }: ReceivedRequest): boolean =>
  lastUserText === text;

async function on(options: StageOptions, body: (stage: Stage) => Promise<void>): Promise<void> {
  await using stage = await Stage.set(options);
  await body(stage);
}

interface HangingRun {
  readonly request: number;
  readonly status: SeenMessage;
  /** Lets the model go on. */
  readonly release: () => void;
}

/** A single run whose developer's model says nothing until it is let. */
async function hangingRun(stage: Stage): Promise<HangingRun> {
  await stage.ask("/mode single", /Mode set to single/);
  const { promise: until, resolve: release } = Promise.withResolvers<void>();
  stage.model.script({ when: last("hang"), steps: [{ until, then: { message: "went on" } }] });
  const request = stage.say("hang");
  const status = await stage.reply(request, /Developing/);
  await stage.model.received(last("hang"));
  return { request, status, release };
}

function reacted(stage: Stage, message: number, emoji: string): Promise<unknown> {
  return stage.world.waitFor(
    () => stage.world.message(stage.chat, message).reactions.includes(emoji),
    { what: `${emoji} on ${message}` },
  );
}

Deno.test("/steer adds to the running turn, is marked as taken, and shows in the status", () =>
  on(APP_SERVER, async (stage) => {
    const program = await stage.start();
    const { request, release } = await hangingRun(stage);
    const steering = stage.say("/steer in green");
    await reacted(stage, steering, "✍");
    await stage.reply(request, /Developing[\s\S]*✍️ in green/);
    release();
    const heard = await stage.model.received(last("in green"));
    assert.deepEqual(heard.userTexts, ["hang", "in green"]);
    await stage.reply(request, /^ok: in green$/);
    await stage.reply(request, /^✅ Done/);
    await program.logged(/run\.steered/);
    await stage.session(({ history }) => /hang.*in green/.test(JSON.stringify(history)));
  }));

Deno.test("a reply to the live status message steers, and what it quotes is left out", () =>
  on(APP_SERVER, async (stage) => {
    await stage.start();
    const { request, status, release } = await hangingRun(stage);
    const { id } = stage.world.send(stage.chat, {
      text: "in green",
      replyTo: status.id,
      quote: "Developing",
    });
    await reacted(stage, id, "✍");
    release();
    await stage.model.received(last("in green"));
    await stage.reply(request, /^ok: in green$/);
    const old = stage.world.send(stage.chat, { text: "and blue", replyTo: status.id }).id;
    await stage.reply(old, /^ok: and blue$/);
  }));

Deno.test("a reply to any other message of the bot is a request of its own", () =>
  on(APP_SERVER, async (stage) => {
    await stage.start();
    const told = await stage.ask("/mode single", /Mode set to single/);
    const { request } = await hangingRun(stage);
    const { id } = stage.world.send(stage.chat, { text: "in green", replyTo: told.id });
    const waiting = await stage.reply(id, /Queued · next/);
    const second = stage.world.send(stage.chat, { text: "in blue", replyTo: waiting.id }).id;
    await stage.reply(second, /Queued · 2nd/);
    stage.say("/cancel");
    await stage.reply(request, /^⏹ Stopped/);
    await stage.reply(id, /^ok: in green[\s\S]*message of the program[\s\S]*Mode set/);
    await stage.reply(second, /^ok: in blue$/);
  }));

Deno.test("the reviewer knows what was added, also after the program was killed", () =>
  on(APP_SERVER, async (stage) => {
    stage.model.script({ when: is("selector"), steps: [PLAN] });
    stage.model.script({ when: is("planner"), steps: [{ message: "the plan" }] });
    stage.model.script({ when: is("reviewer"), steps: [APPROVED] });
    stage.model.script({ when: is("developer"), steps: [NEVER] });
    const program = await stage.start();
    const request = stage.say("build it");
    await stage.model.received(is("developer"));
    const steering = stage.say("/steer in green");
    await reacted(stage, steering, "✍");
    await program.kill();
    stage.model.script({
      when: is("developer"),
      steps: [{ command: "echo green > a.txt" }, { message: "built in green" }],
    });
    await stage.start();
    const offer = await stage.reply(request, /Some files may have changed already/);
    stage.world.press(stage.chat, offer.id, "Continue");
    await stage.reply(request, /^built in green$/);
    const review = await stage.model.received(is("reviewer"));
    assert.match(review.lastUserText, /build it[\s\S]*in green/);
    const again = stage.model.requests.filter(is("developer")).at(-1);
    assert.match(again?.lastUserText ?? "", /You were interrupted[\s\S]*in green/);
    assert.equal(stage.model.requests.filter(last("in green")).length, 0);
  }));

Deno.test("a Codex that takes nothing while it works gets it as the next request", () =>
  on(MCP, async (stage) => {
    await stage.start();
    const { request, status } = await hangingRun(stage);
    const { id } = stage.world.send(stage.chat, { text: "in green", replyTo: status.id });
    await stage.reply(id, /takes nothing in while it works, so this is queued/);
    await stage.reply(id, /Queued · next/);
    stage.say("/cancel");
    await stage.reply(request, /^⏹ Stopped/);
    await stage.reply(id, /^ok: [\s\S]*in green$/);
  }));

Deno.test("/steer without words explains itself, and with nothing at work it is a request", () =>
  on(ECHO, async (stage) => {
    await stage.start();
    await stage.ask("/mode single", /Mode set to single/);
    await stage.ask("/steer", /Usage: \/steer TEXT/);
    const { id } = stage.world.send(stage.chat, "/steer hello");
    await stage.reply(id, /\[ECHO\][\s\S]*hello/);
    const said = stage.world.botMessages(stage.chat).filter(({ replyTo }) => replyTo === id);
    assert.ok(said.every(({ text }) => !/own request/.test(text)));
  }));

Deno.test("/queue lists what runs and waits, and each can be cancelled there", () =>
  on(ECHO, async (stage) => {
    await stage.start();
    await stage.ask("/mode single", /Mode set to single/);
    await stage.ask("/queue", /Nothing is running or queued/);
    const first = stage.say("one needs an approval");
    await stage.reply(first, /Codex wants/);
    const second = stage.say("two has\nthe token 7000000001:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr");
    await stage.reply(second, /Queued · next/);
    const third = stage.say(`three ${"goes on ".repeat(40)}`);
    await stage.reply(third, /Queued · 2nd/);
    const listed = await stage.ask("/queue", /^Queue/);
    assert.match(listed.text, /Now: Developing.*\none needs an approval/);
    assert.match(listed.text, /\n1\. two has the token [^\n]*\n2\. three goes on [^\n]{20,60}…/);
    assert.ok(!listed.text.includes("AAbbCC"));
    stage.world.press(stage.chat, listed.id, "Cancel 1");
    await stage.reply(second, /^⏹ Stopped$/);
    await stage.world.waitFor(() => stage.world.message(stage.chat, second).reactions.length === 0);
    await stage.world.waitFor(() =>
      stage.world.botMessages(stage.chat).some(({ replyTo, text }) =>
        replyTo === third && /Queued · next/.test(text)
      )
    );
    stage.world.press(stage.chat, listed.id, "Cancel current");
    await stage.reply(first, /^⏹ Stopped/);
    await stage.reply(third, /\[ECHO\]/);
  }));

Deno.test("/retry runs the last request again, after a failure and after a restart", () =>
  on(APP_SERVER, async (stage) => {
    const program = await stage.start();
    await stage.ask("/mode single", /Mode set to single/);
    await stage.ask("/retry", /no earlier request to run again/);
    stage.model.script({ when: last("do it"), steps: [{ status: 401 }], times: 1 });
    await stage.ask("do it", /Failed: /);
    await stage.ask("/retry", /ok: [\s\S]*do it$/);
    await program.stop();
    await stage.start();
    await stage.ask("/retry", /ok: [\s\S]*do it$/);
    await stage.ask("/new", /New conversation/);
    await stage.ask("/retry", /no earlier request to run again/);
  }));

Deno.test("a slip in a command is answered and starts nothing; Codex's own commands reach it", () =>
  on(ECHO, async (stage) => {
    await stage.start();
    await stage.ask("/mode single", /Mode set to single/);
    const slip = stage.say("/stauts");
    const answer = await stage.reply(slip, /no \/stauts\. Did you mean \/status\?/);
    await stage.ask("/summarise", /\[ECHO\][\s\S]*\/summarise/);
    assert.deepEqual(stage.world.message(stage.chat, slip).reactions, []);
    assert.equal(answer.silent, false);
    const group = stage.world.createGroup({ id: GROUP_ID, botStatus: "administrator" });
    const { id } = stage.world.send(group, { text: "/summarise", from: stage.owner });
    stage.world.send(group, { text: "/queue", from: stage.owner });
    await stage.world.waitForMessage(group, /Nothing is running/);
    assert.deepEqual(stage.world.message(group, id).reactions, []);
    assert.equal(stage.world.botMessages(group).length, 1);
  }));
