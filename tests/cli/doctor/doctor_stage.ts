/** A machine for the doctor to look at: a home, a project, Telegram on loopback, a Codex. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { type CheckResult, REPORT, type Report } from "../../../src/cli/doctor/report.ts";
import { type BotApiServer, startBotApiServer } from "../../../src/demo/bot_api/server.ts";
import { codexProgram, HOMES, writeCodexHome } from "../../support/codex_programs.ts";
import { type CodexVersion } from "../../support/codex_versions.ts";
import { commandLine } from "../../support/command_line.ts";

export const TOKEN = "7000000001:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr";

interface DoctorStageOptions {
  readonly codex?: CodexVersion;
  readonly backend?: "auto" | "app-server" | "mcp" | "echo";
  /** In place of the Codex of that version. */
  readonly command?: string;
}

export interface Examined {
  readonly code: number;
  readonly report: Report;
  /** As printed. */
  readonly output: string;
  /** @throws when there is no such check */
  readonly check: (id: string) => CheckResult;
}

export class DoctorStage implements AsyncDisposable {
  readonly home: string;
  readonly telegram: BotApiServer;
  readonly state: string;
  readonly project: string;
  readonly codexHome: string;

  private constructor(home: string, telegram: BotApiServer) {
    this.home = home;
    this.telegram = telegram;
    this.state = join(home, ".codex-orchestrator");
    this.project = join(home, "project");
    this.codexHome = join(home, "codex-home");
  }

  /** All of it in order, but for the Codex where none is named. */
  static async set(options: DoctorStageOptions = {}): Promise<DoctorStage> {
    const home = join(HOMES, crypto.randomUUID());
    const stage = new DoctorStage(home, await startBotApiServer({ token: TOKEN }));
    await Deno.mkdir(stage.state, { recursive: true, mode: 0o700 });
    await Deno.mkdir(stage.project);
    await git(stage.project, "init", "-q", "-b", "main");
    // Nobody listens there: the doctor never gets as far as the model.
    await writeCodexHome(stage.codexHome, "http://127.0.0.1:9/v1");
    await Deno.writeTextFile(join(stage.state, ".env"), `TELEGRAM_BOT_TOKEN=${TOKEN}\n`, {
      mode: 0o600,
    });
    const { codex, backend = codex === undefined ? "echo" : "auto" } = options;
    const command = options.command ?? (codex === undefined ? "codex" : await codexProgram(codex));
    await stage.writeConf(`
[telegram]
allowed_users = [1]
api_root = "${stage.telegram.url}"
[codex]
backend = "${backend}"
command = "${command}"
agent_working_directory = "${stage.project}"
`);
    return stage;
  }

  async writeConf(text: string): Promise<void> {
    await Deno.writeTextFile(join(this.state, "conf.toml"), text, { mode: 0o600 });
  }

  /** Runs `doctor --json`. */
  async examine(
    args: readonly string[] = [],
    variables: Readonly<Record<string, string>> = {},
  ): Promise<Examined> {
    const { code, output, errors } = await commandLine(["doctor", "--json", ...args], {
      home: this.home,
      variables: { PATH: Deno.env.get("PATH") ?? "", CODEX_HOME: this.codexHome, ...variables },
    });
    assert.equal(errors, "");
    return examined(code, output);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.telegram.close();
    await Deno.remove(this.home, { recursive: true });
  }
}

/** What was printed, which must be a report. */
export function examined(code: number, output: string): Examined {
  const report = REPORT.parse(JSON.parse(output));
  const check = (id: string): CheckResult => {
    const found = report.checks.find((each) => each.id === id);
    assert.ok(found !== undefined, `there is no check ${id}`);
    return found;
  };
  return { code, report, output, check };
}

export async function git(folder: string, ...words: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("git", {
    args: ["-C", folder, "-c", "user.name=Ann", "-c", "user.email=ann@example.org", ...words],
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}
