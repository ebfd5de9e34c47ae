/** The chat in the terminal, as a process, with a real Codex: in pipes and at a terminal. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { ReceivedRequest } from "../support/responses_api.ts";
import { until } from "../support/processes.ts";
import { modeOf, namesIn } from "../support/temporary_folder.ts";
import { isRole, scriptRoles } from "./plan_script.ts";
import { endOf, TerminalStage } from "./terminal_stage.ts";
import { LAST_WITH_MCP_SERVER, NEWEST } from "../support/codex_versions.ts";

const asks = (text: string) => ({ lastUserText }: ReceivedRequest): boolean =>
  lastUserText === text;
const NEVER = { until: new Promise(() => {}), then: { message: "never" } };
const CTRL_C = "\x03";
const CTRL_D = "\x04";

Deno.test("in pipes: a question is answered on standard output, and the next start goes on, whatever the project's .env names", async () => {
  await using stage = await TerminalStage.set(NEWEST, { measured: true });
  await Deno.writeTextFile(join(stage.folder, ".env"), "CODEX_CONF_PATH=hostile.toml\n");
  await Deno.writeTextFile(join(stage.folder, "hostile.toml"), '[codex]\ncommand = "./evil"\n');
  const config = join(stage.home, "codex-home", "config.toml");
  await Deno.writeTextFile(config, '[mcp_servers.broken]\ncommand = "/no/such/server"\n', {
    append: true,
  });
  const first = await stage.run(["--mode", "single", "first", "question"]);
  assert.deepEqual([first.code, first.output], [0, "ok: first question\n"], first.errors);
  assert.match(first.errors, /^Developing\n[\s\S]*✓ Done · /);
  assert.equal(first.errors.match(/^ℹ MCP server broken did not start/gm)?.length, 1, first.errors);
  const second = await stage.run(["--json"], "second question\n");
  assert.equal(second.code, 0, second.errors);
  const events = second.output.trim().split("\n").map((line) => JSON.parse(line));
  const types = events.map(({ type }) => type);
  assert.deepEqual([types[0], types.at(-1)], ["run.started", "run.finished"]);
  assert.equal(events.at(-1).outcome.answer.text, "ok: second question");
  const told = events.flatMap(({ event }) => event?.type === "news" ? [event.news] : []);
  assert.deepEqual(told.map(({ type, name }) => [type, name]), [["mcp-server.failed", "broken"]]);
  assert.deepEqual(stage.model.requests.at(-1)?.userTexts, ["first question", "second question"]);

  const kept = await Array.fromAsync(Deno.readDir(stage.stateFolder), ({ name }) => name);
  assert.deepEqual(kept.sort(), ["terminal", "traces"], "no configuration is written");
  const folder = await stage.conversationFolder();
  const log = await Deno.readTextFile(join(folder, "chat.log"));
  assert.match(log, / permissions\.confined read=\S+ write=\S+ net=none run=\S+/);
  assert.equal(await modeOf(join(folder, "chat.log")), 0o600);
  assert.match(await traceOf(stage), /"session_id":"terminal:project-[0-9a-f]{8}"/);
});

Deno.test("in pipes: a message that is a command is done as one, and no model is asked", async () => {
  await using stage = await TerminalStage.set(NEWEST);
  const mode = await stage.run(["/mode", "single"]);
  assert.deepEqual([mode.code, mode.output], [0, ""], mode.errors);
  assert.match(mode.errors, /Mode set to single/);
  const unknown = await stage.run([], "/profile nobody\n");
  assert.equal(unknown.code, 1, unknown.errors);
  assert.match(unknown.errors, /nobody/);
  const slip = await stage.run(["/modle plan"]);
  assert.equal(slip.code, 1, slip.errors);
  assert.match(slip.errors, /Did you mean \/mode/);
  assert.deepEqual(stage.model.requests, []);
  const review = await stage.run(["/review"]);
  assert.equal(review.code, 1, review.errors);
  assert.match(review.errors, /in no git repository[\s\S]*✗ Failed/);
  const words = await stage.run(["//init is a command of Codex"]);
  assert.equal(words.output, "ok: /init is a command of Codex\n", words.errors);
});

Deno.test("in pipes: what nobody can be asked is denied, which is said, and a failure ends with 1", async () => {
  await using stage = await TerminalStage.set(NEWEST);
  const file = join(stage.home, "made");
  stage.model.script({
    when: asks("make it"),
    steps: [{ command: `touch ${file}`, escalated: "outside" }, { status: 500 }],
  });
  const { code, output, errors } = await stage.run(["--mode", "single", "make it"]);
  assert.deepEqual([code, output], [1, ""], errors);
  assert.match(errors, /✗ Denied: nobody can be asked here.*: .*touch .*\n[\s\S]*✗ Failed · /);
  await assert.rejects(Deno.stat(file), Deno.errors.NotFound);
});

Deno.test("in pipes: Ctrl-C ends with 130, and until then the conversation is taken", async () => {
  await using stage = await TerminalStage.set(NEWEST);
  stage.model.script({ when: asks("hang"), steps: [NEVER] });
  const child = stage.start(["--mode", "single", "hang"]);
  await stage.model.received(asks("hang"));
  const taken = await stage.run(["me too"]);
  assert.equal(taken.code, 75);
  assert.match(taken.errors, /conversation of this folder is open already in process \d+\. .*--cd/);
  child.kill("SIGINT");
  const end = await endOf(child);
  assert.deepEqual([end.code, end.output], [130, ""]);
  assert.match(end.errors, /■ Stopped/);
});

Deno.test("at a terminal: a plan with two reviews, a question answered by a key, the answer as a person reads it", async () => {
  await using stage = await TerminalStage.set(NEWEST, { measured: true });
  const file = join(stage.home, "made");
  scriptRoles(stage.model, {
    selector: [[{ message: '{"mode":"plan","reason":"several files"}' }]],
    planner: [[{ message: "the plan" }]],
    developer: [
      [
        { command: "echo one > a.txt" },
        { command: `touch ${file}`, escalated: "It lies outside" },
        { message: "candidate" },
      ],
      [{ command: "echo two > a.txt" }, {
        message: "**It** is made.\n\n| 이름 | n |\n|---|--:|\n| 가나 | 1 |",
      }],
    ],
    reviewer: [
      [{ message: '{"verdict":"needs_changes","summary":"A test is missing","findings":[]}' }],
      [{ message: '{"verdict":"approved","summary":"good","findings":[]}' }],
    ],
  });
  const chat = stage.show([]);
  await chat.sees(/Codex works in[\s\S]*\/help[\s\S]*\n›$/);
  await chat.type("make it\r");
  const asked = await chat.sees(/1-3 and Enter ›/);
  assert.match(asked, /\? Codex wants to run a command\n(?:.*\n)*? {2}Reason: It lies outside/);
  assert.ok(asked.includes(`touch ${file}`.slice(0, 60)), asked);
  // What is no answer decides nothing.
  await chat.type("yes\r");
  await chat.sees(/Type one of 1, 2, 3,/);
  await assert.rejects(Deno.stat(file), Deno.errors.NotFound);
  await chat.type("1\r");
  const text = await chat.sees(/✓ Approved in round 2 · .*\n›/);
  assert.match(text, /✓ Allowed once: .*touch/);
  assert.match(
    text,
    /\nIt is made\.\n\n이름 │ n\n─+┼─+\n가나 │ 1\n\n✓ Approved in round 2 · 1 file/,
  );
  assert.equal((await Deno.stat(file)).isFile, true);
  assert.equal(stage.model.requests.filter(isRole("reviewer")).length, 2);
  await chat.type("/report\r");
  await chat.sees(/Report written\. Open it in a browser:[\s\S]*\.html\s*\n›/);
  const conversations = join(stage.home, ".codex-orchestrator", "terminal");
  const reports = join(conversations, namesIn(conversations)[0] ?? "", "reports");
  const [page = ""] = namesIn(reports);
  assert.match(await Deno.readTextFile(join(reports, page)), /<h1>[\s\S]*Approved in round 2/);
  await chat.type(CTRL_D);
  assert.equal(await chat.ended(), 0);
  assert.match(chat.screen.text, /\nrestored$/);
});

Deno.test("at a terminal: what is typed meanwhile waits, Ctrl-C stops, commands work, and the terminal is restored", async () => {
  await using stage = await TerminalStage.set(LAST_WITH_MCP_SERVER, { measured: true });
  stage.model.script({ when: asks("hang"), steps: [NEVER] });
  const chat = stage.show(["--mode", "single"], { NO_COLOR: "1" });
  await chat.sees(/single mode/);
  await chat.type("hang\r");
  await stage.model.received(asks("hang"));
  await chat.type("and this\r");
  await chat.sees(/Queued · next: and this/);
  await chat.sees(/Developing · \d[^\n]*\n[\s\S]*1 request queued\n›/);
  await chat.type(CTRL_C);
  const text = await chat.sees(/■ Stopped[\s\S]*ok: [\s\S]*and this\n\n✓ Done · .*\n›/);
  assert.ok(!text.includes("\x1b"));
  await chat.type("/mode plan\r");
  await chat.sees(/Mode set to plan\./);
  await chat.type("/stats\r");
  await chat.sees(/There is no \/stats\. Did you mean \/status\?/);
  await chat.type("/new\r");
  await chat.sees(/New conversation in\s[\s\S]*plan\s+mode\)\./);
  await chat.type("/queue\n");
  await chat.sees(/Nothing is running or queued/);
  await chat.type("half a line");
  await chat.sees(/› half a line$/);
  await chat.type(CTRL_C);
  await chat.sees(/running or queued\.\n›$/);
  await chat.type(CTRL_C);
  assert.equal(await chat.ended(), 0);
  assert.match(chat.screen.text, /\nrestored$/);
});

async function traceOf({ stateFolder }: TerminalStage): Promise<string> {
  const folder = join(stateFolder, "traces");
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  return (await Promise.all(names.map((name) => Deno.readTextFile(join(folder, name))))).join("");
}

const PAUSED = / codex\.event .*"type":"goal".*"status":"paused"/;

async function logOf(stage: TerminalStage): Promise<string> {
  return await Deno.readTextFile(join(await stage.conversationFolder(), "chat.log"));
}

Deno.test("at a terminal: a goal that the model sets is asked about, and its rounds are shown", async () => {
  await using stage = await TerminalStage.set(NEWEST);
  const isRound = ({ goalRound }: ReceivedRequest): boolean => goalRound !== undefined;
  const sets = (request: ReceivedRequest): boolean =>
    asks("make a goal")(request) && !isRound(request);
  // A model takes longer for its words than this program for the pause.
  const later = stage.model.received((request) => sets(request) && request.toolOutputs.length > 0)
    .then(() => until(async () => PAUSED.test(await logOf(stage))));
  stage.model.script({
    when: sets,
    steps: [
      { tool: "create_goal", arguments: { objective: "all is green" } },
      { until: later, then: { message: "goal made" } },
    ],
  });
  stage.model.script({
    when: isRound,
    steps: [{ tool: "update_goal", arguments: { status: "complete" } }, { message: "it is green" }],
  });
  stage.model.script({ when: isRound, steps: [{ message: "nearly there" }], times: 1 });
  const chat = stage.show(["--mode", "single", "--verbose"]);
  await chat.sees(/\n›$/);
  await chat.type("make a goal\r");
  await chat.sees(/goal made[\s\S]*! all is green[\s\S]*no request here works on[\s\S]*\/continue/);
  await chat.type("/goal\r");
  await chat.sees(/Goal · paused\nall is green\n[\s\S]*\/goal resume/);
  await chat.type("/continue\r");
  await chat.sees(
    /Goal, round 1\n\s*nearly there[\s\S]*it is green[\s\S]*✓ Goal reached · 2 rounds/,
  );
  await chat.type(CTRL_D);
  assert.equal(await chat.ended(), 0);
});
