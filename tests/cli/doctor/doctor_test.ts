/** The doctor in front of machines that are well, and of machines that are not. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { CheckResult } from "../../../src/cli/doctor/report.ts";
import { createRedactor } from "../../../src/core/redaction/redact.ts";
import { CHECKS } from "../../../src/cli/doctor/examination.ts";
import { CrashRecord } from "../../../src/supervisor/crash_record.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { openDatabaseFile } from "../../../src/integrations/state/database_file.ts";
import { lockInstance } from "../../../src/supervisor/instance.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { Stage } from "../../e2e/stage.ts";
import { RemoteCodex } from "../../support/remote_codex.ts";
import { commandLine } from "../../support/command_line.ts";
import { until } from "../../support/processes.ts";
import { namesIn, temporaryFolder } from "../../support/temporary_folder.ts";
import { DoctorStage, type Examined, examined, git, TOKEN } from "./doctor_stage.ts";
import { LAST_WITH_MCP_SERVER, NEWEST } from "../../support/codex_versions.ts";

const redactor = createRedactor({ secrets: [] });

/** Everything that is not in order, or was skipped. */
function notOk({ report }: Examined): Record<string, string> {
  const checks = report.checks.filter(({ status }) => status !== "ok");
  return Object.fromEntries(checks.map(({ id, status }) => [id, status]));
}

Deno.test("on a machine in order every check passes", async () => {
  await using stage = await DoctorStage.set({ codex: NEWEST });
  await git(stage.project, "commit", "-q", "--allow-empty", "-m", "first");
  const seen = await stage.examine();
  assert.deepEqual(notOk(seen), {
    // There is no model provider behind the Codex of a test.
    "codex.provider": "warn",
    "codex.remote": "skip",
    "state.database": "skip",
    "state.sizes": "skip",
    "state.chats": "skip",
    "system.latest": "skip",
  });
  assert.equal(seen.code, 0);
  assert.equal(seen.report.summary.status, "warn");
  assert.deepEqual(seen.report.checks.map(({ id }) => id), CHECKS.map(({ id }) => id));
  assert.match(seen.check("telegram.account").summary, /^@codex_test_bot, at http:/);
  assert.equal(seen.check("codex.version").summary, NEWEST);
  assert.match(
    seen.check("codex.backend").summary,
    new RegExp(`^app-server: Codex ${RegExp.escape(NEWEST)} has`),
  );
  assert.match(seen.check("codex.handshake").summary, /^app-server answered in \d+ ms/);
  assert.match(seen.check("folders.git").summary, /on main, clean$/);
  assert.deepEqual(namesIn(stage.state), [".env", "conf.toml"]);
  await until(async () => (await processesOf(stage.codexHome)).length === 0);
  assert.deepEqual(stage.telegram.calls().map(({ method }) => method).sort(), [
    "getMe",
    "getUpdates",
    "getWebhookInfo",
  ]);
});

/** Processes with that text in their environment; elsewhere than on Linux nobody can tell. */
async function processesOf(text: string): Promise<readonly string[]> {
  if (Deno.build.os !== "linux") return [];
  const script = 'grep -lsaF -- "$1" /proc/[0-9]*/environ; true';
  const { stdout } = await new Deno.Command("sh", { args: ["-c", script, "sh", text] }).output();
  return new TextDecoder().decode(stdout).split("\n").filter((path) => path !== "");
}

Deno.test("a command line that is not understood ends with 64", async () => {
  const { code, output } = await commandLine(["doctor", "--jsno"], { home: "/nowhere" });
  assert.deepEqual([code, output], [64, ""]);
});

Deno.test("a Codex with the mcp backend is started, too", async () => {
  await using stage = await DoctorStage.set({ codex: LAST_WITH_MCP_SERVER, backend: "mcp" });
  const seen = await stage.examine(["--offline"]);
  assert.match(seen.check("codex.handshake").summary, /^mcp answered in \d+ ms, and was stopped/);
  assert.equal(seen.check("codex.login").status, "warn");
  assert.equal(seen.check("codex.provider").summary, "--offline");
  assert.equal(seen.check("telegram.account").summary, "--offline");
  assert.deepEqual(stage.telegram.calls(), []);
});

for (
  const [title, options, id, summary] of [
    [
      "a Codex without an mcp-server",
      { codex: NEWEST, backend: "mcp" },
      "codex.backend",
      new RegExp(`Codex ${RegExp.escape(NEWEST)} has no mcp-server any more`),
    ],
    [
      "a program that is not Codex",
      { backend: "auto", command: "/bin/echo" },
      "codex.version",
      /it is not OpenAI's Codex, it printed "--version"|it is not OpenAI's Codex/,
    ],
    [
      "no Codex at all",
      { backend: "auto", command: "/nowhere/codex" },
      "codex.program",
      /^there is no program "\/nowhere\/codex"$/,
    ],
  ] as const
) {
  Deno.test(`${title} fails once, and says what to do`, async () => {
    await using stage = await DoctorStage.set(options);
    const seen = await stage.examine(["--offline"]);
    assert.equal(seen.code, 1);
    const failed = seen.report.checks.filter(({ status }) => status === "fail");
    assert.deepEqual(failed.map((check) => check.id), [id]);
    assert.match(seen.check(id).summary, summary);
    assert.notEqual(seen.check(id).remedy, null);
    assert.equal(seen.check("codex.handshake").status, "skip");
  });
}

Deno.test("a webhook is shown by its host only", async () => {
  await using stage = await DoctorStage.set();
  await fetch(`${stage.telegram.url}/bot${TOKEN}/setWebhook?url=https://old.example/secret-path`)
    .then((response) => response.body?.cancel());
  const seen = await stage.examine();
  assert.equal(seen.check("telegram.webhook").status, "warn");
  assert.match(seen.check("telegram.webhook").summary, /a webhook at old\.example;/);
  assert.equal(seen.check("telegram.poller").status, "skip");
  assert.ok(!seen.output.includes("secret-path"));
});

Deno.test("another program that polls the bot is noticed", async () => {
  await using stage = await DoctorStage.set();
  stage.telegram.faults.add({ kind: "status", status: 409, method: "getUpdates" });
  const seen = await stage.examine();
  assert.equal(seen.check("telegram.poller").summary, "Another program polls this bot");
  assert.equal(seen.code, 1);
});

Deno.test("a poll of another program is not interrupted", async () => {
  await using stage = await DoctorStage.set();
  const { world, faults: _, ...server } = stage.telegram;
  const other = fetch(`${server.url}/bot${TOKEN}/getUpdates?offset=7&timeout=50`);
  await world.waitFor(() => server.calls().length === 1);
  assert.equal((await stage.examine()).check("telegram.poller").status, "ok");
  assert.equal(server.calls()[0]?.outcome, undefined);
  world.send(world.privateChat(world.createPerson({ id: 1, firstName: "Ann" })), "hello");
  assert.equal((await (await other).json()).ok, true);
});

Deno.test("a running program is not disturbed", async () => {
  await using stage = await DoctorStage.set();
  using _lock = await lockInstance(stage.state, { pid: 4711, log: new RecordingLog() });
  const seen = await stage.examine();
  assert.match(seen.check("state.running").summary, /process 4711/);
  assert.match(seen.check("telegram.poller").summary, /process 4711\) and was not disturbed/);
  assert.ok(!stage.telegram.calls().some(({ method }) => method === "getUpdates"));
});

Deno.test("waiting updates are not confirmed", async () => {
  await using stage = await DoctorStage.set();
  const { world } = stage.telegram;
  world.send(world.privateChat(world.createPerson({ id: 1, firstName: "Ann" })), "hello");
  for (const _ of ["once", "twice"]) {
    const seen = await stage.examine();
    assert.match(seen.check("telegram.webhook").summary, /1 update waiting/);
  }
});

Deno.test("a token that Telegram refuses fails, and checks that need it are skipped", async () => {
  await using stage = await DoctorStage.set();
  const seen = await stage.examine([], { TELEGRAM_BOT_TOKEN: `${TOKEN}x` });
  assert.equal(seen.check("telegram.account").summary, "Telegram refused the bot token");
  for (const id of ["telegram.webhook", "telegram.poller", "telegram.clock"]) {
    assert.equal(seen.check(id).summary, "Telegram did not answer");
  }
  assert.ok(!seen.output.includes(TOKEN));
});

Deno.test("what is no token is not sent to Telegram, and fails once", async () => {
  await using stage = await DoctorStage.set();
  const seen = await stage.examine([], { TELEGRAM_BOT_TOKEN: "sk-another-secret" });
  assert.equal(seen.check("telegram.token").status, "fail");
  for (const id of ["account", "webhook", "poller", "clock"]) {
    assert.equal(seen.check(`telegram.${id}`).summary, "no bot token");
  }
  assert.ok(!seen.output.includes("sk-another"));
});

Deno.test("without a network, each check that needs one says so in a line", async () => {
  await using stage = await DoctorStage.set();
  // No port that was just closed, which may be another test's by now.
  await stage.writeConf(`[telegram]
api_root = "http://127.0.0.1:65535"
[codex]
backend = "echo"
agent_working_directory = "${stage.project}"
`);
  const seen = await stage.examine();
  assert.match(seen.check("telegram.account").summary, /^Telegram cannot be reached: it refuses/);
  assert.equal(seen.check("folders.work").status, "ok");
  assert.ok(!seen.output.includes(TOKEN));
});

Deno.test("a wrong configuration is reported with the loader's own errors", async () => {
  await using stage = await DoctorStage.set();
  await stage.writeConf(`[telegram]\nallowed_user = [1]\n[codex]\nbackend = "ech"\n`);
  const seen = await stage.examine(["--offline"], { PATH: "/nowhere" });
  const { summary, detail, status } = seen.check("configuration.file");
  assert.equal(status, "fail");
  assert.match(summary, /conf\.toml has 2 problems$/);
  assert.match(detail.join("\n"), /allowed_user is not a known key, did you mean/);
  assert.match(detail.join("\n"), /codex\.backend must be one of/);
  assert.equal(seen.check("telegram.token").status, "ok");
  assert.equal(seen.check("codex.program").status, "fail");
});

Deno.test("an empty home stays empty, even with a Codex that was never used", async () => {
  await using stage = await DoctorStage.set({ codex: NEWEST });
  await using empty = await temporaryFolder();
  const { code, output } = await commandLine([
    "doctor",
    "--json",
    "--conf",
    `${stage.state}/conf.toml`,
  ], {
    home: empty.path,
  });
  const seen = examined(code, output);
  assert.deepEqual(namesIn(empty.path), []);
  assert.equal(seen.check("codex.version").summary, NEWEST);
  assert.match(seen.check("codex.login").summary, /^this user has never used Codex/);
  assert.equal(seen.check("telegram.token").status, "fail");
});

Deno.test("without a conf.toml the doctor names init and makes the other checks", async () => {
  await using empty = await temporaryFolder();
  const seen = examined(1, (await commandLine(["doctor", "--json"], { home: empty.path })).output);
  assert.deepEqual(namesIn(empty.path), []);
  assert.match(seen.check("configuration.file").remedy ?? "", /codex-orchestrator init/);
  assert.equal(seen.check("system.permissions").status, "ok");
});

Deno.test("a doctor that is stopped does not say that all is good", async () => {
  await using empty = await temporaryFolder();
  const { code, output } = await commandLine(["doctor", "--offline"], {
    home: empty.path,
    stop: AbortSignal.abort(),
  });
  assert.equal(code, 130);
  assert.match(output, /\nStopped: 0 failed, /);
  assert.doesNotMatch(output, /All good/);
});

Deno.test("a .env of which nothing counts is not called missing", async () => {
  await using empty = await temporaryFolder();
  const look = async (text: string): Promise<ReturnType<typeof examined>> => {
    await Deno.writeTextFile(`${empty.path}/.env`, text);
    const { output } = await commandLine(["doctor", "--json", "--offline"], { home: empty.path });
    return examined(1, output);
  };
  const misspelt = (await look("TELEGRAM_TOKEN=1:a\n")).check("configuration.environment");
  assert.match(misspelt.summary, /^nothing from a \.env file/);
  assert.match(misspelt.detail.join("\n"), /\.env: nothing but a TELEGRAM_BOT_TOKEN counts/);
  const unread = (await look("1:a\n")).check("configuration.environment");
  assert.match(unread.summary, /^nothing from a \.env file/);
});

Deno.test("without a home folder the other checks are still made", async () => {
  await using empty = await temporaryFolder();
  const { output } = await commandLine(["doctor", "--json"], {
    home: empty.path,
    variables: { HOME: "" },
  });
  const seen = examined(1, output);
  assert.equal(seen.check("configuration.environment").status, "fail");
  assert.equal(seen.check("configuration.file").summary, "no home folder");
  assert.equal(seen.check("system.runtime").status, "ok");
});

Deno.test("files that others can read are listed, with the command that closes them", async () => {
  await using stage = await DoctorStage.set();
  await Deno.chmod(join(stage.state, ".env"), 0o644);
  await Deno.chmod(join(stage.state, "conf.toml"), 0o664);
  await Deno.chmod(stage.state, 0o755);
  const seen = await stage.examine(["--offline"]);
  assert.equal(seen.check("state.secrets").status, "fail");
  assert.ok(seen.check("state.secrets").remedy?.includes(`chmod 600 ${stage.state}/.env`));
  assert.equal(seen.check("state.modes").status, "warn");
  assert.deepEqual(seen.check("state.modes").detail, [
    `${stage.state} has mode 0755`,
    `${stage.state}/conf.toml has mode 0664`,
  ]);
});

Deno.test("files that only the group can read are open, too", async () => {
  await using stage = await DoctorStage.set();
  await Deno.chmod(join(stage.state, ".env"), 0o640);
  await Deno.chmod(join(stage.state, "conf.toml"), 0o640);
  const seen = await stage.examine(["--offline"]);
  assert.equal(seen.check("state.secrets").status, "fail");
  assert.deepEqual(
    [seen.check("state.modes").status, seen.check("state.modes").detail],
    ["warn", [`${stage.state}/conf.toml has mode 0640`]],
  );
});

Deno.test("a working directory in the state folder fails, one around it warns", async () => {
  await using stage = await DoctorStage.set();
  const profile = (name: string, folder: string): string =>
    `[profiles.${name}]\nworking_directory = "${folder}"\n`;
  await Deno.symlink(stage.state, join(stage.home, "link"));
  await stage.writeConf(
    profile("inside", join(stage.home, "link")) + profile("around", stage.home) +
      profile("fine", stage.project) + profile("gone", join(stage.home, "gone")),
  );
  const { status, summary, detail } = (await stage.examine(["--offline"])).check("folders.work");
  assert.deepEqual([status, summary], ["fail", "3 of 4 need attention"]);
  assert.deepEqual(detail.map((line) => line.replace(stage.home, "~")), [
    "fail: ~/link (inside): is inside the state folder, which holds the token and everybody's messages",
    "fail: ~/gone (gone): does not exist",
    "warn: ~ (around): contains the state folder, where Codex could read the token",
    "~/project (fine): readable and writable",
  ]);
});

Deno.test("a file in place of the state folder is reported once, and breaks no check", async () => {
  await using stage = await DoctorStage.set();
  await Deno.remove(stage.state, { recursive: true });
  await Deno.writeTextFile(stage.state, "");
  const seen = await stage.examine(["--offline"]);
  const environment = seen.check("configuration.environment");
  assert.equal(environment.status, "fail");
  assert.match(environment.detail.join(), /is a file, where a folder is needed/);
  assert.equal(environment.remedy, "Move it away");
  assert.doesNotMatch(seen.output, /the check itself failed|os error/);
});

Deno.test({
  name: "a state folder that cannot be opened is reported once, and breaks no check",
  // Nothing is closed to root.
  ignore: Deno.build.os === "windows" || Deno.uid() === 0,
  fn: async () => {
    await using stage = await DoctorStage.set();
    await Deno.chmod(stage.state, 0o000);
    const seen = await stage.examine(["--offline"]);
    await Deno.chmod(stage.state, 0o700);
    const environment = seen.check("configuration.environment");
    assert.match(environment.detail.join(), /cannot be read: permission denied/);
    assert.match(seen.check("state.database").summary, /cannot be opened/);
    assert.doesNotMatch(seen.output, /the check itself failed|os error/);
  },
});

Deno.test({
  name: "a state folder or a file in it that cannot be written is reported",
  // Nothing is closed to root.
  ignore: Deno.build.os === "windows" || Deno.uid() === 0,
  fn: async () => {
    await using stage = await DoctorStage.set();
    const database = join(stage.state, "state.db");
    await Deno.writeTextFile(database, "", { mode: 0o600 });
    for (
      const [path, closed, open] of [[stage.state, 0o500, 0o700], [database, 0o400, 0o600]] as const
    ) {
      await Deno.chmod(path, closed);
      const seen = await stage.examine(["--offline"]);
      await Deno.chmod(path, open);
      const { status, summary, detail } = seen.check("state.modes");
      assert.deepEqual([status, detail], ["fail", [path]]);
      assert.match(summary, /cannot read and write 1 of them/);
    }
  },
});

Deno.test({
  name: "a file in the place of a folder, and a folder in that of a file, are reported",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using stage = await DoctorStage.set();
    const [traces, crashes] = [join(stage.state, "traces"), join(stage.state, "crashes.jsonl")];
    await Deno.writeTextFile(traces, "", { mode: 0o600 });
    await Deno.mkdir(crashes, { mode: 0o700 });
    const { status, detail } = (await stage.examine(["--offline"])).check("state.modes");
    assert.equal(status, "fail");
    assert.deepEqual(detail.toSorted(), [
      `${crashes} is a folder, where a file is needed`,
      `${traces} is a file, where a folder is needed`,
    ]);
  },
});

Deno.test("changes, a detached head and a missing repository are reported", async () => {
  await using stage = await DoctorStage.set();
  await Deno.writeTextFile(join(stage.project, "new.txt"), "x");
  assert.match(
    (await stage.examine(["--offline"])).check("folders.git").summary,
    /on main, 1 changed/,
  );
  await git(stage.project, "commit", "-q", "--allow-empty", "-m", "first");
  await git(stage.project, "checkout", "-q", "--detach");
  const detached = (await stage.examine(["--offline"])).check("folders.git");
  assert.equal(detached.status, "warn");
  assert.match(detached.summary, /on no branch \(detached\)/);
  await using plain = await temporaryFolder();
  await stage.writeConf(`[codex]\nagent_working_directory = "${plain.path}"\n`);
  const none = (await stage.examine(["--offline"])).check("folders.git");
  assert.match(none.remedy ?? "", /git init/);
});

Deno.test("the last crash is reported, also one that could not be recorded", async () => {
  await using stage = await DoctorStage.set();
  const parts = { pid: 7, log: new RecordingLog(), clock: createSystemClock(), redactor };
  {
    await using record = await CrashRecord.open(stage.state, parts);
    record.note({ how: "restarted", reason: "a fault: RangeError: beyond" });
  }
  const noted = (await stage.examine(["--offline"])).check("state.crash");
  assert.equal(noted.status, "warn");
  assert.match(noted.summary, /the application died and was started again$/);
  assert.deepEqual(noted.detail, ["a fault: RangeError: beyond"]);
  const killed = `${JSON.stringify({ at: new Date().toISOString(), how: "running", pid: 8 })}\n`;
  await Deno.writeTextFile(join(stage.state, "crashes.jsonl"), killed);
  assert.match(
    (await stage.examine(["--offline"])).check("state.crash").summary,
    /^process 8, started .* ended without a word$/,
  );
});

Deno.test("each terminal chat is checked", async () => {
  await using stage = await DoctorStage.set();
  const look = async (): Promise<CheckResult> =>
    (await stage.examine(["--offline"])).check("state.chats");
  assert.equal((await look()).status, "skip");
  const folder = (name: string): string => join(stage.state, "terminal", name);
  for (const name of ["tally-1", "site-2", "new-3"]) {
    await Deno.mkdir(folder(name), { recursive: true, mode: 0o700 });
  }
  openDatabaseFile(join(folder("tally-1"), "state.db")).close();
  const parts = { pid: 7, log: new RecordingLog(), clock: createSystemClock(), redactor };
  {
    using _open = await lockInstance(folder("tally-1"), parts);
    const well = await look();
    assert.deepEqual([well.status, well.summary], ["ok", "3 conversations, 1 open now"]);
  }
  {
    await using record = await CrashRecord.open(folder("site-2"), parts);
    record.note({ how: "gave-up", reason: "a fault" });
  }
  assert.match((await look()).detail.join("\n"), /^warn: site-2: .* too often/);
  await Deno.writeTextFile(join(folder("tally-1"), "state.db"), "no database at all");
  const broken = await look();
  assert.deepEqual([broken.status, broken.summary], ["fail", "2 of 3 need attention"]);
  assert.match(broken.detail[0] ?? "", /^fail: tally-1: .*tally-1\/state\.db is damaged/);
});

Deno.test("no secret is printed, whichever variable holds it", async () => {
  await using stage = await DoctorStage.set();
  const seen = await stage.examine(["--offline"], {
    HTTPS_PROXY: `http://ann:very-secret-password@proxy.example:3128`,
    HTTP_PROXY: `ann:another/long@password@proxy.example:3128`,
    NODE_EXTRA_CA_CERTS: `/nowhere/${TOKEN}`,
    TELEGRAM_BOT_TOKEN: TOKEN,
  });
  assert.equal(seen.check("system.network").status, "warn");
  assert.ok(
    seen.check("system.network").detail.includes("HTTPS_PROXY=http://***@proxy.example:3128"),
  );
  const secrets = ["very-secret-password", "another/long", "long@password", TOKEN];
  for (const secret of secrets) assert.ok(!seen.output.includes(secret));
});

Deno.test("the text report has signs and words, and fits the terminal", async () => {
  await using stage = await DoctorStage.set();
  const print = async (terminal: { columns: number; colors: boolean }): Promise<string> =>
    (await commandLine(["doctor", "--offline"], { home: stage.home, terminal })).output;
  const plain = await print({ columns: 80, colors: false });
  assert.match(plain, /^ {2}✓ ok {4}file {9}/m);
  assert.match(plain, /^ {2}- skip {2}account {6}--offline$/m);
  assert.match(plain, /: 0 failed, \d+ warned, \d+ ok, \d+ skipped, in [\d.]+ s\n$/);
  assert.ok(!plain.includes("\x1b["));
  // A path has a line for itself, however long it is.
  const long = plain.split("\n").filter((line) => line.length > 80 && line.trim().includes(" "));
  assert.deepEqual(long.filter((line) => !line.includes(stage.home)), []);
  const narrow = await print({ columns: 40, colors: false });
  assert.match(narrow, /^ {2}- skip {2}account\n {4}--offline$/m);
  assert.deepEqual(
    narrow.split("\n").filter((line) => line.length > 40 && line.trim().includes(" ")),
    [],
  );
  const colored = await print({ columns: 200, colors: true });
  assert.ok(colored.includes("\x1b[32m✓ ok  \x1b[0m"));
});

Deno.test("the machine of each remote profile is contacted", async () => {
  await using stage = await DoctorStage.set();
  await using remote = await RemoteCodex.start({
    transport: "ws",
    environment: { HOME: stage.home, CODEX_HOME: stage.codexHome, PATH: "/usr/bin:/bin" },
  });
  const profile = (name: string, url: string): string =>
    `[profiles.${name}]\napp_server_url = "${url}"\nworking_directory = "/srv/work"\n`;
  await stage.writeConf(
    `[telegram]\napi_root = "${stage.telegram.url}"\n` + profile("one", remote.url) +
      profile("two", "ws://127.0.0.1:9"),
  );
  const seen = await stage.examine();
  const { status, detail } = seen.check("codex.remote");
  assert.equal(status, "fail");
  assert.match(
    detail.join("\n"),
    /^fail: ws:\/\/127\.0\.0\.1:9: .*\nws:.*: Codex [\d.]+ answered in \d+ ms$/,
  );
  assert.equal(seen.check("codex.program").summary, "every profile works on another machine");
  assert.equal(seen.check("folders.work").status, "skip");
});

Deno.test("a damaged database is reported in a line and left as it is", async () => {
  await using stage = await DoctorStage.set();
  const path = join(stage.state, "state.db");
  const text = "no database at all, but long enough to look like one".repeat(30);
  await Deno.writeTextFile(path, text, { mode: 0o600 });
  const seen = await stage.examine(["--offline"]);
  assert.match(
    seen.check("state.database").summary,
    /state\.db is damaged: file is not a database/,
  );
  assert.equal(seen.code, 1);
  assert.equal(await Deno.readTextFile(path), text);
});

Deno.test("doctor runs as a process with the permissions of the task", async () => {
  await using stage = await Stage.set({ codex: NEWEST, backend: "auto" });
  const program = stage.launch("doctor", "--json");
  assert.equal(await program.ended(), 0);
  const seen = examined(0, program.log.join("\n"));
  assert.equal(seen.check("codex.handshake").status, "ok");
  assert.equal(seen.check("telegram.account").status, "ok");
  assert.equal(seen.check("state.disk").status, "ok");
  assert.ok(!seen.output.includes(TOKEN));
});
