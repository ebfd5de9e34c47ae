import assert from "node:assert/strict";
import { TEMPLATE } from "../../src/config/example.ts";
import { type Config, loadConfig, parseConfig } from "../../src/config/load.ts";
import { ConfigError, renderConfigError } from "../../src/config/errors.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { environmentOf } from "./environments.ts";

const PATH = "/home/ada/.codex-orchestrator/conf.toml";
const PYTHON_CONFIG = `
[telegram]
allowed_users = [123456789, "987654321"]

[telegram.polling]
poll_timeout = 30
loop_sleep_sec = 1
delete_webhook_on_start = true
drop_pending_updates = false
ignore_pending_updates_on_start = true
require_mcp_warmup = true
cancel_wait_timeout_sec = 5

[codex]
mcp_command = "npx"
mcp_args = "-y codex mcp-server"
mcp_client_timeout_seconds = 360000
agent_model = ""
agent_working_directory = "/tmp"
allow_echo_executor = false
approval_policy = "never"
sandbox = "danger-full-access"
mcp_direct_status = true
mcp_status_cmd = ""
mcp_auto_detect_process = false
max_review_rounds = 1

[profile]
default = "Bridge"

[profiles.default]
model = "gpt-5"

[profiles.bridge]
workingdirectory = "/"
[profiles.bridge.agents.plan.reviewer]
system_prompt = "strict"

[agents.single.developer]
model = "gpt-5-codex"
[agents.plan.Selector]
model = "gpt-5-mini"
`;

Deno.test("parseConfig reads a configuration of the Python program", async () => {
  const config = await parse(PYTHON_CONFIG);
  assert.deepEqual(config.telegram.allowedUsers, [123456789, 987654321]);
  assert.equal(config.telegram.polling.ignorePendingUpdatesOnStart, true);
  assert.deepEqual(config.codex.mcp, {
    command: "npx",
    arguments: ["-y", "codex", "mcp-server"],
  });
  assert.equal(config.codex.mcpClientTimeoutMs, 360_000_000);
  assert.equal(config.codex.backend, "auto");
  assert.equal(config.maxReviewRounds, 1);
  assert.deepEqual(config.warnings, []);
  assert.equal(config.profiles.default, "bridge");
  assert.deepEqual(config.profiles.all.get("bridge"), {
    name: "bridge",
    workingDirectory: "/",
    sandbox: "danger-full-access",
    approvalPolicy: "never",
    planApproval: "auto",
    agents: {
      single: { developer: { model: "gpt-5-codex" } },
      plan: {
        selector: { model: "gpt-5-mini", reasoningEffort: "low" },
        planner: {},
        developer: { model: "gpt-5-codex" },
        reviewer: { systemPrompt: "strict" },
      },
    },
  });
});

Deno.test("parseConfig fills in the defaults for an empty file", async () => {
  const config = await parse("");
  assert.deepEqual(config.telegram, {
    botToken: "123456:test-token",
    allowedUsers: [],
    allowedChats: [],
    groupTrigger: "mention",
    approvalTimeoutMs: 3_600_000,
    apiRoot: "https://api.telegram.org",
    polling: {
      pollTimeoutSeconds: 30,
      loopSleepSeconds: 1,
      deleteWebhookOnStart: true,
      dropPendingUpdates: false,
      ignorePendingUpdatesOnStart: false,
      requireWarmup: false,
      cancelWaitSeconds: 5,
    },
    pace: {
      private: { burst: 3, gapMs: 1_200, refreshMs: 3_000 },
      group: { burst: 2, gapMs: 3_500, refreshMs: 6_000 },
      collectMs: 1_200,
      retryMs: 1_000,
      statusAfterMs: 1_200,
      callsPerSecond: 30,
    },
  });
  assert.deepEqual(config.codex, {
    backend: "auto",
    command: "codex",
    appServer: { command: "codex", arguments: ["app-server"] },
    mcp: { command: "codex", arguments: ["mcp-server"] },
    mcpClientTimeoutMs: 360_000_000,
    turnTimeoutMs: 3_600_000,
    turnIdleTimeoutMs: 900_000,
    cancelGraceMs: 5000,
    reconnectMs: 600_000,
    goals: "ask",
    environmentNames: [],
    status: { direct: true, detectProcess: false },
  });
  assert.equal(config.maxReviewRounds, 3);
  assert.equal(config.profiles.all.get("default")?.workingDirectory, "/home/ada");
});

Deno.test("parseConfig warns when nobody is allowed and when Codex works in the home folder", async () => {
  const { warnings } = await parse("");
  assert.equal(warnings.length, 2);
  assert.match(warnings[0] ?? "", /allowed_users is empty: nobody .* answers with your id/);
  assert.match(warnings[1] ?? "", /no working_directory: .*\/home\/ada/);
});

Deno.test("parseConfig reports every problem at once, with key, finding and expectation", async () => {
  const error = await failureOf(`
top = 1
[telegram]
alowed_users = [1]
group_trigger = "name"
approval_timeout_minutes = 0
allowed_users = [1, "12a"]
api_root = "ftp://example.org"
poll_timeout = 5
[codex]
backend = "app_server"
max_review_rounds = -1
mcp_args = "mcp-server | tee log"
env = ["TELEGRAM_BOT_TOKEN"]
sandbox = true
[profile]
default = "wrk"
[profiles.work]
agents.developer.system_prompt_file = "missing.md"
agents.plan.reviewr.model = "x"
`);
  assert.deepEqual(
    linesOf(error),
    [
      'telegram.allowed_users[1] must be a user id, such as 123456789, found "12a"',
      'telegram.group_trigger must be one of "mention", "all", found "name"',
      "telegram.approval_timeout_minutes must be a number of minutes from 0.05 to 1440, found 0",
      "telegram.api_root must be the http or https address of a Bot API server, " +
      'without query or user name, found "ftp://example.org"',
      "telegram.alowed_users is not a known key, did you mean telegram.allowed_users",
      "telegram.poll_timeout is not a known key, did you mean telegram.polling.poll_timeout",
      'codex.backend must be one of "auto", "app-server", "mcp", "echo", found "app_server"',
      "codex.mcp_args must be words as a shell would split them, or a list " +
      '(the shell operator | has no meaning here), found "mcp-server | tee log"',
      'codex.sandbox must be one of "read-only", "workspace-write", "danger-full-access", found true',
      "codex.max_review_rounds must be a whole number of rounds from 0 to 20, found -1",
      "codex.env[0] must be a variable that Codex may see, which the bot token is not, " +
      'found "TELEGRAM_BOT_TOKEN"',
      "profiles.work.agents.plan.reviewr is not a known key, " +
      "did you mean profiles.work.agents.plan.reviewer",
      "top is not a known key, see conf.toml.example",
      "profiles.work.agents.developer.system_prompt_file must name a readable file with text, " +
      "found /home/ada/.codex-orchestrator/missing.md (it does not exist)",
      'profile.default must be one of the profiles "work", found "wrk", did you mean "work"',
    ].sort(),
  );
});

Deno.test("parseConfig reports a syntax error with line and column, and other problems too", async () => {
  const error = await failureOf("[telegram]\n\nallowed_users = = 2\n", {});
  const [syntax, token] = error.problems;
  assert.deepEqual(syntax, { place: `${PATH}:3:17`, detail: "not TOML: invalid value" });
  assert.equal(token?.key, "TELEGRAM_BOT_TOKEN");
});

Deno.test("parseConfig never shows a wrong bot token", async () => {
  const error = await failureOf("", { TELEGRAM_BOT_TOKEN: "slipped secret" });
  assert.match(renderConfigError(error), /TELEGRAM_BOT_TOKEN must be the token of your bot/);
  assert.doesNotMatch(renderConfigError(error), /slipped/);
});

Deno.test("renderConfigError writes one problem on a line and the notes after them", async () => {
  const error = await failureOf("[codex]\nbackend = 1\nenv = 2");
  const lines = renderConfigError(error).split("\n");
  assert.equal(lines[0], "Cannot use the configuration: 2 problems");
  assert.match(lines[1] ?? "", /^ {2}\/home\/ada\/.*conf\.toml: codex\.backend must be one of/);
  assert.match(lines[3] ?? "", /^ {2}note: telegram\.allowed_users is empty/);
});

Deno.test("parseConfig says of no key that it is absent when it is written and cannot be read", async () => {
  const remote = '[profiles.x]\napp_server_url = "unix:///run/x.sock"\nworking_directory = "/x"\n';
  for (
    const text of [
      "[telegram]\nallowed_users = [1]\nallowed_users = [2]\n[profiles.x]\nworking_directory = '~'",
      'TELEGRAM_BOT_TOKEN=1:a\n[telegram]\nallowed_users = [1]\n[codex]\nagent_working_directory = "~"',
      '[telegram]\nallowed_users = "1"\n[codex]\nagent_working_directory = 3',
      '[telegram]\nallowed_users = [1, "@ann"]\n[profiles.x]\nworking_directory = 3',
      "telegram = [1]\n[profiles.x]\nworkingdirectory = 3",
      "telegram = 3\nprofiles = 3",
      "[[telegram]]\nallowed_users = [1]\n[[codex]]\nagent_working_directory = '~'",
      '[telegram]\nallowed_users = ["x"]\n[profiles.x]\napp_server_url = "ws://example.com:80"',
      `[telegram]\nallowed_users = 1\n${
        remote.replace("unix:///run/x.sock", "ws://127.0.0.1:80")
      }app_server_token_env = 3`,
      `[telegram]\nallowed_users = 1\n${
        remote.replace('"unix:///run/x.sock"', "3")
      }app_server_token_env = "X"`,
    ]
  ) {
    const { notes } = await failureOf(text);
    assert.deepEqual(notes, [], text);
  }
});

Deno.test("parseConfig names a number without an end as TOML writes it", async () => {
  const error = await failureOf(
    "[codex]\nturn_timeout_seconds = inf\nturn_idle_timeout_seconds = nan\nreconnect_seconds = -inf",
  );
  assert.deepEqual(linesOf(error).map((line) => / found (\S+)$/.exec(line)?.[1]), [
    "-inf",
    "nan",
    "inf",
  ]);
});

Deno.test("parseConfig refuses a table that holds agent keys and further agents", async () => {
  const error = await failureOf('[agents.plan]\nmodel = "x"\n[agents.plan.planner]\nmodel = "y"');
  assert.deepEqual(linesOf(error), [
    "agents.plan.model is not a known key, see conf.toml.example",
  ]);
});

Deno.test("parseConfig takes the default profile from [profiles], too", async () => {
  const config = await parse('[profiles]\ndefault = "B"\n[profiles.a]\n[profiles.b]');
  assert.equal(config.profiles.default, "b");
  assert.deepEqual([...config.profiles.all.keys()], ["a", "b"]);
});

Deno.test("parseConfig takes the first profile where none is called default", async () => {
  assert.equal((await parse("[profiles.b]\n[profiles.a]")).profiles.default, "b");
});

Deno.test("parseConfig refuses two profiles whose names differ in case only", async () => {
  assert.deepEqual(linesOf(await failureOf("[profiles.a]\n[profiles.A]")), [
    "profiles.A is defined twice, in different case",
  ]);
});

Deno.test("parseConfig turns allow_echo_executor into the echo backend", async () => {
  assert.equal((await parse("[codex]\nallow_echo_executor = true")).codex.backend, "echo");
  const both = await parse('[codex]\nbackend = "mcp"\nallow_echo_executor = true');
  assert.equal(both.codex.backend, "echo");
  assert.ok(both.warnings.some((warning) => warning.includes('codex.backend = "mcp"')));
});

Deno.test("parseConfig reads the retired approval policy as on-request", async () => {
  const config = await parse('[codex]\napproval_policy = "on-failure"');
  assert.equal(config.profiles.all.get("default")?.approvalPolicy, "on-request");
  assert.ok(config.warnings.some((warning) => warning.includes('"on-failure"')));
});

Deno.test("parseConfig shortens a poll that Telegram would cut", async () => {
  const config = await parse("[telegram.polling]\npoll_timeout = 60");
  assert.equal(config.telegram.polling.pollTimeoutSeconds, 50);
  assert.ok(config.warnings.some((warning) => warning.includes("poll_timeout is 60")));
});

Deno.test("parseConfig builds the command lines of the servers from what is written", async () => {
  const { codex } = await parse(`
[codex]
command = "~/bin/codex"
app_server_args = "app-server -c 'a b'"
mcp_command = "./old/codex"
mcp_args = ["mcp-server", "*"]
mcp_direct_status = false
mcp_status_cmd = "status --json"
mcp_auto_detect_process = true
`);
  assert.equal(codex.command, "/home/ada/bin/codex");
  assert.deepEqual(codex.appServer, {
    command: "/home/ada/bin/codex",
    arguments: ["app-server", "-c", "a b"],
  });
  assert.deepEqual(codex.mcp, {
    command: "/home/ada/.codex-orchestrator/old/codex",
    arguments: ["mcp-server", "*"],
  });
  assert.deepEqual(codex.status, {
    direct: false,
    command: { command: "status", arguments: ["--json"] },
    detectProcess: true,
  });
});

Deno.test("parseConfig completes half an npx command line as the Python program did", async () => {
  const npx = { command: "npx", arguments: ["-y", "codex", "mcp-server"] };
  assert.deepEqual((await parse('[codex]\nmcp_command = "npx"')).codex.mcp, npx);
  assert.deepEqual((await parse('[codex]\nmcp_args = "-y codex mcp-server"')).codex.mcp, npx);
});

Deno.test("parseConfig keeps api_root without its trailing slash", async () => {
  const { telegram } = await parse('[telegram]\napi_root = "http://127.0.0.1:8081/"');
  assert.equal(telegram.apiRoot, "http://127.0.0.1:8081");
});

Deno.test("loadConfig writes a missing conf.toml from the template, readable by its owner only", async () => {
  await using home = await temporaryFolder();
  const config = await loadConfig(environmentOf(home.path));
  const path = `${home.path}/.codex-orchestrator/conf.toml`;

  assert.equal(config.path, path);
  assert.equal(config.created, true);
  assert.match(
    config.warnings[0] ?? "",
    /was written: fill in allowed_users there, or run `codex-orchestrator init`/,
  );
  assert.equal(await Deno.readTextFile(path), TEMPLATE);
  assert.equal(await modeOf(path), 0o600);
  assert.equal(await modeOf(config.stateFolder), 0o700);
  assert.equal((await loadConfig(environmentOf(home.path))).created, false);
});

Deno.test("loadConfig prefers --conf over CODEX_CONF_PATH", async () => {
  await using home = await temporaryFolder();
  await Deno.writeTextFile(`${home.path}/a.toml`, "[codex]\nmax_review_rounds = 1");
  await Deno.writeTextFile(`${home.path}/b.toml`, "[codex]\nmax_review_rounds = 2");
  const environment = environmentOf(home.path, {
    TELEGRAM_BOT_TOKEN: "1:a",
    CODEX_CONF_PATH: "~/a.toml",
  });
  assert.equal((await loadConfig(environment)).maxReviewRounds, 1);
  assert.equal((await loadConfig(environment, { flag: "b.toml" })).maxReviewRounds, 2);
});

Deno.test("loadConfig creates no folders for a mistyped path", async () => {
  await using home = await temporaryFolder();
  await assert.rejects(
    loadConfig(environmentOf(home.path), { flag: "no/such/conf.toml" }),
    (error) =>
      error instanceof ConfigError &&
      error.problems[0]?.detail === "does not exist, and neither does its folder",
  );
  await assert.rejects(Deno.stat(`${home.path}/no`), Deno.errors.NotFound);
});

Deno.test("loadConfig says so when conf.toml is a folder", async () => {
  await using home = await temporaryFolder();
  await assert.rejects(
    loadConfig(environmentOf(home.path), { flag: home.path }),
    (error) => error instanceof ConfigError && /cannot be read/.test(renderConfigError(error)),
  );
});

function parse(text: string): Promise<Config> {
  return parseConfig(text, { path: PATH, environment: environmentOf("/home/ada") });
}

async function failureOf(
  text: string,
  variables?: Readonly<Record<string, string>>,
): Promise<ConfigError> {
  try {
    await parseConfig(text, { path: PATH, environment: environmentOf("/home/ada", variables) });
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: "the configuration was accepted" });
}

function linesOf(error: ConfigError): readonly string[] {
  return error.problems.map(({ key, detail }) => `${key} ${detail}`).sort();
}

async function modeOf(path: string): Promise<number> {
  return ((await Deno.stat(path)).mode ?? 0) & 0o777;
}
