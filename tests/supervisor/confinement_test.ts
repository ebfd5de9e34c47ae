import assert from "node:assert/strict";
import { join } from "node:path";
import { confine, type Confinement } from "../../src/supervisor/confinement.ts";
import { workerPermissions } from "../../src/supervisor/application_launch.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { writeProgram } from "../support/write_program.ts";
import { configOf } from "./application_start.ts";

const REMOTE_VARIABLES = { PATH: "/one", CODEX_BUILD_KEY: "0123456789abcdef" };

const OWN_FILES = [
  ...["state.db", "state.db-wal", "state.db-shm", "state.db-journal", "set-aside"],
  ...["sessions", "inbox", "traces"],
].map((name) => `/real/state/${name}`);

async function confined(
  codex: string,
  variables: Readonly<Record<string, string>> = { PATH: "/one:/two" },
  telegram = "",
): Promise<Confinement> {
  const text = `[telegram]\nallowed_users = [1]\n${telegram}\n[codex]\n${codex}\n`;
  return await confine(await configOf("/home/ann", text, variables), variables, "/real/state");
}

Deno.test("confine grants only its own files in the state folder, by its real path, and the sight of Codex", async () => {
  const { config, permissions, broker } = await confined("");
  assert.deepEqual(permissions.read, [...OWN_FILES, ...broker.run]);
  assert.deepEqual(permissions.write, OWN_FILES);
  assert.equal(config.stateFolder, "/real/state");
});

for (
  const [root, host] of [
    ["https://api.telegram.org", "api.telegram.org:443"],
    ["https://bots.example.org:8443/path", "bots.example.org:8443"],
    ["http://127.0.0.1", "127.0.0.1:80"],
    ["http://[::1]:8081", "[::1]:8081"],
  ] as const
) {
  Deno.test(`confine lets ${root} be reached as ${host}`, async () => {
    const { permissions } = await confined("", {}, `api_root = "${root}"`);
    assert.deepEqual(permissions.net, [host]);
  });
}

Deno.test("confine lets recordings reach their program, or their endpoint", async () => {
  const program = await confined('[voice]\ncommand = ["/opt/hear", "{file}"]');
  assert.ok(program.broker.run.includes("/opt/hear"));
  const byName = await confined('[voice]\ncommand = "hear"');
  assert.ok(byName.broker.run.includes("/two/hear"), "wherever PATH may find it later");
  const endpoint = "http://127.0.0.1:8000/v1/audio/transcriptions";
  const { permissions } = await confined(`[voice]\nendpoint = "${endpoint}"`);
  assert.deepEqual(permissions.net, ["api.telegram.org:443", "127.0.0.1:8000"]);
  const { permissions: without } = await confined("");
  assert.deepEqual(without.net, ["api.telegram.org:443"]);
});

for (
  const [what, codex, run] of [
    ["a command that is not there, wherever PATH may find it later", "", [
      "/one/codex",
      "/two/codex",
    ]],
    ["a path as it is", 'command = "/opt/codex"', ["/opt/codex"]],
    ["nothing for the echo", 'backend = "echo"\ncommand = "/opt/codex"', []],
    [
      "the server in use, which is asked for its version",
      'backend = "mcp"\ncommand = "/opt/codex"\napp_server_command = "/a"\nmcp_command = "/m"',
      ["/m"],
    ],
    [
      "both servers where Codex decides",
      'command = "/opt/codex"\napp_server_command = "/a"\nmcp_command = "/m"',
      ["/a", "/m"],
    ],
    [
      "the program that tells the status",
      'command = "/opt/codex"\nmcp_direct_status = false\nmcp_status_cmd = "/opt/status --json"',
      ["/opt/codex", "/opt/status"],
    ],
    [
      "the program that looks for Codex's process",
      'command = "/opt/codex"\nmcp_direct_status = false\nmcp_auto_detect_process = true',
      ["/opt/codex", "/one/pgrep", "/two/pgrep"],
    ],
  ] as const
) {
  Deno.test(`confine lets ${what} be run`, async () => {
    assert.deepEqual((await confined(codex)).broker.run, run);
  });
}

Deno.test("confine resolves npm's script to the program behind it, which alone is run", async () => {
  await using folder = await temporaryFolder();
  const scope = join(folder.path, "node_modules", "@openai");
  const platform = `${Deno.build.os}-${Deno.build.arch === "aarch64" ? "arm64" : "x64"}`;
  const target = `${Deno.build.arch}-unknown-${Deno.build.os}-musl`;
  const native = join(scope, `codex-${platform}`, "vendor", target, "bin", "codex");
  const script = join(scope, "codex", "bin", "codex.js");
  for (const path of [native, script]) {
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await writeProgram(path, "");
  }
  const link = join(folder.path, "codex");
  await Deno.symlink(script, link);
  const { config, broker } = await confined("", { PATH: `/nowhere:${folder.path}` });
  assert.deepEqual(broker.run, [native]);
  assert.deepEqual(
    new Set(broker.limits.programs.map(({ started }) => started)),
    new Set([native]),
  );
  assert.deepEqual(
    broker.limits.programs.flatMap(({ ahead, arguments: words }) => ahead ? [words] : []),
    [["--version"], ["app-server"]],
  );
  assert.equal(config.codex.appServer.native, native);
  assert.equal(config.codex.appServer.command, "codex");
});

const REMOTE = `
[profiles.one]
app_server_url = "wss://build.example"
app_server_token_env = "CODEX_BUILD_KEY"
working_directory = "/srv"
[profiles.two]
app_server_url = "unix:///run/user/1000/codex.sock"
working_directory = "/srv"
`;

Deno.test("confine lets the application reach the machines of profiles, and no others", async () => {
  const { permissions, broker } = await confined(REMOTE, REMOTE_VARIABLES);
  assert.deepEqual(permissions.net, [
    "api.telegram.org:443",
    "build.example:443",
    "unix:/run/user/1000/codex.sock",
    // The runtime wants a host for a socket; this one cannot exist.
    "codex.invalid:80",
  ]);
  const socket = "/run/user/1000/codex.sock";
  assert.deepEqual(permissions.read, [...OWN_FILES, socket, ...broker.run]);
  assert.deepEqual(permissions.write, [...OWN_FILES, "/run/user/1000/codex.sock"]);
});

Deno.test("confine keeps the token of a machine from every Codex", async () => {
  const codex = `env = ["CODEX_BUILD_KEY", "COPY"]\n${REMOTE}`;
  const { variables } = await confined(codex, {
    ...REMOTE_VARIABLES,
    COPY: "x 0123456789abcdef y",
  });
  assert.deepEqual(variables, { PATH: "/one" });
});

Deno.test("confine gives Codex its variables, without the token and without loaders", async () => {
  const { variables } = await confined('env = ["MY_KEY", "LD_PRELOAD"]', {
    PATH: "/one",
    HOME: "/home/ann",
    MY_KEY: "k",
    OTHER: "o",
    LD_PRELOAD: "/x.so",
    DYLD_INSERT_LIBRARIES: "/x",
    TELEGRAM_BOT_TOKEN: "1:a",
  });
  assert.deepEqual(variables, { PATH: "/one", HOME: "/home/ann", MY_KEY: "k" });
});

Deno.test("nothing is started ahead that is not there, or may have to be downloaded", async () => {
  await using folder = await temporaryFolder();
  for (const name of ["npx", "codex"]) await writeProgram(join(folder.path, name), "");
  const ahead = async (conf: string): Promise<number> => {
    const { broker } = await confined(conf, { PATH: folder.path });
    return broker.limits.programs.filter(({ ahead }) => ahead === true).length;
  };
  assert.equal(await ahead(""), 2);
  assert.equal(await ahead('command = "/opt/codex"'), 0);
  assert.equal(
    await ahead('command = "npx"\napp_server_command = "npx -y @openai/codex app-server"'),
    0,
  );
  assert.equal(await ahead('backend = "echo"'), 0);
});

Deno.test("the broker gives programs no NODE_OPTIONS, and a PATH without what may be written", async () => {
  const { broker } = await confined('env = ["NODE_OPTIONS"]', {
    PATH: "/one:relative::/real/state/bin:/two",
    NODE_OPTIONS: "--require /x.js",
  });
  assert.deepEqual(broker.limits.environment, { PATH: "/one:/two" });
});

Deno.test("workerPermissions lets no permission be inherited", () => {
  const none = { env: false, sys: false, ffi: false, import: false };
  const permissions = { read: ["/a"], write: ["/a"], net: ["h:1"] };
  assert.deepEqual(workerPermissions(permissions, ["/src"]), {
    read: ["/a", "/src"],
    write: ["/a"],
    net: ["h:1"],
    run: false,
    ...none,
  });
});
