/** What the chat feels like, with the echo in place of Codex. */
import assert from "node:assert/strict";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import type { ChatHandle } from "../../src/demo/bot_api/world_view.ts";
import { GROUP_ID, Stage, type StageOptions } from "./stage.ts";

async function withEcho(
  body: (stage: Stage) => Promise<void>,
  more: Partial<StageOptions> = {},
): Promise<void> {
  await using stage = await Stage.set({ codex: "none", backend: "echo", ...more });
  await stage.start();
  await body(stage);
}

/** The bot's first message in the chat after that one which fits. */
function next(stage: Stage, chat: ChatHandle, after: number, fits: RegExp): Promise<SeenMessage> {
  return stage.world.waitForMessage(chat, fits, { after });
}

Deno.test("a request is acknowledged at once, and its reaction tells the end", () =>
  withEcho(async (stage) => {
    const request = stage.say("hello");
    await stage.world.waitFor(() =>
      stage.world.message(stage.chat, request).reactions.includes("👀")
    );
    await stage.reply(request, /hello/);
    await stage.world.waitFor(() =>
      stage.world.message(stage.chat, request).reactions.includes("👌")
    );
  }));

Deno.test("the button under the status message stops the run", () =>
  withEcho(async (stage) => {
    const request = stage.say("add a feature that takes a while");
    const status = await stage.reply(request, /Choosing|Planning|Developing|Starting/);
    stage.world.press(stage.chat, status.id, "Cancel");
    const ended = await stage.reply(request, /^⏹ Stopped/);
    assert.ok(ended.buttons.flat().every(({ text }) => text === "Log"));
    const late = stage.world.forcePress(stage.chat, status.id, "c:000000000000");
    assert.match((await stage.world.waitForAnswer(late)).text ?? "", /no longer works/);
  }));

Deno.test("a Korean client is answered in Korean", () =>
  withEcho(async (stage) => {
    const person = stage.world.createPerson({ ...stage.owner, languageCode: "ko" });
    const chat = stage.world.privateChat(person);
    const { id } = stage.world.send(chat, { text: "/status", from: person });
    const status = await next(stage, chat, id, /^상태/);
    assert.match(status.text, /모드: plan/);
    // The menus are published beside the work.
    await stage.world.waitFor(() =>
      stage.world.commandsFor(chat, person).some(({ description }) =>
        description.startsWith("새 대화 시작")
      )
    );
  }));

Deno.test("what cannot be worked on gets a short answer and starts nothing", () =>
  withEcho(async (stage) => {
    const { world, chat } = stage;
    const voice = world.send(chat, { extra: { voice: { file_id: "v", duration: 3 } } }).id;
    await stage.reply(voice, /can't listen to recordings yet\. Write your request, or set/);
    const bytes = new Uint8Array([1, 2, 3]);
    const { id } = world.send(chat, {
      text: "/new",
      document: { name: "notes.txt", mimeType: "text/plain", bytes },
    });
    await stage.reply(id, /\/new takes no files/);
    assert.deepEqual(world.message(chat, id).reactions, []);
    const status = await stage.ask("/status", /^Status/);
    assert.match(status.text, /Now: idle/);
  }, { measured: true }));

Deno.test("an edit of an old request is answered once, however often, and changes nothing", () =>
  withEcho(async (stage) => {
    const { world, chat } = stage;
    await stage.ask("/mode single", /Mode set to single/);
    const request = stage.say("hello");
    await stage.reply(request, /\[ECHO\]/);
    await stage.answered(request);
    for (const text of ["hello you", "hello all", "/new"]) world.edit(chat, request, text);
    const offer = await stage.reply(request, /^This request has already ended\.$/);
    await stage.reply(request, /^Edited commands are not run\. Send the command again\.$/);
    await stage.ask("/mode", /● single: /);
    const told = world.transcript(chat).filter(({ byBot, replyTo, text }) =>
      byBot && replyTo === request && !/\[ECHO\]|^✅ Done/.test(text)
    );
    assert.equal(told.length, 2, told.map(({ text }) => text).join("\n--\n"));
    world.press(chat, offer.id, "Run it with the new words");
    await stage.reply(request, /\[ECHO\][\s\S]*hello all/);
  }));

Deno.test("a forwarded command is material for Codex, not a command", () =>
  withEcho(async (stage) => {
    const other = stage.world.createPerson({ firstName: "Bob" });
    await stage.ask("/mode single", /Mode set to single/);
    const { id } = stage.world.send(stage.chat, { text: "/mode plan", forwardedFrom: other });
    await stage.reply(id, /Quoted from somebody else[\s\S]*\/mode plan/);
    await stage.ask("/mode", /● single: /);
  }));

Deno.test("in an allowed group each person has a session, and a topic gets its answers", () =>
  withEcho(async (stage) => {
    const { world } = stage;
    const group = world.createGroup({ id: GROUP_ID, isForum: true, botStatus: "administrator" });
    const topicId = world.createTopic(group, "Builds", stage.owner);
    const { id } = world.send(group, { text: "/mode single", from: stage.owner, topicId });
    const reply = await next(stage, group, id, /Mode set to single/);
    assert.equal(reply.topicId, topicId);
    await stage.ask("/mode", /● plan: /);
  }));

const OTHER_PROFILE = `
[profile]
default = "default"
[profiles.default]
sandbox = "workspace-write"
[profiles.work]
working_directory = "WORK"
`;

Deno.test("/new stays in the project, and /new all leaves it", () =>
  withEcho(async (stage) => {
    await stage.ask("/mode single", /Mode set to single/);
    await stage.ask("/profile work", /Profile set to work/);
    await stage.ask("hello", /\[ECHO\][\s\S]*hello/);
    const begun = await stage.ask("/new", /^New conversation/);
    assert.match(begun.text, /^New conversation in \/\S+ \(profile work, plan mode\)\.$/);
    const { history, profile_name } = await stage.session();
    assert.deepEqual([history, profile_name], [[], "work"]);
    await stage.ask("/new all", /^New conversation in \/\S+ \(profile default, plan mode\)\.$/);
    await stage.ask("/new fix the build", /\/new takes no text\. Send the request as its own/);
  }, { conf: OTHER_PROFILE.replace("WORK", Deno.cwd()) }));

Deno.test("/new asks before it stops work, and what it asked about is what it stops", () =>
  withEcho(async (stage) => {
    const { world, chat } = stage;
    await stage.ask("/mode single", /Mode set to single/);
    const first = stage.say("this needs an approval");
    await stage.reply(first, /Codex wants/);
    const kept = await stage.ask("/new", /^A request is running\.\nStop and start a new/);
    assert.deepEqual(kept.buttons.map((row) => row.map(({ text }) => text)), [
      ["Stop and start new", "Keep working"],
    ]);
    world.press(chat, kept.id, "Keep working");
    await world.waitFor(() => /Nothing was stopped/.test(world.message(chat, kept.id).text));

    const early = await stage.ask("/new", /^A request is running\./);
    const [second, third] = [stage.say("two"), stage.say("three")];
    await stage.reply(third, /Queued · 2nd/);
    // Two requests came after the question: it is asked again.
    world.press(chat, early.id, "Stop and start new");
    await world.waitFor(() =>
      /^A request is running, 2 requests queued\./.test(world.message(chat, early.id).text)
    );
    const twice = await stage.ask("/new", /^A request is running, 2 requests queued\./);
    world.press(chat, early.id, "Stop and start new");
    await world.waitFor(() =>
      /Stopping the current request \(Developing\)\.\n2 queued requests removed\.\nNew conversation/
        .test(world.message(chat, early.id).text)
    );
    for (const request of [first, second, third]) await stage.reply(request, /^⏹ Stopped/);
    assert.deepEqual((await stage.session()).history, []);
    const late = world.press(chat, twice.id, "Stop and start new");
    assert.match((await world.waitForAnswer(late)).text ?? "", /no longer works/);
  }));

Deno.test("/new that was asked about a request which has ended begins anew, and /new now asks nothing", () =>
  withEcho(async (stage) => {
    const { world, chat } = stage;
    await stage.ask("/mode single", /Mode set to single/);
    const request = stage.say("this needs an approval");
    const question = await stage.reply(request, /Codex wants/);
    const asked = await stage.ask("/new", /^A request is running\./);
    world.press(chat, question.id, "Allow once");
    await stage.answered(request);
    world.press(chat, asked.id, "Stop and start new");
    await world.waitFor(() => /^New conversation in /.test(world.message(chat, asked.id).text));
    const next = stage.say("this needs an approval");
    await stage.reply(next, /Choosing|Codex wants/);
    await stage.ask("/new now", /^Stopping the current request[\s\S]*\nNew conversation in /);
    await stage.reply(next, /^⏹ Stopped/);
  }));

Deno.test("a conversation is called by its first words, or by /name, until /new", () =>
  withEcho(async (stage) => {
    await stage.ask("/name", /has no name yet[\s\S]*\/name TEXT/);
    await stage.ask("/mode single", /Mode set to single/);
    await stage.ask("greet people by name\nand test it", /\[ECHO\]/);
    await stage.ask(
      "/status",
      /^Status\n(?:.*\n)?Conversation: greet people by name\n|\nConversation: greet people by name\n/,
    );
    await stage.ask("/name  The greeting  ", /^Conversation named "The greeting"\.$/);
    await stage.ask(
      "/name",
      /^This conversation is named "The greeting"\. \/name TEXT changes it\.$/,
    );
    assert.equal((await stage.session()).conversation_name, "The greeting");
    await stage.ask("/new", /^New conversation/);
    assert.equal((await stage.session()).conversation_name, null);
  }));

Deno.test("/cancel all drops what waits, and says how much", () =>
  withEcho(async (stage) => {
    await stage.ask("/mode single", /Mode set to single/);
    const first = stage.say("this needs an approval");
    const question = await stage.reply(first, /Codex wants/);
    const second = stage.say("two");
    await stage.reply(second, /Queued · next/);
    await stage.ask(
      "/cancel all",
      /Stopping the current request \(Developing\)[\s\S]*1 queued request removed/,
    );
    await stage.reply(second, /^⏹ Stopped/);
    await stage.reply(first, /^⏹ Stopped/);
    await stage.ask("/cancel", /Nothing is running/);
    await stage.world.waitFor(() =>
      /No longer needed/.test(stage.world.message(stage.chat, question.id).text)
    );
  }, { measured: true }));

Deno.test("/approve and /deny answer a question without its buttons", () =>
  withEcho(async (stage) => {
    await stage.ask("/mode single", /Mode set to single/);
    await stage.ask("/approve", /Usage: \/approve ID[^]*\nNothing waits for a decision/);
    const request = stage.say("this needs an approval");
    const question = await stage.reply(request, /Codex wants/);
    const id = /\/deny (\S+)/.exec(question.text)?.[1] ?? "";
    const usage = await stage.ask("/approve", /Usage: \/approve ID/);
    assert.match(
      usage.text,
      new RegExp(`\\(tap to copy\\):\necho hello\n/approve ${id} +/deny ${id}$`),
    );
    await stage.ask("/deny zzzzz", /No open question has the ID "zzzzz"/);
    stage.say(`/approve ${id}`);
    await stage.reply(request, /Allowed once by Ann/);
    await stage.reply(request, /\[ECHO\]/);
    await stage.session(({ history }) => JSON.stringify(history).includes("[ECHO]"));
    await Deno.writeTextFile(stage.sessionFile, "[]");
    const status = stage.say("/status");
    await stage.reply(status, /kept as .*\.damaged-/);
    await stage.reply(status, /^Status/);
  }, { measured: true }));

Deno.test("a damaged session file is set aside, and the chat says so", () =>
  withEcho(async (stage) => {
    await stage.ask("/mode single", /Mode set to single/);
    await Deno.writeTextFile(stage.sessionFile, "{ half a file");
    const request = stage.say("hello");
    await stage.reply(request, /damaged[\s\S]*kept as .*\.damaged-/);
    await stage.reply(request, /\[ECHO\]/);
    await stage.session(({ history }) => JSON.stringify(history).includes("[ECHO]"));
    await Deno.writeTextFile(stage.sessionFile, "[]");
    const status = stage.say("/status");
    await stage.reply(status, /kept as .*\.damaged-/);
    await stage.reply(status, /^Status/);
  }));
