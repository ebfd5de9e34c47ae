/** `init` inside the test's own process: everything that needs no terminal of its own. */
import assert from "node:assert/strict";
import { dirname, join, resolve } from "node:path";
import { readEnvironment } from "../../../src/config/environment.ts";
import { type Config, loadConfig } from "../../../src/config/load.ts";
import type { Person } from "../../../src/demo/bot_api/people.ts";
import { type BotApiServer, startBotApiServer } from "../../../src/demo/bot_api/server.ts";
import { lockInstance } from "../../../src/supervisor/instance.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { codexProgram, HOMES, writeCodexHome } from "../../support/codex_programs.ts";
import { NEWEST } from "../../support/codex_versions.ts";
import {
  commandLine,
  type CommandLineEnd,
  type CommandLineOptions,
} from "../../support/command_line.ts";
import { modeOf, namesIn } from "../../support/temporary_folder.ts";

const TOKEN = "7000000001:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr";
const OWNER = 4_200_000_001;

/** An empty home, with a folder to work in, a file with the token, and Telegram on loopback. */
class InitStage implements AsyncDisposable {
  private constructor(
    readonly home: string,
    readonly telegram: BotApiServer,
    readonly ann: Person,
  ) {}

  static async set(): Promise<InitStage> {
    const home = join(HOMES, crypto.randomUUID());
    await Deno.mkdir(join(home, "work"), { recursive: true });
    await Deno.writeTextFile(join(home, "token"), `${TOKEN}\n`);
    const telegram = await startBotApiServer({ token: TOKEN });
    const ann = telegram.world.createPerson({ id: OWNER, firstName: "Ann" });
    return new InitStage(home, telegram, ann);
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
    host: Partial<CommandLineOptions> = {},
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

Deno.test("init with options sets everything up, and the configuration loads", async () => {
  await using stage = await InitStage.set();
  const codexHome = join(stage.home, "codex-home");
  await writeCodexHome(codexHome, "http://127.0.0.1:1");
  const chat = stage.telegram.world.privateChat(stage.ann);
  const end = await stage.init([...NAMED, "--mode", "single"], {
    variables: {
      PATH: dirname(await codexProgram(NEWEST)),
      CODEX_HOME: codexHome,
      LANG: "ko_KR.UTF-8",
    },
  });
  assert.deepEqual([end.code, end.errors], [0, ""]);
  assert.match(
    end.output,
    new RegExp(`Hello, @codex_test_bot\\.[^]*Codex ${RegExp.escape(NEWEST)} is ready\\.`),
  );
  assert.ok(!end.output.includes(TOKEN));

  const config = await stage.loaded();
  assert.deepEqual(config.warnings, []);
  assert.equal(config.telegram.botToken, TOKEN);
  assert.deepEqual(config.telegram.allowedUsers, [OWNER]);
  assert.equal(config.telegram.apiRoot, stage.telegram.url);
  assert.equal(config.profiles.all.get("default")?.workingDirectory, join(stage.home, "work"));
  assert.equal(await modeOf(stage.state), 0o700);
  for (const name of [".env", "conf.toml"]) {
    assert.equal(await modeOf(join(stage.state, name)), 0o600, name);
  }
  const session = await Deno.readTextFile(join(stage.state, "sessions", `${OWNER}-${OWNER}.json`));
  assert.match(session, /"mode": ?"single"/);

  const [message] = stage.telegram.world.botMessages(chat);
  assert.match(message?.text ?? "", /연결되었습니다[^]*\/work/);
  assert.ok(stage.telegram.world.commandsFor(chat, stage.ann).length > 5);
});

Deno.test("init fits a narrow terminal: lines break between words", async () => {
  await using stage = await InitStage.set();
  const columns = 40;
  const end = await stage.init([...NAMED, "--yes"], { terminal: { interactive: true, columns } });
  assert.equal(end.code, 0, end.errors);
  assert.match(end.output, /service install\n {4}start it automatically\n/);
  const tooLong = end.output.split("\n").filter((line) =>
    line.length > columns && line.trim().includes(" ")
  );
  assert.deepEqual(tooLong, []);
});

const FROM_NPX = "/home/ann/.npm/_npx/1/bin/codex-orchestrator";

Deno.test("init ends with the next commands, as this person has to type them", async () => {
  const { deno } = Deno.version;
  const ways = [
    [{ command: ["/opt/codex-orchestrator"] }, "codex-orchestrator"],
    [
      { command: [FROM_NPX], npmPackage: "@ann/codex-orchestrator" },
      "npx -y @ann/codex-orchestrator",
    ],
    // Without a scope it would be the package of another project.
    [{ command: [FROM_NPX], npmPackage: undefined }, FROM_NPX],
    [{ command: ["/usr/bin/deno", "run", "/x/main.ts"] }, "deno task start"],
    [
      { command: ["/home/ann/.npm/_npx/1/deno", "run", "/x/main.ts"] },
      `npx -y deno@${deno} task start`,
    ],
  ] as const;
  for (const [program, line] of ways) {
    await using stage = await InitStage.set();
    const { output } = await stage.init(QUICK, { program });
    assert.ok(output.includes(`\n  ${line} doctor`), output);
  }
});

Deno.test("init without a terminal lists every missing option, and writes nothing", async () => {
  await using stage = await InitStage.set();
  const none = await stage.init([]);
  assert.equal(none.code, 64);
  for (const option of ["--token-file FILE", "--allow-user ID", "--working-directory FOLDER"]) {
    assert.ok(none.errors.includes(option), none.errors);
  }
  const token = { variables: { TELEGRAM_BOT_TOKEN: TOKEN } };
  const some = await stage.init(["--allow-user", "1"], token);
  assert.equal(some.code, 64);
  assert.doesNotMatch(some.errors, /token-file|allow-user/);
  assert.deepEqual(namesIn(stage.home), ["token", "work"]);
  assert.deepEqual(stage.telegram.calls(), []);
});

Deno.test("a token on the command line is refused with the reason, and not shown", async () => {
  await using stage = await InitStage.set();
  for (const args of [["--token", TOKEN], [`--token=${TOKEN}`], ["--token-file", TOKEN]]) {
    const { code, output, errors } = await stage.init([...args, "--allow-user", "1", "--yes"]);
    assert.equal(code, 64);
    assert.match(
      errors,
      /: [Ee]verybody on this computer can read a token on the command line/,
    );
    assert.ok(!`${output}${errors}`.includes(TOKEN), errors);
  }
  const bare = await stage.init([TOKEN]);
  assert.deepEqual([bare.code, bare.errors.includes(TOKEN)], [64, false]);
});

Deno.test("a token that overrides the written one is mentioned", async () => {
  await using stage = await InitStage.set();
  await Deno.writeTextFile(join(stage.home, ".env"), "TELEGRAM_BOT_TOKEN=1:other\n");
  const { code, output } = await stage.init(QUICK);
  assert.equal(code, 0);
  assert.match(
    output,
    /Note: started here, the bot would use another TELEGRAM_BOT_TOKEN: .*\/\.env\n/,
  );
});

Deno.test("a token can come from standard input or a variable", async () => {
  for (
    const [args, host] of [
      [["--token-file", "-"], { typed: [TOKEN] }],
      [[], { variables: { TELEGRAM_BOT_TOKEN: TOKEN } }],
    ] as const
  ) {
    await using stage = await InitStage.set();
    const end = await stage.init([...args, ...QUICK.slice(2)], host);
    assert.deepEqual([end.code, end.errors], [0, ""]);
    assert.equal((await stage.loaded()).telegram.botToken, TOKEN);
  }
});

Deno.test("a wrong token, a wrong file and a wrong folder end without a file", async () => {
  await using stage = await InitStage.set();
  await Deno.writeTextFile(join(stage.home, "wrong"), TOKEN.replace("AA", "BB"));
  await Deno.writeTextFile(join(stage.home, "no-token"), "secret words");
  const owner = ["--allow-user", "1"];
  const folder = ["--working-directory", "work"];
  for (
    const [args, code, words] of [
      [["wrong", ...owner, ...folder], 78, /does not know this bot token.*@BotFather/],
      [["no-token", ...owner, ...folder], 78, /No bot token in/],
      [["nowhere", ...owner, ...folder], 66, /nowhere: it does not exist/],
      [["token", ...owner, "--working-directory", "nowhere"], 66, /There is no folder \S+nowhere/],
      [["token", "--allow-user", "ann", ...folder], 64, /expected a user id/],
    ] as const
  ) {
    const end = await stage.init(["--skip-codex-check", "--token-file", ...args]);
    assert.equal(end.code, code, end.errors);
    assert.match(end.errors, words);
    assert.doesNotMatch(`${end.output}${end.errors}`, /AAbb|BBbb|secret words/);
  }
  assert.deepEqual(namesIn(stage.home), ["no-token", "token", "work", "wrong"]);
});

Deno.test("existing files are only changed with --yes, line by line, and a copy is kept", async () => {
  await using stage = await InitStage.set();
  await Deno.mkdir(stage.state);
  const before = `# mine\n[telegram]\nallowed_users = [7]\n[runs]\nask_after_minutes = 5\n`;
  await Deno.writeTextFile(stage.conf, before);
  await Deno.writeTextFile(join(stage.state, ".env"), "OTHER=1\nTELEGRAM_BOT_TOKEN=1:old\n");
  const refused = await stage.init(QUICK);
  assert.equal(refused.code, 73);
  assert.match(refused.errors, /conf\.toml exists already.*--yes/);
  assert.equal(await Deno.readTextFile(stage.conf), before);

  const { code, errors } = await stage.init([...QUICK, "--yes"]);
  assert.deepEqual([code, errors], [0, ""]);
  assert.match(
    await Deno.readTextFile(stage.conf),
    /^# mine\n\[telegram\]\n.*allowed_users = \[7, 4200000001\]\n\[runs\]\nask_after_minutes = 5\n/s,
  );
  assert.equal(
    await Deno.readTextFile(join(stage.state, ".env")),
    `OTHER=1\nTELEGRAM_BOT_TOKEN=${TOKEN}\n`,
  );
  const copies = namesIn(stage.state).filter((name) => name.includes(".bak-"));
  assert.deepEqual(copies.map((name) => name.replace(/\d+-\d+$/, "T")), [
    ".env.bak-T",
    "conf.toml.bak-T",
  ]);
  assert.equal(await Deno.readTextFile(join(stage.state, copies[1] ?? "")), before);
  for (const name of copies) assert.equal(await modeOf(join(stage.state, name)), 0o600);

  // A second time there is nothing left to change, and no further copy.
  assert.match((await stage.init(QUICK)).output, /Nothing to change/);
  assert.equal(namesIn(stage.state).filter((name) => name.includes(".bak-")).length, 2);
});

Deno.test("a conf.toml that the person leaves as it is is not said to say so already", async () => {
  await using stage = await InitStage.set();
  await Deno.mkdir(stage.state);
  const before = "[telegram]\nallowed_users = [7]\n";
  await Deno.writeTextFile(stage.conf, before);
  const words = [...NAMED, "--mode", "plan", "--skip-codex-check"];
  const host = { terminal: { interactive: true }, typed: ["3", "y"] };
  const { code, output, errors } = await stage.init(words, host);
  assert.equal(code, 0, errors);
  assert.match(output, /conf\.toml stays as it is, without what you answered\./);
  assert.doesNotMatch(output, /say so already|first message/);
  assert.equal(await Deno.readTextFile(stage.conf), before);
  assert.deepEqual(
    stage.telegram.world.botMessages(stage.telegram.world.privateChat(stage.ann)),
    [],
  );
});

Deno.test("a broken configuration is replaced by a new one, and a copy is kept", async () => {
  await using stage = await InitStage.set();
  await Deno.mkdir(stage.state);
  await Deno.writeTextFile(stage.conf, "[telegram\n");
  assert.equal((await stage.init([...QUICK, "--yes"])).code, 0);
  assert.deepEqual((await stage.loaded()).telegram.allowedUsers, [OWNER]);
  assert.equal(namesIn(stage.state).filter((name) => name.startsWith("conf.toml.bak-")).length, 1);
});

Deno.test("a file that cannot be changed line by line is said to be written anew", async () => {
  const anew = /conf\.toml \(written anew: other settings are in the copy alone\)/;
  for (
    const telegram of [
      "telegram = { allowed_users = [7] }\n",
      "telegram.allowed_users = [7]\n",
    ]
  ) {
    await using stage = await InitStage.set();
    await Deno.mkdir(stage.state);
    await Deno.writeTextFile(stage.conf, `${telegram}[runs]\nask_after_minutes = 5\n`);
    const { code, output } = await stage.init([...QUICK, "--yes"]);
    assert.equal(code, 0);
    assert.match(output, anew);
    assert.deepEqual((await stage.loaded()).telegram.allowedUsers, [7, OWNER]);
  }
  await using stage = await InitStage.set();
  await Deno.mkdir(stage.state);
  const rest = '[codex]\nsandbox = "read-only"\n';
  await Deno.writeTextFile(stage.conf, `[telegram]\nallowed_users = [\n  7, # ann\n]\n${rest}`);
  assert.doesNotMatch((await stage.init([...QUICK, "--yes"])).output, anew);
  const config = await stage.loaded();
  assert.deepEqual([
    config.telegram.allowedUsers,
    config.profiles.all.get("default")?.sandbox,
  ], [[7, OWNER], "read-only"]);
});

Deno.test("init puts no file in the place of a link that leads nowhere", async () => {
  await using stage = await InitStage.set();
  await Deno.mkdir(stage.state);
  for (const name of ["conf.toml", ".env"]) {
    const path = join(stage.state, name);
    await Deno.symlink(join(stage.home, "disk", name), path);
    const { code, errors } = await stage.init([...QUICK, "--yes"]);
    assert.equal(code, 78);
    assert.match(errors, new RegExp(`${name}: is a link that leads nowhere`));
    assert.ok((await Deno.lstat(path)).isSymlink);
    await Deno.remove(path);
  }
  assert.deepEqual(namesIn(stage.state), []);
});

Deno.test("init ends with 75 while the bot runs", async () => {
  await using stage = await InitStage.set();
  await Deno.mkdir(stage.state);
  using _bot = await lockInstance(stage.state, { pid: 4711, log: new RecordingLog() });
  const { code, errors } = await stage.init(QUICK);
  assert.equal(code, 75);
  assert.match(errors, /running already \(process 4711\)/);
  assert.deepEqual(stage.telegram.calls(), []);
});

Deno.test("a webhook is removed with a note, and an owner who never wrote is told to press Start", async () => {
  await using stage = await InitStage.set();
  await fetch(`${stage.telegram.url}/bot${TOKEN}/setWebhook?url=https://other.example/secret-path`)
    .then((response) => response.body?.cancel());
  const unasked = await stage.init([...NAMED, "--skip-codex-check"]);
  assert.equal(unasked.code, 78);
  assert.match(unasked.errors, /webhook at other\.example: .*--yes removes the webhook/);
  assert.match(await webhookOf(stage), /secret-path/);
  assert.deepEqual(namesIn(stage.home), ["token", "work"]);
  const { code, output } = await stage.init([...NAMED, "--skip-codex-check", "--yes"]);
  assert.equal(code, 0);
  assert.match(output, /webhook at other\.example:/);
  assert.doesNotMatch(output, /secret-path/);
  assert.match(output, /open https:\/\/t\.me\/codex_test_bot and press Start/);
  assert.equal(await webhookOf(stage), "");
});

Deno.test("a webhook stays, and init ends, when the person declines; Enter is no answer", async () => {
  await using stage = await InitStage.set();
  const address = `${stage.telegram.url}/bot${TOKEN}`;
  const set = await fetch(`${address}/setWebhook?url=https://other.example/`);
  await set.body?.cancel();
  const input = new Blob(["\nn\n"]).stream();
  const end = await stage.init(QUICK, { terminal: { interactive: true, input } });
  assert.equal(end.code, 78);
  assert.match(end.errors, /A bot with a webhook cannot be used here/);
  assert.equal(await webhookOf(stage), "https://other.example/");
  assert.deepEqual(namesIn(stage.home), ["token", "work"]);
});

Deno.test("a conf.toml that is a link stays a link, and its target is changed", async () => {
  await using stage = await InitStage.set();
  await Deno.mkdir(stage.state);
  const behind = join(stage.home, "work", "bot.toml");
  await Deno.writeTextFile(behind, "# mine\n[telegram]\nallowed_users = [7]\n");
  await Deno.symlink(behind, stage.conf);
  const { code, errors } = await stage.init([...QUICK, "--yes"]);
  assert.deepEqual([code, errors], [0, ""]);
  assert.equal((await Deno.lstat(stage.conf)).isSymlink, true);
  assert.match(await Deno.readTextFile(behind), /^# mine\n[^]*\[7, 4200000001\]/);
});

Deno.test("a Codex that is missing or not logged in is reported, and init goes on", async () => {
  const program = await codexProgram(NEWEST);
  for (
    const [path, words] of [
      ["/nowhere", /npm install -g @openai\/codex[^]*codex login/],
      [dirname(program), /not logged in[^]*`codex login`/],
    ] as const
  ) {
    await using stage = await InitStage.set();
    const variables = { PATH: path };
    const { code, output } = await stage.init([...NAMED, "--no-test-message"], { variables });
    assert.equal(code, 0);
    assert.match(output, words);
  }
});

Deno.test("a folder that contains the bot's own files is a warning", async () => {
  await using stage = await InitStage.set();
  const folder = ["--working-directory", "~"];
  const { output } = await stage.init([...NAMED.slice(0, 4), ...folder, ...QUICK.slice(6)]);
  assert.match(output, /your whole home folder: Codex could change everything in it/);
});

for (
  const [where, folder, program, expected] of [
    ["a project", "project/docs", "/opt/codex-orchestrator", "project/docs"],
    [
      "a project that has installed the program",
      "project",
      "project/node_modules/codex-orchestrator/bin/codex-orchestrator",
      "project",
    ],
    ["the program's checkout", "checkout", "checkout/main.ts", "."],
    ["a folder of the program's checkout", "checkout/docs", "checkout/main.ts", "."],
    ["a repository in the program's checkout", "checkout/inner", "checkout/main.ts", "."],
    ["the checkout of a compiled program", "checkout", "checkout/dist/codex-orchestrator", "."],
  ] as const
) {
  Deno.test(`init in ${where} offers ${expected === "." ? "the home folder" : "that folder"}`, async () => {
    await using stage = await InitStage.set();
    for (const repository of ["project", "checkout", "checkout/inner"]) {
      await Deno.mkdir(join(stage.home, repository, ".git"), { recursive: true });
      await Deno.mkdir(join(stage.home, repository, "docs"));
    }
    const workingDirectory = join(stage.home, folder);
    await Deno.mkdir(workingDirectory, { recursive: true });
    const file = resolve(stage.home, program);
    await Deno.mkdir(dirname(file), { recursive: true }).catch(() => {});
    const token = ["--token-file", join(stage.home, "token"), "--allow-user", String(OWNER)];
    const { code } = await stage.init([...token, ...QUICK.slice(6), "--yes"], {
      workingDirectory,
      program: { command: ["/usr/bin/deno", "run", file] },
    });
    assert.equal(code, 0);
    const { profiles } = await stage.loaded();
    assert.equal(
      profiles.all.get(profiles.default)?.workingDirectory,
      join(stage.home, expected, "/").replace(/\/$/, ""),
    );
  });
}

/** Where Telegram sends the bot's messages; empty when they are fetched. */
async function webhookOf({ telegram }: InitStage): Promise<string> {
  const info = await fetch(`${telegram.url}/bot${TOKEN}/getWebhookInfo`);
  return String((await info.json()).result.url);
}
