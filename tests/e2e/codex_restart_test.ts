/** A Codex that is out of date is started anew, and nothing that runs is cut for it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { codexProgram } from "../support/codex_programs.ts";
import { LAST_WITH_MCP_SERVER, NEWEST } from "../support/codex_versions.ts";
import type { ReceivedRequest } from "../support/responses_api.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { noneRuns } from "./none_running.ts";
import type { Program } from "./program.ts";
import { Stage } from "./stage.ts";

const BEN_ID = 4_200_000_002;

const last = (text: string) => ({ lastUserText }: ReceivedRequest): boolean =>
  lastUserText === text;

/** Holds how often the program has started Codex. What it prints may come after what it says. */
async function assertStarts(program: Program, count: number): Promise<void> {
  await program.logged(new RegExp(` codex\\.started .*restarts=${count - 1}\\b`));
  assert.equal(program.log.filter((line) => / codex\.started /.test(line)).length, count);
}

async function logIn({ codexHome }: Stage, key: string): Promise<void> {
  await Deno.writeTextFile(join(codexHome, "auth.json"), JSON.stringify({ OPENAI_API_KEY: key }));
}

/** A program whose Codex logs in with a key that the model's service does not take. */
async function withRefusedKey(stage: Stage): Promise<Program> {
  const config = join(stage.codexHome, "config.toml");
  const text = await Deno.readTextFile(config);
  await Deno.writeTextFile(
    config,
    text.replace("requires_openai_auth = false", "requires_openai_auth = true"),
  );
  await logIn(stage, "key-one");
  stage.model.script({
    when: ({ authorization }) => authorization !== "Bearer key-two",
    steps: [{ status: 401 }],
  });
  const program = await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  return program;
}

Deno.test("after a failed login, a changed login works", async () => {
  await using stage = await Stage.set({ codex: NEWEST, backend: "auto" });
  const program = await withRefusedKey(stage);
  const failure = await stage.ask("hello", /Failed: .*Run codex login .*, then \/retry\./);
  await logIn(stage, "key-two");
  const again = stage.say("/retry");
  await stage.reply(again, /^ok: hello$/);
  assert.ok(failure.buttons.flat().some(({ text }) => text === "Retry"));
  await assertStarts(program, 2);
  await stage.ask("and on", /^ok: and on$/);
  await assertStarts(program, 2);
});

Deno.test("a process that a new login replaces says which commands end with it", async () => {
  await using stage = await Stage.set({ codex: NEWEST, backend: "auto" });
  const program = await withRefusedKey(stage);
  await logIn(stage, "key-two");
  stage.model.script({
    when: last("serve"),
    steps: [{ command: "sleep 98764", yieldMs: 300 }, { message: "it runs" }],
  });
  // The process that runs still has the first key.
  await stage.ask("hello", /Failed: .*Run codex login/);
  await stage.ask("serve", /^it runs$/);
  stage.model.script({ when: last("refused"), steps: [{ status: 401 }], times: 2 });
  await stage.ask("refused", /Failed: .*Run codex login/);
  const asked = stage.say("and on");
  await stage.reply(asked, /^ok: and on$/);
  await stage.reply(asked, /^ℹ️ sleep 98764 no longer runs: it ended when Codex had to be started/);
  await assertStarts(program, 3);
  await noneRuns(stage);
});

Deno.test("limits of the account before are shown no longer once another one is logged in", async () => {
  await using stage = await Stage.set({ codex: NEWEST, backend: "auto" });
  const program = await withRefusedKey(stage);
  stage.model.script({
    when: last("nearly"),
    steps: [{ message: "well" }],
    times: 1,
    headers: {
      "x-codex-primary-used-percent": "92",
      "x-codex-primary-window-minutes": "300",
      "x-codex-primary-reset-at": String(Math.floor(Date.now() / 1000) + 3_600),
    },
  });
  await stage.ask("nearly", /^well$/);
  await stage.ask("/usage", /5 h window: 92% used/);
  await stage.ask("hello", /Failed: .*Run codex login/);
  await logIn(stage, "key-two");
  const usage = await stage.ask("/usage", /^Tokens in this conversation/);
  assert.match(usage.text, /Account limits\nNone\./);
  const status = await stage.ask("/status", /^Status/);
  assert.doesNotMatch(status.text, /92%/);
  await assertStarts(program, 2);
  await stage.reply(stage.say("/retry"), /^ok: hello$/);
  await assertStarts(program, 2);
});

/** Refuses every key but the second one. */
function refuseKeyOne({ model }: Stage, status: number, body: string): void {
  model.script({
    when: ({ authorization }) => authorization !== "Bearer key-two",
    steps: [{ status, body }],
  });
}

Deno.test("where the service lets an account not in, another one works", async () => {
  await using stage = await Stage.set({ codex: NEWEST, backend: "auto" });
  const program = await withRefusedKey(stage);
  refuseKeyOne(stage, 403, '{"error":{"message":"Not for you","code":"forbidden"}}');
  await stage.ask("hello", /Failed: .*Not for you.*run codex login with another account/);
  await logIn(stage, "key-two");
  await stage.reply(stage.say("/retry"), /^ok: hello$/);
  await assertStarts(program, 2);
  await stage.ask("and on", /^ok: and on$/);
  await assertStarts(program, 2);
});

Deno.test("a usage limit is of the account that met it, and ends no command of Codex", async () => {
  await using stage = await Stage.set({ codex: NEWEST, backend: "auto" });
  const program = await withRefusedKey(stage);
  refuseKeyOne(stage, 429, '{"error":{"type":"usage_limit_reached","message":"limit"}}');
  const serving = last("serve");
  stage.model.script({
    when: serving,
    steps: [{ command: "sleep 98766", yieldMs: 300 }, { message: "it runs" }],
  });
  await stage.ask("serve", /^it runs$/);
  await stage.ask("hello", /Failed: .*usage limit/);
  await logIn(stage, "key-two");
  const resume = async (to: number): Promise<void> => {
    const held = await stage.reply(to, /^⏸ Usage limit reached/);
    stage.world.press(stage.chat, held.id, "Resume now");
  };
  const served = stage.say("/retry");
  await resume(served);
  await stage.reply(served, /Failed: .*usage limit/);
  await assertStarts(program, 1);
  await stage.ask("/stop all", /sleep 98766/);
  const free = stage.say("/retry");
  await resume(free);
  await stage.reply(free, /^ok: hello$/);
  await assertStarts(program, 2);
});

Deno.test("/restart codex takes a changed login over, once what runs has ended", async () => {
  await using stage = await Stage.set({
    codex: NEWEST,
    backend: "auto",
    alsoAllowed: [BEN_ID],
    // Two people are at work in one folder.
    conf: '[runs]\nfolder_conflicts = "beside"\nshutdown_grace_seconds = 0.5',
  });
  const program = await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  stage.model.script({
    when: last("serve"),
    steps: [{ command: "sleep 98765", yieldMs: 300 }, { message: "it runs" }],
  });
  await stage.ask("serve", /^it runs$/);
  await stage.ask("/restart", /Codex was started anew[\s\S]*end with it:\nsleep 98765 · /);
  await noneRuns(stage);
  await assertStarts(program, 2);
  const { promise: until, resolve: release } = Promise.withResolvers<void>();
  stage.model.script({
    when: last("slow"),
    steps: [{ until, then: { message: "slow, but whole" } }],
  });
  const slow = stage.say("slow");
  await stage.model.received(last("slow"));
  await stage.ask(
    "/restart codex",
    /1 request or sub-agent is running\. Codex starts anew when it has ended/,
  );
  const ben = stage.world.privateChat(stage.world.createPerson({ id: BEN_ID, firstName: "Ben" }));
  stage.world.send(ben, "hello");
  await stage.world.waitForMessage(ben, ({ text }) => /Waiting: Codex starts anew/.test(text));
  release();
  await stage.reply(slow, /^slow, but whole$/);
  await stage.world.waitForMessage(ben, ({ text }) => /^ok: /.test(text));
  await assertStarts(program, 3);
});

Deno.test("a Codex that was replaced on disk is used from the next request on", async () => {
  await using folder = await temporaryFolder();
  const command = join(folder.path, "codex");
  await Deno.symlink(await codexProgram(LAST_WITH_MCP_SERVER), command);
  await using stage = await Stage.set({ codex: "none", backend: "app-server", command });
  const program = await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  await stage.ask("first", /^ok: first$/);
  await stage.ask(
    "/status",
    new RegExp(`Codex: app-server ${RegExp.escape(LAST_WITH_MCP_SERVER)}`),
  );
  await Deno.symlink(await codexProgram(NEWEST), `${command}.new`);
  await Deno.rename(`${command}.new`, command);
  await stage.ask("second", /^ok: second$/);
  await stage.ask("/status", new RegExp(`Codex: app-server ${RegExp.escape(NEWEST)}`));
  await stage.ask("third", /^ok: third$/);
  await assertStarts(program, 2);
});
