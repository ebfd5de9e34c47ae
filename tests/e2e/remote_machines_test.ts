/** One bot and two machines, with the real program, confined as ever, and two real app-servers. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { PersonMessage } from "../../src/demo/bot_api/incoming.ts";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import type { World } from "../../src/demo/bot_api/world.ts";
import type { ChatHandle } from "../../src/demo/bot_api/world_view.ts";
import { HOMES, writeCodexHome } from "../support/codex_programs.ts";
import { CutWay } from "../support/cut_way.ts";
import { RemoteCodex, type RemoteCodexOptions } from "../support/remote_codex.ts";
import {
  type ReceivedRequest,
  type ResponsesApi,
  scriptInOrder,
  startResponsesApi,
} from "../support/responses_api.ts";
import { removeFolder } from "../support/temporary_folder.ts";
import { isRole, scriptRoles } from "./plan_script.ts";
import { Stage } from "./stage.ts";

const BEN_ID = 4_200_000_002;
const TOKEN = "left-correct-horse-battery";

/** A machine with a Codex of its own: another home and another project. */
class Machine implements AsyncDisposable {
  readonly workspace: string;
  readonly codexHome: string;
  readonly #options: RemoteCodexOptions;
  #codex: RemoteCodex | undefined;
  #url = "";

  private constructor(folder: string, more: Pick<RemoteCodexOptions, "transport" | "token">) {
    this.workspace = join(folder, "project");
    this.codexHome = join(folder, "codex");
    const environment = {
      HOME: folder,
      CODEX_HOME: this.codexHome,
      PATH: Deno.env.get("PATH") ?? "",
    };
    this.#options = { environment, ...more };
  }

  static async start(
    api: ResponsesApi,
    more: Pick<RemoteCodexOptions, "transport" | "token">,
  ): Promise<Machine> {
    const machine = new Machine(join(HOMES, crypto.randomUUID()), more);
    await Deno.mkdir(machine.workspace, { recursive: true });
    await writeCodexHome(machine.codexHome, api.url);
    machine.#codex = await RemoteCodex.start(machine.#options);
    machine.#url = machine.#codex.url;
    return machine;
  }

  get url(): string {
    return this.#url;
  }

  async fail(): Promise<void> {
    await this.#codex?.[Symbol.asyncDispose]();
  }

  /** In the same place as before. */
  async recover(): Promise<void> {
    const at = this.#codex?.endpoint;
    this.#codex = await RemoteCodex.start({
      ...this.#options,
      ...(at === undefined ? {} : { at }),
    });
  }

  made(): Promise<string> {
    return Deno.readTextFile(join(this.workspace, "made.txt"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fail();
    await removeFolder(join(this.workspace, ".."));
  }
}

/** Earlier requests stand before it where the thread is a new one. */
function asking(text: string): (request: ReceivedRequest) => boolean {
  return ({ lastUserText }) => lastUserText.trimEnd().endsWith(text);
}

function profile(
  name: string,
  { url, workspace }: Pick<Machine, "url" | "workspace">,
  more = "",
): string {
  return `[profiles.${name}]
app_server_url = "${url}"
working_directory = "${workspace}"
${more}
`;
}

/** One person in their own chat with the bot: the chats do not wait for each other. */
class Talk {
  readonly #world: World;
  readonly #chat: ChatHandle;

  constructor({ world }: Stage, chat: ChatHandle) {
    this.#world = world;
    this.#chat = chat;
  }

  say(message: string | PersonMessage): number {
    return this.#world.send(this.#chat, message).id;
  }

  reply(to: number, fits: (message: SeenMessage) => boolean, what: string): Promise<SeenMessage> {
    return this.#world.waitForMessage(
      this.#chat,
      (message) => message.replyTo === to && fits(message),
      { what: `${what} as a reply to ${to}` },
    );
  }

  async ask(message: string | PersonMessage, fits: RegExp): Promise<SeenMessage> {
    return await this.reply(this.say(message), ({ text }) => fits.test(text), `${fits}`);
  }

  /** Asks for a command that asks first, and that names the folder in which it ran. */
  async makeSomething(machine: Machine): Promise<void> {
    const request = this.say("make it");
    const asks = ({ text }: SeenMessage): boolean => text.includes("Codex wants");
    const question = await this.reply(request, asks, "a question");
    assert.ok(question.text.includes(machine.workspace), question.text);
    this.#world.press(this.#chat, question.id, "Allow once");
    await this.reply(
      request,
      ({ text }) => text.startsWith("made\n\n✅ Done · 1 file"),
      "the answer",
    );
    assert.equal((await machine.made()).trim(), machine.workspace);
    const isFile = ({ document }: SeenMessage): boolean => document !== undefined;
    const { document } = await this.reply(this.say("/file made.txt"), isFile, "a file");
    assert.equal(new TextDecoder().decode(document?.bytes).trim(), machine.workspace);
    await this.ask("/diff", /^Changes · 1 file[^]+made\.txt/);
    await this.ask("/undo", /^Taken back: 1 file/);
    await assert.rejects(machine.made(), Deno.errors.NotFound);
    await this.ask("/redo", /^Brought back: 1 file/);
    assert.equal((await machine.made()).trim(), machine.workspace);
  }
}

Deno.test("one bot works on two machines, and goes on with one when the other fails", async () => {
  await using api = await startResponsesApi();
  await using left = await Machine.start(api, { transport: "ws", token: TOKEN });
  await using right = await Machine.start(api, { transport: "unix" });
  await using stage = await Stage.set({
    codex: "none",
    backend: "auto",
    alsoAllowed: [BEN_ID],
    codexConf: "reconnect_seconds = 1",
    conf: profile("left", left, 'app_server_token_env = "CODEX_LEFT_KEY"') +
      profile("right", right) + '[profile]\ndefault = "left"',
  });
  stage.variables = { CODEX_LEFT_KEY: TOKEN };
  const person = stage.world.createPerson({ id: BEN_ID, firstName: "Ben", languageCode: "en" });
  const ann = new Talk(stage, stage.chat);
  const ben = new Talk(stage, stage.world.privateChat(person));
  api.script({
    when: asking("make it"),
    steps: [{ command: "pwd > made.txt", escalated: "To show where" }, { message: "made" }],
  });
  api.script({ when: asking("hang on"), steps: [{ silent: true }] });
  await stage.start();
  await Promise.all([ann, ben].map((talk) => talk.ask("/mode single", /Mode set to single/)));
  await ben.ask("/profile right", new RegExp(`Machine: ${right.url}`));
  await Promise.all([ann.makeSomething(left), ben.makeSomething(right)]);

  const lost = ann.ask("hang on", /The connection to Codex on ws:.* was lost while it was working/);
  await api.received(asking("hang on"));
  await left.fail();
  await Promise.all([lost, givesFile(ben, api, right)]);
  const status = ben.ask("/status", /Machine: unix:/);
  await ann.ask("are you there", /Codex on ws:.* cannot be reached/);
  assert.ok((await status).text.includes(right.url));
  assert.match((await status).text, /app-server [\d.]+, ready/);

  await left.recover();
  await ann.ask("back again", /^ok: /);
  await ann.ask("/profile right", /The current conversation stays where it is/);
  assert.ok(!stage.output.includes(TOKEN));
});

Deno.test("a plan on another machine is checked, recorded and reviewed there", async () => {
  await using api = await startResponsesApi();
  await using left = await Machine.start(api, { transport: "ws", token: TOKEN });
  await using stage = await Stage.set({
    codex: "none",
    backend: "auto",
    codexConf: 'checks = ["test -f made.txt && pwd"]',
    conf: profile("left", left, 'app_server_token_env = "CODEX_LEFT_KEY"') +
      '[profile]\ndefault = "left"',
  });
  stage.variables = { CODEX_LEFT_KEY: TOKEN };
  for (const args of [["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "first"]]) {
    const settings = ["-c", "user.name=P", "-c", "user.email=p@x"];
    const { success } = await new Deno.Command("git", {
      args: [...settings, ...args],
      cwd: left.workspace,
    }).output();
    assert.ok(success);
  }
  scriptRoles(api, {
    selector: [[{ message: '{"mode":"plan","reason":"several files"}' }]],
    planner: [[{ message: "the plan" }]],
    developer: [
      [{ command: "echo a > a.txt" }, { message: "first" }],
      [{ command: "echo b > made.txt" }, { message: "second" }],
    ],
    reviewer: [[{ message: '{"verdict":"approved","summary":"good","findings":[],"earlier":[]}' }]],
  });
  await stage.start();
  const ann = new Talk(stage, stage.chat);
  await ann.ask("build it", /^second\n\n✅ Approved in round 2 · ✔ 1 check · 2 files \+2 −0$/);
  await ann.ask("/checks run", /✔ test/);
  await ann.ask("/diff last", /^Changes · 2 files[^]+made\.txt/);
  await ann.ask("/review", /^[^]*good[^]*Approved/);
  const [material = ""] = api.requests.filter(isRole("reviewer")).map((each) => each.lastUserText)
    .slice(-1);
  assert.match(material, /made\.txt/);
  await ann.ask("/undo", /^Taken back: 2 files/);
  await assert.rejects(left.made(), Deno.errors.NotFound);
});

Deno.test("a machine that was cut off is reattached, and its answer arrives", async () => {
  await using api = await startResponsesApi();
  await using machine = await Machine.start(api, { transport: "ws" });
  await using way = new CutWay(Number(new URL(machine.url).port));
  const url = `ws://127.0.0.1:${way.port}`;
  const { workspace } = machine;
  await using stage = await Stage.set({
    codex: "none",
    backend: "auto",
    conf: profile("far", { url, workspace }) + '[profile]\ndefault = "far"',
  });
  const ann = new Talk(stage, stage.chat);
  await stage.start();
  await ann.ask("/mode single", /Mode set to single/);
  const { promise: until, resolve: release } = Promise.withResolvers<void>();
  api.script({ when: asking("slow"), steps: [{ until, then: { message: "whole" } }] });
  const request = ann.say("slow");
  await api.received(asking("slow"));
  way.deserted = true;
  way.cut();
  const status = ({ text }: SeenMessage): boolean =>
    /Connection to ws:.* lost: reconnecting/.test(text);
  await ann.reply(request, status, "the reconnecting");
  // What nobody hears.
  release();
  way.deserted = false;
  await ann.reply(request, ({ text }) => text === "whole", "the answer");
  await ann.ask("and on", /^ok: and on$/);
});

Deno.test("a goal on a machine that was cut off, or left, is paused when it is reached again", async () => {
  await using api = await startResponsesApi();
  await using machine = await Machine.start(api, { transport: "ws" });
  await using way = new CutWay(Number(new URL(machine.url).port));
  const url = `ws://127.0.0.1:${way.port}`;
  await using stage = await Stage.set({
    codex: "none",
    backend: "auto",
    conf: profile("far", { url, workspace: machine.workspace }) + '[profile]\ndefault = "far"',
  });
  const ann = new Talk(stage, stage.chat);
  const program = await stage.start();
  await ann.ask("/mode single", /Mode set to single/);
  const isRound = ({ goalRound }: ReceivedRequest): boolean => goalRound !== undefined;
  const part = { message: "a part of it", pauseMs: 40 };
  const { promise: until, resolve: release } = Promise.withResolvers<void>();
  api.script({ when: isRound, steps: [part] });
  scriptInOrder(api, isRound, [part, { until, then: part }]);
  const goal = ann.say("/goal all of it, far away");
  await ann.reply(goal, ({ text }) => /Goal, round 1/.test(text), "the first round");
  await api.received(() => api.requests.filter(isRound).length === 2);
  way.deserted = true;
  way.cut();
  await ann.reply(goal, ({ text }) => /lost: reconnecting/.test(text), "the reconnecting");
  release();
  way.deserted = false;
  await ann.reply(goal, ({ text }) => /^⏸ Goal paused/.test(text), "the pause");
  const calls = api.requests.length;
  await ann.ask("hello", /^ok: hello$/);
  assert.equal(api.requests.length, calls + 1);

  const resumed = ann.say("/goal resume");
  await ann.reply(resumed, ({ text }) => /Goal, round 1/.test(text), "the first round");
  await program.kill();
  await stage.start();
  await ann.reply(resumed, ({ text }) => /program stopped while Codex/.test(text), "the offer");
  await stage.logged(/goal\.halted/);
  const then = api.requests.length;
  await ann.ask("hello again", /^ok: hello again$/);
  assert.equal(api.requests.length, then + 1);
  await ann.ask("/goal", /Goal · paused/);
});

Deno.test("a request that was cut off on its way is found, or told as not begun", async () => {
  await using api = await startResponsesApi();
  await using machine = await Machine.start(api, { transport: "ws" });
  await using way = new CutWay(Number(new URL(machine.url).port));
  const url = `ws://127.0.0.1:${way.port}`;
  const { workspace } = machine;
  await using stage = await Stage.set({
    codex: "none",
    backend: "auto",
    conf: profile("far", { url, workspace }) + '[profile]\ndefault = "far"',
  });
  const ann = new Talk(stage, stage.chat);
  await stage.start();
  await ann.ask("/mode single", /Mode set to single/);
  await ann.ask("hello", /^ok: hello$/);

  // Codex works on it, and its word for that is lost.
  const { promise: until, resolve: release } = Promise.withResolvers<void>();
  api.script({ when: asking("slow"), steps: [{ until, then: { message: "whole" } }] });
  way.loseFrom("turn/start", "answers");
  const found = ann.say("slow");
  await api.received(asking("slow"));
  way.losing = "nothing";
  way.deserted = true;
  way.cut();
  await ann.reply(found, ({ text }) => /lost: reconnecting/.test(text), "the reconnecting");
  way.deserted = false;
  release();
  await ann.reply(found, ({ text }) => text === "whole", "the answer");
  assert.equal(api.requests.filter(asking("slow")).length, 1);

  // The same, but it has answered before the connection is back. The next turn loads the thread.
  await ann.ask("and on", /^ok: and on$/);
  api.script({ when: asking("fetch it"), steps: [{ message: "whole again" }] });
  way.loseFrom("turn/start", "answers");
  const fetched = ann.say("fetch it");
  await api.received(asking("fetch it"));
  way.losing = "nothing";
  way.cut();
  await ann.reply(fetched, ({ text }) => text === "whole again", "the answer");

  // It never arrives there, though an earlier request of the conversation had the same words.
  await ann.ask("and on again", /^ok: and on again$/);
  const before = api.requests.length;
  way.loseFrom("turn/start", "requests");
  const lost = ann.say("fetch it");
  await way.lostRequest();
  way.losing = "nothing";
  way.cut();
  const told = ({ text, buttons }: SeenMessage): boolean =>
    /cut before your request arrived there\. Nothing was started/.test(text) && buttons.length > 0;
  const failure = await ann.reply(lost, told, "that it was not begun");
  assert.equal(api.requests.length, before);
  stage.world.press(stage.chat, failure.id, "Retry");
  await ann.reply(lost, ({ text }) => text === "whole again", "the answer");
});

Deno.test("a forward with nothing behind it is told as that", async () => {
  await using way = new CutWay(1);
  way.deserted = true;
  const url = `ws://127.0.0.1:${way.port}`;
  await using stage = await Stage.set({
    codex: "none",
    backend: "auto",
    conf: profile("far", { url, workspace: "/srv" }) + '[profile]\ndefault = "far"',
  });
  const ann = new Talk(stage, stage.chat);
  await stage.start();
  await ann.ask("/mode single", /Mode set to single/);
  await ann.ask("hello", /nothing answers behind it: is the app-server running there\?/);
});

Deno.test("a machine that refuses the token is told of, in the language of the person", async () => {
  await using api = await startResponsesApi();
  await using machine = await Machine.start(api, { transport: "ws", token: TOKEN });
  const conf = profile("left", machine, 'app_server_token_env = "CODEX_LEFT_KEY"');
  await using stage = await Stage.set({
    codex: "none",
    backend: "auto",
    alsoAllowed: [BEN_ID],
    conf,
  });
  stage.variables = { CODEX_LEFT_KEY: "wrong-token-of-somebody" };
  const person = stage.world.createPerson({ id: BEN_ID, firstName: "Ben", languageCode: "ko" });
  const ann = new Talk(stage, stage.chat);
  const ben = new Talk(stage, stage.world.privateChat(person));
  await stage.start();
  await Promise.all([
    ann.ask("hello", /does not accept this program's token/),
    ben.ask("hello", /토큰을 받아들이지 않습니다/),
  ]);
  await stage.logged(/refuses the token \(HTTP status 401\)/);
  assert.doesNotMatch(stage.output, /wrong-token|correct-horse/);
  assert.equal(api.requests.length, 0);
});

/** A file reaches the machine on which Codex reads it. */
async function givesFile(talk: Talk, api: ResponsesApi, machine: Machine): Promise<void> {
  const bytes = new TextEncoder().encode("the notes");
  const document = { name: "notes.txt", mimeType: "text/plain", bytes };
  await talk.ask({ text: "read this", document }, /^ok: /);
  const heard = await api.received(({ lastUserText }) => lastUserText.includes("read this"));
  const path = /^- (\S+notes\.txt)$/m.exec(heard.lastUserText)?.[1] ?? "";
  assert.ok(path.startsWith(machine.codexHome), path);
  assert.equal(await Deno.readTextFile(path), "the notes");
}
