import assert from "node:assert/strict";
import { readAppServerUrl } from "../../src/config/value_kinds.ts";
import { type Config, parseConfig } from "../../src/config/load.ts";
import { ConfigError, renderConfigError } from "../../src/config/errors.ts";
import { environmentOf } from "./environments.ts";

const TOKEN = "0123456789abcdef-token";
const VARIABLES = { TELEGRAM_BOT_TOKEN: "123456:test-token", BUILD_KEY: TOKEN };

for (
  const [written, name, host, port] of [
    ["wss://build.example", "wss://build.example", "build.example", 443],
    ["wss://build.example:8443/codex", "wss://build.example:8443/codex", "build.example", 8443],
    ["WS://LocalHost:4500/", "ws://localhost:4500", "localhost", 4500],
    ["ws://127.0.0.1", "ws://127.0.0.1", "127.0.0.1", 80],
    ["ws://[::1]:4500", "ws://[::1]:4500", "[::1]", 4500],
  ] as const
) {
  Deno.test(`readAppServerUrl takes ${written}`, () => {
    const read = readAppServerUrl(written);
    assert.ok(read.ok && read.endpoint.type === "network");
    assert.deepEqual([read.name, read.endpoint.host, read.endpoint.port], [name, host, port]);
  });
}

for (
  const [written, expected] of [
    ["build.example:4500", /address of a Codex app-server/],
    ["http://127.0.0.1:4500", /address of a Codex app-server/],
    ["wss://ann:pw@build.example", /without user name/],
    ["wss://build.example/?token=abc", /without user name, query/],
    ["wss://build.example/#x", /without user name, query or fragment/],
    ["ws://build.example:4500", /without TLS everything would cross the network unencrypted/],
    ["ws://10.0.0.7:4500", /"wss:\/\/" address/],
    ["ws://127.0.0.1.example:4500", /"wss:\/\/" address/],
    ["ws://0.0.0.0:4500", /"wss:\/\/" address/],
    ["unix://relative.sock", /socket with its absolute path/],
    ["unix:///", /socket with its absolute path/],
    ["unix:///run/", /socket with its absolute path/],
    ["unix://host/run/x.sock", /socket with its absolute path/],
  ] as const
) {
  Deno.test(`readAppServerUrl refuses ${written}`, () => {
    const read = readAppServerUrl(written);
    assert.ok(!read.ok);
    assert.match(read.expected, expected);
  });
}

Deno.test("a profile with app_server_url works on that machine, with the token of its variable", async () => {
  const config = await load(`
[profiles.home]
[profiles.build]
app_server_url = "wss://build.example:4500"
app_server_token_env = "BUILD_KEY"
working_directory = "/srv/project"
`);
  assert.deepEqual(config.machines, [{
    name: "wss://build.example:4500",
    endpoint: {
      type: "network",
      url: "wss://build.example:4500/",
      host: "build.example",
      port: 4500,
    },
    token: TOKEN,
    tokenVariable: "BUILD_KEY",
  }]);
  const build = config.profiles.all.get("build");
  assert.equal(build?.machine, "wss://build.example:4500");
  assert.equal(build.workingDirectory, "/srv/project");
  assert.equal(config.profiles.all.get("home")?.machine, undefined);
  assert.ok(config.secrets.includes(TOKEN));
  assert.doesNotMatch(config.warnings.join("\n"), /srv|app_server/);
});

Deno.test("profiles with the same app_server_url share one machine; ~ is the home folder", async () => {
  const config = await load(`
[profiles.one]
app_server_url = "unix://~/codex.sock"
working_directory = "/a"
[profiles.two]
app_server_url = "unix:///home/ann/codex.sock"
working_directory = "/b"
`);
  assert.deepEqual(config.machines, [{
    name: "unix:///home/ann/codex.sock",
    endpoint: { type: "unix", path: "/home/ann/codex.sock" },
  }]);
  const machines = [...config.profiles.all.values()].map(({ machine }) => machine);
  assert.deepEqual(machines, Array(2).fill("unix:///home/ann/codex.sock"));
});

Deno.test("an open port without a token is a warning, a socket is not", async () => {
  const remote = (url: string): string =>
    `[profiles.build]\napp_server_url = "${url}"\nworking_directory = "/srv"`;
  const { warnings } = await load(remote("ws://127.0.0.1:4500"));
  assert.match(warnings.join("\n"), /anybody who reaches ws:\/\/127\.0\.0\.1:4500 can use Codex/);
  const socket = await load(remote("unix:///run/codex.sock"));
  assert.doesNotMatch(socket.warnings.join("\n"), /anybody who reaches/);
});

Deno.test("a token without an address is a warning", async () => {
  const { warnings } = await load('[profiles.build]\napp_server_token_env = "BUILD_KEY"');
  assert.match(warnings.join("\n"), /"build" has app_server_token_env, but no app_server_url/);
});

Deno.test("with the echo backend there are no machines", async () => {
  const config = await load(`
[codex]
backend = "echo"
[profiles.build]
app_server_url = "wss://build.example"
working_directory = "/srv"
`);
  assert.deepEqual(config.machines, []);
  assert.equal(config.profiles.all.get("build")?.machine, undefined);
  assert.match(config.warnings.join("\n"), /app_server_url of profile "build" is ignored/);
});

for (
  const [what, lines, problem] of [
    [
      "a folder that is not an absolute path",
      'app_server_url = "unix:///run/c.sock"\nworking_directory = "~/project"',
      /profiles\.build\.working_directory.*absolute path on the machine.*found "~\/project"/,
    ],
    [
      "no folder",
      'app_server_url = "unix:///run/c.sock"',
      /profiles\.build\.working_directory.*found nothing/,
    ],
    [
      "a variable that is not set",
      'app_server_url = "wss://b"\napp_server_token_env = "NOT_SET"\nworking_directory = "/srv"',
      /NOT_SET.*token of the app-server of profile "build".*found nothing/,
    ],
    [
      "a token that is no token, without showing it",
      'app_server_url = "wss://b"\napp_server_token_env = "SHORT"\nworking_directory = "/srv"',
      /SHORT.*at least 16 characters.*found something else/,
    ],
    [
      "the bot's token",
      'app_server_url = "wss://b"\napp_server_token_env = "TELEGRAM_BOT_TOKEN"\nworking_directory = "/srv"',
      /profiles\.build\.app_server_token_env/,
    ],
    [
      "one address with two tokens",
      'app_server_url = "wss://b"\napp_server_token_env = "BUILD_KEY"\nworking_directory = "/srv"\n[profiles.other]\napp_server_url = "wss://b"\nworking_directory = "/srv"',
      /profiles\.other\.app_server_token_env.*differs/,
    ],
    [
      "a password in the address, without showing it",
      'app_server_url = "wss://ann:hush-hush@b"\nworking_directory = "/srv"',
      /profiles\.build\.app_server_url must be/,
    ],
  ] as const
) {
  Deno.test(`a remote profile is refused for ${what}`, async () => {
    const error = await load(`[profiles.build]\n${lines}`).then(
      () => undefined,
      (reason) => reason,
    );
    assert.ok(error instanceof ConfigError);
    const text = renderConfigError(error);
    assert.match(text, problem);
    assert.doesNotMatch(text, /tooshort|hush/);
  });
}

async function load(text: string): Promise<Config> {
  const variables = { ...VARIABLES, SHORT: "tooshort" };
  return await parseConfig(text, {
    path: "/home/ann/conf.toml",
    environment: environmentOf("/home/ann", variables),
  });
}
