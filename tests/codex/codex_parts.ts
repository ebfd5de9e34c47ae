/** The parts of the journey that are about what Codex offers and does beside a request. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { exists } from "../../src/config/file_access.ts";
import type { Stage } from "../e2e/stage.ts";
import { type Outcome, WORKS } from "../support/codex_versions.ts";
import { denoFolder } from "../support/deno_folder.ts";
import { until } from "../support/processes.ts";
import { type ReceivedRequest, scriptInOrder, type Step } from "../support/responses_api.ts";
import { asks, single, TELLING_ALL } from "./part.ts";

export async function* model(stage: Stage): AsyncGenerator<Outcome, void> {
  await single(stage);
  const list = await stage.ask("/model", /^Model/);
  const other = list.buttons.flat().map(({ text }) => text)
    .find((label) => !label.startsWith("●") && label !== "As in the profile");
  if (other === undefined) {
    assert.match(list.text, /cannot list models/);
    await stage.ask("/model gpt-5.4", /Model set to gpt-5\.4/);
  } else {
    stage.world.press(stage.chat, list.id, other);
    await stage.world.waitForMessage(
      stage.chat,
      ({ id, text }) => id === list.id && text.includes(`Model set to ${other}`),
      { what: `the choice of ${other}` },
    );
  }
  await stage.ask("with another one", /^ok: [\s\S]*with another one$/);
  const used = stage.model.requests.at(-1)?.model;
  assert.equal(used, (await stage.session()).model);
  assert.notEqual(used, "gpt-5.5");
  await stage.ask("/model profile", /Back to the profile's model/);
  yield other === undefined ? "by name" : WORKS;
}

export async function* limits(stage: Stage): AsyncGenerator<Outcome, void> {
  await single(stage);
  stage.model.script({
    when: asks("how much is left?"),
    steps: [{ message: "well" }],
    headers: {
      "x-codex-primary-used-percent": "42",
      "x-codex-primary-window-minutes": "300",
      "x-codex-primary-reset-at": String(Math.floor(Date.now() / 1_000) + 3_600),
    },
  });
  await stage.ask("how much is left?", /^well$/);
  const usage = await stage.ask("/usage", /^Tokens/);
  assert.match(usage.text, /42% used|cannot show account limits/);
  yield /42% used, resets in \d+ min/.test(usage.text) ? WORKS : "none";
}

export async function* subAgents(stage: Stage): AsyncGenerator<Outcome, void> {
  await single(stage);
  const made = join(stage.home, "made-by-helper");
  await stage.ask("which tools?", /^ok: [\s\S]*which tools\?$/);
  const tools = stage.model.requests.at(-1)?.tools ?? [];
  const isPlain = tools.includes("spawn_agent");
  if (!isPlain && !tools.includes("collaboration")) return yield "off";
  const call = (tool: string, parameters: Readonly<Record<string, unknown>>): Step => ({
    tool,
    ...(isPlain ? {} : { namespace: "collaboration" }),
    arguments: parameters,
  });
  const task = "paint the fence";
  const isHelper = ({ lastUserText, agentTexts }: ReceivedRequest): boolean =>
    lastUserText.endsWith(task) || (lastUserText === "" && agentTexts.join("\n").includes(task));
  scriptInOrder(stage.model, asks("have it painted"), [
    call("spawn_agent", { task_name: "painter", message: task, fork_turns: "none" }),
    call("wait_agent", { timeout_ms: 60_000 }),
    { message: "it is painted" },
  ]);
  scriptInOrder(stage.model, isHelper, [
    { command: `touch ${made}`, escalated: "The fence lies outside" },
    { message: "painted" },
  ]);
  const request = stage.say("have it painted");
  const question = await stage.reply(request, /Codex wants to run a command/);
  assert.match(question.text, /Sub-agent: painter/);
  stage.world.press(stage.chat, question.id, "Allow once");
  await stage.reply(request, /^it is painted$/);
  assert.equal(await exists(made), true, "what the sub-agent was allowed has run");
  yield WORKS;
}

export async function* commandsLeft(stage: Stage): AsyncGenerator<Outcome, void> {
  await single(stage);
  const command = `sleep ${100_000 + Math.floor(Math.random() * 900_000)}`;
  stage.model.script({
    when: asks("leave it running"),
    steps: [{ command, yieldMs: 300 }, { message: "left" }],
  });
  await stage.ask("leave it running", /^left$/);
  const listed = await stage.ask("/ps", /./);
  if (listed.text.includes(command)) {
    await stage.ask("/stop", new RegExp(`^Stopped .*${command}`));
    yield WORKS;
  } else {
    assert.match(listed.text, /backend = "app-server"/);
    yield "none";
  }
}

export async function* goal(stage: Stage): AsyncGenerator<Outcome, void> {
  await single(stage);
  await stage.ask("before the goal", /^ok: [\s\S]*before the goal$/);
  const tools = stage.model.requests.at(-1)?.tools ?? [];
  if (!tools.includes("create_goal")) {
    await stage.ask("/goal", /has no goals\. .*backend = "app-server"/);
    return yield "none";
  }
  const sets = (request: ReceivedRequest): boolean =>
    !isRound(request) && asks("make a goal")(request);
  // No model is so quick that its turn ends before Codex has heard of the pause.
  const paused = stage.model.received((request) => sets(request) && request.toolOutputs.length > 0)
    .then(() => until(async () => /paused/.test((await stage.ask("/goal", /^Goal · /)).text)));
  stage.model.script({
    when: sets,
    steps: [
      { tool: "create_goal", arguments: { objective: "all tests are green" } },
      { until: paused, then: { message: "a goal is set" } },
    ],
  });
  stage.model.script({
    when: isRound,
    steps: [
      { tool: "update_goal", arguments: { status: "complete" } },
      { message: "all are green" },
    ],
  });
  const request = stage.say("make a goal");
  await stage.reply(request, /^a goal is set$/);
  const question = await stage.reply(
    request,
    /that no request here works on:\nall tests are green/,
  );
  await stage.ask("meanwhile", /^ok: [\s\S]*meanwhile$/);
  assert.equal(stage.model.requests.filter(isRound).length, 0, "nothing runs before it may");
  stage.world.press(stage.chat, question.id, "Let it go on");
  await stage.reply(request, /Goal reached\n+all are green/);
  yield WORKS;
}

/** Codex begins it by itself, to work on a goal. */
function isRound({ goalRound }: ReceivedRequest): boolean {
  return goalRound !== undefined;
}

export async function* toolOfServer(stage: Stage): AsyncGenerator<Outcome, void> {
  await addToolServer(stage);
  await stage.restart(...TELLING_ALL);
  await single(stage);
  await stage.ask("which tools now?", /^ok: [\s\S]*which tools now\?$/);
  const tools = stage.model.requests.at(-1)?.tools ?? [];
  const name = tools.includes("mcp__desk__rename")
    ? { tool: "mcp__desk__rename" }
    : { tool: "rename", namespace: "mcp__desk" };
  stage.model.script({
    when: asks("rename it"),
    steps: [{ ...name, arguments: { title: "One" } }, { message: "renamed" }],
  });
  const request = stage.say("rename it");
  const question = await stage.reply(request, /Codex wants to use a tool|cannot pass on/);
  if (question.text.includes("cannot pass on")) {
    assert.match(question.text, /backend = "app-server"/);
    await stage.ask("and now?", /^ok: [\s\S]*and now\?$/);
    return yield "stopped";
  }
  for (const part of ["Server: desk", "Tool: rename\n", "title: One"]) {
    assert.ok(question.text.includes(part), `${part} in\n${question.text}`);
  }
  stage.world.press(stage.chat, question.id, "Allow once");
  await stage.reply(request, /^renamed$/);
  const outputs = stage.model.requests.at(-1)?.toolOutputs.join("\n") ?? "";
  assert.match(outputs, /rename done with .*One/);
  yield WORKS;
}

/** Adds a server with tools to Codex's configuration; each thread starts it anew. */
async function addToolServer({ codexHome }: Stage): Promise<void> {
  const server = new URL("../support/tool_server.ts", import.meta.url).pathname;
  const table = `
[mcp_servers.desk]
command = ${JSON.stringify(Deno.execPath())}
args = ["run", "-A", ${JSON.stringify(server)}]
env = { DENO_DIR = ${JSON.stringify(denoFolder())} }
startup_timeout_sec = 60
`;
  await Deno.writeTextFile(join(codexHome, "config.toml"), table, { append: true });
}
