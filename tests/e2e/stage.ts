/** A stage for the whole program: an empty home, Telegram and a model on loopback, a real Codex. */
import { join } from "node:path";
import type { TelegramPace } from "../../src/bot/pace.ts";
import type { Limits } from "../../src/demo/bot_api/account.ts";
import type { Person } from "../../src/demo/bot_api/people.ts";
import { type BotApiServer, startBotApiServer } from "../../src/demo/bot_api/server.ts";
import type { SeenMessage } from "../../src/demo/bot_api/transcript.ts";
import type { World } from "../../src/demo/bot_api/world.ts";
import type { ChatHandle } from "../../src/demo/bot_api/world_view.ts";
import { codexProgram, HOMES, writeCodexHome } from "../support/codex_programs.ts";
import { type CodexVersion } from "../support/codex_versions.ts";
import { type ResponsesApi, startResponsesApi } from "../support/responses_api.ts";
import { namesIn, removeFolder } from "../support/temporary_folder.ts";
import { paceTable, QUICK_PACE } from "./pace.ts";
import { Program } from "./program.ts";

export const TOKEN = "7000000001:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr";
export const OWNER_ID = 4_200_000_001;
/** The one group that is let in. */
export const GROUP_ID = -1_001_234_567_890;

export interface StageOptions {
  readonly codex: CodexVersion | "none";
  readonly backend: "auto" | "app-server" | "mcp" | "echo";
  /** Further lines of conf.toml. */
  readonly conf?: string;
  /** Ids of people who may use the bot beside the owner. */
  readonly alsoAllowed?: readonly number[];
  /** Further lines of its table `[codex]`. */
  readonly codexConf?: string;
  /** Further lines of its table `[telegram]`. */
  readonly telegramConf?: string;
  /** How fast the bot writes; QUICK_PACE when absent. */
  readonly pace?: TelegramPace;
  /** What Telegram holds the bot to; nothing when absent. */
  readonly limits?: Limits;
  /** Count the lines that its programs run; they start slowly then. */
  readonly measured?: boolean;
  /** Another program in place of the Codex of that version. */
  readonly command?: string;
  /** Features of Codex that are on, e.g. `multi_agent_v2`. */
  readonly features?: readonly string[];
}

export class Stage implements AsyncDisposable {
  readonly home: string;
  readonly workspace: string;
  readonly telegram: BotApiServer;
  readonly model: ResponsesApi;
  readonly owner: Person;
  readonly chat: ChatHandle;
  /** Further variables of programs that are started from now on. */
  variables: Readonly<Record<string, string>> = {};
  readonly pace: TelegramPace;
  readonly #codexHome: string;
  readonly #measured: boolean;
  readonly #programs: Program[] = [];

  private constructor(
    home: string,
    telegram: BotApiServer,
    model: ResponsesApi,
    { measured = false, pace = QUICK_PACE }: StageOptions,
  ) {
    this.home = home;
    this.pace = pace;
    this.#measured = measured;
    this.workspace = join(home, "workspace");
    this.telegram = telegram;
    this.model = model;
    this.#codexHome = join(home, "codex-home");
    this.owner = telegram.world.createPerson({
      id: OWNER_ID,
      firstName: "Ann",
      languageCode: "en",
    });
    this.chat = telegram.world.privateChat(this.owner);
  }

  static async set(options: StageOptions): Promise<Stage> {
    const home = join(HOMES, crypto.randomUUID());
    await Deno.mkdir(join(home, ".codex-orchestrator"), { recursive: true });
    const telegram = await startBotApiServer({ token: TOKEN, limits: options.limits ?? {} });
    const model = await startResponsesApi();
    const stage = new Stage(home, telegram, model, options);
    await Deno.mkdir(stage.workspace);
    const { features = [] } = options;
    await writeCodexHome(stage.#codexHome, model.url, { features });
    await stage.#writeConf(options);
    return stage;
  }

  get codexHome(): string {
    return this.#codexHome;
  }

  get stateFolder(): string {
    return join(this.home, ".codex-orchestrator");
  }

  /** What every process of the program has printed so far. */
  get output(): string {
    return this.#programs.flatMap(({ log }) => log).join("\n");
  }

  /**
   * Resolves with the first line that the newest program has printed and that fits, now or later:
   * what it prints may be read behind what it says to Telegram afterwards.
   */
  async logged(fits: RegExp): Promise<string> {
    const program = this.#programs.at(-1);
    if (program === undefined) throw new Error("No program was started");
    return await program.logged(fits);
  }

  get world(): World {
    return this.telegram.world;
  }

  /** Starts the program and waits until it knows who the bot is. */
  async start(...args: string[]): Promise<Program> {
    const program = this.launch(...args);
    await program.logged(/ telegram\.connected /);
    return program;
  }

  /** Kills the newest program and starts another one. */
  async startAfterKill(): Promise<Program> {
    await this.kill();
    return await this.start();
  }

  async kill(): Promise<void> {
    await this.#programs.at(-1)?.kill();
  }

  /** Stops the newest program and starts another one. */
  async restart(...args: string[]): Promise<Program> {
    await this.stop();
    return await this.start(...args);
  }

  /** Asks the newest program to end, and returns its exit code; undefined = none was started. */
  async stop(): Promise<number | undefined> {
    return await this.#programs.at(-1)?.stop();
  }

  launch(...args: string[]): Program {
    const program = new Program({
      home: this.home,
      measured: this.#measured,
      arguments: args,
      variables: { TELEGRAM_BOT_TOKEN: TOKEN, CODEX_HOME: this.#codexHome, ...this.variables },
    });
    this.#programs.push(program);
    return program;
  }

  /** Writes as the owner and returns the id of the message. */
  say(text: string): number {
    return this.world.send(this.chat, text).id;
  }

  /** The bot's reply to that message which fits. */
  /** @param fits the whole text, or what stands above the line that says how the run ended */
  reply(to: number, fits: RegExp): Promise<SeenMessage> {
    return this.world.waitForMessage(
      this.chat,
      ({ replyTo, text }) => replyTo === to && (fits.test(text) || fits.test(withoutEnd(text))),
      { what: `a reply to ${to} that fits ${fits}` },
    );
  }

  /**
   * Resolves when the reaction to the request says that its answer is here. Where that overtakes the
   * status message, as it may on a busy machine, no message says so.
   */
  async answered(request: number): Promise<void> {
    await this.world.waitFor(
      () => this.world.message(this.chat, request).reactions.includes("👌"),
      { what: `the reaction to ${request} that tells its end` },
    );
  }

  /** Asks and waits for the answer. */
  async ask(text: string, fits: RegExp): Promise<SeenMessage> {
    return await this.reply(this.say(text), fits);
  }

  async traces(): Promise<Record<string, unknown>[]> {
    const folder = join(this.home, ".codex-orchestrator", "traces");
    const lines: Record<string, unknown>[] = [];
    // A run over midnight has two files.
    for (const name of namesIn(folder)) {
      const text = await Deno.readTextFile(join(folder, name));
      lines.push(...text.trim().split("\n").map((line) => JSON.parse(line)));
    }
    return lines;
  }

  get sessionFile(): string {
    const name = `${OWNER_ID}-${OWNER_ID}.json`;
    return join(this.home, ".codex-orchestrator", "sessions", name);
  }

  /** @param fits what has to be in it: it is written behind the answer */
  async session(
    fits: (session: Record<string, unknown>) => boolean = () => true,
  ): Promise<Record<string, unknown>> {
    for (const deadline = Date.now() + 30_000;;) {
      const session: Record<string, unknown> = JSON.parse(
        await Deno.readTextFile(this.sessionFile),
      );
      if (fits(session)) return session;
      if (Date.now() > deadline) throw new Error(`Unfit: ${JSON.stringify(session)}`);
      await new Promise((resume) => setTimeout(resume, 10));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.end()));
    await this.telegram.close();
    await this.model.close();
    await removeFolder(this.home);
  }

  async #writeConf(options: StageOptions): Promise<void> {
    const { codex, backend, command, conf = "", codexConf = "", telegramConf = "" } = options;
    const { alsoAllowed = [] } = options;
    const program = command ?? (codex === "none" ? "codex" : await codexProgram(codex));
    const text = `
[telegram]
allowed_users = ${JSON.stringify([OWNER_ID, ...alsoAllowed])}
allowed_chats = [${GROUP_ID}]
api_root = "${this.telegram.url}"
${telegramConf}
[telegram.polling]
poll_timeout = 5
cancel_wait_timeout_sec = 30
${paceTable(this.pace)}
[codex]
backend = "${backend}"
command = "${program}"
agent_working_directory = "${this.workspace}"
${codexConf}
${conf}
${/^\[runs\]/m.test(conf) ? "" : "[runs]\nshutdown_grace_seconds = 0.5"}
`;
    await Deno.writeTextFile(join(this.home, ".codex-orchestrator", "conf.toml"), text);
  }
}

/** Takes the last line off an answer that says how the run ended. */
export function withoutEnd(text: string): string {
  return text.replace(/\n\n(?:✅|💬|⚠️|⏹) [^\n]*$/u, "");
}
