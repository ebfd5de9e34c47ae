/** How the program starts, refuses to start, and stops. */
import assert from "node:assert/strict";
import { basename, join } from "node:path";
import manifest from "../../deno.json" with { type: "json" };
import type { ApiCall } from "../../src/demo/bot_api/call_log.ts";
import { Stage, TOKEN } from "./stage.ts";
import { codexProgram } from "../support/codex_programs.ts";
import { NEWEST } from "../support/codex_versions.ts";
import { writeProgram } from "../support/write_program.ts";

const NEVER = { until: new Promise(() => {}), then: { message: "never" } };

/**
 * A stage without any Codex: the echo would not be asked for one.
 * @param measured count the lines of the program, which costs as much again
 */
function echoStage({ measured = false } = {}): Promise<Stage> {
  return Stage.set({ codex: "none", backend: "echo", measured });
}

async function setWebhook({ telegram }: Stage): Promise<void> {
  const body = new URLSearchParams({ url: "https://example.org/hook" });
  const answer = await fetch(`${telegram.url}/bot${TOKEN}/setWebhook`, { method: "POST", body });
  assert.equal((await answer.json()).ok, true);
}

/** The names of what is warned of about Telegram. */
function warningsIn(log: readonly string[]): string[] {
  return log.flatMap((line) => / WARN (telegram\.\S+)/.exec(line)?.[1] ?? []);
}

async function conf(stage: Stage, text: string): Promise<string> {
  const path = join(stage.home, ".codex-orchestrator", "conf.toml");
  await Deno.writeTextFile(path, text);
  return path;
}

Deno.test("--help and --version print and end with 0", async () => {
  await using stage = await echoStage();
  const help = stage.launch("--help");
  assert.equal(await help.ended(), 0);
  assert.match(help.log.join("\n"), /Usage: codex-orchestrator/);
  const version = stage.launch("--version");
  assert.equal(await version.ended(), 0);
  assert.deepEqual(version.log, [`codex-orchestrator ${manifest.version}`]);
});

Deno.test("an unknown option ends with 64 and one line", async () => {
  await using stage = await echoStage();
  const program = stage.launch("--verbos");
  assert.equal(await program.ended(), 64);
  assert.equal(program.log.length, 1);
  assert.match(program.log[0] ?? "", /Did you mean --verbose/);
});

Deno.test("a bad configuration ends with 78 and every problem, without a stack", async () => {
  await using stage = await echoStage({ measured: true });
  const path = await conf(
    stage,
    '[telegram]\nallowed_usres = [1]\n[codex]\nsandbox = "none"\nmax_review_rounds = -1\n',
  );
  const program = stage.launch();
  assert.equal(await program.ended(), 78);
  const said = program.log.join("\n");
  for (
    const part of [path, "allowed_usres", "allowed_users", "codex.sandbox", "max_review_rounds"]
  ) {
    assert.ok(said.includes(part), `${part} in\n${said}`);
  }
  assert.doesNotMatch(said, /\n {4}at /);
});

Deno.test("a missing conf.toml is written for its owner alone, and the person is told", async () => {
  await using stage = await echoStage({ measured: true });
  const path = join(stage.home, ".codex-orchestrator", "conf.toml");
  await Deno.remove(join(stage.home, ".codex-orchestrator"), { recursive: true });
  const program = stage.launch();
  await program.logged(/conf\.toml was written: fill in allowed_users/);
  assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
  const written = await Deno.readTextFile(path);
  assert.equal(
    written,
    await Deno.readTextFile(new URL("../../conf.toml.example", import.meta.url)),
  );
  await program.kill();
});

Deno.test("--conf names another file", async () => {
  await using stage = await echoStage();
  const other = join(stage.home, "other.toml");
  await Deno.copyFile(join(stage.home, ".codex-orchestrator", "conf.toml"), other);
  const program = await stage.start("--conf", other);
  assert.ok(program.log.some((line) => line.includes(`conf=${other}`)));
});

Deno.test("a refused token ends with 75, says what to do, and does not show the token", async () => {
  await using stage = await echoStage({ measured: true });
  stage.telegram.faults.add({ kind: "status", status: 401, times: Infinity });
  const program = stage.launch();
  assert.equal(await program.ended(), 75);
  const said = program.log.join("\n");
  assert.match(said, /Telegram refused the bot token\. .*BotFather/);
  assert.equal(said.split("refused the bot token").length, 2, "it is said once");
  assert.ok(!said.includes(TOKEN));
});

Deno.test("a webhook is removed, and updates are asked for, beside asking who the bot is", async () => {
  await using stage = await echoStage();
  const { faults, calls } = stage.telegram;
  faults.add({ method: "getMe", kind: "delay", delayMs: 2_000 });
  faults.add({ method: "deleteWebhook", kind: "status", status: 500 });
  stage.say("somebody waits already");
  await stage.start();
  await stage.world.waitForMessage(stage.chat, /somebody waits already/);
  const made = (name: string): ApiCall[] => calls().filter(({ method }) => method === name);
  const [asked] = made("getMe");
  const [refused, removed, ...more] = made("deleteWebhook");
  const [polled, confirmed] = made("getUpdates");
  const [sent] = made("sendMessage");
  assert.ok(
    asked?.outcome && refused?.outcome && removed?.outcome && polled?.outcome && confirmed && sent,
  );
  assert.ok(refused.startedAt < asked.outcome.at, "none waits for another");
  assert.ok(polled.startedAt < asked.outcome.at, "none waits for another");
  assert.deepEqual([refused.outcome.type, removed.outcome.type], ["refused", "answered"]);
  assert.deepEqual(more, []);
  assert.ok(polled.outcome.at < asked.outcome.at, "what it brings waits for all of them");
  assert.ok(removed.outcome.at <= confirmed.startedAt && asked.outcome.at <= sent.startedAt);
});

Deno.test("updates that a webhook keeps back come when it is removed", async () => {
  await using stage = await echoStage();
  const { faults, calls } = stage.telegram;
  await setWebhook(stage);
  faults.add({ method: "deleteWebhook", kind: "delay", delayMs: 2_000 });
  stage.say("sent to the webhook");
  const program = await stage.start();
  await stage.world.waitForMessage(stage.chat, /sent to the webhook/);
  const [refused, polled] = calls().filter(({ method }) => method === "getUpdates");
  assert.deepEqual([refused?.outcome?.type, polled?.outcome?.type], ["refused", "answered"]);
  await stage.ask("another one", /another one/);
  await stage.stop();
  // It belongs to another program, which gets nothing any more.
  assert.deepEqual(warningsIn(program.log), ["telegram.webhook.removed"]);
  const next = await stage.start();
  await stage.ask("a third one", /a third one/);
  await stage.stop();
  assert.deepEqual(warningsIn(next.log), []);
});

Deno.test("what is tried beside asking who the bot is does not count where Telegram is out of reach", async () => {
  await using stage = await echoStage();
  const { faults, calls } = stage.telegram;
  faults.add({ method: "getMe", kind: "drop-before" });
  faults.add({ method: "deleteWebhook", kind: "drop-before" });
  const program = await stage.start();
  const removals = (): ApiCall[] => calls().filter(({ method }) => method === "deleteWebhook");
  await stage.world.waitFor(() => removals().at(1)?.outcome !== undefined);
  const said = program.log.filter((line) => / WARN telegram\./.test(line));
  assert.deepEqual(said.map((line) => / telegram\.\S+/.exec(line)?.[0]), [" telegram.unreachable"]);
  assert.deepEqual(removals().map(({ outcome }) => outcome?.type), ["dropped", "answered"]);
});

Deno.test("a key of the environment is in nothing that is printed, said or written", async () => {
  await using stage = await echoStage();
  // It looks like no key, and stands in every path.
  const key = basename(stage.home);
  stage.variables = { SOME_API_KEY: key };
  const program = await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  // So long that the log is cut within the key.
  await stage.ask(`${"long ".repeat(38)}${key}`, /long •+/);
  await stage.ask("/status", /^Status/);
  assert.equal(await program.stop(), 0);
  assert.match(stage.output, / permissions\.confined read=\S*\*\*\*/);
  const told = {
    log: stage.output,
    chat: stage.world.botMessages(stage.chat).map(({ text }) => text).join("\n"),
    traces: JSON.stringify(await stage.traces()),
    // The path of the working directory is kept as it is: it must be found again.
    session: JSON.stringify((await stage.session()).history),
  };
  assert.match(told.session, /long •+/);
  const part = key.slice(0, 8);
  for (const [place, text] of Object.entries(told)) assert.ok(!text.includes(part), place);
});

Deno.test("every log line carries a time", async () => {
  await using stage = await echoStage();
  const program = await stage.start("--verbose");
  assert.equal(await program.stop(), 0);
  for (const line of program.log) assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /);
});

Deno.test("the echo walks a plan run and says in every answer that it is none", async () => {
  await using stage = await echoStage({ measured: true });
  await stage.start();
  await stage.ask("/start", /Demo mode: answers are canned/);
  const answer = await stage.ask("add a feature", /revised/);
  assert.match(answer.text, /Demo mode: answers are canned/);
});

for (
  const [what, command, said] of [
    ["is not installed", "codex-that-is-not-there", /no program .*npm install -g @openai\/codex/],
    ["is another program", "true", /not OpenAI's|not .*Codex/],
  ] as const
) {
  Deno.test(`a Codex that ${what} is told in the log, in /status and in the chat`, async () => {
    await using stage = await Stage.set({ codex: "none", backend: "auto", command });
    const program = await stage.start();
    await program.logged(said);
    const status = await stage.ask("/status", /^Status/);
    assert.match(status.text, said);
    await stage.ask("/mode single", /Mode set to single/);
    const answer = await stage.ask("do something", /Failed: /);
    assert.match(answer.text, said);
  });
}

Deno.test("a question that is open when the program is stopped can still be answered; a Ctrl-C that a task runner hands on counts once", async () => {
  const conf = "[runs]\nshutdown_grace_seconds = 60";
  await using stage = await Stage.set({ codex: "none", backend: "echo", conf });
  const program = await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  const request = stage.say("this needs an approval");
  const question = await stage.reply(request, /Codex wants/);
  const ended = program.stop("SIGINT");
  // Of two signals of a kind the system may make one, and a busy machine takes longer to look at
  // the first than anybody does to hand on the second.
  Deno.kill(program.pid, "SIGTERM");
  await program.logged(/program\.stopping running=1 grace_ms=60000/);
  stage.world.press(stage.chat, question.id, "Allow once");
  await stage.reply(request, /\[ECHO\]/);
  assert.equal(await ended, 0);
});

Deno.test("the program leaves no Codex behind when it is stopped while busy", async () => {
  await using stage = await Stage.set({ codex: NEWEST, backend: "auto" });
  const program = await stage.start();
  const started = await program.logged(/codex\.started .*pid=\d+/);
  stage.model.script({ when: () => true, steps: [NEVER] });
  stage.say("hang");
  await stage.model.received(() => true);
  assert.equal(await program.stop(), 0);
  const pid = /pid=(\d+)/.exec(started)?.[1] ?? "";
  const alive = await new Deno.Command("kill", { args: ["-0", pid], stderr: "null" }).output();
  assert.equal(alive.success, false);
});

Deno.test("a missing token is told with the line to write, which no mask hides", async () => {
  await using stage = await echoStage();
  stage.variables = { TELEGRAM_BOT_TOKEN: "" };
  const program = stage.launch();
  assert.equal(await program.ended(), 78);
  assert.match(
    program.log.join("\n"),
    /found nothing \(put it .*\.env, after TELEGRAM_BOT_TOKEN=\)/,
  );
});

Deno.test("a proxy of the environment is not asked about a Bot API server of this computer", async () => {
  await using stage = await echoStage();
  const asked: string[] = [];
  await using proxy = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    ({ url }) => {
      asked.push(url);
      return new Response("no way", { status: 502 });
    },
  );
  const address = `http://127.0.0.1:${proxy.addr.port}`;
  stage.variables = { HTTP_PROXY: address, http_proxy: address, ALL_PROXY: address };
  await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  // Deno itself may look for a newer Deno that way.
  assert.deepEqual(asked.filter((url) => url.startsWith(stage.telegram.url)), []);
});

Deno.test("Codex is started once for a start of the bot, before that has been loaded", async () => {
  await using stage = await Stage.set({ codex: NEWEST, backend: "auto" });
  const command = join(stage.home, "codex");
  const starts = join(stage.home, "starts");
  const codex = await codexProgram(NEWEST);
  await writeProgram(command, `#!/bin/sh\necho "$*" >>${starts}\nexec ${codex} "$@"\n`);
  const path = join(stage.stateFolder, "conf.toml");
  await conf(stage, (await Deno.readTextFile(path)).replaceAll(codex, command));
  stage.model.script({ when: () => true, steps: [{ message: "done." }] });
  for (let start = 1; start <= 2; start++) {
    const program = await stage.start("--verbose");
    await program.logged(/ codex\.starting ahead=true/);
    stage.say("/mode single");
    await stage.world.waitForMessage(stage.chat, /Mode set to/);
    await stage.ask("work", /^done\./);
    const started = (await Deno.readTextFile(starts)).trim().split("\n");
    const once = ["--version", "app-server"];
    assert.deepEqual(started.toSorted(), [...once, ...(start === 2 ? once : [])].toSorted());
    assert.equal(await stage.stop(), 0);
  }
});
