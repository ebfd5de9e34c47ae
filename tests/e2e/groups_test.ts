/** The bot in groups: whom it listens to, and what becomes of it when they move. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { ChatHandle, SentMessage } from "../../src/demo/bot_api/world_view.ts";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import { NEWEST } from "../support/codex_versions.ts";
import type { Program } from "./program.ts";
import { GROUP_ID, Stage, type StageOptions } from "./stage.ts";

const BOB_ID = 4_200_000_002;

/** A stage with the bot as administrator of the allowed group, so that it hears everything. */
async function inGroup(
  body: (stage: Stage, group: ChatHandle, program: Program) => Promise<void>,
  { kind = "supergroup", ...options }: Partial<StageOptions> & {
    readonly kind?: "group" | "supergroup";
  } = {},
): Promise<void> {
  await using stage = await Stage.set({ codex: "none", backend: "echo", ...options });
  const group = stage.world.createGroup({ id: GROUP_ID, kind, botStatus: "administrator" });
  await body(stage, group, await stage.start("--verbose"));
}

function say(stage: Stage, group: ChatHandle, text: string, replyTo?: number): SentMessage {
  const reply = replyTo === undefined ? {} : { replyTo };
  return stage.world.send(group, { text, from: stage.owner, ...reply });
}

function reply(
  stage: Stage,
  group: ChatHandle,
  to: SentMessage,
  fits: RegExp,
): Promise<SeenMessage> {
  return stage.world.waitForMessage(
    group,
    (message) => message.replyTo === to.id && fits.test(message.text),
    { what: `a reply to ${to.id} that fits ${fits}` },
  );
}

Deno.test("in a group the bot works for who speaks to it, and passes over everything else", () =>
  inGroup(async (stage, group, program) => {
    const talk = say(stage, group, "shall we have lunch?");
    const other = say(stage, group, "@weather_bot rain today? @codex_test_bot");
    const foreign = say(stage, group, "/status@weather_bot");
    const mode = say(stage, group, "/MODE@codex_test_BOT single");
    const answered = await reply(stage, group, mode, /Mode set to single/);
    const asked = say(stage, group, "@codex_test_bot, what is left?");
    const answer = await reply(stage, group, asked, /\[ECHO\]/);
    assert.match(answer.text, /what is left\?/);
    assert.doesNotMatch(answer.text, /codex_test_bot/);
    const more = say(stage, group, "and the tests?", answered.id);
    await reply(stage, group, more, /\[ECHO\][\s\S]*and the tests\?/);
    for (const { id } of [talk, other, foreign]) {
      assert.deepEqual(stage.world.message(group, id).reactions, []);
    }
    await program.logged(/DEBUG?.*telegram\.ignored .*does not speak to the bot/i);
    assert.doesNotMatch(stage.output, /telegram\.refused/);
  }));

Deno.test("in a supergroup without topics a reply brings along what it replies to", () =>
  inGroup(async (stage, group) => {
    await reply(stage, group, say(stage, group, "/mode@codex_test_bot single"), /Mode set/);
    const report = say(stage, group, "the build fails with E42");
    const asked = say(stage, group, "@codex_test_bot fix this", report.id);
    await reply(stage, group, asked, /\[ECHO\]\s+fix this[\s\S]*the build fails with E42/);
  }));

Deno.test("a command behind the bot's name is a command", () =>
  inGroup(async (stage, group) => {
    const asked = say(stage, group, "@codex_test_bot /mode");
    await reply(stage, group, asked, /● plan: /);
  }));

Deno.test('with group_trigger = "all" every text of an allowed person is work', () =>
  inGroup(async (stage, group, program) => {
    await reply(stage, group, say(stage, group, "/mode single"), /Mode set to single/);
    await reply(stage, group, say(stage, group, "no name in it"), /\[ECHO\][\s\S]*no name in it/);
    const stranger = stage.world.createPerson({ firstName: "Eve" });
    const { id } = stage.world.send(group, { text: "me too", from: stranger });
    await program.logged(/telegram\.refused .*user is not allowed/);
    assert.deepEqual(stage.world.message(group, id).reactions, []);
  }, { telegramConf: 'group_trigger = "all"' }));

Deno.test("of two people who press at once, only the one who asked decides", () =>
  inGroup(async (stage, group) => {
    const { world } = stage;
    const bob = world.createPerson({ id: BOB_ID, firstName: "Bob", languageCode: "ko" });
    await reply(stage, group, say(stage, group, "/mode single"), /Mode set to single/);
    const asked = say(stage, group, "@codex_test_bot this needs an approval");
    const question = await reply(stage, group, asked, /Codex wants/);
    const [id = ""] = /(?<=\/deny )\w+/.exec(question.text) ?? [];
    const foreign = world.press(group, question.id, "Deny and stop", bob);
    const own = world.press(group, question.id, "Allow once", stage.owner);
    await reply(stage, group, asked, /Allowed once by Ann/);
    assert.match((await world.waitForAnswer(foreign)).text ?? "", /요청을 보낸 사람만/);
    assert.equal((await world.waitForAnswer(own)).text ?? "", "");
    const typed = world.send(group, { text: `/deny ${id}`, from: bob });
    await reply(stage, group, typed, /ID가 "\w+"인 것이 없습니다/);
    await reply(stage, group, asked, /\[ECHO\]/);
  }, { alsoAllowed: [BOB_ID] }));

Deno.test("a group that becomes a supergroup keeps its bot, which says what to configure", () =>
  inGroup(async (stage, group, program) => {
    await reply(stage, group, say(stage, group, "/mode single"), /Mode set to single/);
    const moved = stage.world.migrate(group, stage.owner);
    const told = await stage.world.waitForMessage(moved, /has become a supergroup/);
    assert.ok(told.text.includes(`replace ${GROUP_ID} with ${moved.id}`), told.text);
    await reply(stage, moved, say(stage, moved, "/mode"), /● plan: /);
    const notices = stage.world.botMessages(moved).filter(({ text }) => /supergroup/.test(text));
    assert.equal(notices.length, 1);
    await program.stop();
    await stage.start();
    await reply(stage, moved, say(stage, moved, "/mode single"), /Mode set to single/);
  }, { kind: "group" }));

Deno.test("what somebody asked for who is off the list does not go on after a restart", async () => {
  const options = { codex: "none", backend: "echo", alsoAllowed: [BOB_ID] } as const;
  await using stage = await Stage.set(options);
  await stage.start();
  const { world } = stage;
  const bob = world.createPerson({ id: BOB_ID, firstName: "Bob", languageCode: "en" });
  const chat = world.privateChat(bob);
  await reply(stage, chat, world.send(chat, "/mode single"), /Mode set to single/);
  await reply(stage, chat, world.send(chat, "this needs an approval"), /Codex wants/);
  const queued = world.send(chat, "and this waits");
  await reply(stage, chat, queued, /Queued · next/);
  await stage.kill();
  const conf = join(stage.stateFolder, "conf.toml");
  const text = await Deno.readTextFile(conf);
  await Deno.writeTextFile(conf, text.replace(`,${BOB_ID}]`, "]"));
  await stage.start();
  await stage.logged(/run\.not-admitted .*4200000002/);
  await stage.ask("/mode single", /Mode set to single/);
  await stage.ask("hello", /\[ECHO\]/);
  await stage.stop();
  assert.deepEqual(world.botMessages(chat).filter(({ text }) => /ECHO/.test(text)), []);
});

Deno.test("a strange group is left, and one that takes the bot again gets what waited for it", () =>
  inGroup(async (stage, group, program) => {
    const { world, owner } = stage;
    const strange = world.createGroup({ botStatus: "left" });
    world.setBotStatus(strange, "member", owner);
    await reply(stage, group, say(stage, group, "/mode single"), /Mode set to single/);
    const asked = say(stage, group, "@codex_test_bot this needs an approval");
    const question = await reply(stage, group, asked, /Codex wants/);
    world.setBotStatus(group, "kicked", owner);
    await program.logged(/update_id=\d+ .*nothing to do/);
    world.forcePress(group, question.id, question.buttons[0]?.[0]?.data ?? "", owner);
    await program.logged(/run\.finished .*status="?(?:answered|ok)/);
    await program.logged(/outbox\.unreachable .*kept=[1-9]/);
    // What is handed over later is another try of the chat, too.
    await new Promise((resume) => setTimeout(resume, 500));
    world.setBotStatus(group, "member", owner);
    await reply(stage, group, asked, /\[ECHO\]/);
    await program.logged(/telegram\.left/);
    await world.waitForCall("leaveChat");
  }));

Deno.test("what runs when a group becomes a supergroup can be seen and stopped there", () =>
  inGroup(async (stage, group, program) => {
    const { world } = stage;
    await reply(stage, group, say(stage, group, "/mode single"), /Mode set to single/);
    const asked = say(stage, group, "@codex_test_bot this needs an approval");
    await reply(stage, group, asked, /Codex wants/);
    say(stage, group, "@codex_test_bot the second one");
    await world.waitForMessage(group, /Queued/);
    const moved = world.migrate(group, stage.owner);
    await world.waitForMessage(moved, /has become a supergroup/);
    const queue = await reply(stage, moved, say(stage, moved, "/queue"), /Queue/);
    assert.match(queue.text, /this needs an approval[\s\S]*the second one/);
    await world.waitForAnswer(world.press(moved, queue.id, "Cancel 1", stage.owner));
    const stopped = await reply(stage, moved, say(stage, moved, "/cancel"), /Stopping/);
    assert.doesNotMatch(stopped.text, /queued/i);
    await program.logged(/run\.finished .*cancelled/);
    await reply(stage, moved, say(stage, moved, "/cancel"), /Nothing is running/);
  }, { kind: "group" }));

Deno.test("what Codex asked in a group is decided in the supergroup by its id", () =>
  inGroup(async (stage, group) => {
    const { world } = stage;
    await reply(stage, group, say(stage, group, "/mode single"), /Mode set to single/);
    const asked = say(stage, group, "@codex_test_bot this needs an approval");
    const question = await reply(stage, group, asked, /Codex wants/);
    const [id = ""] = /(?<=\/approve )\w+/.exec(question.text) ?? [];
    const moved = world.migrate(group, stage.owner);
    await world.waitForMessage(moved, /has become a supergroup/);
    await reply(stage, moved, say(stage, moved, "/approve"), new RegExp(id));
    say(stage, moved, `/approve ${id}`);
    assert.equal((await world.waitForMessage(moved, /\[ECHO\]/)).replyTo, undefined);
  }, { kind: "group" }));

Deno.test("the answer to what a group asked has its buttons in the supergroup, and replies to nobody there", () =>
  inGroup(async (stage, group) => {
    const { world, model } = stage;
    await reply(stage, group, say(stage, group, "/mode single"), /Mode set to single/);
    const held = Promise.withResolvers<void>();
    model.script({
      when: ({ lastUserText }) => lastUserText.includes("make it"),
      steps: [
        { command: "echo hi > made.txt" },
        { until: held.promise, then: { message: "It is made" } },
      ],
    });
    const asked = say(stage, group, "@codex_test_bot make it");
    await reply(stage, group, asked, /made\.txt/);
    const moved = world.migrate(group, stage.owner);
    await world.waitForMessage(moved, /has become a supergroup/);
    const status = await reply(stage, moved, say(stage, moved, "/status"), /Now: Developing/);
    held.resolve();
    const answer = await world.waitForMessage(moved, /^It is made/);
    assert.equal(answer.replyTo, undefined);
    assert.match(world.message(moved, status.id).text, /^Status/, "it is not taken for the run's");
    for (const [label, fits] of [["Diff", /made\.txt \+1/], ["Undo", /Taken back/]] as const) {
      world.press(moved, answer.id, label, stage.owner);
      await reply(stage, moved, { id: answer.id, updateId: undefined }, fits);
    }
  }, { kind: "group", codex: NEWEST, backend: "auto" }));

Deno.test("a button is for the person who asked, and changes nothing of what they read", () =>
  inGroup(async (stage, group) => {
    const { world } = stage;
    const bob = world.createPerson({ id: BOB_ID, firstName: "Bob", languageCode: "ko" });
    await reply(stage, group, say(stage, group, "/mode single"), /Mode set to single/);
    const asked = say(stage, group, "@codex_test_bot this needs an approval");
    const running = await reply(stage, group, asked, /Developing[\s\S]*Needs your decision/);
    const question = await reply(stage, group, say(stage, group, "/new"), /A request is running/);
    const foreign = [
      world.press(group, running.id, "Cancel", bob),
      world.press(group, running.id, "Log", bob),
      world.press(group, question.id, "Keep working", bob),
    ];
    for (const press of foreign) {
      assert.match((await world.waitForAnswer(press)).text, /^요청을 보낸 사람만 쓸 수 있는/);
    }
    const own = world.press(group, question.id, "Keep working", stage.owner);
    assert.equal((await world.waitForAnswer(own)).text, "");
    await world.waitFor(() => /Nothing was stopped/.test(world.message(group, question.id).text));
    const cancel = world.press(group, running.id, "Cancel", stage.owner);
    assert.equal((await world.waitForAnswer(cancel)).text, "Cancelled");
    await reply(stage, group, asked, /^⏹ Stopped/);
    const language = await reply(stage, group, say(stage, group, "/language"), /Which language/);
    world.press(group, language.id, "English", bob);
    await world.waitForMessage(group, /I'll write to you in English/);
  }, { alsoAllowed: [BOB_ID] }));
