/** A configuration that the libraries which read it have changed is refused. */
import assert from "node:assert/strict";
import { ConfigError } from "../../src/config/errors.ts";
import { heldConfig, withoutValues } from "../../src/config/held_config.ts";
import { type Config, parseConfig } from "../../src/config/load.ts";
import { environmentOf } from "./environments.ts";

const PATH = "/home/ann/.codex-orchestrator/conf.toml";
const TEXT = `
[telegram]
allowed_users = [17, "18"]
allowed_chats = [-100]
[codex]
command = "~/bin/codex"
mcp_status_cmd = "status --json"
mcp_direct_status = false
env = ["MY_KEY"]
[voice]
command = ["hear", "{file}"]
[profiles.here]
working_directory = "~/project"
[profiles.there]
app_server_url = "wss://build.example:444/x"
app_server_token_env = "BUILD_TOKEN"
working_directory = "/srv"
[profiles.local]
app_server_url = "unix://~/codex.sock"
working_directory = "/srv"
`;
const TOKEN = "123456:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr";
const environment = environmentOf("/home/ann", {
  TELEGRAM_BOT_TOKEN: TOKEN,
  BUILD_TOKEN: "0123456789abcdef",
  MY_PASSWORD: "correct horse",
});
const held = {
  text: TEXT,
  path: PATH,
  environment,
  stateFolder: environment.stateFolder,
  folders: [],
  withoutTelegram: false,
};

async function read(text = TEXT): Promise<Config> {
  return await parseConfig(text, { path: PATH, environment: withoutValues(environment) });
}

Deno.test("heldConfig takes what is written, and puts the secrets in that its reader was not told", async () => {
  const config = await read();
  assert.ok(!JSON.stringify([config, withoutValues(environment)]).includes(TOKEN));
  const made = heldConfig(config, held);
  assert.equal(made.telegram.botToken, TOKEN);
  assert.deepEqual(made.machines.map(({ token }) => token), ["0123456789abcdef", undefined]);
  assert.deepEqual(made.secrets, [TOKEN, "0123456789abcdef", "correct horse", "0123456789abcdef"]);
});

const CHANGES: readonly (readonly [what: string, change: (config: Config) => Config])[] = [
  ["a stranger", (c) => ({ ...c, telegram: { ...c.telegram, allowedUsers: [17, 666] } })],
  ["a strange group", (c) => ({ ...c, telegram: { ...c.telegram, allowedChats: [-666] } })],
  [
    "another Bot API",
    (c) => ({ ...c, telegram: { ...c.telegram, apiRoot: "https://evil.example" } }),
  ],
  [
    "the Bot API without encryption",
    (c) => ({ ...c, telegram: { ...c.telegram, apiRoot: "http://api.telegram.org:443" } }),
  ],
  ["another program", (c) => ({ ...c, codex: { ...c.codex, command: "/bin/sh" } })],
  ["another server", (c) => ({
    ...c,
    codex: { ...c.codex, appServer: { command: "codex", arguments: ["app-server", "-c", "x"] } },
  })],
  ["a program behind it", (c) => ({
    ...c,
    codex: { ...c.codex, mcp: { ...c.codex.mcp, native: "/bin/sh" } },
  })],
  ["another status command", (c) => ({
    ...c,
    codex: {
      ...c.codex,
      status: { ...c.codex.status, command: { command: "status", arguments: ["--evil"] } },
    },
  })],
  ["a variable", (c) => ({ ...c, codex: { ...c.codex, environmentNames: ["MY_PASSWORD"] } })],
  ["another listener", (c) => ({ ...c, voice: { ...c.voice, command: ["sh", "{file}"] } })],
  ["an endpoint", (c) => ({ ...c, voice: { ...c.voice, endpoint: "https://evil.example/x" } })],
  ["a machine", (c) => ({
    ...c,
    machines: [{
      name: "wss://evil.example",
      endpoint: { type: "network", url: "wss://evil.example/", host: "evil.example", port: 443 },
    }],
  })],
  ["another host of a machine", (c) => ({
    ...c,
    machines: c.machines.map((machine) =>
      machine.endpoint.type === "unix"
        ? machine
        : { ...machine, endpoint: { ...machine.endpoint, host: "evil.example" } }
    ),
  })],
  ["another state folder", (c) => ({ ...c, stateFolder: "/" })],
  ["a folder for traces", (c) => ({ ...c, tracesFolder: "/home/ann" })],
  ["another working folder", (c) => withProfile(c, { workingDirectory: "/" })],
  ["no sandbox", (c) => withProfile(c, { sandbox: "danger-full-access" })],
  ["no questions", (c) => withProfile(c, { approvalPolicy: "never" })],
];

function withProfile(
  config: Config,
  change: Partial<
    { workingDirectory: string; sandbox: "danger-full-access"; approvalPolicy: "never" }
  >,
): Config {
  const all = [...config.profiles.all].map(([name, profile]) =>
    [name, { ...profile, ...change }] as const
  );
  return { ...config, profiles: { ...config.profiles, all: new Map(all) } };
}

for (const [what, change] of CHANGES) {
  Deno.test(`heldConfig refuses ${what} that is not written`, async () => {
    const config = await read();
    assert.throws(() => heldConfig(change(config), held), ConfigError);
  });
}

Deno.test("heldConfig takes full access and no questions where they are written", async () => {
  const text =
    `${TEXT}\n[profiles.wild]\nsandbox = "danger-full-access"\napproval_policy = "never"`;
  const config = await read(text);
  assert.equal(heldConfig(config, { ...held, text }).profiles.all.size, 4);
});

Deno.test("heldConfig takes a command with brackets, and none that is commented out", async () => {
  const [before = "", behind = ""] = TEXT.split('command = ["hear", "{file}"]');
  const script = "[ -s {file} ] && hear {file}";
  const text =
    `${before}command = ["sh", "-c", "${script}"]${behind}\n# command = ["other", "{file}"]`;
  const config = await read(text);
  assert.deepEqual(heldConfig(config, { ...held, text }).voice.command, ["sh", "-c", script]);
  const other = { ...config, voice: { ...config.voice, command: ["other", "{file}"] } };
  assert.throws(() => heldConfig(other, { ...held, text }), ConfigError);
});
