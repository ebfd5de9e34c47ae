/** What Codex and the tool servers of a person ask, in the chat: with a real Codex and a real server. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import { NEWEST } from "../support/codex_versions.ts";
import { addToolServer } from "../support/tool_server_config.ts";
import type { Step } from "../support/responses_api.ts";
import type { Program } from "./program.ts";
import { Stage, type StageOptions } from "./stage.ts";

async function withQuestions(
  features: string,
  body: (stage: Stage, program: Program) => Promise<void>,
  more: Partial<StageOptions> = {},
): Promise<void> {
  await using stage = await Stage.set({ codex: NEWEST, backend: "auto", ...more });
  await addToolServer(stage.codexHome, features);
  const program = await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  await body(stage, program);
}

function call(name: string, parameters: Readonly<Record<string, unknown>> = {}): Step {
  return { tool: name, namespace: "mcp__desk", arguments: parameters };
}

/** Scripts a request and sends it. */
function request(stage: Stage, text: string, ...steps: readonly Step[]): number {
  stage.model.script({
    when: ({ lastUserText }) => lastUserText === text,
    steps: [...steps, { message: `done: ${text}` }],
  });
  return stage.say(text);
}

/** The newest reply to the request that fits and still has buttons. */
function question(stage: Stage, to: number, fits: RegExp): Promise<SeenMessage> {
  return stage.world.waitForMessage(
    stage.chat,
    (message) =>
      message.replyTo === to && fits.test(message.text) && message.buttons.length > 0 &&
      /\nExpires: /.test(message.text),
    { what: `an open question that fits ${fits}` },
  );
}

function labels({ buttons }: SeenMessage): string[] {
  return buttons.flat().map(({ text }) => text);
}

function answerTo(stage: Stage, to: SeenMessage, text: string): number {
  return stage.world.send(stage.chat, { text, replyTo: to.id }).id;
}

function outputs(stage: Stage): string {
  return stage.model.requests.at(-1)?.toolOutputs.at(-1) ?? "";
}

/** Codex offers the tools for it to its newer models only. */
const TELLING_MODEL = "gpt-6.2-sol";

Deno.test("what Codex says and asks while it works on comes at once, and a reply reaches it", async () => {
  await using stage = await Stage.set({
    codex: NEWEST,
    backend: "auto",
    codexConf: `agent_model = "${TELLING_MODEL}"`,
  });
  await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  const questions = [
    { title: "Which database?", options: ["Postgres", "SQLite"] },
    { title: "Anything else?" },
  ];
  const { promise: until, resolve: release } = Promise.withResolvers<void>();
  const asked = request(
    stage,
    "go",
    { tool: "send_message_to_user_async", arguments: { message: "I found **two** ways." } },
    { tool: "request_user_input_async", arguments: { questions } },
    { until, then: { message: "I went on." } },
  );
  const told = await stage.reply(asked, /^I found two ways\.$/);
  const question = await stage.reply(asked, /^Which database\?/);
  assert.notEqual(told.silent, true);
  assert.match(
    question.text,
    /• Postgres\n• SQLite\n\nAnything else\?\n\n.*reply to this message\.$/,
  );

  stage.model.script({
    when: ({ lastUserText }) => lastUserText === "SQLite",
    steps: [{ message: "SQLite it is." }],
  });
  const answer = answerTo(stage, question, "SQLite");
  await stage.world.waitFor(() => stage.world.message(stage.chat, answer).reactions.includes("✍"));
  release();
  await stage.reply(asked, /^SQLite it is\.$/);
  assert.deepEqual(stage.model.requests.at(-1)?.userTexts, ["go", "SQLite"]);
  // Each is told once, and none is taken for the answer.
  assert.equal(
    stage.world.botMessages(stage.chat).filter(({ text }) => /^(?:I found|Which)/.test(text))
      .length,
    2,
  );

  await stage.restart();
  const late = answerTo(stage, question, "No, Postgres");
  await stage.reply(late, /^ok: No, Postgres$/);
});

Deno.test("a tool of a person's own server is asked about: once, for the session, always, or denied", () =>
  withQuestions("", async (stage) => {
    const rename = (title: string): Step =>
      call("rename", { title, note: "a\nb", api_key: "hunter2" });
    const once = request(stage, "once", rename("One"));
    const first = await question(stage, once, /Codex wants to use a tool/);
    for (
      const part of ["Server: desk", "Tool: rename", "Renames a card on the board", "title: One"]
    ) assert.ok(first.text.includes(part), `${part} in\n${first.text}`);
    assert.match(first.text, /note: a b\n/);
    assert.ok(!first.text.includes("hunter2") && !first.text.includes("{"), first.text);
    assert.deepEqual(labels(first), [
      "Allow once",
      "Allow for this session",
      "Always allow",
      "Deny",
    ]);
    const status = await stage.ask("/approve", /tap to copy/);
    assert.match(status.text, /desk\.rename/);
    stage.world.press(stage.chat, first.id, "Allow once");
    await stage.reply(once, /^done: once$/);
    assert.match(outputs(stage), /rename done with .*One/);

    const denied = request(stage, "denied", rename("Two"));
    const second = await question(stage, denied, /title: Two/);
    stage.world.press(stage.chat, second.id, "Deny");
    await stage.reply(denied, /^done: denied$/);
    await stage.reply(denied, /⛔ Denied by Ann, /);
    assert.match(outputs(stage), /user rejected MCP tool call/);

    const lasting = request(stage, "lasting", rename("Three"), rename("Four"));
    const third = await question(stage, lasting, /title: Three/);
    stage.world.press(stage.chat, third.id, "Allow for this session");
    await stage.reply(lasting, /^done: lasting$/);
    assert.match(outputs(stage), /rename done with .*Four/);

    const hinted = request(stage, "hinted", call("erase"));
    const fourth = await question(stage, hinted, /Tool: erase/);
    assert.match(
      fourth.text,
      /⚠️ The server says: may delete or overwrite, reaches beyond this machine/,
    );
    stage.world.press(stage.chat, fourth.id, "Always allow");
    await stage.reply(hinted, /^done: hinted$/);
    await stage.reply(hinted, /✅ Allowed always by Ann, /);
    await stage.ask("/new all", /New conversation/);
    await stage.ask("/mode single", /Mode set to single/);
    await stage.reply(request(stage, "again", call("erase")), /^done: again$/);
    // The trace is written beside what the person sees.
    assert.equal(await stage.stop(), 0);
    const kinds = (await stage.traces()).filter(({ type }) => type === "approval")
      .map(({ kind, decision, closed_by }) => `${kind} ${decision} ${closed_by}`);
    assert.deepEqual(kinds, [
      "tool accept person",
      "tool decline person",
      "tool accept-for-session person",
      "tool accept-always person",
    ]);
    assert.ok(!JSON.stringify(await stage.traces()).includes("hunter2"));
  }));

Deno.test("a form is asked field by field, checked, changed and sent; a page is opened by its host", () =>
  withQuestions("", async (stage) => {
    const asked = request(stage, "book", call("book"));
    const mail = await question(stage, asked, /desk asks you to fill in a form · 1 of 4/);
    assert.match(mail.text, /Which room shall it be\?\n\nE-mail\n\nReply with an e-mail address\./);
    assert.deepEqual(labels(mail), ["Cancel"]);
    const other = stage.say("something else");
    await stage.reply(other, /^Queued\. To answer the question above, reply to it/);
    const wrong = answerTo(stage, mail, "nobody");
    await stage.reply(wrong, /^Not taken: that is no e-mail address\.$/);
    const busy = await stage.ask("/status", /^Status/);
    assert.match(busy.text, /1 question needs your answer/);
    const queue = await stage.ask("/queue", /Now running|Queue/);
    assert.match(
      queue.text,
      /desk: Which room shall it be\?\nAnswer by its buttons or a reply +\/deny /,
    );
    answerTo(stage, mail, "ann@example.com");

    const notify = await question(stage, asked, /2 of 4/);
    assert.match(notify.text, /Notify me · Optional\nBy mail, once a day/);
    assert.deepEqual(labels(notify), ["Yes", "No", "Skip", "Cancel"]);
    // The former message takes no answer any more.
    const former = stage.world.forcePress(stage.chat, mail.id, mail.buttons[0]?.[0]?.data ?? "");
    assert.match((await stage.world.waitForAnswer(former)).text ?? "", /no longer works/);
    stage.world.press(stage.chat, notify.id, "Yes");

    const seats = await question(stage, asked, /3 of 4/);
    await stage.reply(answerTo(stage, seats, "9"), /^Not taken: it has to be between 1 and 4\.$/);
    stage.world.press(stage.chat, seats.id, "Skip");

    const size = await question(stage, asked, /4 of 4/);
    assert.deepEqual(labels(size), ["Small", "Medium", "Cancel"]);
    stage.world.press(stage.chat, size.id, "Medium");

    const summary = await question(stage, asked, /Your answers/);
    assert.match(
      summary.text,
      /E-mail: ann@example\.com\n• Notify me: Yes\n• Seats: none\n• size: Medium/,
    );
    assert.deepEqual(labels(summary), ["Send", "Change", "Decline", "Cancel"]);
    await stage.reply(answerTo(stage, summary, "yes"), /^Use the buttons below/);
    stage.world.press(stage.chat, summary.id, "Change");
    const which = await question(stage, asked, /Which answer do you want to change\?/);
    stage.world.press(stage.chat, which.id, "Seats");
    answerTo(stage, await question(stage, asked, /3 of 4/), "2");
    const changed = await question(stage, asked, /Your answers[\s\S]*Seats: 2/);
    stage.world.press(stage.chat, changed.id, "Send");
    await stage.reply(asked, /^done: book$/);
    await stage.reply(asked, /✅ Answered by Ann, /);
    const book = stage.model.requests.find(({ toolOutputs }) => /accept/.test(toolOutputs.join()));
    const told = JSON.stringify(book?.toolOutputs).replaceAll("\\", "");
    const content = '"email":"ann@example.com","notify":true,"size":"m","seats":2';
    for (const part of content.split(",")) assert.ok(told.includes(part), `${part} in ${told}`);
    await stage.reply(other, /^ok: something else$/);

    const declined = request(stage, "no form", call("book"));
    const mail2 = await question(stage, declined, /1 of 4/);
    stage.world.press(stage.chat, mail2.id, "Cancel");
    await stage.reply(declined, /^done: no form$/);
    assert.match(outputs(stage).replaceAll("\\", ""), /"action":"cancel"/);

    // What is declined on a person's behalf is a message of its own.
    const odd = request(stage, "odd", call("odd"));
    await stage.reply(
      odd,
      /^⚠️ desk sent a form that cannot be filled in here \(floor\)\. I declined it/,
    );
    await stage.reply(odd, /^done: odd$/);
    assert.match(outputs(stage).replaceAll("\\", ""), /"action":"decline"/);

    const page = request(stage, "connect", call("connect"));
    const link = await question(stage, page, /desk asks you to open a page/);
    assert.match(
      link.text,
      /Log in at the board\n\nhttps:\/\/board\.example\/login\?state=1\nThe page is on board\.example\./,
    );
    assert.deepEqual(labels(link), ["Open board.example", "Done", "Decline"]);
    stage.world.press(stage.chat, link.id, "Done");
    await stage.reply(page, /^done: connect$/);
    assert.match(outputs(stage).replaceAll("\\", ""), /"action":"accept"/);
  }));

const COLOR = {
  id: "color",
  header: "Color",
  question: "Which color shall it have?",
  options: [
    { label: "Red", description: "As it was" },
    { label: "Blue", description: "As the logo" },
  ],
};
const NAME = { ...COLOR, id: "name", header: "Name", question: "Which name?" };

function ask(...questions: readonly unknown[]): Step {
  return { tool: "request_user_input", arguments: { questions } };
}

Deno.test("a question of Codex is answered by a button or in words, and survives no restart in silence", () =>
  withQuestions("default_mode_request_user_input = true", async (stage, program) => {
    const one = request(stage, "one", ask(COLOR));
    const color = await question(stage, one, /❓ Codex has a question/);
    assert.match(color.text, /\nColor\nWhich color shall it have\?\n• Red – As it was\n• Blue – /);
    assert.deepEqual(labels(color), ["Red", "Blue", "Cancel"]);
    const press = stage.world.press(stage.chat, color.id, "Blue");
    const twice = stage.world.press(stage.chat, color.id, "Red");
    await stage.reply(one, /^done: one$/);
    assert.equal((await stage.world.waitForAnswer(press)).text ?? "", "");
    assert.match((await stage.world.waitForAnswer(twice)).text ?? "", /no longer works/);
    await stage.reply(one, /Color: Blue\n\n✅ Answered by Ann, /);
    assert.match(outputs(stage), /"color":\{"answers":\["Blue"\]\}/);

    const two = request(stage, "two", ask(COLOR, NAME));
    stage.world.press(stage.chat, (await question(stage, two, /1 of 2/)).id, "Red");
    answerTo(stage, await question(stage, two, /2 of 2[\s\S]*Which name\?/), "call it Rosa");
    await stage.reply(two, /^done: two$/);
    for (const part of ['"color":{"answers":["Red"]}', '"name":{"answers":["call it Rosa"]}']) {
      assert.ok(outputs(stage).includes(part), outputs(stage));
    }

    const none = request(stage, "none", ask(COLOR));
    stage.world.press(stage.chat, (await question(stage, none, /has a question/)).id, "Cancel");
    await stage.reply(none, /^done: none$/);
    assert.match(outputs(stage), /The user chose not to answer/);

    const lost = request(stage, "lost", ask(COLOR));
    const open = await question(stage, lost, /has a question/);
    await program.kill();
    await stage.start();
    // A press tells the id of the message, in case the program ended before it was known.
    const forged = stage.world.forcePress(stage.chat, open.id, open.buttons[0]?.[0]?.data ?? "");
    assert.match((await stage.world.waitForAnswer(forged)).text ?? "", /no longer works/);
    await stage.reply(lost, /Color[\s\S]*⌛ Expired: the program restarted/);
  }));

Deno.test("a question that nobody answers in time is told in a message, and Codex goes on", () =>
  withQuestions("default_mode_request_user_input = true", async (stage) => {
    const late = request(stage, "late", ask(COLOR));
    const color = await stage.reply(late, /Codex has a question/);
    await stage.reply(
      color.id,
      /^⌛ Nobody answered within 3 s, so Codex goes on without .*: Color$/,
    );
    await stage.reply(late, /^done: late$/);
    assert.match(outputs(stage), /did not answer in time/);
  }, { telegramConf: "approval_timeout_minutes = 0.05" }));

Deno.test("permissions are asked for in words, alone and with a command", () =>
  withQuestions(
    "exec_permission_approvals = true\nrequest_permissions_tool = true",
    async (stage) => {
      const outside = join(stage.home, "outside");
      await Deno.mkdir(outside);
      const file_system = { write: [outside], read: ["/etc"] };
      const permissions = { network: { enabled: true }, file_system };
      const rights = request(stage, "rights", {
        tool: "request_permissions",
        arguments: { reason: "To fetch", permissions },
      });
      const asked = await stage.reply(rights, /Codex wants more permissions/);
      assert.match(asked.text, /• Read: \/etc\n• Read and write: .*\/outside\n• Network: on\n/);
      assert.ok(!asked.text.includes("{"), asked.text);
      assert.deepEqual(labels(asked), [
        "Allow for this request",
        "Allow for this session",
        "Deny",
        "Deny and stop",
      ]);
      stage.world.press(stage.chat, asked.id, "Deny");
      await stage.reply(rights, /^done: rights$/);

      // Whatever follows has them, too.
      const both = request(
        stage,
        "both",
        { tool: "request_permissions", arguments: { permissions: { file_system } } },
        { command: `touch ${join(outside, "first")}` },
        { command: `touch ${join(outside, "second")}` },
      );
      const wider = await stage.reply(both, /Codex wants more permissions/);
      stage.world.press(stage.chat, wider.id, "Allow for this request");
      await stage.reply(both, /✅ Allowed for this request by Ann, /);
      await stage.reply(both, /^done: both$/);
      assert.equal((await Deno.stat(join(outside, "second"))).isFile, true);

      const file = join(outside, "made");
      const command = request(stage, "command", {
        tool: "exec_command",
        arguments: {
          cmd: `touch ${file}`,
          sandbox_permissions: "with_additional_permissions",
          justification: "To make it",
          additional_permissions: { file_system: { write: [outside] } },
        },
      });
      const more = await stage.reply(command, /Codex wants to run a command/);
      assert.match(more.text, /With these permissions:\n• Read and write: .*\/outside\n/);
      assert.deepEqual(labels(more), ["Allow once", "Deny and stop"]);
      stage.world.press(stage.chat, more.id, "Allow once");
      await stage.reply(command, /^done: command$/);
      assert.equal((await Deno.stat(file)).isFile, true);
    },
  ));
