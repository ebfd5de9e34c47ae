/** `init` inside the test's own process: everything that needs no terminal of its own. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { readEnvironment } from "../../../src/config/environment.ts";
import { type Config, loadConfig } from "../../../src/config/load.ts";
import type { Person } from "../../../src/demo/bot_api/people.ts";
import { type BotApiServer, startBotApiServer } from "../../../src/demo/bot_api/server.ts";
import { lockInstance } from "../../../src/supervisor/instance.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { CACHE, codexProgram, writeCodexHome } from "../../support/codex_programs.ts";
import {
  commandLine,
  type CommandLineEnd,
  type CommandLineSurroundings,
} from "../../support/command_line.ts";
import { modeOf, namesIn } from "../../support/temporary_folder.ts";

const TOKEN = "7000000001:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr";
const OWNER = 4_200_000_001;

/** An empty home, with a folder to work in, a file with the token, and Telegram on loopback. */
class Desk implements AsyncDisposable {
  private constructor(
    readonly home: string,
    readonly telegram: BotApiServer,
    readonly ann: Person,
  ) {}

  static async set(): Promise<Desk> {
    const home = join(CACHE, "homes", crypto.randomUUID());
    await Deno.mkdir(join(home, "work"), { recursive: true });
    await Deno.writeTextFile(join(home, "token"), `${TOKEN}\n`);
    const telegram = await startBotApiServer({ token: TOKEN });
    const ann = telegram.world.createPerson({ id: OWNER, firstName: "Ann" });
    return new Desk(home, telegram, ann);
  }

  get state(): string {
    return join(this.home, ".codex-orchestrator");
  }

  get conf(): string {
    return join(this.state, "conf.toml");
  }

  /** @param args without `--api-root` */
  init(
    args: readonly string[],
    host: Partial<CommandLineSurroundings> = {},
  ): Promise<CommandLineEnd> {
    const variables = { PATH: "/nowhere", ...host.variables };
    const words = ["init", "--api-root", this.telegram.url, ...args];
    return commandLine(words, { ...host, home: this.home, variables });
  }

  /** What the bot would start with. */
  async loaded(): Promise<Config> {
    const process = { variables: { HOME: this.home }, workingDirectory: "/" };
    return await loadConfig(await readEnvironment(process));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.telegram.close();
    await Deno.remove(this.home, { recursive: true });
  }
}

const NAMED = [
  "--token-file",
  "token",
  "--allow-user",
  String(OWNER),
  "--working-directory",
  "work",
];
const QUICK = [...NAMED, "--skip-codex-check", "--no-test-message"];

Deno.test("init by options sets everything up, and the bot would start with it", async () => {
  await using desk = await Desk.set();
  const codexHome = join(desk.home, "codex-home");
  await writeCodexHome(codexHome, "http://127.0.0.1:1");
  const chat = desk.telegram.world.privateChat(desk.ann);
  const end = await desk.init([...NAMED, "--mode", "single"], {
    variables: {
      PATH: dirname(await codexProgram("0.169.0")),
      CODEX_HOME: codexHome,
      LANG: "ko_KR.UTF-8",
    },
  });
  assert.deepEqual([end.code, end.errors], [0, ""]);
  assert.match(end.output, /Hello, @codex_test_bot\.[^]*Codex 0\.169\.0 is here and ready\./);
  assert.ok(!end.output.includes(TOKEN));

  const config = await desk.loaded();
  assert.deepEqual(config.warnings, []);
  assert.equal(config.telegram.botToken, TOKEN);
  assert.deepEqual(config.telegram.allowedUsers, [OWNER]);
  assert.equal(config.telegram.apiRoot, desk.telegram.url);
  assert.equal(config.profiles.all.get("default")?.workingDirectory, join(desk.home, "work"));
  assert.equal(await modeOf(desk.state), 0o700);
  for (const name of [".env", "conf.toml"]) {
    assert.equal(await modeOf(join(desk.state, name)), 0o600, name);
  }
  const session = await Deno.readTextFile(join(desk.state, "sessions", `${OWNER}-${OWNER}.json`));
  assert.match(session, /"mode": ?"single"/);

  const [message] = desk.telegram.world.botMessages(chat);
  assert.match(message?.text ?? "", /연결되었습니다[^]*\/work/);
  assert.ok(desk.telegram.world.commandsFor(chat, desk.ann).length > 5);
});

Deno.test("init fits a narrow terminal: no line is cut within a word", async () => {
  await using desk = await Desk.set();
  const columns = 40;
  const end = await desk.init([...NAMED, "--yes"], { terminal: { interactive: true, columns } });
  assert.equal(end.code, 0, end.errors);
  assert.match(end.output, /service install\n {4}have it started for you\n/);
  const tooLong = end.output.split("\n").filter((line) =>
    line.length > columns && line.trim().includes(" ")
  );
  assert.deepEqual(tooLong, []);
});

Deno.test("init ends with what the person can type next, however they have come", async () => {
  const { deno } = Deno.version;
  const ways = [
    [["/opt/codex-orchestrator"], "codex-orchestrator"],
    [["/home/ann/.npm/_npx/1/bin/codex-orchestrator"], "npx -y codex-orchestrator"],
    [["/usr/bin/deno", "run", "/x/main.ts"], "deno task start"],
    [["/home/ann/.npm/_npx/1/deno", "run", "/x/main.ts"], `npx -y deno@${deno} task start`],
  ] as const;
  for (const [command, line] of ways) {
    await using desk = await Desk.set();
    const { output } = await desk.init(QUICK, { program: { command } });
    assert.ok(output.includes(`\n  ${line} doctor `), output);
  }
});

Deno.test("init without a terminal names every option that is missing, and writes nothing", async () => {
  await using desk = await Desk.set();
  const none = await desk.init([]);
  assert.equal(none.code, 64);
  for (const option of ["--token-file FILE", "--allow-user ID", "--working-directory FOLDER"]) {
    assert.ok(none.errors.includes(option), none.errors);
  }
  const token = { variables: { TELEGRAM_BOT_TOKEN: TOKEN } };
  const some = await desk.init(["--allow-user", "1"], token);
  assert.equal(some.code, 64);
  assert.doesNotMatch(some.errors, /token-file|allow-user/);
  assert.deepEqual(namesIn(desk.home), ["token", "work"]);
  assert.deepEqual(desk.telegram.calls(), []);
});

Deno.test("a token on the command line is refused with the reason, and not shown", async () => {
  await using desk = await Desk.set();
  for (const args of [["--token", TOKEN], [`--token=${TOKEN}`], ["--token-file", TOKEN]]) {
    const { code, output, errors } = await desk.init([...args, "--allow-user", "1", "--yes"]);
    assert.equal(code, 64);
    assert.match(
      errors,
      /: [Aa] token on the command line can be read by everybody on this computer/,
    );
    assert.ok(!`${output}${errors}`.includes(TOKEN), errors);
  }
  const bare = await desk.init([TOKEN]);
  assert.deepEqual([bare.code, bare.errors.includes(TOKEN)], [64, false]);
});

Deno.test("a token that wins over the one that was written is told of", async () => {
  await using desk = await Desk.set();
  await Deno.writeTextFile(join(desk.home, ".env"), "TELEGRAM_BOT_TOKEN=1:other\n");
  const { code, output } = await desk.init(QUICK);
  assert.equal(code, 0);
  assert.match(output, /Note: another TELEGRAM_BOT_TOKEN wins .*\/\.env\n/);
});

Deno.test("a token comes from the standard input or a variable as well", async () => {
  for (
    const [args, host] of [
      [["--token-file", "-"], { typed: [TOKEN] }],
      [[], { variables: { TELEGRAM_BOT_TOKEN: TOKEN } }],
    ] as const
  ) {
    await using desk = await Desk.set();
    const end = await desk.init([...args, ...QUICK.slice(2)], host);
    assert.deepEqual([end.code, end.errors], [0, ""]);
    assert.equal((await desk.loaded()).telegram.botToken, TOKEN);
  }
});

Deno.test("a wrong token, a wrong file and a wrong folder end without a file", async () => {
  await using desk = await Desk.set();
  await Deno.writeTextFile(join(desk.home, "wrong"), TOKEN.replace("AA", "BB"));
  await Deno.writeTextFile(join(desk.home, "no-token"), "secret words");
  const owner = ["--allow-user", "1"];
  const folder = ["--working-directory", "work"];
  for (
    const [args, code, words] of [
      [["wrong", ...owner, ...folder], 78, /does not know this bot token.*@BotFather/],
      [["no-token", ...owner, ...folder], 78, /holds is no bot token/],
      [["nowhere", ...owner, ...folder], 66, /nowhere: it does not exist/],
      [["token", ...owner, "--working-directory", "nowhere"], 66, /There is no folder/],
      [["token", "--allow-user", "ann", ...folder], 64, /a user id is needed/],
    ] as const
  ) {
    const end = await desk.init(["--skip-codex-check", "--token-file", ...args]);
    assert.equal(end.code, code, end.errors);
    assert.match(end.errors, words);
    assert.doesNotMatch(`${end.output}${end.errors}`, /AAbb|BBbb|secret words/);
  }
  assert.deepEqual(namesIn(desk.home), ["no-token", "token", "work", "wrong"]);
});

Deno.test("what is there is changed with --yes only, line by line, and kept as a copy", async () => {
  await using desk = await Desk.set();
  await Deno.mkdir(desk.state);
  const before = `# mine\n[telegram]\nallowed_users = [7]\n[runs]\nask_after_minutes = 5\n`;
  await Deno.writeTextFile(desk.conf, before);
  await Deno.writeTextFile(join(desk.state, ".env"), "OTHER=1\nTELEGRAM_BOT_TOKEN=1:old\n");
  const refused = await desk.init(QUICK);
  assert.equal(refused.code, 73);
  assert.match(refused.errors, /conf\.toml is there already.*--yes/);
  assert.equal(await Deno.readTextFile(desk.conf), before);

  const { code, errors } = await desk.init([...QUICK, "--yes"]);
  assert.deepEqual([code, errors], [0, ""]);
  assert.match(
    await Deno.readTextFile(desk.conf),
    /^# mine\n\[telegram\]\n.*allowed_users = \[7, 4200000001\]\n\[runs\]\nask_after_minutes = 5\n/s,
  );
  assert.equal(
    await Deno.readTextFile(join(desk.state, ".env")),
    `OTHER=1\nTELEGRAM_BOT_TOKEN=${TOKEN}\n`,
  );
  const copies = namesIn(desk.state).filter((name) => name.includes(".bak-"));
  assert.deepEqual(copies.map((name) => name.replace(/\d+-\d+$/, "T")), [
    ".env.bak-T",
    "conf.toml.bak-T",
  ]);
  assert.equal(await Deno.readTextFile(join(desk.state, copies[1] ?? "")), before);
  for (const name of copies) assert.equal(await modeOf(join(desk.state, name)), 0o600);

  // A second time there is nothing left to change, and no further copy.
  assert.match((await desk.init(QUICK)).output, /Every file says so already/);
  assert.equal(namesIn(desk.state).filter((name) => name.includes(".bak-")).length, 2);
});

Deno.test("a configuration that cannot be used makes room for a fresh one, as a copy", async () => {
  await using desk = await Desk.set();
  await Deno.mkdir(desk.state);
  await Deno.writeTextFile(desk.conf, "[telegram\n");
  assert.equal((await desk.init([...QUICK, "--yes"])).code, 0);
  assert.deepEqual((await desk.loaded()).telegram.allowedUsers, [OWNER]);
  assert.equal(namesIn(desk.state).filter((name) => name.startsWith("conf.toml.bak-")).length, 1);
});

Deno.test("init ends with 75 while the bot runs", async () => {
  await using desk = await Desk.set();
  await Deno.mkdir(desk.state);
  using _bot = await lockInstance(desk.state, { pid: 4711, log: new RecordingLog() });
  const { code, errors } = await desk.init(QUICK);
  assert.equal(code, 75);
  assert.match(errors, /running already \(process 4711\)/);
  assert.deepEqual(desk.telegram.calls(), []);
});

Deno.test("a webhook is told of and removed, an owner who never wrote is told how to", async () => {
  await using desk = await Desk.set();
  await fetch(`${desk.telegram.url}/bot${TOKEN}/setWebhook?url=https://other.example/secret-path`)
    .then((response) => response.body?.cancel());
  const unasked = await desk.init([...NAMED, "--skip-codex-check"]);
  assert.equal(unasked.code, 78);
  assert.match(unasked.errors, /webhook, other\.example: .*--yes removes the webhook/);
  assert.match(await webhookOf(desk), /secret-path/);
  assert.deepEqual(namesIn(desk.home), ["token", "work"]);
  const { code, output } = await desk.init([...NAMED, "--skip-codex-check", "--yes"]);
  assert.equal(code, 0);
  assert.match(output, /webhook, other\.example:/);
  assert.doesNotMatch(output, /secret-path/);
  assert.match(output, /open https:\/\/t\.me\/codex_test_bot and press Start/);
  assert.equal(await webhookOf(desk), "");
});

Deno.test("a webhook stays, and init ends, when the person says so", async () => {
  await using desk = await Desk.set();
  const address = `${desk.telegram.url}/bot${TOKEN}`;
  const set = await fetch(`${address}/setWebhook?url=https://other.example/`);
  await set.body?.cancel();
  const input = new Blob(["n\n"]).stream();
  const end = await desk.init(QUICK, { terminal: { interactive: true, input } });
  assert.equal(end.code, 78);
  assert.match(end.errors, /A bot with a webhook cannot be used here/);
  assert.equal(await webhookOf(desk), "https://other.example/");
  assert.deepEqual(namesIn(desk.home), ["token", "work"]);
});

Deno.test("a conf.toml that is a link stays one, and the file behind it is changed", async () => {
  await using desk = await Desk.set();
  await Deno.mkdir(desk.state);
  const behind = join(desk.home, "work", "bot.toml");
  await Deno.writeTextFile(behind, "# mine\n[telegram]\nallowed_users = [7]\n");
  await Deno.symlink(behind, desk.conf);
  const { code, errors } = await desk.init([...QUICK, "--yes"]);
  assert.deepEqual([code, errors], [0, ""]);
  assert.equal((await Deno.lstat(desk.conf)).isSymlink, true);
  assert.match(await Deno.readTextFile(behind), /^# mine\n[^]*\[7, 4200000001\]/);
});

Deno.test("a Codex that is missing or not logged in is told of, and no reason to stop", async () => {
  const program = await codexProgram("0.169.0");
  for (
    const [path, words] of [
      ["/nowhere", /npm install -g @openai\/codex[^]*codex login/],
      [dirname(program), /not logged in[^]*`codex login`/],
    ] as const
  ) {
    await using desk = await Desk.set();
    const variables = { PATH: path };
    const { code, output } = await desk.init([...NAMED, "--no-test-message"], { variables });
    assert.equal(code, 0);
    assert.match(output, words);
  }
});

Deno.test("a folder that holds the bot's own files is warned of", async () => {
  await using desk = await Desk.set();
  const folder = ["--working-directory", "~"];
  const { output } = await desk.init([...NAMED.slice(0, 4), ...folder, ...QUICK.slice(6)]);
  assert.match(output, /your whole home: Codex may change everything in it/);
});

/** Where Telegram sends the bot's messages; empty when they are fetched. */
async function webhookOf({ telegram }: Desk): Promise<string> {
  const info = await fetch(`${telegram.url}/bot${TOKEN}/getWebhookInfo`);
  return String((await info.json()).result.url);
}
