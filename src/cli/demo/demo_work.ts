/** Decides who works in the demo, and with which configuration. */
import { join } from "node:path";
import type { Environment } from "../../config/environment.ts";
import { type Config, parseConfig } from "../../config/load.ts";
import type { Clock } from "../../core/clock.ts";
import { describeError, UserFacingError } from "../../core/errors.ts";
import { createRedactor } from "../../core/redaction/redact.ts";
import { createCodexBackend } from "../../integrations/codex/create_backend.ts";
import { createLog } from "../../integrations/logging/log.ts";
import type { DemoOptions } from "./demo_messages.ts";
import type { DemoProcess } from "./demo_process.ts";

/** `echo` = there is no shell that could run anything. */
export type Worker = "script" | "codex" | "echo";

export interface DemoWork {
  readonly config: Config;
  readonly by: Worker;
  /** What does not work here, with the remedy. */
  readonly complaint?: string;
}

/** What is made up for this demo. */
export interface DemoAccount {
  readonly token: string;
  readonly apiRoot: string;
  readonly personId: number;
}

const NO_SHELL =
  "There is no shell (sh) here, so that answers are canned. Git for Windows brings one.";
const NO_GIT =
  "There is no git here: /diff shows what was patched, and /undo has nothing to go by. Install git to see both.";

/** With `--codex`, tries once whether Codex starts and is logged in; else a script plays. */
export async function demoWork(
  process: DemoProcess,
  { codex, verbose }: DemoOptions,
  { clock, ...account }: DemoAccount & { readonly clock: Clock },
): Promise<DemoWork> {
  const scripted = await withoutCodex(process, account);
  if (!codex) return scripted;
  const config = await demoConfig(process, account, "codex");
  using log = createLog({
    verbose: false,
    write: verbose ? process.print : () => {},
    clock,
    redactor: createRedactor({ secrets: config.secrets }),
  });
  const backend = createCodexBackend(config.codex, {
    clock,
    log,
    environment: process.variables,
    clientVersion: process.version,
  });
  try {
    await backend.start(process.stop);
    return { config, by: "codex" };
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    return { ...scripted, complaint: describeError(error) };
  } finally {
    await backend.close();
  }
}

async function withoutCodex(process: DemoProcess, account: DemoAccount): Promise<DemoWork> {
  const by = process.shell === undefined ? "echo" : "script";
  const config = await demoConfig(process, account, by);
  if (by === "echo") return { config, by, complaint: NO_SHELL };
  return process.git ? { config, by } : { config, by, complaint: NO_GIT };
}

/** The project of the scripted Codex. */
export function projectFolder({ folder }: Pick<DemoProcess, "folder">): string {
  return join(folder, "tally");
}

async function demoConfig(
  process: DemoProcess,
  { token, apiRoot, personId }: DemoAccount,
  by: Worker,
): Promise<Config> {
  const { folder, workingDirectory } = process;
  const project = projectFolder(process);
  await Deno.mkdir(project, { recursive: true });
  const environment: Environment = {
    variables: { ...process.variables, TELEGRAM_BOT_TOKEN: token },
    home: folder,
    stateFolder: join(folder, "state"),
    workingDirectory,
    files: [],
    leftOut: [],
  };
  const text = `
[telegram]
allowed_users = [${personId}]
api_root = "${apiRoot}"
[codex]
backend = "${by === "codex" ? "auto" : "echo"}"
agent_working_directory = ${JSON.stringify(by === "codex" ? workingDirectory : project)}
${by === "script" ? `checks = ${CHECKS}` : ""}
[runs]
shutdown_grace_seconds = 1
`;
  const isThere = (path: string): Promise<boolean> =>
    Promise.resolve(path === workingDirectory || path.startsWith(folder));
  const readText = (): Promise<{ ok: false; reason: string; missing: boolean }> =>
    Promise.resolve({ ok: false, reason: "it does not exist", missing: true });
  return await parseConfig(text, {
    path: join(folder, "conf.toml"),
    environment,
    files: { readText, isFolder: isThere },
  });
}

/** What the project offers to prove work. */
const CHECKS = `[
  { name = "tests", command = "sh tests/run.sh" },
  { name = "docs", command = "sh tests/docs.sh" },
]`;
