/** What people ask of Codex beside its turns, with the real program and real Codex. */
import assert from "node:assert/strict";
import { join } from "node:path";
import {
  type AppServerConnection,
  type AppServerLink,
  connectAppServer,
} from "../../src/integrations/codex/app_server/connection.ts";
import { startAppServer } from "../../src/integrations/codex/app_server/backend.ts";
import { createSystemClock } from "../../src/integrations/system_clock.ts";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { codexProgram } from "../support/codex_programs.ts";
import { LAST_WITH_MCP_SERVER, NEWEST } from "../support/codex_versions.ts";
import { singleModeTest } from "./single_mode.ts";
import type { Stage, StageOptions } from "./stage.ts";

const APP_SERVER: StageOptions = { codex: NEWEST, backend: "app-server" };
const MCP: StageOptions = { codex: LAST_WITH_MCP_SERVER, backend: "mcp" };
const IN_AN_HOUR = Math.floor(Date.now() / 1000) + 3_600;
const NEVER = { until: new Promise(() => {}), then: { message: "never" } };

function test(
  name: string,
  body: (stage: Stage) => Promise<void>,
  options: StageOptions = APP_SERVER,
): void {
  singleModeTest(name, options, body);
}

test("/model shows what Codex offers, and a press changes the next request", async (stage) => {
  const { world, chat, model } = stage;
  const list = await stage.ask("/model", /^Model: gpt-5\.5 \(Codex's default\)\nEffort: medium/);
  assert.match(list.text, /● GPT-5\.5: \S+/);
  assert.ok(labels(list).includes("● GPT-5.5"), labels(list).join());
  const press = world.press(chat, list.id, "GPT-6-Luna");
  assert.match((await world.waitForAnswer(press)).text ?? "", /Model set to GPT-6-Luna/);
  const edited = await edit(
    stage,
    list,
    /Model set to GPT-6-Luna[\s\S]*gpt-6-luna \(chosen here\)/,
  );
  assert.ok(labels(edited).includes("● GPT-6-Luna"), labels(edited).join());
  await stage.ask("hello", /^ok: hello$/);
  assert.equal(model.requests.at(-1)?.model, "gpt-6-luna");
  await stage.ask("/status", /Model: gpt-6-luna \(chosen here\)/);
  await stage.ask("/profile list", /Model: gpt-6-luna \(chosen here\)/);
  world.press(chat, list.id, "As in the profile");
  await edit(stage, list, /Back to the profile's model: gpt-5\.5/);
  await stage.ask("again", /^ok: again$/);
  assert.equal(model.requests.at(-1)?.model, "gpt-5.5");
});

test("/model NAME takes a name that Codex knows, however it is spelled", async (stage) => {
  await stage.ask(
    "/model GPT 6 sol",
    /^Model set to GPT-6-Sol\.\nTakes effect with your next message/,
  );
  assert.equal((await stage.session()).model, "gpt-6-sol");
  const wrong = await stage.ask("/model gpt-6-slo", /no model "gpt-6-slo"/);
  assert.match(wrong.text, /Did you mean gpt-6-sol/);
  assert.ok(wrong.buttons.length > 3);
  assert.equal((await stage.session()).model, "gpt-6-sol");
  await stage.ask("/model profile", /Back to the profile's model/);
  assert.equal((await stage.session()).model, null);
});

test("a button for a model that Codex does not offer changes nothing", async (stage) => {
  const list = await stage.ask("/model", /^Model/);
  for (const data of ["model:rm -rf", "effort:9000", "resume:", "resume:../x"]) {
    const press = stage.world.forcePress(stage.chat, list.id, data);
    await stage.world.waitForAnswer(press);
  }
  const { model, reasoning_effort, developer_thread_id } = await stage.session();
  assert.deepEqual([model, reasoning_effort, developer_thread_id], [null, null, null]);
});

test("/effort offers what the model has, and gives way to another model", async (stage) => {
  const { world, chat, model } = stage;
  const list = await stage.ask("/effort", /^Effort: medium \(Codex's default\)\nModel: gpt-5\.5/);
  assert.deepEqual(labels(list), ["low", "● medium", "high", "xhigh", "As in the profile"]);
  world.press(chat, list.id, "high");
  await edit(stage, list, /Effort set to high[\s\S]*high \(chosen here\)/);
  await stage.ask("hello", /^ok: hello$/);
  assert.equal(model.requests.at(-1)?.effort, "high");
  await stage.ask("/status", /Effort: high \(chosen here\)/);
  await stage.ask("/effort ultra", /GPT-5\.5 has no effort "ultra"\./);
  await stage.ask("/model gpt-6-sol", /Model set to GPT-6-Sol/);
  await stage.ask("/effort ULTRA", /Effort set to ultra/);
  await stage.ask("/model gpt-5.5", /GPT-5\.5 has no effort "ultra"/);
  await stage.ask("once more", /^ok: once more$/);
  assert.notEqual(model.requests.at(-1)?.effort, "ultra");
});

test("/resume goes on with an earlier conversation of the folder", async (stage) => {
  const { world, chat, model } = stage;
  await stage.ask("/resume", /no earlier conversation in this folder/);
  await stage.ask("first question", /^ok: first question$/);
  await stage.ask("/new", /New conversation/);
  await stage.ask("/mode single", /Mode set to single/);
  await stage.ask("another topic", /^ok: another topic$/);
  const list = await stage.ask("/resume", /Which conversation/);
  assert.equal(list.buttons.length, 2);
  const [current, first] = [/^● .* ago · another topic$/, /^\d+ (?:s|min) ago · first question$/];
  assert.ok(labels(list).some((label) => current.test(label)), labels(list).join("\n"));
  const label = labels(list).find((each) => first.test(each)) ?? "none";
  world.press(chat, list.id, label);
  const edited = await edit(stage, list, /^▶️ Continuing: first question/);
  assert.deepEqual(edited.buttons, []);
  assert.deepEqual((await stage.session()).history, []);
  await stage.ask("and then?", /^ok: and then\?$/);
  assert.deepEqual(model.requests.at(-1)?.userTexts, ["first question", "and then?"]);
  await stage.ask(
    "/resume 01a1fb2c-0000-7000-8000-000000000000",
    /That conversation is not in this folder/,
  );
});

test("/resume waits for the requests of the present conversation", async (stage) => {
  const { world, chat, model } = stage;
  await stage.ask("first question", /^ok: first question$/);
  const list = await stage.ask("/resume", /Which conversation/);
  model.script({ when: ({ lastUserText }) => lastUserText === "hang", steps: [NEVER] });
  stage.say("hang");
  await model.received(({ lastUserText }) => lastUserText === "hang");
  world.press(chat, list.id, labels(list)[0] ?? "");
  await stage.reply(list.id, /A request of the current conversation is running or queued/);
  assert.match(world.message(chat, list.id).text, /Which conversation/);
});

test("a conversation that another program has open is said to be so", async (stage) => {
  const other = await anotherCodex(stage);
  try {
    await stage.ask("/resume", /Which conversation/);
    const { id } = other;
    await stage.ask(`/resume ${id}`, /Continuing: begun elsewhere/);
    const failed = await stage.ask("may I?", /Another program has this conversation open/);
    assert.match(failed.text, /Close it there and send the request again/);
    assert.equal(stage.model.requests.length, 1);
  } finally {
    await other.connection.close();
  }
  await stage.ask("and now?", /^ok: and now\?$/);
  assert.deepEqual(stage.model.requests.at(-1)?.userTexts, ["begun elsewhere", "and now?"]);
});

test("a conversation that was picked and is gone is said to be so", async (stage) => {
  await stage.ask("first question", /^ok: first question$/);
  await stage.ask("/new", /New conversation/);
  await stage.ask("/mode single", /Mode set to single/);
  const session = await stage.session();
  await Deno.writeTextFile(
    stage.sessionFile,
    JSON.stringify({
      ...session,
      developer_thread_id: "01a1fb2c-0000-7000-8000-000000000000",
      developer_thread_directory: stage.workspace,
      developer_thread_chosen: true,
    }),
  );
  const failed = await stage.ask("go on", /cannot continue the earlier conversation/);
  assert.match(
    failed.text,
    /Choose another conversation with \/resume, or start a new one with \/new\./,
  );
  assert.equal(stage.model.requests.length, 1);
});

test("/usage tells the tokens of the session and the limits", async (stage) => {
  const before = await stage.ask("/usage", /^Tokens in this conversation/);
  assert.match(before.text, /None so far[\s\S]*Account limits\nNone\./);
  stage.model.script({
    when: () => true,
    steps: [{ message: "well" }],
    headers: {
      "x-codex-primary-used-percent": "42",
      "x-codex-primary-window-minutes": "300",
      "x-codex-primary-reset-at": String(IN_AN_HOUR),
      "x-codex-secondary-used-percent": "7",
      "x-codex-secondary-window-minutes": "10080",
      "x-codex-secondary-reset-at": String(IN_AN_HOUR - 7_200),
    },
  });
  await stage.ask("hello", /^well$/);
  await stage.ask("hello", /^well$/);
  const after = await stage.ask("/usage", /^Tokens/);
  assert.match(after.text, /Input: 200 \(80 cached\)/);
  assert.match(after.text, /Output: 40 \(10 reasoning\)\nTotal: 240/);
  assert.match(after.text, /^5 h window: 42% used, resets in \d+ min/m);
  assert.match(after.text, /^Weekly: 7% used, has reset since$/m);
});

test("without a list any name is taken, and that is said", async (stage) => {
  await stage.ask(
    "/model",
    /^Model: Codex's default[\s\S]*cannot list models/,
  );
  await stage.ask("/model no name at all", /no model "no name at all"/);
  await stage.ask("/model gpt-5.4", /Model set to gpt-5\.4[\s\S]*with your next message/);
  await stage.ask("/effort", /not known here/);
  await stage.ask(
    "/effort high",
    /Effort set to high[\s\S]*Codex checks the name with your next message/,
  );
  await stage.ask("hello", /^ok: hello$/);
  assert.equal(stage.model.requests.at(-1)?.model, "gpt-5.4");
  assert.equal(stage.model.requests.at(-1)?.effort, "high");
  const refused = await stage.ask("/resume", /cannot list earlier conversations/);
  assert.match(refused.text, /cannot list earlier conversations\. Set backend = "app-server"/);
  const usage = await stage.ask("/usage", /Total: 120/);
  assert.match(usage.text, /Not available: .*cannot show account limits/);
}, MCP);

function labels({ buttons }: SeenMessage): string[] {
  return buttons.flat().map(({ text }) => text);
}

/** The message as soon as its text fits. */
function edit(stage: Stage, { id }: SeenMessage, fits: RegExp): Promise<SeenMessage> {
  return stage.world.waitForMessage(
    stage.chat,
    (message) => message.id === id && fits.test(message.text),
    { what: `an edit of ${id} that fits ${fits}` },
  );
}

/** A Codex of somebody else on the same home, with a conversation that it keeps open. */
async function anotherCodex(
  { home, workspace }: Stage,
): Promise<{ readonly connection: AppServerConnection; readonly id: string }> {
  const codex = {
    program: { command: await codexProgram(NEWEST), arguments: ["app-server"] },
    commandLine: "codex app-server",
    version: NEWEST,
    environment: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: home,
      CODEX_HOME: join(home, "codex-home"),
    },
  };
  const settings = { clock: createSystemClock(), log: new RecordingLog(), clientVersion: "0.0.0" };
  const open = (): Promise<AppServerLink> =>
    Promise.resolve(startAppServer({ codex, ...settings }));
  const { signal } = new AbortController();
  const connection = await connectAppServer({ ...settings, open }, signal);
  const { thread: { id } } = await connection.ask("thread/start", { cwd: workspace });
  const done = Promise.withResolvers<void>();
  connection.listen(id, {
    receive: ({ method }) => method === "turn/completed" && done.resolve(),
    answer: () => Promise.resolve({}),
  });
  const input = [{ type: "text", text: "begun elsewhere", text_elements: [] }];
  await connection.request("turn/start", { threadId: id, input });
  await done.promise;
  return { connection, id };
}
