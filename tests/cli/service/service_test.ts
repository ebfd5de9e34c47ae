/** The commands, with a systemctl that writes down what it is asked. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { commandLine, type CommandLineEnd } from "../../support/command_line.ts";
import { modeOf, temporaryFolder } from "../../support/temporary_folder.ts";
import { writeProgram } from "../../support/write_program.ts";

const UNIT = ".config/systemd/user/codex-orchestrator.service";

const FAR_WITHOUT_TOKEN = `[profiles.far]
app_server_url = "wss://build.example"
app_server_token_env = "BUILD_CODEX_TOKEN"
working_directory = "/srv/project"
`;

/** A home with a `systemctl` in its PATH; it fails when asked for `failing`. */
async function homeWith(
  path: string,
  failing = "nothing",
): Promise<(args: string) => Promise<CommandLineEnd>> {
  const bin = join(path, "bin");
  await Deno.mkdir(bin);
  await writeProgram(
    join(bin, "systemctl"),
    `#!/bin/sh
echo "$* \${TELEGRAM_BOT_TOKEN:-no token}" >> "$HOME/asked"
case "$*" in *${failing}*) echo "Failed to connect to bus" >&2; exit 1;; esac
`,
  );
  const variables = {
    PATH: `${bin}:/usr/bin:/bin`,
    TELEGRAM_BOT_TOKEN: "1:secret",
    HTTPS_PROXY: "http://ann:secret@proxy.example:3128",
    NO_PROXY: "near.example",
    CODEX_HOME: "/srv/codex",
    NODE_EXTRA_CA_CERTS: "/srv/authority.pem",
    LANG: "ko_KR.UTF-8",
    SOMETHING: "else",
  };
  return (args) => commandLine(["service", ...args.split(" ")], { home: path, variables });
}

function asked(home: string): Promise<string> {
  return Deno.readTextFile(join(home, "asked"));
}

Deno.test("service install writes what service print prints, for its owner, and starts nothing", async () => {
  await using home = await temporaryFolder();
  const service = await homeWith(home.path);
  const printed = await service("print");
  const installed = await service("install");
  assert.equal(installed.code, 0, installed.errors);
  assert.equal(await Deno.readTextFile(join(home.path, UNIT)), printed.output);
  assert.equal(await modeOf(join(home.path, UNIT)), 0o600);
  assert.match(installed.output, /systemctl --user enable --now codex-orchestrator\.service/);
  assert.match(installed.output, /loginctl enable-linger/);
  assert.doesNotMatch(printed.output, /secret|SOMETHING/);
  for (
    const variable of [
      "NO_PROXY=near.example",
      "CODEX_HOME=/srv/codex",
      "NODE_EXTRA_CA_CERTS=/srv/authority.pem",
      "LANG=ko_KR.UTF-8",
    ]
  ) assert.ok(printed.output.includes(`\nEnvironment="${variable}"\n`), variable);
  await assert.rejects(asked(home.path), Deno.errors.NotFound);
});

Deno.test("service install --start enables it, and passes no token on", async () => {
  await using home = await temporaryFolder();
  const service = await homeWith(home.path);
  assert.equal((await service("install --start")).code, 0);
  assert.equal(
    await asked(home.path),
    "--user daemon-reload no token\n--user enable --now codex-orchestrator.service no token\n",
  );
});

Deno.test("service install only replaces a different file with --force", async () => {
  await using home = await temporaryFolder();
  const service = await homeWith(home.path);
  await service("install");
  assert.match((await service("install")).output, /^Unchanged: /);
  await Deno.writeTextFile(join(home.path, UNIT), "[Unit]\n# mine\n");
  const refused = await service("install");
  assert.equal(refused.code, 73);
  assert.match(refused.errors, /--force replaces it/);
  assert.equal(await Deno.readTextFile(join(home.path, UNIT)), "[Unit]\n# mine\n");
  assert.equal((await service("install --force")).code, 0);
  assert.match(await Deno.readTextFile(join(home.path, UNIT)), /ExecStart=/);
});

Deno.test("service install says of a token that only the shell has that the service will not find it", async () => {
  await using home = await temporaryFolder();
  const service = await homeWith(home.path);
  const untold =
    /will find no bot token: .*\.codex-orchestrator\/\.env, or run `codex-orchestrator init`/;
  assert.match((await service("install")).output, untold);
  const state = join(home.path, ".codex-orchestrator");
  await Deno.mkdir(state);
  await Deno.writeTextFile(join(state, ".env"), "TELEGRAM_BOT_TOKEN=\n");
  assert.match((await service("install")).output, untold);
  await Deno.writeTextFile(join(state, ".env"), "TELEGRAM_BOT_TOKEN=1:secret\n");
  const { output } = await service("install");
  assert.doesNotMatch(output, /no bot token|secret/);
});

Deno.test("service install --start shows what systemd said", async () => {
  await using home = await temporaryFolder();
  const service = await homeWith(home.path, "enable");
  const { code, errors } = await service("install --start");
  assert.equal(code, 1);
  assert.match(errors, /enable --now .*failed: Failed to connect to bus/);
});

Deno.test("service uninstall stops it and removes its file, even when stopping fails", async () => {
  for (const failing of ["nothing", "disable"]) {
    await using home = await temporaryFolder();
    const service = await homeWith(home.path, failing);
    await service("install");
    assert.equal((await service("uninstall")).code, 0);
    await assert.rejects(Deno.lstat(join(home.path, UNIT)), Deno.errors.NotFound);
    assert.match(await asked(home.path), /^--user disable --now .*\n--user daemon-reload/);
    assert.match((await service("uninstall")).output, /^Not installed: there is no /);
  }
});

Deno.test("service status only ends with 0 while it runs", async () => {
  await using home = await temporaryFolder();
  const service = await homeWith(home.path);
  assert.equal((await service("status")).code, 1);
  await service("install");
  const running = await service("status");
  assert.deepEqual([running.code, running.output.split("\n")[0]?.includes("(")], [0, false]);
  await Deno.writeTextFile(join(home.path, UNIT), "old");
  assert.match((await service("status")).output, /not what `service install --force` would write/);
});

Deno.test("service status advises nobody to install a service without the configuration it was installed with", async () => {
  await using home = await temporaryFolder();
  const service = await homeWith(home.path);
  await Deno.writeTextFile(join(home.path, "my.toml"), "");
  await service("install --conf my.toml");
  const { output } = await service("status");
  assert.match(output, /^Installed: .* \(for another configuration: name it with --conf/);
  assert.doesNotMatch(output, /--force/);
  assert.doesNotMatch((await service("status --conf my.toml")).output, /\(/);
});

Deno.test("service status and uninstall work with a configuration that cannot be used", async () => {
  await using home = await temporaryFolder();
  const service = await homeWith(home.path);
  await service("install");
  await Deno.mkdir(join(home.path, ".codex-orchestrator"));
  const conf = join(home.path, ".codex-orchestrator", "conf.toml");
  const unusable = ["[telegram]\nallowed_user = [1]\n", "not TOML", FAR_WITHOUT_TOKEN, undefined];
  for (const text of unusable) {
    if (text === undefined) {
      await Deno.remove(conf);
      await Deno.mkdir(conf);
    } else await Deno.writeTextFile(conf, text);
    assert.equal((await service("install --force")).code, 78);
    const status = await service("status");
    assert.equal(status.code, 0, status.errors);
    assert.match(status.output, /^Installed: .* \(its configuration cannot be used: /);
    assert.doesNotMatch(status.output, /--force/);
  }
  const removed = await service("uninstall");
  assert.equal(removed.code, 0, removed.errors);
  assert.match(removed.output, /disable --now[^]*Removed: /);
  await assert.rejects(Deno.lstat(join(home.path, UNIT)), Deno.errors.NotFound);
});

Deno.test("a service uses the named configuration and its shutdown grace", async () => {
  await using home = await temporaryFolder();
  const service = await homeWith(home.path);
  await Deno.writeTextFile(join(home.path, "my.toml"), "[runs]\nshutdown_grace_seconds = 90\n");
  const { output } = await service("print --conf my.toml");
  assert.ok(output.includes(`"run" "--conf" "${home.path}/my.toml"`), output);
  assert.match(output, /^TimeoutStopSec=110$/m);
  await Deno.writeTextFile(join(home.path, "my.toml"), "[runs]\nshutdown_grace_seconds = 1e9\n");
  assert.equal((await service("print --conf my.toml")).code, 78);
});

Deno.test("service install warns about a program in npx's cache", async () => {
  await using home = await temporaryFolder();
  const command = ["/home/ann/.npm/_npx/7a40be/node_modules/deno/deno", "run", "/src/main.ts"];
  const { output } = await commandLine(["service", "install"], {
    home: home.path,
    program: { command },
  });
  assert.match(output, /`npm install -g deno@\d+\.\d+\.\d+`/);
});

Deno.test("macOS gets a launchd agent, Windows gets instructions", async () => {
  await using home = await temporaryFolder();
  const install = (os: "darwin" | "windows"): Promise<CommandLineEnd> =>
    commandLine(["service", "install"], { home: home.path, program: { os } });
  const mac = await install("darwin");
  assert.equal(mac.code, 0, mac.errors);
  assert.match(mac.output, /launchctl bootstrap gui\/\d+ /);
  const agents = join(home.path, "Library/LaunchAgents");
  assert.match(
    await Deno.readTextFile(join(agents, "codex-orchestrator.plist")),
    /<string>\/opt\/codex-orchestrator<\/string>/,
  );
  const windows = await install("windows");
  assert.equal(windows.code, 66);
  assert.match(windows.errors, /Task Scheduler/);
  for (
    const [path, shown] of [
      ["C:\\co\\codex-orchestrator.exe", "C:\\co\\codex-orchestrator.exe run"],
      ["C:\\Program Files\\co\\co.exe", '"C:\\Program Files\\co\\co.exe" run'],
    ] as const
  ) {
    const program = { os: "windows", command: [path] } as const;
    const { errors } = await commandLine(["service", "install"], { home: home.path, program });
    assert.ok(errors.includes(`starts at logon: ${shown}`), errors);
  }
});
