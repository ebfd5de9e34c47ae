/** `init` as a person does it: at a terminal, with Telegram beside it and a real Codex. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { BOT_TOKEN_VARIABLE, readEnvironment } from "../../src/config/environment.ts";
import { loadConfig } from "../../src/config/load.ts";
import { type BotApiServer, startBotApiServer } from "../../src/demo/bot_api/server.ts";
import { codexProgram, writeCodexHome } from "../support/codex_programs.ts";
import { NEWEST } from "../support/codex_versions.ts";
import { modeOf, namesIn, removeFolder, temporaryFolder } from "../support/temporary_folder.ts";
import { noTerminal, TerminalSession } from "../support/terminal_session.ts";

const TOKEN = "7000000001:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr";
const NO_TERMINAL = noTerminal();

/** A person's home with a repository in it, and a terminal in that repository. */
class InitStage implements AsyncDisposable {
  /** Outside of the program's own checkout, in which no folder is offered. */
  readonly home: string;
  readonly project: string;
  readonly #telegram: BotApiServer;

  private constructor(home: string, telegram: BotApiServer) {
    this.home = home;
    this.project = join(home, "프로젝트");
    this.#telegram = telegram;
  }

  static async set(): Promise<InitStage> {
    const { path } = await temporaryFolder();
    const stage = new InitStage(path, await startBotApiServer({ token: TOKEN }));
    await Deno.mkdir(join(stage.project, ".git"), { recursive: true });
    return stage;
  }

  get world(): BotApiServer["world"] {
    return this.#telegram.world;
  }

  init(variables: Readonly<Record<string, string>> = {}, measured = false): TerminalSession {
    const args = ["init", "--api-root", this.#telegram.url];
    return new TerminalSession(
      { home: this.home, variables, arguments: args, measured },
      this.project,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#telegram.close();
    await removeFolder(this.home);
  }
}

/** @returns the code on the screen */
async function shownCode(terminal: TerminalSession, after = 0): Promise<string> {
  const [, code = ""] = await terminal.shows(/\?start=([A-Z2-9]{10})\n/, after);
  await terminal.shows(/Waiting for up to/, after);
  return code;
}

Deno.test({
  name:
    "init at a terminal: a wrong token, a stranger, the owner, Codex, the files, a first message",
  ignore: NO_TERMINAL !== undefined,
  async fn(): Promise<void> {
    await using stage = await InitStage.set();
    const { world } = stage;
    const codexHome = join(stage.home, "codex-home");
    await writeCodexHome(codexHome, "http://127.0.0.1:1");
    const codex = dirname(await codexProgram(NEWEST));
    const path = `${codex}:${Deno.env.get("PATH")}`;
    await using terminal = stage.init({ PATH: path, CODEX_HOME: codexHome, LANG: "C.UTF-8" }, true);

    await terminal.answer(/Paste the token.*: /, "hello\r");
    await terminal.answer(/Paste the token.*: /, `${TOKEN.replace("AA", "BB")}\r`);
    await terminal.shows(/does not know this bot token/);
    await terminal.answer(/Paste the token.*: /, `${TOKEN}X\x7f\r`);
    await terminal.shows(/Hello, @codex_test_bot/);

    const eve = world.createPerson({ firstName: "Eve", languageCode: "en" });
    const ann = world.createPerson({
      firstName: "안나\x1b[2J",
      username: "anna",
      languageCode: "ko",
    });
    const first = await shownCode(terminal);
    // Whoever leans on the keyboard meanwhile has not answered what is asked afterwards.
    await terminal.type("y\ny\ny");
    world.send(world.privateChat(eve), "/start AAAAAAAAAA");
    await terminal.shows(/Ignored a message from Eve, id \d+: not the code/);
    // Somebody has looked over the owner's shoulder.
    world.send(world.privateChat(eve), first);
    await terminal.answer(/from Eve, id \d+\.\nIs that you\? \[y\/n\]: /, "\nn\n");
    await terminal.shows(/Then they are not allowed/);
    const second = await shownCode(terminal, terminal.screen.indexOf("Then they are not"));
    assert.notEqual(second, first);
    world.send(world.privateChat(eve), second);
    world.send(world.privateChat(ann), `/start ${second}`);
    await terminal.answer(/from 안나 \(@anna\), id \d+\.\nIs that you\? \[y\/n\]: /, "y\n");

    await terminal.shows(new RegExp(`Codex ${RegExp.escape(NEWEST)} is ready`));
    // The terminal's own line: a Korean letter is erased as a whole.
    await terminal.answer(/should Codex work\? \[.*\/프로젝트\]: /, "~/없음\n");
    await terminal.answer(/should Codex work\? /, "~/프로젝트한\x7f\n");
    await terminal.answer(/1 to 2 \[1\]: /, "\n");
    await terminal.answer(/Write this\? \[Y\/n\]: /, "\n");
    await terminal.shows(/The bot has sent you a first message/);
    assert.equal(await terminal.ended(), 0, terminal.screen);

    const { screen } = terminal;
    assert.ok(screen.includes("~/없음\n"), "what is typed shows at this terminal");
    assert.doesNotMatch(screen, /AAbbCC|BBbbCC|hello/);
    assert.ok(!screen.includes("\x1b[2J"), "a name steers the terminal");
    assert.match(screen, /[^-]echo\b/, "the terminal echoes again");

    const environment = await readEnvironment({
      variables: { HOME: stage.home },
      workingDirectory: "/",
    });
    assert.equal(environment.variables[BOT_TOKEN_VARIABLE], TOKEN);
    const config = await loadConfig(environment);
    assert.deepEqual(config.telegram.allowedUsers, [ann.id]);
    assert.deepEqual(config.warnings, []);
    assert.equal(config.profiles.all.get("default")?.workingDirectory, stage.project);
    for (const name of [".env", "conf.toml"]) {
      assert.equal(await modeOf(join(stage.home, ".codex-orchestrator", name)), 0o600);
    }
    const [message] = world.botMessages(world.privateChat(ann));
    assert.match(message?.text ?? "", /연결되었습니다/);
    assert.deepEqual(world.botMessages(world.privateChat(eve)), []);
  },
});

Deno.test({
  name: "Ctrl-C leaves no file and a terminal as it was, in a hidden line and while waiting",
  ignore: NO_TERMINAL !== undefined,
  async fn(): Promise<void> {
    await using stage = await InitStage.set();
    const before = namesIn(stage.home);
    const stopAt = async (reach: (terminal: TerminalSession) => Promise<void>): Promise<void> => {
      await using terminal = stage.init();
      await reach(terminal);
      await terminal.type("\x03");
      assert.equal(await terminal.ended(), 130, terminal.screen);
      assert.match(terminal.screen, /stopped before anything was written/);
      assert.match(terminal.screen, /[^-]icanon\b[^]*[^-]echo\b/);
      assert.deepEqual(namesIn(stage.home), before);
    };
    await stopAt(async (terminal) => {
      await terminal.answer(/Paste the token.*: /, TOKEN.slice(0, 9));
    });
    await stopAt(async (terminal) => {
      await terminal.answer(/Paste the token.*: /, `${TOKEN}\r`);
      await shownCode(terminal);
    });
  },
});
