/** Codex's questions in the chat, with the real program and a real Codex. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { exists } from "../../src/config/file_access.ts";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import { Stage, type StageOptions } from "./stage.ts";

/** A request that makes Codex ask, and the file that its command would make. */
interface Asked {
  readonly request: number;
  readonly question: SeenMessage;
  readonly file: string;
}

/** Registers the journeys for one generation of Codex. */
export function approvalJourneys(options: StageOptions): void {
  const test = (
    name: string,
    body: (stage: Stage) => Promise<void>,
    more: Partial<StageOptions> = {},
  ): void =>
    Deno.test(`${options.backend} ${options.codex}: ${name}`, async () => {
      await using stage = await Stage.set({ ...options, ...more });
      await stage.start();
      await stage.ask("/mode single", /Mode set to single/);
      await body(stage);
    });

  /** What Codex offers beside "Allow once": its older protocol has other decisions. */
  const lasting = options.backend === "mcp"
    ? { label: /^Allow for this session$/, told: /Allowed for this session by Ann, \d\d:\d\d UTC$/ }
    : {
      label: /^Always allow commands that begin with touch/,
      told: /Allowed, with all commands that begin so by Ann, \d\d:\d\d UTC$/,
    };
  const denial = options.backend === "mcp" ? "Deny" : "Deny and stop";

  test("what is allowed for longer is not asked again for the same command", async (stage) => {
    const { request, question, file } = await asked(stage);
    assert.ok(question.text.includes(`touch ${file}`));
    const labels = question.buttons.flat().map(({ text }) => text);
    const lasts = labels.find((label) => lasting.label.test(label)) ?? labels.join();
    stage.world.press(stage.chat, question.id, lasts);
    await stage.reply(request, /^made$/);
    await stage.reply(request, lasting.told);
    await Deno.remove(file);
    const again = stage.say("make it");
    await stage.reply(again, /^made$/);
    assert.equal(await exists(file), true);
    assert.deepEqual(questionsTo(stage, again), []);
  });

  test('"Allow once" is asked again', async (stage) => {
    const { request, question } = await asked(stage);
    stage.world.press(stage.chat, question.id, "Allow once");
    await stage.reply(request, /^made$/);
    const again = stage.say("make it");
    const second = await stage.reply(again, /Codex wants/);
    stage.world.press(stage.chat, second.id, denial);
    await stage.reply(again, options.backend === "mcp" ? /^made$/ : /^⏹ Stopped/);
  });

  test('"Deny" lets Codex go on without it, "Deny and stop" ends the run', async (stage) => {
    if (options.backend === "mcp") {
      const denied = await asked(stage);
      stage.world.press(stage.chat, denied.question.id, "Deny");
      await stage.reply(denied.request, /^made$/);
      await stage.reply(denied.request, /⛔ Denied by Ann, /);
    }
    const stopped = await asked(stage);
    const offered = stopped.question.buttons.flat().map(({ text }) => text);
    assert.equal(offered.includes("Deny"), options.backend === "mcp");
    assert.equal(offered.length, options.backend === "mcp" ? 4 : 3);
    const waiting = stage.say("and this");
    const press = stage.world.press(stage.chat, stopped.question.id, "Deny and stop");
    const late = stage.world.press(stage.chat, stopped.question.id, "Allow once");
    await stage.reply(stopped.request, /⏹ Denied and stopped by Ann, /);
    await stage.reply(stopped.request, /^⏹ Stopped/);
    await stage.reply(waiting, /ok: [\s\S]*and this/);
    assert.equal((await stage.world.waitForAnswer(press)).text ?? "", "");
    assert.match((await stage.world.waitForAnswer(late)).text ?? "", /no longer works/);
    const { id, buttons } = stopped.question;
    for (const { data = "" } of buttons.flat()) {
      const forged = stage.world.forcePress(stage.chat, id, data);
      assert.match((await stage.world.waitForAnswer(forged)).text ?? "", /no longer works/);
    }
    assert.equal(await exists(stopped.file), false);
  });

  test("words in reply to a question deny it and reach Codex, others are queued", async (stage) => {
    const { request, question, file } = await asked(stage);
    const other = stage.say("something else");
    await stage.reply(other, /Queued\. To answer the question above, reply to it/);
    const text = "no, use the message feat: json instead";
    const answer = stage.world.send(stage.chat, { text, replyTo: question.id }).id;
    await stage.reply(answer, /^⛔ Denied/);
    await stage.reply(request, /⛔ Denied by Ann, /);
    await stage.model.received(({ lastUserText, toolOutputs }) =>
      `${lastUserText}${toolOutputs.join("")}`.includes("feat: json")
    );
    await stage.reply(other, /^ok: something else$/);
    assert.equal(await exists(file), false);
  });

  test("a question that nobody answers is declined in time, and Codex is told", async (stage) => {
    const { request, question, file } = await asked(stage);
    assert.match(question.text, /\nExpires: \d\d:\d\d UTC\n/);
    const expired = await stage.reply(request, /⌛ Denied: no answer within 3 s, /);
    assert.equal(expired.id, question.id);
    assert.deepEqual(expired.buttons, []);
    await stage.reply(question.id, /^⌛ Nobody answered within 3 s, so I denied: touch /);
    await stage.reply(request, /^made$/);
    assert.equal(await exists(file), false);
    const outputs = stage.model.requests.at(-1)?.toolOutputs.join("\n") ?? "";
    assert.match(outputs, /reject|declin|denied/i);
  }, { telegramConf: "approval_timeout_minutes = 0.05" });
}

async function asked(stage: Stage): Promise<Asked> {
  const file = join(stage.home, "made");
  stage.model.script({
    when: ({ lastUserText }) => lastUserText === "make it",
    steps: [{ command: `touch ${file}`, escalated: "It lies outside" }, { message: "made" }],
  });
  const request = stage.say("make it");
  const question = await stage.reply(request, /Codex wants to run a command/);
  for (const part of [`touch ${file}`, stage.workspace, "It lies outside"]) {
    assert.ok(question.text.includes(part), `${part} in\n${question.text}`);
  }
  assert.equal(question.silent, false);
  return { request, question, file };
}

function questionsTo(stage: Stage, request: number): readonly SeenMessage[] {
  return stage.world.botMessages(stage.chat)
    .filter(({ replyTo, history }) =>
      replyTo === request && history.some(({ text }) => /Codex wants/.test(text))
    );
}
