/** What Codex tells beside its work comes to the person in a quiet line, once; on real Codex. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import { LAST_WITH_MCP_SERVER, NEWEST } from "../support/codex_versions.ts";
import { scriptHelper } from "../support/helper_script.ts";
import type { Step } from "../support/responses_api.ts";
import { addToolServer } from "../support/tool_server_config.ts";
import { Stage } from "./stage.ts";

const IN_AN_HOUR = String(Math.floor(Date.now() / 1000) + 3_600);

/** Blocks a prompt; with the hash by which Codex knows that the person trusts it. */
const HOOK = "grep -q forbidden || exit 0; echo 'no forbidden prompts' >&2; exit 2";
const HOOK_HASH = "sha256:adc6f82daede12e42a63181fcf00cc736c0a40314d91cd1fde45f53739509bd0";

/** A config.toml in which much goes wrong. */
async function spoilConfig({ codexHome }: Stage): Promise<void> {
  const path = join(codexHome, "config.toml");
  const config = await Deno.readTextFile(path);
  await Deno.writeTextFile(
    path,
    `model_auto_compact_token_limit = 110
${config.replace("[features]", "[features]\nweb_search_request = true")}
[mcp_servers.broken]
command = "/no/such/server"
env = { API_TOKEN = "sk-live-4f9a8b7c6d5e4f3a2b1c" }
[[hooks.UserPromptSubmit]]
[[hooks.UserPromptSubmit.hooks]]
type = "command"
command = "${HOOK}"
[hooks.state."${path}:user_prompt_submit:0:0"]
trusted_hash = "${HOOK_HASH}"
`,
  );
}

/** The bot's quiet messages so far. */
function newsIn({ world, chat }: Stage): SeenMessage[] {
  return world.botMessages(chat).filter(({ text }) => text.startsWith("ℹ️"));
}

Deno.test(`app-server ${NEWEST}: news come once, below the answer, and last in /log and /status`, async () => {
  await using stage = await Stage.set({ codex: NEWEST, backend: "app-server" });
  await spoilConfig(stage);
  stage.model.script({
    when: ({ lastUserText }) => lastUserText === "nearly",
    steps: [{ message: "well" }],
    headers: {
      "x-codex-primary-used-percent": "92",
      "x-codex-primary-window-minutes": "300",
      "x-codex-primary-reset-at": IN_AN_HOUR,
    },
  });
  await stage.start();
  await stage.ask("/mode single", /Mode set to single/);

  const first = stage.say("nearly");
  const answer = await stage.reply(first, /^well$/);
  const told = await stage.reply(first, /^ℹ️/);
  assert.ok(told.id > answer.id);
  assert.equal(told.silent, true);
  assert.match(
    told.text,
    /MCP server broken did not start, so its tools are missing: .*No such file/,
  );
  assert.match(told.text, /\[features\]\.web_search_request is deprecated/);
  assert.match(told.text, /5 h window: 92% used, resets in \d+ min/);
  await stage.ask("/log", /MCP server broken did not start[\s\S]*92% of a usage limit used/);
  const status = await stage.ask("/status", /^Status/);
  assert.match(status.text, /Attention: MCP server broken did not start/);
  assert.match(status.text, /Attention: 5 h window: 92% used/);

  // The same is told no second time; what is new is.
  const second = stage.say("nearly");
  const again = await stage.reply(second, /^ℹ️/);
  assert.match(again.text, /^ℹ️ Codex summarized the older part of this conv/);
  assert.doesNotMatch(again.text, /broken|deprecated|92%/);
  const third = stage.say("a forbidden one");
  const blocked = await stage.reply(third, /^ℹ️/);
  assert.equal(blocked.text, "ℹ️ Your hook userPromptSubmit stopped Codex: no forbidden prompts");
  await stage.ask("nearly", /^well$/);
  await stage.stop();
  assert.equal(newsIn(stage).length, 3, newsIn(stage).map(({ text }) => text).join("\n\n"));
  const notices = (await stage.traces()).filter(({ type }) => type === "notice");
  assert.ok(notices.some(({ text }) => /MCP server broken/.test(String(text))));
});

for (const codex of ["0.140.0", NEWEST] as const) {
  Deno.test(`app-server ${codex}: a hook that nobody trusts yet is told once, as it does not run`, async () => {
    await using stage = await Stage.set({ codex, backend: "app-server" });
    const path = join(stage.codexHome, "config.toml");
    const hook = `[[hooks.UserPromptSubmit]]
[[hooks.UserPromptSubmit.hooks]]
type = "command"
command = "exit 2"
`;
    await Deno.writeTextFile(path, `${await Deno.readTextFile(path)}\n${hook}`);
    await stage.start();
    await stage.ask("/mode single", /Mode set to single/);
    await stage.ask("hello", /^ok: hello$/);
    await stage.ask("and on", /^ok: and on$/);
    await stage.world.waitForMessage(
      stage.chat,
      ({ text }) =>
        /^ℹ️ Codex does not run your hook userPromptSubmit \(exit 2\) before/.test(text),
    );
    await stage.ask("once more", /^ok: once more$/);
    await stage.stop();
    assert.equal(newsIn(stage).length, 1);
  });
}

for (const codex of ["0.140.0", NEWEST] as const) {
  Deno.test(`app-server ${codex}: an MCP server that has ended is told with each request, and what helps`, async () => {
    await using stage = await Stage.set({ codex, backend: "app-server" });
    await addToolServer(stage.codexHome);
    const { chat, model, world } = stage;
    const call = (name: string): Step => ({
      tool: name,
      namespace: "mcp__desk",
      arguments: {},
    });
    for (const name of ["crash", "rename"]) {
      // It is told once, however often the request calls it.
      const calls = name === "crash" ? [call(name), call(name)] : [call(name)];
      model.script({
        when: ({ lastUserText }) => lastUserText === name,
        steps: [...calls, { message: `asked for ${name}` }],
      });
    }
    await stage.start();
    await stage.ask("/mode single", /Mode set to single/);
    for (const _time of ["first", "second"]) {
      const told = await stage.reply(stage.say("crash"), /^ℹ️/);
      assert.equal(
        told.text,
        "ℹ️ MCP server desk ended the connection, so a call of its tools failed. If that happens again, /restart starts it anew; so does a new conversation: /new",
      );
    }
    await stage.ask("/restart", /^Codex was started anew/);
    const asked = stage.say("rename");
    const question = await stage.reply(asked, /rename/);
    world.press(chat, question.id, "Allow once");
    await stage.reply(asked, /^asked for rename$/);
    assert.match(model.requests.at(-1)?.toolOutputs.at(-1) ?? "", /rename done/);
    await stage.stop();
    const told = newsIn(stage).map(({ text }) => text);
    assert.equal(told.filter((text) => /desk/.test(text)).length, 2, told.join("\n\n"));
  });
}

/** Their commands, with the hashes by which Codex knows that the person trusts them. */
const SPEAKING_HOOKS = [
  {
    command: `echo '{"systemMessage":"this is production"}'`,
    hash: "sha256:a117fce1c40adc4bab6c6facfd3761da06df3f793bff07c1ad7a9d854709d3a7",
  },
  {
    command: "exit 7",
    hash: "sha256:bf7a67c55c75508fdcf132d8e3d04a95b708fcbc7c5be2f3d4bb45cacb51c736",
  },
];

Deno.test(`app-server ${NEWEST}: what a hook says to the person, and that one failed, is told once`, async () => {
  await using stage = await Stage.set({ codex: NEWEST, backend: "app-server" });
  const path = join(stage.codexHome, "config.toml");
  const hooks = SPEAKING_HOOKS.map(({ command, hash }, index) =>
    `[[hooks.UserPromptSubmit]]
[[hooks.UserPromptSubmit.hooks]]
type = "command"
command = ${JSON.stringify(command)}
[hooks.state."${path}:user_prompt_submit:${index}:0"]
trusted_hash = "${hash}"
`
  );
  await Deno.writeTextFile(path, `${await Deno.readTextFile(path)}\n${hooks.join("")}`);
  await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  const told = await stage.reply(stage.say("hello"), /^ℹ️/);
  assert.deepEqual(told.text.replaceAll("ℹ️ ", "").split("\n").toSorted(), [
    "Your hook userPromptSubmit failed, so Codex went on without it: hook exited with code 7",
    "Your hook userPromptSubmit says: this is production",
  ]);
  await stage.ask("and on", /^ok: and on$/);
  await stage.stop();
  assert.equal(newsIn(stage).length, 1);
});

/** Lets Codex ask its automatic review in place of the person, which denies everything. */
async function denyAll({ codexHome, model }: Stage): Promise<void> {
  const path = join(codexHome, "config.toml");
  const config = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, `approvals_reviewer = "auto_review"\n${config}`);
  const verdict = JSON.stringify({
    risk_level: "high",
    user_authorization: "low",
    outcome: "deny",
    rationale: "It lies outside of the project.",
  });
  model.script({
    when: ({ userTexts }) =>
      userTexts.some((text) => text.includes("whose request action you are")),
    steps: [{ message: verdict }],
  });
}

const DENYING = [
  ["app-server", "0.140.0"],
  ["app-server", NEWEST],
  ["mcp", LAST_WITH_MCP_SERVER],
] as const;

for (const [backend, codex] of DENYING) {
  Deno.test(`${backend} ${codex}: a turn that too many denials end says why, each time`, async () => {
    await using stage = await Stage.set({ codex, backend });
    const outside = ["one", "two", "three"].map((name) => join(stage.home, name));
    stage.model.script({
      when: ({ lastUserText }) => lastUserText === "touch them",
      steps: outside.map((file) => ({ command: `touch ${file}`, escalated: "Needed" })),
    });
    await denyAll(stage);
    await stage.start();
    await stage.ask("/mode single", /Mode set to single/);
    for (const _time of ["first", "second"]) {
      const asked = stage.say("touch them");
      await stage.reply(asked, /^❌ Failed: Codex stopped because too many .* denied/);
    }
    await stage.stop();
    // It is told with the failure.
    assert.ok(!newsIn(stage).some(({ text }) => text.includes("too many")), "told twice");
  });
}

Deno.test(`app-server ${NEWEST}: a sub-agent that too many denials end has failed, and says why`, async () => {
  await using stage = await Stage.set({
    codex: NEWEST,
    backend: "app-server",
    features: ["multi_agent_v2"],
  });
  const outside = ["one", "two", "three"].map((name) => join(stage.home, name));
  const steps = outside.map((file) => ({ command: `touch ${file}`, escalated: "Needed" }));
  scriptHelper(stage.model, steps, { waits: false });
  await denyAll(stage);
  await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  await stage.reply(
    stage.say("go"),
    /^🤖 Sub-agent helper worked on after the answer: failed: Automatic .* too many approval/,
  );
});

Deno.test(`app-server ${NEWEST}: what the automatic review denied a sub-agent has no button, as Codex takes no word for it`, async () => {
  await using stage = await Stage.set({
    codex: NEWEST,
    backend: "app-server",
    features: ["multi_agent_v2"],
  });
  const file = join(stage.home, "outside");
  scriptHelper(stage.model, [{ command: `touch ${file}`, escalated: "Needed" }, {
    message: "helped",
  }]);
  await denyAll(stage);
  await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  const told = await stage.reply(stage.say("go"), /^ℹ️/);
  assert.match(told.text, /^ℹ️ Codex's automatic review denied touch /);
  assert.deepEqual(told.buttons, []);
});

Deno.test(`app-server ${NEWEST}: what the automatic review denied can be allowed once`, async () => {
  await using stage = await Stage.set({ codex: NEWEST, backend: "app-server" });
  const file = join(stage.home, "outside");
  const { model, world, chat } = stage;
  model.script({
    when: ({ lastUserText }) => lastUserText === "touch it",
    steps: [{ command: `touch ${file}`, escalated: "Needed" }, { message: "denied" }],
  });
  await denyAll(stage);
  await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  const asked = stage.say("touch it");
  const told = await stage.reply(asked, /^ℹ️/);
  assert.equal(
    told.text,
    `ℹ️ Codex's automatic review denied touch ${file}: It lies outside of the project.`,
  );
  const label = told.buttons[0]?.[0]?.text ?? "";
  assert.match(label, /^Allow once: touch /);
  world.press(chat, told.id, label);
  await stage.reply(told.id, /^Allowed once\. Send go on, and Codex tries it again\./);
  const again = world.press(chat, told.id, label);
  assert.match((await world.waitForAnswer(again)).text ?? "", /no longer/);
  await stage.ask("go on", /^ok: go on$/);
  const heard = model.requests.at(-1)?.developerText ?? "";
  assert.ok(/manually approved a specific action[\s\S]*touch .*outside/.test(heard), heard);
});
